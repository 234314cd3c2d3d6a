"""An operation drops at once what it does not keep."""

import pytest
from referents import Thing


class Unlike:
    """Its comparison fails."""

    def __hash__(self):
        return 1

    def __eq__(self, other):
        raise ZeroDivisionError


class Same:
    """All are equal."""

    def __hash__(self):
        return 1

    def __eq__(self, other):
        return isinstance(other, Same)


def test_setdefault_of_a_present_key_does_not_keep_the_default(weakref):
    key, offered = Thing(), Thing()
    dictionary = weakref.WeakKeyDictionary({key: 1})
    offered_ref = weakref.ref(offered)
    dictionary.setdefault(key, offered)
    del offered
    assert offered_ref() is None


def test_a_replaced_value_dies_at_once(weakref):
    key, value = Thing(), Thing()
    dictionary = weakref.WeakKeyDictionary({key: value})
    value_ref = weakref.ref(value)
    del value
    dictionary[key] = None
    assert value_ref() is None


def test_adding_an_equal_item_leaves_no_reference_to_it(weakref):
    present, equal = Same(), Same()
    items = weakref.WeakSet([present])
    items.add(equal)
    assert weakref.getweakrefcount(equal) == 0


def test_a_comparison_that_fails_does_not_keep_the_value(weakref):
    key, other, value = Unlike(), Unlike(), Thing()
    dictionary = weakref.WeakKeyDictionary({key: None})
    value_ref = weakref.ref(value)
    with pytest.raises(ZeroDivisionError):
        dictionary[other] = value
    del value
    assert value_ref() is None


def test_a_failing_store_in_a_weak_value_dictionary_keeps_no_key(weakref):
    key, value = Thing(), Thing()
    dictionary = weakref.WeakValueDictionary()
    key_ref = weakref.ref(key)
    with pytest.raises(TypeError):
        dictionary[key] = 1
    dictionary[key] = value
    del dictionary[key], key
    assert key_ref() is None
