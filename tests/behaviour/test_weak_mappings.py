"""What `WeakKeyDictionary` and `WeakValueDictionary` have in common."""

import collections
import collections.abc
import copy
import gc
import pickle

import pytest
from referents import Failure, Thing, Unhashable, things


class TestConstruction:
    def test_without_arguments_is_empty(self, kind):
        assert len(kind.cls()) == 0
        assert list(kind.cls()) == []

    def test_from_a_mapping(self, kind):
        d, pairs = kind.filled()
        assert list(d.items()) == pairs

    def test_from_pairs(self, kind):
        pairs = kind.pairs(3)
        assert list(kind.cls(iter(pairs)).items()) == pairs

    def test_from_another_weak_dictionary(self, kind):
        d, pairs = kind.filled()
        assert list(kind.cls(d).items()) == pairs

    def test_from_anything_with_items(self, kind):
        pairs = kind.pairs(2)

        class HasItems:
            def items(self):
                return iter(pairs)

        assert list(kind.cls(HasItems()).items()) == pairs

    def test_none_means_nothing(self, kind):
        assert len(kind.cls(None)) == 0

    def test_a_number_is_not_iterable(self, kind):
        with pytest.raises(TypeError, match="^'int' object is not iterable$"):
            kind.cls(1)

    def test_elements_must_be_pairs(self, kind):
        text = "^dictionary update sequence element #0 has length 3; 2 is required$"
        with pytest.raises(ValueError, match=text):
            kind.cls([(1, 2, 3)])

    def test_a_failing_source_passes_its_error_on(self, kind):
        class Source:
            def items(self):
                raise Failure

        with pytest.raises(Failure):
            kind.cls(Source())

    def test_too_many_arguments(self, kind):
        with pytest.raises(TypeError):
            kind.cls({}, {})

    def test_init_again_replaces_the_entries(self, kind):
        d, pairs = kind.filled(4)
        d.__init__(dict(pairs[:1]))
        assert list(d.items()) == pairs[:1]

    def test_init_again_without_arguments_empties(self, kind):
        d, pairs = kind.filled()
        d.__init__()
        assert len(d) == 0
        assert list(d) == []


class TestDeath:
    def test_an_entry_dies_with_its_object(self, kind, no_gc):
        d, pairs = kind.filled(3)
        del pairs[1]
        assert list(d.items()) == pairs
        assert len(d) == 2

    def test_all_entries_die(self, kind, no_gc):
        d, pairs = kind.filled(10)
        pairs.clear()
        assert len(d) == 0
        assert list(d.keys()) == list(d.values()) == list(d.items()) == []

    def test_the_dictionary_dies_with_its_last_reference(self, kind, weakref, no_gc):
        d, pairs = kind.filled()
        watch = weakref.ref(d)
        del d
        assert watch() is None

    def test_objects_outlive_their_dictionary(self, kind, no_gc):
        d, pairs = kind.filled()
        del d
        pairs.clear()

    def test_one_weak_reference_an_entry(self, kind, weakref):
        d, pairs = kind.filled(1)
        for thing in pairs[0]:
            if isinstance(thing, Thing):
                assert weakref.getweakrefcount(thing) == 1

    def test_the_entry_of_a_cycle_dies_in_collection(self, kind):
        d = kind.cls()
        thing = Thing(1)
        thing.itself = thing
        d.update([(thing, 1) if kind.weak_keys else (1, thing)])
        del thing
        assert len(d) == 1
        gc.collect()
        assert len(d) == 0


class TestItems:
    def test_get_item(self, kind):
        d, pairs = kind.filled()
        assert [d[key] for key, _ in pairs] == [value for _, value in pairs]

    def test_set_item_replaces(self, kind):
        d, pairs = kind.filled(2)
        (first, _), (second, replacement) = pairs
        d[first] = replacement
        assert list(d.items()) == [(first, replacement), (second, replacement)]

    def test_delete_item(self, kind):
        d, pairs = kind.filled(3)
        del d[pairs[1][0]]
        assert list(d.items()) == [pairs[0], pairs[2]]

    def test_a_deleted_key_is_inserted_at_the_end(self, kind):
        d, pairs = kind.filled(3)
        key, value = pairs[0]
        del d[key]
        d[key] = value
        assert list(d.items()) == [pairs[1], pairs[2], pairs[0]]

    def test_contains(self, kind):
        d, pairs = kind.filled(1)
        assert pairs[0][0] in d
        assert kind.missing_key() not in d

    def test_get(self, kind):
        d, pairs = kind.filled(1)
        key, value = pairs[0]
        assert d.get(key) == value
        assert d.get(key, "default") == value
        assert d.get(key, default="default") == value

    def test_get_of_a_missing_key(self, kind):
        d, _ = kind.filled(1)
        missing = kind.missing_key()
        assert d.get(missing) is None
        assert d.get(missing, "default") == "default"
        assert d.get(missing, default="default") == "default"
        assert d.get(key=missing, default="default") == "default"

    def test_missing_keys_raise_key_error(self, kind):
        d = kind.cls()
        key = kind.missing_key()
        with pytest.raises(KeyError):
            d[key]
        with pytest.raises(KeyError):
            del d[key]
        with pytest.raises(KeyError):
            d.pop(key)


class TestPop:
    def test_pop(self, kind):
        d, pairs = kind.filled(2)
        key, value = pairs[0]
        assert d.pop(key) == value
        assert list(d.items()) == pairs[1:]

    def test_pop_with_default(self, kind):
        d, pairs = kind.filled(1)
        key, value = pairs[0]
        assert d.pop(key, "default") == value
        assert d.pop(key, "default") == "default"
        assert d.pop(key, None) is None

    def test_pop_from_an_empty_dictionary_does_not_hash(self, kind):
        d, key = kind.cls(), Unhashable()
        assert d.pop(key, "default") == "default"
        with pytest.raises(KeyError):
            d.pop(key)

    def test_popitem_takes_the_newest(self, kind):
        d, pairs = kind.filled(3)
        assert [d.popitem() for _ in range(3)] == pairs[::-1]

    def test_popitem_of_empty(self, kind):
        with pytest.raises(KeyError) as error:
            kind.cls().popitem()
        assert error.value.args == ("popitem(): dictionary is empty",)

    def test_popitem_after_everything_died(self, kind):
        d, pairs = kind.filled(3)
        pairs.clear()
        with pytest.raises(KeyError):
            d.popitem()

    def test_setdefault_inserts(self, kind):
        d = kind.cls()
        key, value = kind.pairs(1)[0]
        assert d.setdefault(key, value) is value
        assert list(d.items()) == [(key, value)]

    def test_setdefault_keeps_what_is_there(self, kind):
        d, pairs = kind.filled(1)
        key, value = pairs[0]
        assert d.setdefault(key, kind.missing_value()) == value
        assert list(d.items()) == pairs

    def test_setdefault_by_keyword(self, kind):
        d, pairs = kind.filled(1)
        key, value = pairs[0]
        assert d.setdefault(key=key, default=kind.missing_value()) == value

    def test_clear(self, kind):
        d, pairs = kind.filled()
        d.clear()
        assert len(d) == 0
        d.clear()
        d.update(pairs)
        assert list(d.items()) == pairs

    def test_clear_removes_what_is_stored_meanwhile(self, weakref):
        class Dying:
            def __del__(self):
                mapping["late"] = late

        class Late:
            pass

        late = Late()
        mapping = weakref.WeakValueDictionary()
        dying = Dying()
        # Only the key keeps the value alive. It dies once the entry has been removed.
        mapping[dying] = dying
        del dying
        mapping.clear()
        assert list(mapping) == []


class TestUpdate:
    def test_with_a_mapping_with_pairs_and_with_none(self, kind):
        pairs = kind.pairs(4)
        d = kind.cls()
        d.update(dict(pairs[:1]))
        d.update(pairs[1:2])
        d.update(None)
        d.update()
        d.update(kind.cls(pairs[2:]))
        assert list(d.items()) == pairs

    def test_with_itself(self, kind):
        d, pairs = kind.filled()
        d.update(d)
        assert list(d.items()) == pairs

    def test_returns_none(self, kind):
        assert kind.cls().update({}) is None

    def test_entries_before_the_error_stay(self, kind):
        pairs = kind.pairs(2)

        class Source:
            def items(self):
                yield pairs[0]
                raise Failure

        d = kind.cls()
        with pytest.raises(Failure):
            d.update(Source())
        assert list(d.items()) == pairs[:1]

    def test_a_sequence_is_checked_before_anything_is_inserted(self, kind):
        pairs = kind.pairs(1)
        d = kind.cls()
        with pytest.raises(
            TypeError, match="(?i)cannot convert dictionary update sequence element #1"
        ):
            d.update([pairs[0], 1])
        assert len(d) == 0

    def test_one_positional_argument_only(self, kind):
        with pytest.raises(TypeError):
            kind.cls().update({}, {})

    def test_an_overridden_setitem_is_not_called(self, kind):
        class Overridden(kind.cls):
            def __setitem__(self, key, value):
                raise Failure

        pairs = kind.pairs(1)
        assert list(Overridden(pairs).items()) == pairs

    def test_init_calls_an_overridden_update(self, kind):
        calls = []

        class Overridden(kind.cls):
            def update(self, *args, **kwargs):
                calls.append(args)
                super().update(*args, **kwargs)

        pairs = kind.pairs(2)
        d = Overridden(pairs)
        assert calls == [(pairs,)]
        assert list(d.items()) == pairs


class TestEquality:
    def test_compares_as_dictionaries_of_the_live_items(self, kind):
        d, pairs = kind.filled()
        assert d == dict(pairs)
        assert dict(pairs) == d
        assert d == kind.cls(pairs)
        assert d != dict(pairs[:2])
        assert not d != dict(pairs)

    def test_ignores_order(self, kind):
        pairs = kind.pairs(3)
        assert kind.cls(pairs) == kind.cls(pairs[::-1])

    def test_with_any_mapping(self, kind):
        d, pairs = kind.filled()
        assert d == collections.UserDict(pairs)

    def test_with_something_else(self, kind):
        d, pairs = kind.filled()
        assert d != pairs
        assert d.__eq__(pairs) is NotImplemented

    def test_has_no_order(self, kind):
        with pytest.raises(TypeError):
            kind.cls() < kind.cls()

    def test_unhashable(self, kind):
        with pytest.raises(TypeError, match=f"unhashable type: '{kind.name}'"):
            hash(kind.cls())

    def test_truth(self, kind):
        d, pairs = kind.filled(1)
        assert d
        pairs.clear()
        assert not d


class TestUnion:
    def test_or(self, kind):
        pairs = kind.pairs(3)
        left, right = kind.cls(pairs[:2]), kind.cls(pairs[1:])
        union = left | right
        assert type(union) is kind.cls
        assert list(union.items()) == pairs
        assert (list(left.items()), list(right.items())) == (pairs[:2], pairs[1:])

    def test_or_with_a_dict_on_either_side(self, kind):
        pairs = kind.pairs(3)
        left, right = kind.cls(pairs[:2]), dict(pairs[1:])
        assert list((left | right).items()) == pairs
        assert list((right | left).items()) == pairs[1:] + pairs[:1]
        assert type(right | left) is kind.cls

    def test_the_right_side_wins(self, kind):
        (key, value), (_, other) = pairs = kind.pairs(2)
        d = kind.cls(pairs[:1])
        assert list((d | {key: other}).values()) == [other]
        assert list(({key: other} | d).values()) == [value]

    def test_or_with_pairs_is_refused(self, kind):
        d, pairs = kind.filled()
        assert d.__or__(pairs) is NotImplemented
        assert d.__ror__(pairs) is NotImplemented
        with pytest.raises(TypeError, match="unsupported operand"):
            d | pairs
        with pytest.raises(TypeError):
            pairs | d

    def test_in_place(self, kind):
        pairs = kind.pairs(4)
        d = same = kind.cls(pairs[:1])
        d |= dict(pairs[1:2])
        d |= kind.cls(pairs[2:3])
        d |= pairs[3:]
        assert d is same
        assert list(d.items()) == pairs

    def test_in_place_with_a_number(self, kind):
        d = kind.cls()
        with pytest.raises(TypeError, match="'int' object is not iterable"):
            d |= 1

    def test_of_a_subclass(self, kind):
        """The copy on the left is of the base class; the right operand gives its own."""

        class Sub(kind.cls):
            pass

        pairs = kind.pairs(1)
        d = Sub(pairs)
        assert type(d | {}) is kind.cls
        assert type({} | d) is Sub


class TestCopy:
    @pytest.mark.parametrize("copier", [copy.copy, lambda d: d.copy(), lambda d: d.__copy__()])
    def test_is_independent(self, kind, copier):
        d, pairs = kind.filled(3)
        other = copier(d)
        assert type(other) is kind.cls
        assert list(other.items()) == pairs
        del other[pairs[0][0]]
        assert list(d.items()) == pairs
        del pairs[1]
        assert list(d.items()) == pairs
        assert list(other.items()) == pairs[1:]

    def test_of_a_subclass_is_of_the_base_class(self, kind):
        class Sub(kind.cls):
            pass

        d = Sub()
        d.attribute = 1
        assert type(d.copy()) is type(copy.copy(d)) is kind.cls
        assert not hasattr(d.copy(), "attribute")

    def test_deepcopy_of_a_subclass_keeps_the_class(self, kind):
        class Sub(kind.cls):
            pass

        pairs = kind.pairs(1)
        d = Sub(pairs)
        d.attribute = 1
        other = copy.deepcopy(d)
        assert type(other) is Sub
        assert not hasattr(other, "attribute")
        assert list(other.items()) == pairs

    def test_the_copy_works_after_the_original_is_gone(self, kind, no_gc):
        d, pairs = kind.filled(2)
        for copier in (copy.copy, copy.deepcopy):
            other = copier(d)
            pairs.append(kind.pairs(3)[2])
            other.update(pairs[-1:])
            del pairs[-1]
            assert len(other) == 2
        one = copy.deepcopy(d)
        del d
        pairs.clear()
        assert len(one) == 0


class TestClass:
    def test_pickling(self, kind):
        d, _pairs = kind.filled(1)
        with pytest.raises((TypeError, AttributeError, pickle.PicklingError)):
            pickle.dumps(d)

    def test_repr(self, kind):
        d = kind.cls()
        assert repr(d) == str(d) == f"<{kind.name} at {id(d):#x}>"

    def test_repr_of_a_subclass(self, kind):
        class Sub(kind.cls):
            pass

        d = Sub()
        assert repr(d) == f"<Sub at {id(d):#x}>"

    def test_names(self, kind):
        assert kind.cls.__name__ == kind.cls.__qualname__ == kind.name

    def test_is_a_mutable_mapping(self, kind):
        assert issubclass(kind.cls, collections.abc.MutableMapping)
        assert isinstance(kind.cls(), collections.abc.Mapping)

    def test_generic(self, kind):
        alias = kind.cls[int, Thing]
        assert alias.__origin__ is kind.cls
        assert alias.__args__ == (int, Thing)

    def test_attributes_and_weak_references(self, kind, weakref):
        d = kind.cls()
        d.attribute = 1
        assert vars(d)["attribute"] == 1
        assert weakref.ref(d)() is d

    def test_subclass_with_slots(self, kind):
        class Slotted(kind.cls):
            __slots__ = ("extra",)

        pairs = kind.pairs(1)
        d = Slotted(pairs)
        d.extra = 1
        assert (d.extra, list(d.items())) == (1, pairs)

    def test_subclass_with_its_own_init(self, kind):
        class Own(kind.cls):
            def __init__(self, first, second, *, third):
                super().__init__(first)
                self.rest = (second, third)

        pairs = kind.pairs(1)
        d = Own(pairs, 2, third=3)
        assert (list(d.items()), d.rest) == (pairs, (2, 3))

    def test_subclass_that_overrides_new(self, kind):
        class Own(kind.cls):
            def __new__(cls, *args):
                self = super().__new__(cls)
                self.args = args
                return self

        pairs = kind.pairs(1)
        d = Own(pairs)
        assert (list(d.items()), d.args) == (pairs, (pairs,))

    def test_subclass_with_another_base(self, kind):
        class Mixin:
            def hello(self):
                return "hello"

        class Both(Mixin, kind.cls):
            pass

        assert Both().hello() == "hello"

    def test_unknown_keywords_of_methods_are_refused(self, kind):
        for method in ("keys", "values", "items", "copy", "clear", "popitem"):
            with pytest.raises(TypeError):
                getattr(kind.cls(), method)(unknown=1)
            with pytest.raises(TypeError):
                getattr(kind.cls(), method)(1)

    def test_no_fromkeys(self, kind):
        assert not hasattr(kind.cls, "fromkeys")


def test_pairs_are_made_a_dict_before_the_first_is_stored(weakref):
    """The last value of a repeated key counts, even if a key in between is refused."""
    key = Thing()
    d = weakref.WeakKeyDictionary()
    with pytest.raises(TypeError):
        d.update([(key, "first"), (1, "not weakly referenceable"), (key, "last")])
    assert list(d.items()) == [(key, "last")]


def test_init_again_drops_the_old_content_oldest_first(weakref):
    """Like a `dict` that is replaced by a new one. `clear()` begins with the newest."""
    dropped = []

    class Noted(Thing):
        def __del__(self):
            dropped.append(self.name)

    keys = things(4)
    for again, order in (("__init__", [0, 1, 2, 3]), ("clear", [3, 2, 1, 0])):
        d = weakref.WeakKeyDictionary((key, Noted(key.name)) for key in keys)
        dropped.clear()
        getattr(d, again)()
        assert dropped == order
