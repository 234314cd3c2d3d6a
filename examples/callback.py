"""A callback tells that an object has died. Callbacks run newest first.

lights off
door locked
the reference is dead: True
"""

import weakly


class Visitor:
    pass


def say(text: str, visitor: Visitor) -> "weakly.ref[Visitor]":
    return weakly.ref(visitor, lambda dead: print(text))


visitor = Visitor()
first = say("door locked", visitor)
second = say("lights off", visitor)
forgotten = say("never printed", visitor)
del forgotten  # a reference that is dropped takes its callback along

del visitor
print("the reference is dead:", first() is None)
