"""Iterators in flight, checked against what the containers promise.

An iteration yields what was there at its first step and is there still when its turn comes, in the
order of insertion. The standard library's iterators raise when the container changes: in its world
a walk only keeps the container alive, as the iterator does in the other.
"""

import itertools
import sys
import weakref

from .operations import operation

METHODS = {
    "WeakKeyDictionary": ["__iter__", "keys", "items"],
    "WeakValueDictionary": ["__iter__", "keys", "items", "itervaluerefs"],
    "WeakSet": ["__iter__"],
}
MOST_WALKS = 4
NUMBERS = itertools.count(1)


class Walk:
    def __init__(self, container, method, iterator):
        self.container, self.method, self.iterator = container, method, iterator
        self.ahead = None  # the numbers of the entries to come, once the first was asked for

    def advance(self, world):
        """Takes a step; returns whether there was one to take."""
        names = {number: name for name, number in world.orders[id(self.container)][1].items()}
        ahead = names if self.ahead is None else self.ahead
        self.ahead = [number for number in ahead if number in names]
        expected = names[self.ahead.pop(0)] if self.ahead else None
        item = next(self.iterator, None)
        if self.method == "items" and item is not None:
            item = item[0]
        elif self.method == "itervaluerefs" and item is not None:
            (item,) = (key for key, ref in self.container.data.items() if ref is item)
        # `None` may be a key.
        actual = None if item is None and expected is None else name_of(world, item)
        assert actual == expected, f"the iterator gave {actual}, the next entry is {expected}"
        return expected is not None


def name_of(world, key):
    """What an entry is known by as long as it is in the container."""
    return str(world.describe(key))


@operation(2)
def start_walk(world, random):
    container = world.pick(random)
    (kind,) = (name for name in METHODS if isinstance(container, getattr(world.library, name)))
    methods = list(METHODS[kind])
    if "items" in methods and sys.version_info < (3, 14):
        methods.remove("items")  # its iterator keeps the last pair alive
    method = random.choice(methods)
    iterator = getattr(container, method)() if world.name == "weakly" else None
    world.walks.append(Walk(container, method, iterator))
    del world.walks[:-MOST_WALKS]


@operation(6)
def advance_walk(world, random):
    if world.walks:
        walk = random.choice(world.walks)
        if world.name == "weakly":
            world.shared["ended"] = not walk.advance(world)
        if world.shared["ended"]:
            world.walks.remove(walk)


@operation(0.5)
def drop_walk(world, random):
    if world.walks:
        world.walks.pop(random.randrange(len(world.walks)))


def values_of(world, container):
    """What names the values, by what names the keys. The items of a set have none."""
    if isinstance(container, world.library.WeakSet):
        return {name_of(world, key): None for key in container}
    return {name_of(world, key): name_of(world, value) for key, value in container.items()}


def note_orders(world):
    """Gives a number to every new entry of weakly's containers. Those that were there stay in
    order: a weak set, too, has the order of insertion."""
    if world.name != "weakly":
        return
    orders = {}
    walked = [walk.container for walk in world.walks]
    for container in [*world.containers, *walked]:
        names = [name_of(world, key) for key in container]
        assert len(names) == len(container), f"{len(container)} entries, but {names}"
        owner, before, had = world.orders.get(id(container), (container, {}, {}))
        if owner is not container and owner() is not container:
            before = {}  # another one was at this address
        held = values_of(world, container)
        survivors = [name for name in before if name in held and held[name] == had[name]]
        # An entry that has another value may have died, and have come again behind the others.
        others = [name for name in names if name in survivors or name not in before]
        assert others[: len(survivors)] == survivors, f"{names} does not begin with {survivors}"
        numbers, last = {}, 0
        for name in names:
            number = before.get(name, 0)
            last = numbers[name] = number if number > last else next(NUMBERS)
        orders[id(container)] = weakref.ref(container), numbers, held
    world.orders = orders
