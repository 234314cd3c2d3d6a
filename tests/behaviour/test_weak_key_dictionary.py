"""What only `WeakKeyDictionary` does."""

import copy
import gc

import pytest
from referents import Equal, Thing, Unhashable, things


def by_ref(error, key):
    """The argument of the KeyError is a weak reference to the key, not the key."""
    (argument,) = error.value.args
    return argument() is key


class TestKeys:
    def test_equal_keys_share_an_entry(self, weakref):
        key, equal = Equal(1), Equal(1)
        d = weakref.WeakKeyDictionary({key: "value"})
        assert d[equal] == "value"
        assert equal in d
        assert d.get(equal) == "value"
        assert d.pop(equal) == "value"
        assert len(d) == 0

    def test_the_first_of_equal_keys_is_kept(self, weakref, no_gc):
        key, equal = Equal(1), Equal(1)
        d = weakref.WeakKeyDictionary()
        d[key] = "old"
        d[equal] = "new"
        assert [k is key for k in d] == [True]
        assert list(d.values()) == ["new"]
        del equal
        assert len(d) == 1
        del key
        assert len(d) == 0

    def test_the_entry_dies_with_the_first_of_equal_keys(self, weakref):
        key, equal = Equal(1), Equal(1)
        d = weakref.WeakKeyDictionary({key: "old"})
        d[equal] = "new"
        del key
        assert equal not in d

    @pytest.mark.parametrize("form", [list, tuple, iter])
    def test_a_key_that_comes_twice_keeps_its_place_and_gets_the_last_value(self, weakref, form):
        one, two = things(2)
        d = weakref.WeakKeyDictionary(form([(one, 1), (two, 2), (one, 3)]))
        assert list(d.items()) == [(one, 3), (two, 2)]

    def test_nothing_is_stored_of_pairs_of_which_one_is_bad(self, weakref):
        one, two = things(2)
        d = weakref.WeakKeyDictionary()
        for bad in ([two], 7, [two, 2, 3], (Unhashable(), 1)):
            with pytest.raises((TypeError, ValueError)):
                d.update([(one, 1), bad])
            assert len(d) == 0

    def test_keys_of_equal_hash_are_told_apart(self, weakref):
        keys = [Equal(number, hash_value=7) for number in range(20)]
        d = weakref.WeakKeyDictionary((key, key.value) for key in keys)
        assert [d[Equal(number, hash_value=7)] for number in range(20)] == list(range(20))
        del keys[::2]
        assert list(d.values()) == list(range(1, 20, 2))

    def test_eq_is_called_for_the_identical_key(self, weakref):
        """A dictionary of weak references cannot compare by identity first."""
        calls = []

        class Counting(Equal):
            __hash__ = Equal.__hash__

            def __eq__(self, other):
                calls.append((self, other))
                return super().__eq__(other)

        key = Counting(1)
        d = weakref.WeakKeyDictionary({key: 1})
        calls.clear()
        assert key in d
        assert len(calls) == 1

    def test_a_key_that_is_not_equal_to_itself_is_not_found(self, weakref):
        class Never:
            def __eq__(self, other):
                return False

            def __hash__(self):
                return 1

        key = Never()
        d = weakref.WeakKeyDictionary()
        d[key] = 1
        d[key] = 2
        assert key not in d
        assert list(d.values()) == [1, 2]
        del key
        assert len(d) == 0

    def test_a_key_that_dies_as_it_is_compared_is_missing(self, weakref):
        """The comparison keeps the key alive; its entry is gone after the comparison."""

        class Fatal(Equal):
            __hash__ = Equal.__hash__

            def __eq__(self, other):
                keys.clear()
                return True

        for operate in (
            lambda d: d[Equal(1)],
            lambda d: d.pop(Equal(1)),
            lambda d: d.__delitem__(Equal(1)),
            lambda d: weakref.WeakSet(d).remove(Equal(1)),
        ):
            keys = [Fatal(1)]
            d = weakref.WeakKeyDictionary({keys[0]: 1})
            with pytest.raises(KeyError):
                operate(d)
            assert len(d) == 0

    def test_the_hash_of_a_key_is_asked_once_per_call(self, weakref):
        calls = []

        class Counting:
            def __hash__(self):
                calls.append(self)
                return 1

        key = Counting()
        d = weakref.WeakKeyDictionary()
        d[key] = 1
        assert len(calls) == 1

    def test_the_object_lives_through_the_values(self, weakref):
        """A value that refers to its key keeps the entry alive forever: no ephemerons."""
        d = weakref.WeakKeyDictionary()
        key = Thing()
        d[key] = [key]
        watch = weakref.ref(key)
        del key
        gc.collect()
        assert watch() is not None
        d.clear()
        assert watch() is None


class TestErrors:
    def test_missing_key(self, weakref):
        d, key = weakref.WeakKeyDictionary(), Thing()
        with pytest.raises(KeyError) as error:
            d[key]
        assert by_ref(error, key)
        with pytest.raises(KeyError) as error:
            del d[key]
        assert by_ref(error, key)
        with pytest.raises(KeyError) as error:
            d.pop(key)
        assert by_ref(error, key)

    @pytest.mark.parametrize("key", [1, "text", None, (), []])
    def test_keys_that_cannot_be_referenced(self, weakref, key):
        d = weakref.WeakKeyDictionary()
        text = f"^cannot create weak reference to '{type(key).__name__}' object$"
        for operation in (
            lambda: d[key],
            lambda: d.__setitem__(key, 1),
            lambda: d.__delitem__(key),
            lambda: d.get(key),
            lambda: d.get(key, 1),
            lambda: d.pop(key),
            lambda: d.pop(key, 1),
            lambda: d.setdefault(key, 1),
            lambda: d.update([(key, 1)] if key != [] else Pairs([(key, 1)])),
        ):
            with pytest.raises(TypeError, match=text):
                operation()
        assert key not in d
        assert len(d) == 0

    def test_unhashable_keys(self, weakref):
        present, key = Thing(), Unhashable()
        d = weakref.WeakKeyDictionary({present: 1})
        for operation in (
            lambda: d[key],
            lambda: d.__setitem__(key, 1),
            lambda: d.__delitem__(key),
            lambda: d.get(key),
            lambda: d.pop(key, 1),
            lambda: d.setdefault(key, 1),
            lambda: d.update(Pairs([(key, 1)])),
            lambda: key in d,
        ):
            with pytest.raises(TypeError, match="unhashable type: 'Unhashable'"):
                operation()
        assert list(d) == [present]

    def test_the_error_of_pop_from_an_empty_dictionary_has_a_reference_to_the_key(self, weakref):
        d, key = weakref.WeakKeyDictionary(), Unhashable()
        with pytest.raises(KeyError) as error:
            d.pop(key)
        assert by_ref(error, key)

    def test_pop_takes_one_default(self, weakref):
        with pytest.raises(TypeError, match="pop expected at most 2 arguments, got 3"):
            weakref.WeakKeyDictionary().pop(Thing(), 1, 2)

    def test_update_with_keywords(self, weakref):
        with pytest.raises(TypeError, match="cannot create weak reference to 'str' object$"):
            weakref.WeakKeyDictionary().update(key=1)

    def test_init_takes_only_dict(self, weakref):
        key = Thing()
        assert list(weakref.WeakKeyDictionary(dict={key: 1}).items()) == [(key, 1)]
        with pytest.raises(TypeError):
            weakref.WeakKeyDictionary(key=1)


class Pairs:
    """An object with `items`. Its keys need not be hashable."""

    def __init__(self, pairs):
        self.pairs = pairs

    def items(self):
        return iter(self.pairs)


class TestValues:
    def test_setdefault_defaults_to_none(self, weakref):
        d, key = weakref.WeakKeyDictionary(), Thing()
        assert d.setdefault(key) is None
        assert list(d.items()) == [(key, None)]

    def test_values_are_held(self, weakref, no_gc):
        key, value = Thing(), Thing()
        watch = weakref.ref(value)
        d = weakref.WeakKeyDictionary({key: value})
        del value
        assert watch() is not None
        del key
        assert watch() is None
        assert len(d) == 0

    def test_replaced_and_removed_values_are_dropped(self, weakref, no_gc):
        key = Thing()
        d = weakref.WeakKeyDictionary()
        for remove in (
            lambda: d.__setitem__(key, 1),
            lambda: d.__delitem__(key),
            lambda: d.pop(key),
            lambda: d.popitem(),
            lambda: d.clear(),
            lambda: d.__init__(),
            lambda: d.update({key: 1}),
        ):
            d[key] = value = Thing()
            watch = weakref.ref(value)
            del value
            assert watch() is not None
            remove()
            assert watch() is None


class TestRefs:
    def test_keyrefs(self, weakref):
        keys = things(3)
        d = weakref.WeakKeyDictionary((key, 1) for key in keys)
        refs = d.keyrefs()
        assert type(refs) is list
        assert [ref() for ref in refs] == keys
        assert all(isinstance(ref, weakref.ref) for ref in refs)

    def test_keyrefs_are_the_stored_references(self, weakref):
        key = Thing()
        d = weakref.WeakKeyDictionary({key: 1})
        (ref,) = d.keyrefs()
        assert ref is d.keyrefs()[0]
        assert ref is weakref.getweakrefs(key)[0]

    def test_keyrefs_are_exact_references(self, weakref):
        key = Thing()
        (ref,) = weakref.WeakKeyDictionary({key: 1}).keyrefs()
        assert type(ref) is weakref.ref
        assert hash(ref) == hash(key)
        assert ref == weakref.ref(key)

    def test_a_reference_outlives_the_dictionary(self, weakref):
        key = Thing()
        d = weakref.WeakKeyDictionary({key: 1})
        (ref,) = d.keyrefs()
        del d
        assert ref() is key
        del key
        assert ref() is None

    def test_a_removed_reference_does_not_remove_a_new_entry(self, weakref):
        old, new = Equal(1), Equal(1)
        d = weakref.WeakKeyDictionary({old: "old"})
        refs = d.keyrefs()
        del d[old]
        d[new] = "new"
        del old
        assert refs[0]() is None
        assert d[new] == "new"

    def test_data_reads_as_a_dict_of_references(self, weakref):
        keys = things(2)
        d = weakref.WeakKeyDictionary((key, key.name) for key in keys)
        assert type(d.data) is dict
        assert list(d.data) == d.keyrefs()
        assert list(d.data.values()) == [0, 1]
        assert weakref.ref(keys[0]) in d.data

    def test_data_can_be_assigned(self, weakref, no_gc):
        keys = things(3)
        d = weakref.WeakKeyDictionary({keys[0]: 0})
        other = weakref.WeakKeyDictionary({keys[1]: 1})
        d.data = {weakref.ref(key, d._remove): key.name for key in keys[1:]}
        assert list(d.items()) == [(keys[1], 1), (keys[2], 2)]
        assert len(other) == 1
        del keys[1]
        assert len(d) == 1


class TestCopy:
    def test_deepcopy_shares_keys_and_copies_values(self, weakref):
        key, value = Thing(), Thing(["inner"])
        d = weakref.WeakKeyDictionary({key: value})
        other = copy.deepcopy(d)
        ((other_key, other_value),) = other.items()
        assert other_key is key
        assert other_value is not value
        assert other_value.name == ["inner"]
        assert other_value.name is not value.name

    def test_deepcopy_passes_the_memo(self, weakref):
        keys, shared = things(2), Thing()
        d = weakref.WeakKeyDictionary((key, [shared]) for key in keys)
        one, two = copy.deepcopy(d).values()
        assert one[0] is two[0] is not shared
