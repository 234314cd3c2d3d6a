"""Objects for the tests to refer to."""


class Thing:
    """Compares and hashes by identity, as most objects do."""

    def __init__(self, name=None):
        self.name = name

    def __repr__(self):
        return f"Thing({self.name!r})"

    def method(self):
        return self.name

    def other_method(self):
        return self.name


class Equal:
    """Equal to every `Equal` of the same value; the hash can be forced to collide."""

    def __init__(self, value, hash_value=None):
        self.value = value
        self.hash_value = hash(value) if hash_value is None else hash_value

    def __eq__(self, other):
        return isinstance(other, Equal) and self.value == other.value

    def __hash__(self):
        return self.hash_value

    def __repr__(self):
        return f"Equal({self.value!r})"


class Unhashable:
    """Can be weakly referenced but not hashed."""

    __hash__ = None


class Failure(Exception):
    """Raised on purpose; no code under test raises it by itself."""


class Hooked:
    """Calls `eq_hook`, `hash_hook` and `del_hook` from the methods they are named after."""

    def __init__(self, value, hash_value=None):
        self.value = value
        self.hash_value = hash(value) if hash_value is None else hash_value
        self.eq_hook = self.hash_hook = self.del_hook = None

    def __eq__(self, other):
        if self.eq_hook is not None:
            answer = self.eq_hook(self, other)
            if answer is not None:
                return answer
        return isinstance(other, Hooked) and self.value == other.value

    def __hash__(self):
        if self.hash_hook is not None:
            self.hash_hook(self)
        return self.hash_value

    def __del__(self):
        if self.del_hook is not None:
            self.del_hook(self)

    def __deepcopy__(self, memo):
        return Hooked(self.value, self.hash_value)

    def __repr__(self):
        return f"Hooked({self.value!r})"


def things(count):
    return [Thing(number) for number in range(count)]
