"""The standard library's container and weakly's, driven side by side and compared."""

import itertools

import implementations

stock = implementations.load("stock")
weakly = implementations.load("weakly")


class Armed(Exception):
    """What `Fragile.__eq__` raises while armed."""


class Plain:
    """Compares by identity. The uid names it in comparisons and failure reports."""

    uids = itertools.count(1)

    def __init__(self, value):
        self.value = value
        self.uid = next(Plain.uids)

    def __deepcopy__(self, memo):
        return type(self)(self.value)

    def __repr__(self):
        return f"{type(self).__name__}({self.value})#{self.uid}"


class Valued(Plain):
    """Equal to others of its value; values collide in their hashes."""

    def __eq__(self, other):
        return isinstance(other, Valued) and self.value == other.value

    def __hash__(self):
        return self.value % 2


class Odd(Valued):
    """Its `__eq__` returns something that is not a bool."""

    def __eq__(self, other):
        return "yes" if super().__eq__(other) else []

    __hash__ = Valued.__hash__


class Fragile(Plain):
    """Its `__eq__` raises while armed. Only its own kind shares its hash."""

    armed = False

    def __eq__(self, other):
        if Fragile.armed:
            raise Armed
        return isinstance(other, Fragile) and self.value == other.value

    def __hash__(self):
        return 1000


class Unhashable(Plain):
    """Can be weakly referenced but not hashed."""

    __hash__ = None


KINDS = (Plain, Plain, Valued, Odd, Fragile)


def describe(value):
    """A hashable description of a value. It distinguishes objects by identity and keeps none
    alive."""
    if isinstance(value, Plain):
        return ("object", type(value).__name__, value.uid)
    if isinstance(value, stock.ref):
        return ("ref", describe(value()))
    if isinstance(value, (stock.WeakSet, weakly.WeakSet)):
        return (type(value).__name__, tuple(sorted(describe(item) for item in value)))
    if hasattr(value, "items"):
        return (type(value).__name__, tuple(describe(item) for item in value.items()))
    if isinstance(value, (set, frozenset)):
        return ("set", tuple(sorted(map(describe, value))))
    if isinstance(value, (list, tuple)):
        return (type(value).__name__, tuple(describe(item) for item in value))
    if value is None or value is NotImplemented:
        return value
    return (type(value).__name__, str(value))


def outcome(function, *arguments):
    """A description of what a call returned or raised."""
    try:
        return ("returned", describe(function(*arguments)))
    except Exception as error:  # noqa: BLE001 - both must raise the same, whatever it is
        return ("raised", type(error).__name__, tuple(describe(part) for part in error.args))


class Pair:
    """One container of each implementation, meant to hold the same entries."""

    def __init__(self, in_stock, in_weakly):
        self.stock, self.weakly = in_stock, in_weakly
        self.serials = {}  # the name of an entry -> its number
        self.next_serial = itertools.count()

    def compare(self, function, *arguments):
        """Calls the function with each container; the outcomes must be equal."""
        expected = outcome(function, self.stock, *arguments)
        actual = outcome(function, self.weakly, *arguments)
        assert actual == expected, f"weakly {actual}, the standard library {expected}"

    def forget_serials(self):
        """All entries are about to be replaced."""
        self.serials = {}

    def number_entries(self, names):
        """Gives a number to every new entry; `names` are the entries there are, in order."""
        assert len(set(names)) == len(names), f"two entries of one name in {names}"
        self.serials = {
            name: self.serials[name] if name in self.serials else next(self.next_serial)
            for name in names
        }


class Walk:
    """An iterator over weakly's container, and the numbers of the entries that it must still yield.

    As with a generator, the iteration begins with the first step.
    """

    def __init__(self, pair, method, name_of):
        self.pair, self.name_of = pair, name_of
        self.iterator = getattr(pair.weakly, method)()
        self.ahead = None

    def advance(self):
        """The next item must be the first of the entries ahead that is still there."""
        names = {number: name for name, number in self.pair.serials.items()}
        ahead = names if self.ahead is None else self.ahead
        self.ahead = [number for number in ahead if number in names]
        expected = names[self.ahead.pop(0)] if self.ahead else None
        item = next(self.iterator, None)
        actual = None if item is None else self.name_of(item)
        assert actual == expected, f"the iterator gave {actual}, the next entry is {expected}"
        return item is not None
