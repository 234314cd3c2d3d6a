"""Error messages for unhashable keys are those of this interpreter's weakref."""

import weakref

import pytest
import weakly


class Thing:
    pass


class Unhashable:
    __hash__ = None


class Refusing:
    """Its hash raises the error of its class."""

    error = None

    def __hash__(self):
        raise self.error


class Refused(TypeError):
    pass


def refusing(error):
    return type("Refusing", (Refusing,), {"error": error})


KEYS = {
    "no __hash__": Unhashable,
    "TypeError": refusing(TypeError("no")),
    "TypeError without words": refusing(TypeError()),
    "a subclass of TypeError": refusing(Refused("no")),
    "ValueError": refusing(ValueError("no")),
}


class Pairs:
    """A mapping of one entry that is not a dict."""

    def __init__(self, key, value):
        self.key, self.value = key, value

    def items(self):
        return [(self.key, self.value)]


ON_DICTIONARIES = {
    "d[k]": lambda d, k: d[k],
    "k in d": lambda d, k: k in d,
    "d.get(k)": lambda d, k: d.get(k),
    "d[k] = v": lambda d, k: d.__setitem__(k, THING),
    "del d[k]": lambda d, k: d.__delitem__(k),
    "d.pop(k)": lambda d, k: d.pop(k),
    "d.pop(k, default)": lambda d, k: d.pop(k, None),
    "d.setdefault(k, v)": lambda d, k: d.setdefault(k, THING),
    "d.update(pairs)": lambda d, k: d.update([(k, THING)]),
    "d.update(mapping)": lambda d, k: d.update(Pairs(k, THING)),
    "cls(pairs)": lambda d, k: type(d)([(k, THING)]),
}
ON_SETS = {
    "k in s": lambda s, k: k in s,
    "s.add(k)": lambda s, k: s.add(k),
    "s.discard(k)": lambda s, k: s.discard(k),
    "s.remove(k)": lambda s, k: s.remove(k),
    "s.update([k])": lambda s, k: s.update([k]),
    "s.union([k])": lambda s, k: s.union([k]),
    "s.intersection([k])": lambda s, k: s.intersection([k]),
    "s.intersection_update([k])": lambda s, k: s.intersection_update([k]),
    "s.difference([k])": lambda s, k: s.difference([k]),
    "s.difference_update([k])": lambda s, k: s.difference_update([k]),
    "s.symmetric_difference([k])": lambda s, k: s.symmetric_difference([k]),
    "s.symmetric_difference_update([k])": lambda s, k: s.symmetric_difference_update([k]),
    "s.issubset([k])": lambda s, k: s.issubset([k]),
    "s.issuperset([k])": lambda s, k: s.issuperset([k]),
    "s.isdisjoint([k])": lambda s, k: s.isdisjoint([k]),
    "cls([k])": lambda s, k: type(s)([k]),
}
THING = Thing()
CONTAINERS = {
    "WeakKeyDictionary": ({THING: 1}, ON_DICTIONARIES),
    "WeakValueDictionary": ({1: THING}, ON_DICTIONARIES),
    "WeakSet": ([THING], ON_SETS),
}
CASES = [
    (container, operation)
    for container, (_, operations) in CONTAINERS.items()
    for operation in operations
]


def refusal(module, container, operation, key):
    """The class and the message of the error that an operation raises."""
    content, operations = CONTAINERS[container]
    with pytest.raises(Exception) as caught:  # noqa: B017 - the point is which one
        operations[operation](getattr(module, container)(content), key)
    return caught.type, str(caught.value)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(("container", "operation"), CASES)
def test_the_message_is_that_of_weakref(container, operation, key):
    key = KEYS[key]()
    ours = refusal(weakly, container, operation, key)
    assert ours == refusal(weakref, container, operation, key)
