"""What containers are filled from and compared with: iterables and mappings of many shapes."""

import collections
import itertools
import types


class Items:
    """Has nothing but `items()`."""

    def __init__(self, pairs):
        self.pairs = pairs

    def items(self):
        return self.pairs


class Keys:
    """Has `keys()` and `__getitem__`, which is all that a `dict` asks for."""

    def __init__(self, pairs):
        self.pairs = dict(pairs)

    def keys(self):
        return self.pairs.keys()

    def __getitem__(self, key):
        return self.pairs[key]


class Sequence:
    """Has only `__getitem__` and `__len__`."""

    def __init__(self, items):
        self.items_of_it = items

    def __len__(self):
        return len(self.items_of_it)

    def __getitem__(self, index):
        return self.items_of_it[index]


def springing(world, items):
    """Sets off the trap before each item."""
    for item in items:
        world.spring("source")
        yield item


SHAPES = {
    "list": lambda world, items: list(items),
    "tuple": lambda world, items: tuple(items),
    "iterator": lambda world, items: iter(items),
    "generator": lambda world, items: (item for item in items),
    "springing": springing,
    "deque": lambda world, items: collections.deque(items),
    "sequence": lambda world, items: Sequence(items),
    "chain": lambda world, items: itertools.chain(items),
}
OF_PAIRS = {
    **SHAPES,
    "dict": lambda world, items: dict(items),
    "ordered": lambda world, items: collections.OrderedDict(items),
    "proxied": lambda world, items: types.MappingProxyType(dict(items)),
    "items": lambda world, items: Items(items),
    "springing items": lambda world, items: Items(springing(world, items)),
    "keys": lambda world, items: Keys(items),
    "lists": lambda world, items: [list(pair) for pair in items],
    "user dict": lambda world, items: collections.UserDict(items),
    "weak keys": lambda world, items: world.library.WeakKeyDictionary(items),
    "weak values": lambda world, items: world.library.WeakValueDictionary(items),
    "foreign weak keys": lambda world, items: world.foreign.WeakKeyDictionary(items),
    "foreign weak values": lambda world, items: world.foreign.WeakValueDictionary(items),
}
OF_ITEMS = {
    **SHAPES,
    "dict": lambda world, items: dict.fromkeys(items),
    "set": lambda world, items: set(items),
    "frozenset": lambda world, items: frozenset(items),
    "keys": lambda world, items: dict.fromkeys(items).keys(),
    "weak": lambda world, items: world.library.WeakSet(items),
    "foreign": lambda world, items: world.foreign.WeakSet(items),
}
# Their order is that of addresses, or any: what was done before an error would not be the same.
UNORDERED = ("set", "frozenset", "weak", "foreign")
NONSENSE = (None, 1, "text", [1], [[]], [()], [("a", "b", "c")], {"a": 1}, {1, 2}, object, [None])


def pairs(world, random, container):
    """A source for `update` of a dictionary."""
    chance = random.random()
    if chance < 0.06:
        return world.choose(random, NONSENSE)
    if chance < 0.16 and world.trap is None:  # which might change what is being read
        world.is_unordered = True  # what only its entries held, an update may be the last to hold
        return world.mapping(random)
    items = [
        (world.key(random, container), world.value(random, container))
        for _ in range(random.randrange(5))
    ]
    return OF_PAIRS[world.choose(random, OF_PAIRS)](world, items)


def items(world, random):
    """A source for the operations of a set."""
    chance = random.random()
    if chance < 0.06:
        return world.choose(random, NONSENSE)
    if chance < 0.16 and world.trap is None:
        return world.pick(random, "WeakSet")
    things = [world.key(random, None) for _ in range(random.randrange(6))]
    is_ordered = world.trap is not None or any(type(thing) is int for thing in things)
    shapes = [shape for shape in OF_ITEMS if not (is_ordered and shape in UNORDERED)]
    shape = world.choose(random, shapes)
    world.is_unordered |= shape in UNORDERED  # so its items may die in any order
    return OF_ITEMS[shape](world, things)
