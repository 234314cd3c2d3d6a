"""Dictionaries weak at both ends: an entry goes once, when either end dies."""

import gc

import pytest
import weakly
from referents import Equal, Thing, things

DICTIONARIES = [weakly.WeakKeyValueDictionary, weakly.WeakIdKeyValueDictionary]


@pytest.fixture(params=DICTIONARIES, ids=lambda cls: cls.__name__)
def dictionary(request):
    return request.param


def test_the_entry_goes_with_its_key(dictionary):
    key, value = things(2)
    d = dictionary([(key, value)])
    del key
    assert len(d) == 0 and list(d.values()) == []


def test_the_entry_goes_with_its_value(dictionary):
    key, value = things(2)
    d = dictionary([(key, value)])
    del value
    assert len(d) == 0 and key not in d and list(d) == []


def test_one_object_may_be_both(dictionary):
    both = Thing()
    d = dictionary([(both, both)])
    assert d[both] is both
    del both
    assert len(d) == 0


def test_both_may_die_in_one_collection(dictionary):
    key, value, other = things(3)
    d = dictionary([(key, value), (other, other)])
    key.value, value.key = value, key
    del key, value
    gc.collect()
    assert list(d) == [other]


def test_one_may_die_in_the_callback_of_the_other(dictionary):
    for first in ("key", "value"):
        ends = {"key": Thing(), "value": Thing()}
        d = dictionary([(ends["key"], ends["value"])])
        ref = weakly.ref(ends[first], lambda _, ends=ends: ends.clear())
        dying = ends.pop(first)
        del dying
        assert ref() is None and not ends and len(d) == 0


def test_an_entry_replaced_between_the_two_deaths_stays(dictionary):
    key, value, other = things(3)
    d = dictionary([(key, value)])
    d[key] = other
    del value
    assert d[key] is other and len(d) == 1
    d[key] = value = Thing()
    late = weakly.ref(value, lambda _: d.__setitem__(key, other))
    del value
    assert late() is None and d[key] is other and len(d) == 1


def test_a_key_that_comes_again_is_another(dictionary):
    value, d = Thing(), dictionary()
    for _ in range(100):
        key = Thing()
        d[key] = value
        assert len(d) == 1
        del key
    assert len(d) == 0


def test_an_equal_key_keeps_the_first():
    first, second, value = Equal(1), Equal(1), Thing()
    d = weakly.WeakKeyValueDictionary([(first, value)])
    d[second] = other = Thing()
    assert next(iter(d)) is first and d[second] is other
    del second
    assert d[first] is other


def test_references_to_both_ends(dictionary):
    key, value = things(2)
    d = dictionary([(key, value)])
    (key_ref,), (value_ref,) = d.keyrefs(), d.valuerefs()
    assert key_ref() is key and value_ref() is value and value_ref.key is key_ref
    assert d.data == {key_ref: value_ref}
    d.data = d.data
    assert d.keyrefs()[0] is key_ref and d.valuerefs()[0] is value_ref


def test_neither_end_is_held(dictionary):
    key, value = things(2)
    d = dictionary([(key, value)])
    refs = weakly.ref(key), weakly.ref(value)
    iterator = d.items()
    assert next(iterator) == (key, value)
    del key, value, iterator
    assert refs[0]() is None and refs[1]() is None and not d


def test_what_cannot_be_referenced_is_refused(dictionary):
    d, thing = dictionary(), Thing()
    for key, value in ((1, thing), (thing, 1)):
        with pytest.raises(TypeError, match="cannot create weak reference to 'int' object"):
            d[key] = value
    with pytest.raises(TypeError, match="cannot create weak reference to 'NoneType' object"):
        d.setdefault(thing)
    assert not d


def test_setdefault_gives_the_living(dictionary):
    key, value, other = things(3)
    d = dictionary()
    assert d.setdefault(key, value) is value and d.setdefault(key, other) is value
    del value
    assert d.setdefault(key, other) is other
