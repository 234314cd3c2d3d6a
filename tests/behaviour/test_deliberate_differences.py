"""The deliberate differences, each shown on both implementations.

The list is in differences.py. A test named after each shows what weakly does and, where that is
the same on every interpreter, what the standard library does instead.
"""

import copy
import gc
import pathlib
import re
import subprocess
import sys
import types

import differences
import processes
import pytest
from referents import Equal, Thing, things

CONTAINERS = ["WeakKeyDictionary", "WeakValueDictionary", "WeakSet"]
METHODS = {
    "WeakKeyDictionary": ["keys", "values", "items"],
    "WeakValueDictionary": ["keys", "values", "items", "itervaluerefs"],
    "WeakSet": ["__iter__"],
}
CASES = [(name, method) for name in CONTAINERS for method in METHODS[name]]


class Case:
    """A container of things, and what an iteration by `method` yields for a thing."""

    def __init__(self, weakref, name, method="__iter__"):
        self.name, self.method = name, method
        self.container = getattr(weakref, name)()

    def insert(self, thing):
        if self.name == "WeakSet":
            self.container.add(thing)
        elif self.name == "WeakKeyDictionary":
            self.container[thing] = thing.name
        else:
            self.container[thing.name] = thing

    def remove(self, thing):
        if self.name == "WeakSet":
            self.container.remove(thing)
        else:
            del self.container[thing if self.name == "WeakKeyDictionary" else thing.name]

    def iterate(self):
        return getattr(self.container, self.method)()

    def name_of(self, yielded):
        """The name of the thing in what an iteration yielded."""
        if self.method == "items":
            yielded = yielded[0]
        if isinstance(yielded, int):
            return yielded
        return yielded.name if isinstance(yielded, Thing) else yielded.key


@pytest.fixture(params=CASES, ids="-".join)
def case(request, weakref):
    return Case(weakref, *request.param)


def filled(case, count=4):
    objects = things(count)
    for thing in objects:
        case.insert(thing)
    return objects


@pytest.mark.only("weakly")
class TestIterationNeverRaises:
    def test_insertion(self, case):
        """Entries inserted after an iteration began are not part of it."""
        objects, new = filled(case), things(20)[10:]
        seen = []
        for yielded in case.iterate():
            seen.append(case.name_of(yielded))
            case.insert(new[len(seen)])
        assert seen == [0, 1, 2, 3]
        assert len(case.container) == len(objects) + 4

    def test_removal_of_the_item_just_yielded(self, case):
        objects = filled(case)
        seen = []
        for yielded in case.iterate():
            seen.append(case.name_of(yielded))
            case.remove(objects[seen[-1]])
        assert seen == [0, 1, 2, 3]
        assert len(case.container) == 0

    def test_growth_that_moves_the_table(self, case):
        objects, new = filled(case), things(3000)[10:]
        iterator = case.iterate()
        seen = [case.name_of(next(iterator))]
        for thing in new:
            case.insert(thing)
        seen += [case.name_of(yielded) for yielded in iterator]
        assert seen == [thing.name for thing in objects]

    def test_removed_and_inserted_again(self, case):
        """The entry is a new one, so this iteration does not see it."""
        objects = filled(case)
        iterator = case.iterate()
        next(iterator)
        case.remove(objects[2])
        case.insert(objects[2])
        assert [case.name_of(yielded) for yielded in iterator] == [1, 3]

    def test_clear(self, case):
        filled(case)
        objects = filled(case)
        iterator = case.iterate()
        next(iterator)
        case.container.clear()
        assert list(iterator) == []
        case.insert(objects[0])
        assert list(iterator) == []

    def test_init_again(self, case):
        objects = filled(case)
        iterator = case.iterate()
        next(iterator)
        case.container.__init__()
        case.insert(objects[0])
        assert list(iterator) == []

    def test_an_exhausted_iterator_stays_exhausted(self, case):
        filled(case, 1)
        iterator = case.iterate()
        list(iterator)
        more = things(3)
        for thing in more:
            case.insert(thing)
        assert list(iterator) == []


class TestEntriesRemovedDuringIterationAreNotYielded:
    def test_removed_ahead_of_the_iterator(self, case, weakref):
        objects = filled(case)
        iterator = case.iterate()
        next(iterator)
        case.remove(objects[2])
        if weakref.implementation == "weakly":
            assert [case.name_of(yielded) for yielded in iterator] == [1, 3]
        elif sys.version_info < (3, 14):
            with pytest.raises(RuntimeError, match="changed size during iteration"):
                next(iterator)
        elif case.name != "WeakSet":
            assert [case.name_of(yielded) for yielded in iterator] == [1, 2, 3]

    @pytest.mark.only("weakly")
    def test_replaced_values_are_yielded_as_they_are_now(self, weakref):
        keys = things(3)
        d = weakref.WeakKeyDictionary((key, "old") for key in keys)
        iterator = d.values()
        next(iterator)
        d[keys[1]] = "new"
        assert list(iterator) == ["new", "old"]
        objects = things(3)
        d = weakref.WeakValueDictionary(enumerate(objects))
        iterator = d.values()
        next(iterator)
        d[1] = objects[2]
        assert list(iterator) == [objects[2], objects[2]]


class TestIteratorsAreNotGenerators:
    def test_types(self, case, weakref):
        filled(case)
        assert isinstance(case.iterate(), types.GeneratorType) == (
            weakref.implementation == "stock"
        )


class TestWeakSetsKeepInsertionOrder:
    @pytest.mark.only("weakly")
    def test_iteration(self, weakref):
        objects = things(100)
        s = weakref.WeakSet(objects)
        assert list(s) == objects
        s.remove(objects[0])
        s.add(objects[0])
        assert list(s) == objects[1:] + objects[:1]

    @pytest.mark.only("weakly")
    def test_operations(self, weakref):
        objects = things(6)
        s = weakref.WeakSet(objects[:4])
        assert list(s.copy()) == objects[:4]
        assert list(s | objects[2:]) == objects
        assert list(s - objects[:1]) == objects[1:4]
        s ^= objects[3:]
        assert list(s) == objects[:3] + objects[4:]


class TestCopiesOfWeakSetsAreIndependent:
    def test_copy(self, weakref):
        objects = things(2)
        s = weakref.WeakSet(objects[:1])
        t = copy.copy(s)
        t.add(objects[1])
        assert (objects[1] in s) == (weakref.implementation == "stock")

    def test_deepcopy_forgets_the_dead_when_the_original_is_gone(self, weakref, no_gc):
        objects = things(2)
        s = weakref.WeakSet(objects)
        t = copy.deepcopy(s)
        del s
        del objects[0]
        assert len(t) == (1 if weakref.implementation == "weakly" else 2)


class TestIntersectionUpdatesForgetTheDead:
    def test_in_place(self, weakref, no_gc):
        for operator in ("__iand__", "intersection_update"):
            objects = things(2)
            s = weakref.WeakSet(objects)
            getattr(s, operator)(objects[1:])
            assert list(s) == objects[1:]
            objects.clear()
            assert len(s) == (0 if weakref.implementation == "weakly" else 1)
            assert list(s) == []


class TestKeyErrorsOfKeysAreNotSwallowed:
    def test_from_hash(self, weakref):
        class Broken:
            def __hash__(self):
                raise KeyError("broken")

        d = weakref.WeakValueDictionary()
        if weakref.implementation == "weakly":
            with pytest.raises(KeyError, match="broken"):
                Broken() in d
        else:
            assert Broken() not in d


class TestStoringTheSameValueAgainKeepsItsReference:
    def test_with_an_equal_key(self, weakref):
        value = Thing()
        d = weakref.WeakValueDictionary({1.0: value})
        (ref,) = d.valuerefs()
        d[1] = value
        assert (d.valuerefs()[0] is ref) == (weakref.implementation == "weakly")
        assert ref.key == 1


class TestDataIsASnapshot:
    def test_changing_it_does_not_change_the_container(self, weakref):
        objects = things(2)
        for container in (
            weakref.WeakKeyDictionary((thing, 1) for thing in objects),
            weakref.WeakValueDictionary(enumerate(objects)),
            weakref.WeakSet(objects),
        ):
            container.data.clear()
            assert len(container) == (2 if weakref.implementation == "weakly" else 0)


class TestBookkeepingAttributesAreAbsent:
    def test_pending_removals(self, weakref):
        for name in CONTAINERS:
            container = getattr(weakref, name)()
            expected = weakref.implementation == "stock" and sys.version_info < (3, 14)
            for attribute in ("_pending_removals", "_iterating", "_commit_removals"):
                assert hasattr(container, attribute) == expected


class TestACollectionMayComeWhileAReferenceDies:
    @pytest.mark.only("weakly")  # The interpreter crashes with the standard library's `KeyedRef`.
    def test_keyed_ref(self, weakref, no_gc):
        class Key:
            def __del__(self):
                gc.collect()

        garbage = Thing()
        garbage.cycle = garbage
        keyed = weakref.KeyedRef(garbage, print, Key())
        del garbage
        del keyed
        assert gc.collect() == 0


class TestCopiesCompareNoKeys:
    def test_copies(self, weakref):
        class Key:
            compared = 0

            def __hash__(self):
                return 1

            def __eq__(self, other):
                Key.compared += 1
                return self is other

        keys, value = [Key(), Key()], Thing()
        s = weakref.WeakSet(keys)
        for copied in (
            lambda d=weakref.WeakKeyDictionary((key, 1) for key in keys): d.copy(),
            lambda d=weakref.WeakValueDictionary((key, value) for key in keys): d.copy(),
            lambda d=weakref.WeakValueDictionary((key, value) for key in keys): copy.copy(d),
            lambda d=weakref.WeakValueDictionary((key, value) for key in keys): d | {},
            lambda: s.copy(),
            lambda: weakref.WeakSet(s),
            lambda: s - [],
        ):
            Key.compared = 0
            assert len(copied()) == 2
            assert (Key.compared == 0) == (weakref.implementation == "weakly")

    def test_deep_copies_of_dictionaries_compare_the_new_keys(self, weakref):
        first, second = Equal(1, hash_value=1), Equal(2, hash_value=1)
        value = Thing()
        d = weakref.WeakValueDictionary({first: value, second: value})
        second.value = 1
        assert len(copy.deepcopy(d)) == 1


class TestDyingContainersForgetToTheEnd:
    """A key dies while the container does, but before the container lets its content go."""

    def test_by_a_callback(self, weakref, no_gc):
        log, keys = [], things(3)
        d = weakref.WeakKeyDictionary((key, Witness(log, key.name)) for key in keys)
        watch = weakref.ref(d, lambda dead: keys.pop(1))
        del d
        assert watch() is None
        assert log == ([1, 0, 2] if weakref.implementation == "weakly" else [0, 1, 2])

    def test_by_a_slot(self, weakref, no_gc):
        log, keys = [], things(3)
        slotted = type("Slotted", (weakref.WeakKeyDictionary,), {"__slots__": ["slot"]})
        d = slotted((key, Witness(log, key.name)) for key in keys)
        d.slot = keys.pop(1)
        del d
        assert log == ([1, 0, 2] if weakref.implementation == "weakly" else [0, 1, 2])


class Witness:
    """Records its death."""

    def __init__(self, log, name):
        self.log, self.name = log, name

    def __del__(self):
        self.log.append(self.name)


class TestClassesAreBuiltinClasses:
    def test_what_takes_no_arguments_says_so_without_self(self, weakref):
        is_builtin = weakref.implementation == "weakly"
        words = r"no arguments \(1 given\)" if is_builtin else "2 were given"
        with pytest.raises(TypeError, match=words):
            weakref.WeakSet().clear(1)

    def test_other_arguments_are_counted_as_in_python(self, weakref):
        with pytest.raises(TypeError, match="takes 2 positional arguments but 3 were given"):
            weakref.WeakSet().add(1, 2)
        with pytest.raises(TypeError, match="from 1 to 2 positional arguments but 3 were given"):
            weakref.WeakSet(1, 2)

    def test_keywords_of_special_methods(self, weakref):
        thing = Thing()
        s = weakref.WeakSet([thing])
        if weakref.implementation == "weakly":
            with pytest.raises(TypeError, match="takes no keyword arguments"):
                s.__contains__(item=thing)
        else:
            assert s.__contains__(item=thing)

    def test_reduce_of_a_dictionary(self, weakref):
        """Neither can be pickled. The standard one fails later."""
        d = weakref.WeakValueDictionary()
        if weakref.implementation == "weakly":
            with pytest.raises(TypeError, match="cannot pickle"):
                d.__reduce__()
        else:
            d.__reduce__()

    def test_reflected_operators_come_with_the_others(self, weakref):
        is_builtin = weakref.implementation == "weakly"
        assert hasattr(weakref.WeakSet, "__rand__") == is_builtin
        with pytest.raises(TypeError, match="unsupported operand"):
            {1} & weakref.WeakSet()

    def test_no_other_builtin_base(self, weakref):
        for name in ("finalize", *CONTAINERS):
            bases = (getattr(weakref, name), dict)
            if weakref.implementation == "weakly":
                with pytest.raises(TypeError):
                    type("Both", bases, {})
            elif name == "finalize":
                type("Both", bases, {})

    def test_alive_of_a_weak_method(self, weakref):
        thing = Thing()
        method = weakref.WeakMethod(thing.method)
        if weakref.implementation == "weakly":
            with pytest.raises(AttributeError):
                method._alive = False
        else:
            method._alive = False

    def test_the_base_of_a_dictionary(self, weakref):
        for name in CONTAINERS[:2]:
            cls = getattr(weakref, name)
            assert (cls.__base__ is object) == (weakref.implementation == "weakly")
            assert cls.__bases__ != (object,)


class TestRecursionEndsWhereTheStackDoes:
    @pytest.mark.only("weakly")
    @pytest.mark.skipif(not sys.platform.startswith("linux"), reason="stacks of other systems")
    def test_before_the_limit(self, weakref):
        program = """
            import sys, threading

            class Key:
                def __hash__(self):
                    return 1
                def __eq__(self, other):
                    return other in container

            def run():
                try:
                    print(other in container)
                except RecursionError:
                    print("RecursionError")

            key, other = Key(), Key()
            container = weakref.WeakSet([key])
            sys.setrecursionlimit(100_000)
            threading.stack_size(256 << 10)
            thread = threading.Thread(target=run)
            thread.start()
            thread.join()
        """
        assert processes.output(weakref.implementation, program) == "RecursionError\n"


class TestAProgramCanSeeWhoRunsIt:
    def test_in_the_stack(self, weakref, tmp_path):
        program = tmp_path / "program.py"
        program.write_text("import inspect; print(len(inspect.stack()))")
        options = ["-m", "weakly"] if weakref.implementation == "weakly" else []
        output = subprocess.check_output([sys.executable, *options, program], text=True)
        assert (int(output) > 1) == (weakref.implementation == "weakly")


class TestSubclassesMayDefineMissing:
    def subclass(self, kind, missing):
        return type("WithMissing", (kind.cls,), {"__missing__": missing})

    def test_subscription_asks(self, weakref, kind):
        d, key = self.subclass(kind, lambda self, key: (self, key))(), kind.missing_key()
        if weakref.implementation == "weakly":
            assert d[key] == (d, key)
        else:
            with pytest.raises(KeyError):
                d[key]

    @pytest.mark.only("weakly")
    def test_nothing_else_asks(self, kind):
        d, key = self.subclass(kind, lambda self, key: "missing")(), kind.missing_key()
        assert d.get(key) is None and key not in d and d.pop(key, 1) == 1
        with pytest.raises(KeyError):
            del d[key]

    @pytest.mark.only("weakly")
    def test_what_it_raises_is_raised(self, kind):
        def missing(self, key):
            raise LookupError(key)

        key = kind.missing_key()
        with pytest.raises(LookupError) as caught:
            self.subclass(kind, missing)()[key]
        assert caught.value.args == (key,)

    @pytest.mark.only("weakly")
    def test_an_attribute_of_the_instance_is_not_asked(self, kind):
        d = type("Subclass", (kind.cls,), {})()
        d.__missing__ = lambda key: "missing"
        with pytest.raises(KeyError):
            d[kind.missing_key()]

    @pytest.mark.only("weakly")
    def test_it_may_be_a_static_method(self, kind):
        d = self.subclass(kind, staticmethod(lambda key: "missing"))()
        assert d[kind.missing_key()] == "missing"


DOCUMENT = pathlib.Path(__file__).parents[2] / "docs" / "conformance" / "differences.md"


def test_the_document_lists_them_all():
    headings = re.findall(r"^## (.*)$", DOCUMENT.read_text(), re.MULTILINE)
    assert [heading.lower().replace(" ", "_") for heading in headings] == list(
        differences.DIFFERENCES
    )


def test_each_has_its_tests():
    for name in differences.DIFFERENCES:
        cls = "Test" + "".join(word.capitalize() for word in name.split("_"))
        assert isinstance(globals().get(cls), type), cls
