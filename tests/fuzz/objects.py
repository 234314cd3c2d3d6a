"""What the containers of a world hold. Every object has a number that its twin has too.

Hooks (`__eq__`, `__del__`) may set off the trap of their world, which is set for the
length of one step. Which of several candidates is compared first is not the same in both tables, so
a trap never depends on the object that it is set off by. `__hash__` sets off none: how often it is
called, differs. Weakly remembers a hash where the standard's asks again.
"""


class Thing:
    """Compares by identity."""

    def __init__(self, world, value):
        self.world, self.value = world, value
        self.number = world.register(self)

    def __deepcopy__(self, memo):
        return type(self)(self.world, self.value)

    def __repr__(self):
        return f"{type(self).__name__}#{self.number}"

    def method(self, *arguments):
        self.world.log.append(("method", repr(self), len(arguments)))
        return self.value


class Slotted:
    """Has no `__dict__`."""

    __slots__ = "world", "value", "number", "__weakref__"
    __init__, __repr__, method = Thing.__init__, Thing.__repr__, Thing.method
    __deepcopy__ = Thing.__deepcopy__


class Equal(Thing):
    """Equal to others of its value; few values and hashes, which collide."""

    def __eq__(self, other):
        return self.value == other.value if isinstance(other, Equal) else NotImplemented

    def __hash__(self):
        return self.value % 2


class Odd(Equal):
    """`__eq__` answers with something that is not a bool."""

    def __eq__(self, other):
        return "yes" if isinstance(other, Equal) and self.value == other.value else []

    __hash__ = Equal.__hash__


class Trapped(Equal):
    """Its comparisons set off the trap. Others hash differently: all candidates are its kind."""

    def __eq__(self, other):
        self.world.spring("eq")
        return isinstance(other, Trapped) and self.value == other.value

    def __hash__(self):
        return 1000


class Changing(Thing):
    """Its value, and with it what it equals, may change; the hash stays. See `change`."""

    def __eq__(self, other):
        return isinstance(other, Changing) and self.value == other.value

    def __hash__(self):
        return 1001


class Unhashable(Thing):
    __hash__ = None


class Dying(Thing):
    """Sets off the trap as it dies."""

    def __del__(self):
        self.world.log.append(("del", repr(self)))
        self.world.spring("del")


class Phoenix(Thing):
    """Comes back from the dead, once."""

    was_dead = False

    def __del__(self):
        if not self.was_dead:
            self.was_dead = True
            self.world.log.append(("back", repr(self)))
            self.world.take_back(self)


class List(list):
    """A builtin subclass, with builtin comparison and no hash."""

    def __init__(self, world, value):
        super().__init__([value])
        self.world, self.value = world, value
        self.number = world.register(self)

    __repr__, __deepcopy__ = Thing.__repr__, Thing.__deepcopy__


class Frozen(frozenset):
    """A builtin subclass, with builtin comparison and hash."""

    def __new__(cls, world, value):
        self = super().__new__(cls, [value])
        self.world, self.value = world, value
        self.number = world.register(self)
        return self

    def __init__(self, world, value):
        pass

    __repr__, __deepcopy__ = Thing.__repr__, Thing.__deepcopy__


KINDS = (
    Thing,
    Thing,
    Slotted,
    Equal,
    Equal,
    Odd,
    Trapped,
    Trapped,
    Changing,
    Dying,
    Phoenix,
    Frozen,
)
RARE = (Unhashable, List)
NUMBERED = (Thing, Slotted, List, Frozen)

NAN = float("nan")
# Keys of a dictionary of weak values that are not objects of the world.
CONSTANTS = (
    0,
    1,
    1.0,
    True,
    "a",
    "b",
    None,
    (1, 2),
    NAN,
    -1,
    -2,
    2**61 - 1,
    frozenset(),
    b"a",
    int,
)
