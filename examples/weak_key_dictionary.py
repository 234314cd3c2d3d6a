"""A WeakKeyDictionary attaches data to objects that somebody else owns.

notes: {'ann': 'left-handed', 'bob': 'vegetarian'}
after bob has left: ['ann']
"""

import weakly


class Guest:
    def __init__(self, name: str) -> None:
        self.name = name


ann, bob = Guest("ann"), Guest("bob")
notes: weakly.WeakKeyDictionary[Guest, str] = weakly.WeakKeyDictionary()
notes[ann] = "left-handed"
notes[bob] = "vegetarian"
print("notes:", {guest.name: note for guest, note in notes.items()})

del bob
print("after bob has left:", [guest.name for guest in notes])
