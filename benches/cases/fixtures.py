"""The objects and containers that the statements of the cases work on, as namespaces."""

import itertools
import random

#: How many keys a loop over single operations visits: enough to time, and to miss the cache.
FEWEST_VISITS, MOST_VISITS = 1_000, 20_000


class Plain:
    """An object with the comparison that every object has."""

    __slots__ = ("__weakref__",)


class Custom:
    """An object with a comparison of its own, written in Python."""

    __slots__ = ("__weakref__", "number")

    fresh = itertools.count(-1, -1)

    def __init__(self, number=None):
        self.number = next(Custom.fresh) if number is None else number

    def __eq__(self, other):
        return self.number == other.number

    def __hash__(self):
        return hash(self.number)


def visits(items, seed=1):
    """The items in random order, repeated or sampled to a good length for a loop."""
    items = list(items)
    random.Random(seed).shuffle(items)
    while len(items) < FEWEST_VISITS:
        items += items
    return items[:MOST_VISITS]


def make_objects(kind, count, first=0):
    """``count`` new objects of a class."""
    if kind is Custom:
        return [Custom(number) for number in range(first, first + count)]
    return [kind() for _ in range(count)]


def shared_names(kind, size):
    """What all contenders share: objects present, objects absent, and values."""
    objects = make_objects(kind, size)
    others = make_objects(kind, size, first=size)
    names = {
        "n": size,
        "Thing": kind,
        "make": make_objects,
        "objects": objects,
        "others": others,
        "half": objects[: size // 2] + others[: size - size // 2],
        "rounds": range(max(FEWEST_VISITS, min(size, MOST_VISITS))),
    }
    if kind is Custom:
        names["twins"] = visits(make_objects(kind, size))
    return names


def key_dictionary(cls, shared):
    """The namespace of a ``WeakKeyDictionary``: objects are the keys, numbers the values."""
    source = {each: number for number, each in enumerate(shared["objects"])}
    other = {each: number for number, each in enumerate(shared["half"])}
    return shared | dictionary(cls, source, other, shared["objects"], shared["others"], value=1)


def value_dictionary(cls, shared):
    """The namespace of a ``WeakValueDictionary``: strings are the keys, objects the values."""
    names = [f"name {number}" for number in range(2 * shared["n"])]
    size = shared["n"]
    source = dict(zip(names, shared["objects"]))
    other = dict(zip(names[size // 2 :], shared["half"]))
    value = shared["objects"][0]
    return shared | dictionary(cls, source, other, names[:size], names[size:], value)


def dictionary(cls, source, other, keys, absent, value):
    """What the namespaces of both dictionaries have."""
    return {
        "cls": cls,
        "d": cls(source),
        "e": cls(other),
        "source": source,
        "pairs": list(source.items()),
        "keys": visits(keys),
        "absent": visits(absent),
        "v": value,
    }


def weak_set(cls, shared):
    """The namespace of a ``WeakSet``."""
    return shared | {
        "cls": cls,
        "s": cls(shared["objects"]),
        "t": cls(shared["half"]),
        "keys": visits(shared["objects"]),
        "absent": visits(shared["others"]),
    }


BUILDERS = {
    "WeakKeyDictionary": key_dictionary,
    "WeakValueDictionary": value_dictionary,
    "WeakSet": weak_set,
}


def build(container, contenders, kind, size):
    """A namespace for each contender; they share the objects, each has its own containers."""
    shared = shared_names(kind, size)
    return {
        name: BUILDERS[container](getattr(module, container), shared)
        for name, module in contenders.items()
        if hasattr(module, container)
    }
