"""What the threads make and let die."""


class Thing:
    def __init__(self, owner, number):
        self.owner, self.number = owner, number

    def method(self):
        return self.number


class Equal(Thing):
    """Compares by value, with colliding hashes: every lookup runs Python code."""

    def __eq__(self, other):
        return isinstance(other, Equal) and (self.owner, self.number) == (other.owner, other.number)

    def __hash__(self):
        return self.number % 5


def make(owner, number):
    return (Equal if number % 4 == 0 else Thing)(owner, number)


def check(condition, message):
    if not condition:
        raise AssertionError(message)
