"""Containers that tell their keys apart by identity: what others compare by, they do not ask."""

import collections.abc
import copy
import gc
import pickle

import pytest
import weakly
from referents import Equal, Thing, things

DICTIONARIES = [weakly.WeakIdKeyDictionary, weakly.WeakIdKeyValueDictionary]


class Hostile:
    """Neither hashable nor comparable."""

    __hash__ = None

    def __eq__(self, other):
        raise AssertionError("compared")

    def __bool__(self):
        raise AssertionError("asked for its truth")


class Elementwise(dict):
    """Compares as an array does: the result has no truth."""

    def __eq__(self, other):
        return Hostile()


@pytest.fixture(params=[Hostile, Elementwise, lambda: Equal(1), Thing])
def make(request):
    return request.param


@pytest.fixture(params=DICTIONARIES, ids=lambda cls: cls.__name__)
def dictionary(request):
    return request.param


class TestDictionary:
    def test_any_object_is_a_key(self, dictionary, make):
        one, other, value = make(), make(), Thing()
        d = dictionary()
        d[one] = value
        assert d[one] is value and one in d and other not in d
        assert d.get(other) is None and len(d) == 1
        with pytest.raises(KeyError):
            d[other]
        with pytest.raises(KeyError):
            del d[other]

    def test_equal_keys_are_two(self, dictionary):
        one, two, value = Equal(1), Equal(1), Thing()
        d = dictionary([(one, value), (two, value)])
        assert [key is given for key, given in zip(d, (one, two))] == [True, True]
        del one
        assert len(d) == 1

    def test_every_way_in_and_out(self, dictionary, make):
        one, two = make(), make()
        v, w = things(2)
        d = dictionary()
        assert d.setdefault(one, v) is v and d.setdefault(one, w) is v
        d.update([(one, w), (two, v)])
        assert [value for _, value in d.items()] == [w, v]
        assert d.pop(one) is w and d.pop(one, None) is None
        key, value = d.popitem()
        assert key is two and value is v and not d

    @pytest.mark.parametrize("fill", ["__init__", "update", "__ior__"])
    def test_what_has_keys_and_their_values_is_a_mapping(self, dictionary, make, fill):
        """As for `dict.update`: it needs no `items()`."""
        key, value = make(), Thing()

        class Mapping:
            def keys(self):
                return iter([key])

            def __getitem__(self, asked):
                assert asked is key
                return value

        d = dictionary()
        getattr(d, fill)(Mapping())
        assert len(d) == 1 and d[key] is value

    def test_copies_are_of_the_same_kind(self, dictionary, make):
        one, value = make(), Thing()
        d = dictionary([(one, value)])
        for other in (d.copy(), copy.copy(d), d | {}, {} | d):
            assert type(other) is dictionary and other == d and other[one] is value
        assert type(copy.deepcopy(d)) is dictionary and one in copy.deepcopy(d)

    def test_comparison_goes_by_identity(self, dictionary):
        one, two, value = Equal(1), Equal(1), Thing()
        d = dictionary([(one, value)])
        assert d == dictionary([(one, value)])
        assert d != dictionary([(two, value)])
        assert d == {one: value} and {one: value} == d and d != {two: value}
        assert d != [(one, value)]

    def test_comparison_of_two_kinds_goes_by_identity_from_both_sides(self, dictionary):
        one, two, value = Equal(1), Equal(1), Thing()
        by_identity, by_value = dictionary([(one, value)]), weakly.WeakKeyDictionary([(two, value)])
        assert by_identity != by_value and by_value != by_identity
        by_value = weakly.WeakKeyDictionary([(one, value)])
        assert by_identity == by_value and by_value == by_identity

    def test_a_union_is_of_the_kind_on_its_left(self, dictionary):
        one, two, value = Equal(1), Equal(1), Thing()
        by_identity, by_value = dictionary([(one, value)]), weakly.WeakKeyDictionary([(two, value)])
        assert len(by_identity | by_value) == 2
        assert type(by_value | by_identity) is weakly.WeakKeyDictionary
        assert len(by_value | by_identity) == 1

    def test_data_can_be_read_and_assigned(self, dictionary, make):
        one, value = make(), Thing()
        d = dictionary([(one, value)])
        (ref,) = d.data
        assert type(ref) is weakly.WeakIdRef and ref() is one
        d.data = d.data
        assert d.keyrefs() == [ref] and d.keyrefs()[0] is ref and d[one] is value
        del one
        assert not d

    def test_what_cannot_be_referenced_is_refused(self, dictionary):
        d = dictionary()
        for operation in (d.__getitem__, d.__delitem__, d.pop, d.get, d.setdefault):
            with pytest.raises(TypeError, match="cannot create weak reference to 'int' object"):
                operation(1)
        assert 1 not in d

    def test_pickling_is_refused(self, dictionary):
        with pytest.raises(TypeError, match=f"cannot pickle '{dictionary.__name__}' object"):
            pickle.dumps(dictionary())

    def test_it_is_a_mutable_mapping(self, dictionary):
        assert isinstance(dictionary(), collections.abc.MutableMapping)
        assert dictionary[Thing, int].__origin__ is dictionary
        assert repr(dictionary()).startswith(f"<{dictionary.__name__} at 0x")

    def test_a_subclass_may_define_missing(self, dictionary):
        class WithMissing(dictionary):
            def __missing__(self, key):
                return key

        key = Hostile()
        assert WithMissing()[key] is key

    def test_an_address_that_is_used_again_is_no_key(self, dictionary):
        d, value = dictionary(), Thing()
        refs = weakly.WeakIdRef(value), []
        for _ in range(1000):
            key = Thing()
            assert key not in d
            d[key] = value
            refs[1].extend(d.keyrefs())
            del key
        assert not d and len(set(refs[1])) == 1000


class TestSet:
    def test_any_object_is_an_item(self, make):
        one, other = make(), make()
        s = weakly.WeakIdSet([one])
        s.add(one)
        assert one in s and other not in s and len(s) == 1
        s.discard(other)
        with pytest.raises(KeyError):
            s.remove(other)
        del one
        assert len(s) == 0

    def test_operations_go_by_identity(self, make):
        a, b, c = objects = [make() for _ in range(3)]
        s, t = weakly.WeakIdSet([a, b]), weakly.WeakIdSet([b, c])

        def names(items):
            return ["abc"[[item is o for o in objects].index(True)] for item in items]

        for other in (t, [b, c]):
            assert names(s | other) == ["a", "b", "c"]
            assert names(s & other) == ["b"]
            assert names(s - other) == ["a"]
            assert names(s ^ other) == ["a", "c"]
            assert not s.isdisjoint(other) and not s <= other and not s >= other
        assert s == weakly.WeakIdSet([b, a]) and s != t and s < weakly.WeakIdSet(objects)
        for name, left in (("|=", "abc"), ("&=", "b"), ("-=", "a"), ("^=", "ac")):
            u = s.copy()
            exec(f"u {name} t")
            assert names(u) == list(left) and type(u) is weakly.WeakIdSet

    def test_equal_items_are_two(self):
        one, two = Equal(1), Equal(1)
        assert len(weakly.WeakIdSet([one, two])) == 2
        assert weakly.WeakIdSet([one]) != weakly.WeakIdSet([two])

    def test_it_is_a_mutable_set(self):
        assert isinstance(weakly.WeakIdSet(), collections.abc.MutableSet)
        with pytest.raises(KeyError, match="pop from empty WeakIdSet"):
            weakly.WeakIdSet().pop()


class TestRef:
    def test_two_to_one_object_are_equal(self, make):
        one, other = make(), make()
        ref = weakly.WeakIdRef(one)
        assert ref == weakly.WeakIdRef(one) and hash(ref) == hash(weakly.WeakIdRef(one))
        assert ref != weakly.WeakIdRef(other) and ref() is one

    def test_a_dead_one_equals_itself_only(self):
        thing = Thing()
        one, two = weakly.WeakIdRef(thing), weakly.WeakIdRef(thing)
        before = hash(one)
        del thing
        assert one == one and one != two and hash(one) == before and one() is None

    def test_it_calls_back(self):
        thing, calls = Thing(), []
        ref = weakly.WeakIdRef(thing, calls.append)
        del thing
        assert calls == [ref]

    def test_arguments_are_checked(self):
        with pytest.raises(TypeError):
            weakly.WeakIdRef()
        with pytest.raises(TypeError, match="cannot create weak reference to 'int' object"):
            weakly.WeakIdRef(1)


def test_a_collection_drops_cyclic_keys():
    d, s = weakly.WeakIdKeyDictionary(), weakly.WeakIdSet()
    key = Hostile()
    key.cycle = key
    d[key] = 1
    s.add(key)
    del key
    gc.collect()
    assert not d and not s
