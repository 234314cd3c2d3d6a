"""What `WeakSet` does."""

import collections.abc
import copy
import pickle
import sys

import pytest
from referents import Equal, Failure, Thing, Unhashable, things


def members(weak_set):
    """The live members, by name: the order of a WeakSet is not part of its behaviour."""
    return sorted(thing.name for thing in weak_set)


@pytest.fixture
def abc():
    return things(3)


class TestConstruction:
    def test_empty(self, weakref):
        assert len(weakref.WeakSet()) == len(weakref.WeakSet(None)) == len(weakref.WeakSet([])) == 0

    def test_from_any_iterable(self, weakref, abc):
        for source in (abc, tuple(abc), iter(abc), set(abc), weakref.WeakSet(abc)):
            assert members(weakref.WeakSet(source)) == [0, 1, 2]

    def test_by_keyword(self, weakref, abc):
        assert members(weakref.WeakSet(data=abc)) == [0, 1, 2]

    def test_from_a_number(self, weakref):
        with pytest.raises(TypeError, match="^'int' object is not iterable$"):
            weakref.WeakSet(1)

    def test_from_what_cannot_be_referenced(self, weakref):
        with pytest.raises(TypeError, match="^cannot create weak reference to 'int' object$"):
            weakref.WeakSet([1])

    def test_too_many_arguments(self, weakref):
        with pytest.raises(TypeError):
            weakref.WeakSet([], [])

    def test_init_again_replaces_the_members(self, weakref, abc):
        s = weakref.WeakSet(abc)
        s.__init__(abc[:1])
        assert members(s) == [0]
        s.__init__()
        assert members(s) == []


class TestDeath:
    def test_a_member_dies_with_its_object(self, weakref, abc, no_gc):
        s = weakref.WeakSet(abc)
        del abc[1]
        assert members(s) == [0, 2]
        assert len(s) == 2

    def test_the_set_dies_with_its_last_reference(self, weakref, abc, no_gc):
        s = weakref.WeakSet(abc)
        watch = weakref.ref(s)
        del s
        assert watch() is None
        abc.clear()

    def test_one_weak_reference_a_member(self, weakref, abc):
        s = weakref.WeakSet(abc)
        s.update(abc)
        assert [weakref.getweakrefcount(thing) for thing in abc] == [1, 1, 1]
        assert len(s) == 3


class TestMembers:
    def test_add_contains_discard_remove(self, weakref):
        s, thing = weakref.WeakSet(), Thing()
        assert thing not in s
        assert s.add(thing) is None
        assert thing in s
        assert s.discard(thing) is None
        assert thing not in s
        assert s.discard(thing) is None
        s.add(thing)
        assert s.remove(thing) is None
        assert thing not in s

    def test_equal_objects_are_one_member_the_first(self, weakref, no_gc):
        first, second = Equal(1), Equal(1)
        s = weakref.WeakSet([first])
        s.add(second)
        assert second in s
        assert [member is first for member in s] == [True]
        del second
        assert len(s) == 1
        del first
        assert len(s) == 0

    def test_members_of_equal_hash_are_told_apart(self, weakref):
        objects = [Equal(number, hash_value=3) for number in range(20)]
        s = weakref.WeakSet(objects)
        assert len(s) == 20
        assert all(Equal(number, hash_value=3) in s for number in range(20))
        assert Equal(20, hash_value=3) not in s

    def test_remove_of_a_missing_object(self, weakref):
        s, thing = weakref.WeakSet(), Thing()
        with pytest.raises(KeyError) as error:
            s.remove(thing)
        (argument,) = error.value.args
        assert argument() is thing

    def test_pop(self, weakref, abc):
        s = weakref.WeakSet(abc)
        assert sorted(s.pop().name for _ in range(3)) == [0, 1, 2]
        assert len(s) == 0

    def test_pop_of_empty(self, weakref):
        with pytest.raises(KeyError) as error:
            weakref.WeakSet().pop()
        assert error.value.args == ("pop from empty WeakSet",)

    def test_clear(self, weakref, abc):
        s = weakref.WeakSet(abc)
        s.clear()
        assert len(s) == 0
        s.update(abc)
        assert len(s) == 3

    def test_what_cannot_be_referenced(self, weakref):
        s = weakref.WeakSet()
        for method in (s.add, s.discard, s.remove):
            with pytest.raises(TypeError, match="^cannot create weak reference to 'int' object$"):
                method(1)
        assert 1 not in s

    def test_unhashable_objects(self, weakref, abc):
        s, thing = weakref.WeakSet(abc), Unhashable()
        for method in (s.add, s.discard, s.remove, s.__contains__):
            with pytest.raises(TypeError, match="unhashable type: 'Unhashable'"):
                method(thing)
        assert len(s) == 3


class TestUpdate:
    def test_adds_from_any_iterable(self, weakref, abc):
        s = weakref.WeakSet()
        assert s.update(abc[:1]) is None
        s.update(iter(abc[1:2]))
        s.update(weakref.WeakSet(abc[2:]))
        s.update(s)
        assert members(s) == [0, 1, 2]

    def test_calls_an_overridden_add(self, weakref, abc):
        class Naming(weakref.WeakSet):
            def add(self, item):
                item.name += 10
                super().add(item)

        assert members(Naming(abc)) == [10, 11, 12]

    def test_init_calls_an_overridden_update(self, weakref, abc):
        calls = []

        class Overridden(weakref.WeakSet):
            def update(self, other):
                calls.append(other)

        Overridden(abc)
        assert calls == [abc]

    def test_members_before_the_error_stay(self, weakref, abc):
        def source():
            yield abc[0]
            raise Failure

        s = weakref.WeakSet()
        with pytest.raises(Failure):
            s.update(source())
        assert members(s) == [0]

    def test_none_is_not_iterable(self, weakref):
        with pytest.raises(TypeError, match="^'NoneType' object is not iterable$"):
            weakref.WeakSet().update(None)


OPERATIONS = {
    "union": ("__or__", [0, 1, 2]),
    "intersection": ("__and__", [1]),
    "difference": ("__sub__", [0]),
    "symmetric_difference": ("__xor__", [0, 2]),
}
IN_PLACE = {
    "update": ("__ior__", [0, 1, 2]),
    "intersection_update": ("__iand__", [1]),
    "difference_update": ("__isub__", [0]),
    "symmetric_difference_update": ("__ixor__", [0, 2]),
}
KINDS = ["list", "tuple", "set", "generator", "WeakSet"]


def other_side(weakref, kind, objects):
    if kind == "WeakSet":
        return weakref.WeakSet(objects)
    if kind == "generator":
        return (thing for thing in objects)
    return {"list": list, "tuple": tuple, "set": set}[kind](objects)


class TestOperations:
    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("name", OPERATIONS)
    def test_method_and_operator(self, weakref, abc, name, kind):
        operator, expected = OPERATIONS[name]
        for attribute in (name, operator):
            s = weakref.WeakSet(abc[:2])
            result = getattr(s, attribute)(other_side(weakref, kind, abc[1:]))
            assert type(result) is weakref.WeakSet
            assert members(result) == expected
            assert members(s) == [0, 1]

    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("name", IN_PLACE)
    def test_in_place(self, weakref, abc, name, kind):
        operator, expected = IN_PLACE[name]
        s = weakref.WeakSet(abc[:2])
        assert getattr(s, name)(other_side(weakref, kind, abc[1:])) is None
        assert members(s) == expected
        s = weakref.WeakSet(abc[:2])
        assert getattr(s, operator)(other_side(weakref, kind, abc[1:])) is s
        assert members(s) == expected

    @pytest.mark.parametrize("name", [*OPERATIONS, *IN_PLACE])
    def test_what_a_list_has_twice_counts_once(self, weakref, abc, name):
        s = weakref.WeakSet(abc[:2])
        result = getattr(s, name)(abc[1:] + abc[1:])
        _operator, expected = (OPERATIONS | IN_PLACE)[name]
        assert members(s if result is None else result) == expected

    @pytest.mark.parametrize("name", [*OPERATIONS, *IN_PLACE, "isdisjoint", "issubset"])
    def test_one_argument(self, weakref, name):
        method = getattr(weakref.WeakSet(), name)
        with pytest.raises(TypeError):
            method()
        with pytest.raises(TypeError):
            method([], [])

    @pytest.mark.parametrize("name", [*OPERATIONS, *IN_PLACE, "isdisjoint", "issuperset"])
    def test_the_argument_by_keyword(self, weakref, abc, name):
        getattr(weakref.WeakSet(abc), name)(other=abc)

    @pytest.mark.parametrize("name", [*OPERATIONS, *IN_PLACE, "isdisjoint", "issubset"])
    def test_with_a_number(self, weakref, name):
        with pytest.raises(TypeError, match="^'int' object is not iterable$"):
            getattr(weakref.WeakSet(), name)(1)

    def test_operators_raise_for_what_is_not_iterable(self, weakref):
        s = weakref.WeakSet()
        for operator in ("__or__", "__and__", "__sub__", "__xor__", "__le__", "__gt__", "__ior__"):
            with pytest.raises(TypeError, match="^'int' object is not iterable$"):
                getattr(s, operator)(1)

    def test_no_reflected_operators(self, weakref, abc):
        s = weakref.WeakSet(abc)
        for operator in ("__or__", "__and__", "__sub__", "__xor__"):
            with pytest.raises(TypeError, match="unsupported operand"):
                eval(f"left {symbol[operator]} right", {"left": set(abc), "right": s})

    def test_with_itself(self, weakref, abc):
        s = weakref.WeakSet(abc)
        assert members(s | s) == members(s & s) == [0, 1, 2]
        assert members(s - s) == members(s ^ s) == []
        s |= s
        s &= s
        assert members(s) == [0, 1, 2]
        s -= s
        assert members(s) == []
        s.update(abc)
        s ^= s
        assert members(s) == []

    def test_a_symmetric_difference_asks_an_item_that_comes_twice_whether_it_equals_itself(
        self, weakref
    ):
        """The references of the result have the callback of the set, so there are two per
        member."""

        class Never:
            def __eq__(self, other):
                return False

            def __hash__(self):
                return 1

        class Failing(Equal):
            __hash__ = Equal.__hash__

            def __eq__(self, other):
                raise Failure

        item, failing = Never(), Failing(1)
        s = weakref.WeakSet()
        assert len(s ^ [item, item]) == 2
        for name in ("symmetric_difference", "symmetric_difference_update", "__ixor__"):
            with pytest.raises(Failure):
                getattr(s, name)([failing, failing])
        s ^= [item, item]
        assert list(s) == [item, item]
        s = weakref.WeakSet([failing])
        assert not s < [failing, failing]
        assert not weakref.WeakSet() >= [item, item]
        assert not weakref.WeakSet([item]) <= [item, item]

    def test_intersection_ignores_what_cannot_be_referenced(self, weakref, abc):
        s = weakref.WeakSet(abc)
        assert members(s & [1, "text", abc[0]]) == [0]
        assert s.isdisjoint([1, 2])

    def test_other_operations_refuse_what_cannot_be_referenced(self, weakref, abc):
        s = weakref.WeakSet(abc)
        for name in ("union", "difference", "symmetric_difference", "issubset", "issuperset"):
            with pytest.raises(TypeError, match="^cannot create weak reference to 'int' object$"):
                getattr(s, name)([1])
        for name in IN_PLACE:
            with pytest.raises(TypeError, match="^cannot create weak reference to 'int' object$"):
                getattr(s, name)([1])
        assert len(s) == 3

    def test_intersection_keeps_the_objects_of_the_argument(self, weakref):
        mine, yours = Equal(1), Equal(1)
        assert [member is yours for member in weakref.WeakSet([mine]) & [yours]] == [True]

    def test_union_keeps_its_own_objects(self, weakref):
        mine, yours = Equal(1), Equal(1)
        assert [member is mine for member in weakref.WeakSet([mine]) | [yours]] == [True]

    def test_operations_on_a_subclass_give_the_subclass(self, weakref, abc):
        class Sub(weakref.WeakSet):
            pass

        for operator in ("__or__", "__and__", "__sub__", "__xor__", "copy"):
            arguments = () if operator == "copy" else (abc,)
            assert type(getattr(Sub(abc), operator)(*arguments)) is Sub

    def test_members_of_results_are_weak(self, weakref, abc, no_gc):
        s = weakref.WeakSet(abc)
        results = [s | abc, s & abc, s - [], s ^ [], s.copy()]
        del s
        abc.clear()
        assert [len(result) for result in results] == [0] * 5


symbol = {"__or__": "|", "__and__": "&", "__sub__": "-", "__xor__": "^"}


class TestComparison:
    def test_equality(self, weakref, abc):
        s = weakref.WeakSet(abc)
        assert s == weakref.WeakSet(abc[::-1])
        assert s != weakref.WeakSet(abc[:2])
        assert not s != weakref.WeakSet(abc)

    def test_is_never_equal_to_an_ordinary_set(self, weakref, abc):
        s = weakref.WeakSet(abc)
        assert s != set(abc)
        assert set(abc) != s
        assert s != 1
        assert s.__eq__(set(abc)) is NotImplemented

    def test_equality_with_a_subclass(self, weakref, abc):
        class Sub(weakref.WeakSet):
            pass

        assert weakref.WeakSet(abc) == Sub(abc)
        assert Sub(abc) == weakref.WeakSet(abc)
        assert Sub(abc).__eq__(weakref.WeakSet(abc)) is NotImplemented

    @pytest.mark.parametrize("kind", ["list", "set", "generator", "WeakSet"])
    def test_order(self, weakref, abc, kind):
        def other(objects):
            return other_side(weakref, kind, objects)

        s = weakref.WeakSet(abc[:2])
        assert s <= other(abc[:2]) and s <= other(abc) and not s <= other(abc[1:])
        assert s < other(abc) and not s < other(abc[:2])
        assert s >= other(abc[:2]) and s >= other(abc[:1]) and not s >= other(abc)
        assert s > other(abc[:1]) and not s > other(abc[:2])

    def test_subset_and_superset(self, weakref, abc):
        s = weakref.WeakSet(abc[:2])
        assert s.issubset(abc) and not s.issubset(abc[:1])
        assert s.issuperset(abc[:1]) and not s.issuperset(abc)
        assert s.isdisjoint(abc[2:]) and not s.isdisjoint(abc)

    @pytest.mark.parametrize(
        ("name", "of_set"),
        [
            ("issubset", "issubset"),
            ("__le__", "issubset"),
            ("issuperset", "issuperset"),
            ("__ge__", "issuperset"),
            ("intersection_update", "intersection_update"),
            ("__iand__", "intersection_update"),
            ("difference_update", "difference_update"),
        ],
    )
    def test_an_iterator_is_read_as_far_as_by_a_set(self, weakref, abc, name, of_set):
        for given in ([0], [0, 1, 0], [1, 0, 2, 0], [0, 0, 1, 2, 2], []):
            for there in (abc[:1], abc[:2], []):
                iterator, iterator_of_set = (iter([abc[i] for i in given]) for _ in range(2))
                getattr(weakref.WeakSet(there), name)(iterator)
                getattr(set(there), of_set)(iterator_of_set)
                assert len(list(iterator)) == len(list(iterator_of_set)), (given, there)

    def test_results_are_bools(self, weakref, abc):
        s = weakref.WeakSet(abc)
        for name in ("__lt__", "__le__", "__gt__", "__ge__", "issubset", "isdisjoint"):
            assert type(getattr(s, name)(abc)) is bool

    def test_unhashable(self, weakref):
        with pytest.raises(TypeError, match="^unhashable type: 'WeakSet'$"):
            hash(weakref.WeakSet())

    def test_truth(self, weakref, abc):
        s = weakref.WeakSet(abc)
        assert s
        abc.clear()
        assert not s


class TestIteration:
    def test_is_an_iterator(self, weakref, abc):
        iterator = iter(weakref.WeakSet(abc))
        assert iter(iterator) is iterator
        assert len(list(iterator)) == 3
        with pytest.raises(StopIteration):
            next(iterator)

    def test_skips_what_dies_on_the_way(self, weakref, abc, no_gc):
        s = weakref.WeakSet(abc)
        iterator = iter(s)
        first = next(iterator)
        abc[:] = [thing for thing in abc if thing is first]
        assert list(iterator) == []
        assert list(s) == abc

    def test_keeps_at_most_one_member_alive(self, weakref, no_gc):
        objects = things(10)
        s = weakref.WeakSet(objects)
        iterator = iter(s)
        next(iterator)
        objects.clear()
        assert len(s) <= 1
        del iterator
        assert len(s) == 0


class TestClass:
    def test_repr_shows_the_references(self, weakref):
        thing = Thing()
        s = weakref.WeakSet([thing])
        (ref,) = s.data
        assert repr(s) == str(s) == f"{{{ref!r}}}" == repr(s.data)
        assert ref() is thing

    def test_repr_of_empty(self, weakref):
        assert repr(weakref.WeakSet()) == "set()"

    def test_data_reads_as_a_set_of_the_stored_references(self, weakref, abc):
        s = weakref.WeakSet(abc)
        assert type(s.data) is set
        assert len(s.data) == 3
        assert {weakref.ref(thing) for thing in abc} == s.data
        assert all(weakref.getweakrefs(ref())[-1] is ref for ref in s.data)

    def test_data_can_be_assigned(self, weakref, abc, no_gc):
        s = weakref.WeakSet(abc[:1])
        s.data = {weakref.ref(thing, s._remove) for thing in abc[1:]}
        assert members(s) == [1, 2]
        del abc[1]
        assert members(s) == [2]

    def test_name(self, weakref):
        assert weakref.WeakSet.__name__ == weakref.WeakSet.__qualname__ == "WeakSet"

    def test_is_a_mutable_set(self, weakref):
        assert issubclass(weakref.WeakSet, collections.abc.MutableSet)
        assert isinstance(weakref.WeakSet(), collections.abc.Set)

    def test_has_the_methods_of_set(self, weakref):
        public = {name for name in dir(set) if not name.startswith("_")}
        assert public <= set(dir(weakref.WeakSet))

    def test_generic(self, weakref):
        alias = weakref.WeakSet[Thing]
        assert (alias.__origin__, alias.__args__) == (weakref.WeakSet, (Thing,))

    def test_attributes_and_weak_references(self, weakref):
        s = weakref.WeakSet()
        s.attribute = 1
        assert vars(s)["attribute"] == 1
        assert weakref.ref(s)() is s

    def test_subclass_with_slots_and_init(self, weakref, abc):
        class Own(weakref.WeakSet):
            __slots__ = ("extra",)

            def __init__(self, extra, *objects):
                super().__init__(objects)
                self.extra = extra

        s = Own("extra", *abc)
        assert (s.extra, members(s)) == ("extra", [0, 1, 2])

    def test_subclass_with_its_own_hash(self, weakref, abc):
        class Hashable(weakref.WeakSet):
            def __hash__(self):
                return id(self)

        s = Hashable(abc)
        assert hash(s) == id(s)


class TestCopy:
    def test_copy_method(self, weakref, abc):
        s = weakref.WeakSet(abc)
        other = s.copy()
        assert (members(other), type(other)) == ([0, 1, 2], weakref.WeakSet)
        other.remove(abc[0])
        assert members(s) == [0, 1, 2]

    @pytest.mark.parametrize("copier", [copy.copy, copy.deepcopy])
    def test_keeps_members_and_attributes(self, weakref, abc, copier):
        class Sub(weakref.WeakSet):
            pass

        s = Sub(abc)
        s.attribute = [1]
        other = copier(s)
        assert type(other) is Sub
        assert other is not s
        assert set(other) == set(s) == set(abc)
        assert other.attribute == [1]
        assert (other.attribute is s.attribute) == (copier is copy.copy)

    @pytest.mark.skipif(sys.version_info < (3, 11), reason="slots are copied from 3.11 on")
    @pytest.mark.parametrize("copier", [copy.copy, copy.deepcopy])
    def test_keeps_slots(self, weakref, abc, copier):
        class Slotted(weakref.WeakSet):
            __slots__ = ("x", "y")

        s = Slotted(abc)
        s.x, s.y = 1, [2]
        other = copier(s)
        assert (other.x, other.y, set(other)) == (1, [2], set(abc))

    def test_reduce(self, weakref, abc):
        s = weakref.WeakSet(abc)
        s.attribute = 1
        cls, arguments, state = s.__reduce__()
        assert cls is weakref.WeakSet
        assert sorted(thing.name for thing in arguments[0]) == [0, 1, 2]
        assert type(arguments[0]) is list
        assert state["attribute"] == 1

    def test_cannot_be_pickled(self, weakref, abc):
        with pytest.raises((TypeError, AttributeError, pickle.PicklingError)):
            pickle.dumps(weakref.WeakSet(abc))
