"""What only `WeakValueDictionary` and its `KeyedRef` do."""

import copy
import gc

import pytest
from referents import Equal, Thing, Unhashable, things


class TestKeys:
    def test_any_hashable_key(self, weakref):
        value = Thing()
        keys = [1, "text", None, (1, 2), frozenset(), 1.5, Thing, value]
        d = weakref.WeakValueDictionary((key, value) for key in keys)
        assert list(d) == keys
        assert all(d[key] is value for key in keys)

    def test_equal_keys_share_an_entry(self, weakref):
        value = Thing()
        d = weakref.WeakValueDictionary({1: value})
        assert d[1.0] is d[True] is value

    def test_the_first_of_equal_keys_is_kept(self, weakref):
        key, equal, value, other = Equal(1), Equal(1), Thing(), Thing()
        d = weakref.WeakValueDictionary({key: value})
        d[equal] = other
        assert [k is key for k in d] == [True]
        assert list(d.values()) == [other]

    def test_keys_of_equal_hash_are_told_apart(self, weakref):
        values = things(20)
        d = weakref.WeakValueDictionary(
            (Equal(value.name, hash_value=7), value) for value in values
        )
        assert [d[Equal(n, hash_value=7)].name for n in range(20)] == list(range(20))

    def test_identical_keys_need_not_be_equal(self, weakref):
        """Like a dict: identity first, so that NaN is found."""
        nan, value = float("nan"), Thing()
        d = weakref.WeakValueDictionary({nan: value})
        assert d[nan] is value
        assert float("nan") not in d

    def test_keys_are_held_while_the_value_lives(self, weakref, no_gc):
        key, value = Thing(), Thing()
        watch = weakref.ref(key)
        d = weakref.WeakValueDictionary({key: value})
        del key
        assert watch() is not None
        del value
        assert len(d) == 0
        assert watch() is None


class TestErrors:
    def test_missing_key(self, weakref):
        d = weakref.WeakValueDictionary()
        key = object()
        for operation in (d.__getitem__, d.__delitem__, d.pop):
            with pytest.raises(KeyError) as error:
                operation(key)
            assert error.value.args == (key,)

    def test_a_missing_tuple_is_one_argument(self, weakref):
        for operation in ("__getitem__", "__delitem__", "pop"):
            with pytest.raises(KeyError) as error:
                getattr(weakref.WeakValueDictionary(), operation)((1, 2))
            assert error.value.args == ((1, 2),)

    def test_values_that_cannot_be_referenced(self, weakref):
        d = weakref.WeakValueDictionary()
        for operation in (
            lambda: d.__setitem__(1, 2),
            lambda: d.setdefault(1, 2),
            lambda: d.update({1: 2}),
            lambda: d.update(key=2),
            lambda: weakref.WeakValueDictionary(key=2),
            lambda: weakref.WeakValueDictionary({1: 2}),
        ):
            with pytest.raises(TypeError, match="^cannot create weak reference to 'int' object$"):
                operation()
        assert len(d) == 0

    def test_setdefault_defaults_to_none_which_cannot_be_referenced(self, weakref):
        d = weakref.WeakValueDictionary()
        with pytest.raises(TypeError, match="^cannot create weak reference to 'NoneType' object$"):
            d.setdefault(1)
        assert len(d) == 0

    def test_setdefault_of_a_present_key_does_not_look_at_the_default(self, weakref):
        value = Thing()
        d = weakref.WeakValueDictionary({1: value})
        assert d.setdefault(1) is d.setdefault(1, 2) is value

    @pytest.mark.parametrize("key", [[], {}, Unhashable()], ids=lambda key: type(key).__name__)
    def test_unhashable_keys(self, weakref, key):
        value = Thing()
        d = weakref.WeakValueDictionary({1: value})
        for operation in (
            lambda: d[key],
            lambda: d.__setitem__(key, value),
            lambda: d.__delitem__(key),
            lambda: key in d,
            lambda: d.get(key),
            lambda: d.pop(key),
            lambda: d.pop(key, 1),
            lambda: d.setdefault(key, value),
        ):
            with pytest.raises(TypeError, match=f"unhashable type: '{type(key).__name__}'"):
                operation()
        assert list(d) == [1]

    def test_a_value_that_cannot_be_referenced_leaves_the_old_entry(self, weakref):
        value = Thing()
        d = weakref.WeakValueDictionary({1: value})
        with pytest.raises(TypeError):
            d[1] = 2
        assert d[1] is value

    def test_pop_uses_the_first_of_several_defaults(self, weakref):
        assert weakref.WeakValueDictionary().pop("key", 1, 2) == 1


class TestKeywords:
    def test_any_keyword_is_a_key(self, weakref):
        value = Thing()
        names = ["self", "other", "dict", "iterable", "key", "kw"]
        keywords = dict.fromkeys(names, value)
        assert list(weakref.WeakValueDictionary(**keywords)) == names
        d = weakref.WeakValueDictionary()
        d.update(**keywords)
        assert list(d) == names

    def test_keywords_come_after_the_mapping(self, weakref):
        one, two = things(2)
        d = weakref.WeakValueDictionary({"a": one, "b": one}, b=two, c=two)
        assert list(d.items()) == [("a", one), ("b", two), ("c", two)]
        d.update([("d", one)], a=two)
        assert list(d.items()) == [("a", two), ("b", two), ("c", two), ("d", one)]


class TestRefs:
    def test_valuerefs(self, weakref):
        values = things(3)
        d = weakref.WeakValueDictionary(enumerate(values))
        refs = d.valuerefs()
        assert type(refs) is list
        assert [ref() for ref in refs] == values
        assert [ref.key for ref in refs] == [0, 1, 2]
        assert {type(ref) for ref in refs} == {weakref.KeyedRef}

    def test_itervaluerefs(self, weakref):
        values = things(3)
        d = weakref.WeakValueDictionary(enumerate(values))
        iterator = d.itervaluerefs()
        assert iter(iterator) is iterator
        assert list(iterator) == d.valuerefs()

    def test_valuerefs_are_the_stored_references(self, weakref):
        value = Thing()
        d = weakref.WeakValueDictionary(a=value)
        (ref,) = d.valuerefs()
        assert ref is next(d.itervaluerefs())
        assert ref is d.data["a"]
        assert [ref] == weakref.getweakrefs(value)

    def test_a_new_value_gets_a_new_reference(self, weakref):
        one, two = things(2)
        d = weakref.WeakValueDictionary(a=one)
        (old,) = d.valuerefs()
        d["a"] = two
        (new,) = d.valuerefs()
        assert (old(), new()) == (one, two)

    def test_the_death_of_a_replaced_value_leaves_the_new_one(self, weakref, no_gc):
        one, two = things(2)
        d = weakref.WeakValueDictionary(a=one)
        refs = d.valuerefs()
        d["a"] = two
        del one
        assert refs[0]() is None
        assert d["a"] is two

    def test_the_death_of_a_popped_value_leaves_the_new_one(self, weakref, no_gc):
        one, two = things(2)
        d = weakref.WeakValueDictionary(a=one)
        refs = d.valuerefs()
        d.pop("a")
        d["a"] = two
        del one
        assert refs[0]() is None
        assert list(d.items()) == [("a", two)]

    def test_data_reads_as_a_dict_of_references(self, weakref):
        values = things(2)
        d = weakref.WeakValueDictionary(enumerate(values))
        assert type(d.data) is dict
        assert list(d.data) == [0, 1]
        assert list(d.data.values()) == d.valuerefs()

    def test_data_can_be_assigned(self, weakref, no_gc):
        values = things(3)
        d = weakref.WeakValueDictionary({0: values[0]})
        d.data = {n: weakref.KeyedRef(values[n], d._remove, n) for n in (1, 2)}
        assert list(d.items()) == [(1, values[1]), (2, values[2])]
        del values[1]
        assert list(d) == [2]

    def test_data_that_cannot_be_assigned_changes_nothing(self, weakly, no_gc):
        values = things(3)
        d = weakly.WeakValueDictionary(enumerate(values))
        data = d.data
        with pytest.raises(TypeError):
            d.data = {2: data[2], 1: data[1], 0: data[0], 3: "no reference"}
        assert d.data == data
        del values[::2]
        assert list(d) == [1]

    def test_a_reference_under_two_keys_is_forgotten_under_both(self, weakref, no_gc):
        key, value = Equal(1), Thing()
        d = weakref.WeakValueDictionary({key: value})
        data = d.data
        key.hash_value += 1
        d.data = {**data, key: data.popitem()[1]}
        del value
        assert list(d) == []

    def test_remove_closes_over_nothing(self, weakref):
        assert weakref.WeakValueDictionary()._remove.__closure__ is None


class TestCopy:
    def test_deepcopy_copies_keys_and_shares_values(self, weakref):
        key, value = Thing(["inner"]), Thing()
        d = weakref.WeakValueDictionary({key: value})
        other = copy.deepcopy(d)
        ((other_key, other_value),) = other.items()
        assert other_key is not key
        assert other_key.name == ["inner"]
        assert other_value is value


class TestKeyedRef:
    def test_key_and_referent(self, weakref):
        value, calls = Thing(), []
        ref = weakref.KeyedRef(value, calls.append, "key")
        assert (ref(), ref.key, ref.__callback__ == calls.append) == (value, "key", True)
        del value
        assert calls == [ref]
        assert (ref(), ref.key, ref.__callback__) == (None, "key", None)

    def test_is_a_reference(self, weakref):
        assert issubclass(weakref.KeyedRef, weakref.ref)
        assert weakref.KeyedRef.__name__ == "KeyedRef"

    def test_is_never_the_canonical_reference(self, weakref):
        value = Thing()
        refs = [weakref.KeyedRef(value, None, 1) for _ in range(2)]
        assert refs[0] is not refs[1]
        assert weakref.getweakrefcount(value) == 2

    def test_compares_and_hashes_as_a_reference(self, weakref):
        value = Equal(1)
        ref = weakref.KeyedRef(value, None, "key")
        assert ref == weakref.ref(value)
        assert ref == weakref.ref(other := Equal(1))
        assert hash(ref) == hash(other)

    def test_key_can_be_assigned_and_deleted(self, weakref):
        ref = weakref.KeyedRef(value := Thing(), None, "key")
        ref.key = "other"
        assert (ref.key, ref()) == ("other", value)
        del ref.key
        with pytest.raises(AttributeError):
            ref.key

    def test_has_no_dict(self, weakref):
        ref = weakref.KeyedRef(value := Thing(), None, "key")
        with pytest.raises(AttributeError):
            ref.attribute = value

    def test_wants_three_arguments(self, weakref):
        value = Thing()
        for arguments in ((), (value,), (value, None), (value, None, 1, 2)):
            with pytest.raises(TypeError):
                weakref.KeyedRef(*arguments)
        with pytest.raises(TypeError, match="cannot create weak reference to 'int' object"):
            weakref.KeyedRef(1, None, "key")

    def test_arguments_by_keyword(self, weakref):
        value = Thing()
        ref = weakref.KeyedRef(ob=value, callback=None, key="key")
        assert (ref(), ref.key) == (value, "key")

    def test_repr(self, weakref):
        value = Thing()
        ref = weakref.KeyedRef(value, None, "key")
        text = f"<weakref at {id(ref):#x}; to 'Thing' at {id(value):#x}>"
        assert repr(ref) in (text, text.replace("'Thing'", f"'{Thing.__module__}.Thing'"))
        del value
        assert repr(ref) == f"<weakref at {id(ref):#x}; dead>"

    def test_cannot_be_copied(self, weakref):
        value = Thing()
        with pytest.raises(TypeError, match="^cannot pickle '(weakref.|weakly.)?KeyedRef' object"):
            copy.copy(weakref.KeyedRef(value, None, "key"))

    def test_can_be_subclassed(self, weakref):
        class Sub(weakref.KeyedRef):
            def __call__(self):
                return "called"

        ref = Sub(value := Thing(), None, value)
        assert ref() == "called"
        assert ref.key is value
        ref.attribute = 1
        assert ref.attribute == 1

    def test_callback_exceptions_are_unraisable(self, weakref, monkeypatch):
        seen = []
        monkeypatch.setattr("sys.unraisablehook", lambda error: seen.append(error.exc_type))
        value = Thing()
        ref = weakref.KeyedRef(value, lambda _: 1 / 0, "key")
        del value
        assert ref() is None
        assert seen == [ZeroDivisionError]

    def test_a_key_in_a_cycle_with_the_reference_is_collected(self, weakref):
        value, key = Thing(), Thing()
        key.ref = weakref.KeyedRef(value, None, key)
        watch = weakref.ref(key)
        del key
        gc.collect()
        assert watch() is None
        assert weakref.getweakrefcount(value) == 0
