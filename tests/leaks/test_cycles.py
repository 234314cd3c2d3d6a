"""Unreachable objects go at once where reference counts show it, otherwise with the collector."""

import gc
import sys

import implementations
import pytest
from referents import Thing

CONTAINERS = ["WeakKeyDictionary", "WeakValueDictionary", "WeakSet"]

types_die_at_once = pytest.mark.skipif(
    not implementations.HAS_GIL,
    reason="there a type may outlive the first collection, with the standard module too",
)


@pytest.fixture(autouse=True)
def clean():
    gc.collect()


def collected(weakref, watched):
    """Whether only the collector frees the object in the list."""
    watch = weakref.ref(watched.pop())
    assert watch() is not None
    gc.collect()
    return watch() is None


class TestCollected:
    @pytest.mark.parametrize("name", CONTAINERS)
    @pytest.mark.parametrize("is_subclass", [False, True])
    def test_a_container_that_is_its_own_attribute(self, weakref, name, is_subclass):
        cls = getattr(weakref, name)
        container = type("Sub", (cls,), {})() if is_subclass else cls()
        container.itself = container
        watched = [container]
        del container
        assert collected(weakref, watched)

    def test_a_dictionary_that_is_its_own_value(self, weakref):
        key = Thing()
        d = weakref.WeakKeyDictionary()
        d[key] = [d]
        watched = [d]
        del d
        assert collected(weakref, watched)

    def test_a_dictionary_that_is_its_own_key(self, weakref):
        class Key(Thing):
            pass

        key, value = Key(), Thing()
        d = weakref.WeakValueDictionary({key: value})
        key.d = d
        watched = [d]
        del d, key
        assert collected(weakref, watched)
        assert weakref.getweakrefcount(value) == 0

    @pytest.mark.parametrize("method", ["keys", "values", "items"])
    @pytest.mark.parametrize("is_started", [False, True])
    def test_a_dictionary_and_an_iterator_over_it(self, weakref, method, is_started):
        objects = [Thing(number) for number in range(3)]
        watched = [
            weakref.WeakKeyDictionary((thing, 1) for thing in objects),
            weakref.WeakValueDictionary(enumerate(objects)),
        ]
        for d in watched:
            d.iterator = getattr(d, method)()
            if is_started:
                next(d.iterator)
        del d
        assert collected(weakref, watched)
        assert collected(weakref, watched)

    def test_a_set_and_an_iterator_over_it(self, weakref):
        objects = [Thing(number) for number in range(3)]
        s = weakref.WeakSet(objects)
        s.iterator = iter(s)
        next(s.iterator)
        watched = [s]
        del s
        assert collected(weakref, watched)

    @pytest.mark.parametrize("name", CONTAINERS)
    def test_a_container_and_its_own_callback(self, weakref, name):
        container = getattr(weakref, name)()
        container.callback = container._remove
        watch = weakref.ref(container)
        del container
        gc.collect()
        assert watch() is None

    def test_members_that_own_their_set(self, weakref):
        objects = [Thing(number) for number in range(3)]
        s = weakref.WeakSet(objects)
        for thing in objects:
            thing.s = s
        thing = None
        objects.clear()
        watch = weakref.ref(s)
        del s
        gc.collect()
        assert watch() is None

    def test_a_value_that_owns_its_key_stays(self, weakref):
        """No ephemerons: as in the standard library, the entry keeps itself alive."""
        d = weakref.WeakKeyDictionary()
        key, value = Thing(), Thing()
        value.key = key
        d[key] = value
        del key, value
        gc.collect()
        assert len(d) == 1

    def test_a_dictionary_whose_value_owns_its_key(self, weakref):
        d = weakref.WeakKeyDictionary()
        key = Thing()
        d[key] = key
        watch = weakref.ref(key)
        del key, d
        gc.collect()
        assert watch() is None

    def test_a_method_owned_by_its_object(self, weakref):
        class Sub(weakref.WeakMethod):
            pass

        for cls in (weakref.WeakMethod, Sub):
            thing = Thing()
            thing.ref = cls(thing.method, lambda _, thing=thing: None)
            watched = [thing]
            del thing
            assert collected(weakref, watched)

    def test_a_method_and_its_callback(self, weakref):
        def method_in_a_cycle(thing):
            box = []
            box.append(weakref.WeakMethod(thing.method, lambda _: box))
            return box[0]

        thing = Thing()
        watched = [method_in_a_cycle(thing)]
        assert collected(weakref, watched)
        assert weakref.getweakrefcount(thing) == 0

    def test_a_subclassed_finalizer_in_a_cycle_after_it_ran(self, weakref):
        class Sub(weakref.finalize):
            pass

        thing = Thing()
        finalizer = Sub(thing, lambda: None)
        finalizer.itself = finalizer
        finalizer.detach()
        watched = [finalizer]
        del finalizer
        assert collected(weakref, watched)

    def test_a_keyed_reference_owned_by_its_key(self, weakref):
        thing, key = Thing(), Thing()
        key.ref = weakref.KeyedRef(thing, None, key)
        watched = [key]
        del key
        assert collected(weakref, watched)

    @types_die_at_once
    def test_a_type_with_a_container_of_its_instances(self, weakref):
        class Local:
            instances = weakref.WeakSet()

            def __init__(self):
                self.instances.add(self)

        local = Local()
        assert len(Local.instances) == 1
        watch = weakref.ref(Local)
        del Local, local
        gc.collect()
        assert watch() is None

    @types_die_at_once
    @pytest.mark.parametrize("name", [*CONTAINERS, "WeakMethod", "KeyedRef", "finalize"])
    def test_subclasses_themselves(self, weakref, name):
        cls = type("Sub", (getattr(weakref, name),), {})
        watch = weakref.ref(cls)
        thing = Thing()
        if name in CONTAINERS:
            instance = cls()
        elif name == "WeakMethod":
            instance = cls(thing.method)
        elif name == "KeyedRef":
            instance = cls(thing, None, "key")
        else:
            instance = cls(thing, lambda: None)
            instance.detach()
        del instance, cls
        gc.collect()
        assert watch() is None


class TestVisible:
    """The collector sees exactly what a container owns."""

    def test_owned_objects(self, weakref):
        key, value = Thing(), Thing()
        d = weakref.WeakKeyDictionary({key: value})
        if weakref.implementation == "weakly":
            assert value in gc.get_referents(d)
        assert key not in gc.get_referents(d)

    @pytest.mark.parametrize("name", CONTAINERS)
    def test_are_tracked(self, weakref, name):
        assert gc.is_tracked(getattr(weakref, name)())


@pytest.mark.skipif(
    not implementations.HAS_GIL,
    reason="a type's count is in several parts there, of which getrefcount sees one",
)
class TestTypes:
    """Instances of heap types own a reference to their type."""

    @pytest.mark.parametrize("name", [*CONTAINERS, "WeakMethod", "KeyedRef", "finalize"])
    def test_no_instance_leaks_or_loses_its_type(self, weakref, name):
        cls = getattr(weakref, name)
        thing = Thing()
        arguments = {
            "WeakMethod": (thing.method,),
            "KeyedRef": (thing, None, 1),
            "finalize": (thing, abs, 1),
        }.get(name, ())
        make = (lambda: cls(*arguments).detach()) if name == "finalize" else lambda: cls(*arguments)
        make()
        before = sys.getrefcount(cls)
        for _ in range(100):
            make()
        assert abs(sys.getrefcount(cls) - before) < 10

    def test_iterators(self, weakref):
        d = weakref.WeakKeyDictionary()
        cls = type(iter(d))
        before = sys.getrefcount(cls)
        for _ in range(100):
            list(d)
            iter(d)
        assert abs(sys.getrefcount(cls) - before) < 10
