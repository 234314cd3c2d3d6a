"""Error messages for wrong arguments and elements are those of this interpreter's weakref."""

import types
import weakref

import pytest
import weakly


class Thing:
    pass


class Unhashable:
    __hash__ = None


class Items:
    def __init__(self, items):
        self.given = items

    def items(self):
        return self.given


NO_PAIRS = {
    "a list of one": [1],
    "a list of three": [1, 2, 3],
    "a tuple of three": (1, 2, 3),
    "a set of three": {1, 2, 3},
    "a dict of three": {1: 1, 2: 2, 3: 3},
    "a string": "abc",
    "nothing": (),
    "a number": 5,
    "an object": Unhashable(),
    "a class": Thing,
}
CALLS = {
    "WeakSet: two": lambda m: m.WeakSet(1, 2),
    "WeakSet: keyword": lambda m: m.WeakSet(what=1),
    "WeakSet: nearly the keyword": lambda m: m.WeakSet(dat=1),
    "WeakSet: twice": lambda m: m.WeakSet([], data=1),
    "WeakSet: two keywords": lambda m: m.WeakSet(data=[], other=1),
    "WeakSet: by keyword": lambda m: m.WeakSet(data=[1]),
    "WeakSet: of a subclass": lambda m: type("Sub", (m.WeakSet,), {})(1, 2),
    "WeakKeyDictionary: three": lambda m: m.WeakKeyDictionary(1, 2, 3),
    "WeakKeyDictionary: keyword": lambda m: m.WeakKeyDictionary(key=1),
    "WeakKeyDictionary: by keyword": lambda m: m.WeakKeyDictionary(dict=[1]),
    "WeakValueDictionary: two": lambda m: m.WeakValueDictionary(1, 2),
    "WeakValueDictionary: two and a keyword": lambda m: m.WeakValueDictionary(1, 2, key=1),
    "pop of a number": lambda m: m.WeakKeyDictionary().pop(5, 1, 2),
    "pop": lambda m: m.WeakKeyDictionary().pop(Thing(), 1, 2),
    "pop of the unhashable": lambda m: m.WeakKeyDictionary().pop(Unhashable(), 1, 2),
    "strict subset": lambda m: m.WeakSet() < [Unhashable()],
    "subset": lambda m: m.WeakSet() <= [Unhashable()],
    "strict superset": lambda m: m.WeakSet() > [Unhashable()],
    "superset": lambda m: m.WeakSet([Thing()]) >= [Unhashable()],
}


def said(call):
    try:
        call()
    except Exception as error:
        return type(error), str(error)
    return None


@pytest.mark.parametrize("call", CALLS)
def test_of_arguments(call):
    expected = said(lambda: CALLS[call](weakref))
    assert expected
    assert said(lambda: CALLS[call](weakly)) == expected


def said_without_arguments(module, name, method):
    return said(getattr(getattr(module, name)(), method))


METHODS = [
    (name, method)
    for name in ("WeakSet", "WeakKeyDictionary", "WeakValueDictionary")
    for method in sorted(vars(getattr(weakref, name)))
    if not method.startswith("_")
]
REFUSING = [case for case in METHODS if TypeError in (said_without_arguments(weakref, *case) or ())]


@pytest.mark.parametrize(("name", "method"), REFUSING)
def test_of_methods_without_their_arguments(name, method):
    expected = said_without_arguments(weakref, name, method)
    assert said_without_arguments(weakly, name, method) == expected


@pytest.mark.parametrize("name", ["WeakKeyDictionary", "WeakValueDictionary"])
@pytest.mark.parametrize("element", NO_PAIRS)
def test_of_items_that_are_no_pairs(name, element):
    def update(module):
        getattr(module, name)().update(Items([NO_PAIRS[element]]))

    expected = said(lambda: update(weakref))
    assert expected
    assert said(lambda: update(weakly)) == expected


def test_pairs_of_any_kind_will_do():
    thing = Thing()
    for pair in (
        [thing, 1],
        iter([thing, 1]),
        {thing: 0, 1: 0},
        types.MappingProxyType({thing: 0, 1: 0}),
    ):
        assert dict(weakly.WeakKeyDictionary(Items([pair])).items()) == {thing: 1}


def test_a_pair_is_read_no_further_than_one_too_many():
    iterator = iter(range(10))
    with pytest.raises(ValueError, match="too many values to unpack"):
        weakly.WeakValueDictionary(Items([iterator]))
    assert next(iterator) == 3
