"""Resurrected objects, and weak references from and to everything."""

import gc

import pytest
from referents import Thing


class Phoenix(Thing):
    """Makes itself immortal when it dies for the first time."""

    saved = []

    def __del__(self):
        if self.name is not None:
            self.name = None
            Phoenix.saved.append(self)


@pytest.fixture(autouse=True)
def no_phoenix_left():
    yield
    Phoenix.saved.clear()


def containers(weakref, thing):
    return (
        weakref.WeakSet([thing]),
        weakref.WeakKeyDictionary({thing: "value"}),
        weakref.WeakValueDictionary(key=thing),
    )


class TestResurrection:
    """An object freed by its reference count runs `__del__` before its references die: here they do
    not."""

    def test_by_reference_count(self, weakref, no_gc):
        thing = Phoenix("name")
        everything = containers(weakref, thing)
        finalizer = weakref.finalize(thing, lambda: None)
        method = weakref.WeakMethod(thing.method)
        del thing
        assert [len(container) for container in everything] == [1, 1, 1]
        assert method() is not None
        assert finalizer.alive
        assert everything[0] == weakref.WeakSet(Phoenix.saved)
        Phoenix.saved.clear()
        assert [len(container) for container in everything] == [0, 0, 0]
        assert method() is None
        assert not finalizer.alive

    def test_by_the_collector(self, weakref):
        """Here its references die first, and stay dead although the object is resurrected."""
        thing = Phoenix("name")
        thing.itself = thing
        everything = containers(weakref, thing)
        del thing
        gc.collect()
        assert len(Phoenix.saved) == 1
        assert [len(container) for container in everything] == [0, 0, 0]
        for container in everything:
            assert list(container) == []
        everything[0].add(Phoenix.saved[0])
        assert len(everything[0]) == 1

    def test_a_finalizer_that_saves_the_argument_only(self, weakref, no_gc):
        saved = []
        thing, other = Thing("thing"), Thing("other")
        weakref.finalize(thing, saved.append, other)
        del thing
        assert saved == [other]


class TestContainersOfContainers:
    def test_weak_sets_of_hashable_weak_sets(self, weakref, no_gc):
        class Hashable(weakref.WeakSet):
            __hash__ = object.__hash__
            __eq__ = object.__eq__

        inner = Hashable()
        outer = Hashable([inner])
        inner.add(outer)
        inner.add(inner)
        assert (len(outer), len(inner)) == (1, 2)
        del outer
        assert len(inner) == 1
        watch = weakref.ref(inner)
        del inner
        assert watch() is None

    def test_a_dictionary_as_its_own_value(self, weakref, no_gc):
        d = weakref.WeakValueDictionary()
        d["self"] = d
        d.attribute = "value"
        assert d["self"] is d
        watch = weakref.ref(d)
        del d
        assert watch() is None

    def test_a_weak_key_dictionary_that_holds_itself_is_collected(self, weakref):
        key = Thing()
        d = weakref.WeakKeyDictionary()
        d[key] = d
        watch = weakref.ref(d)
        del d
        gc.collect()
        assert watch() is None
        assert weakref.getweakrefcount(key) == 0

    def test_a_value_that_is_the_only_owner_of_its_dictionary(self, weakref, no_gc):
        """The dictionary is destroyed inside of the callback that forgets its entry."""
        key = Thing()
        holder = Thing()
        holder.d = weakref.WeakKeyDictionary({key: holder})
        watch = weakref.ref(holder.d)
        del holder
        assert watch() is not None
        del key
        assert watch() is None

    def test_long_chains_of_containers_do_not_exhaust_the_stack(self, weakly):
        keys, d = [], None
        for _ in range(50_000):
            key = Thing()
            keys.append(key)
            d = weakly.WeakKeyDictionary({key: d})
        del d
        assert weakly.getweakrefcount(keys[0]) == 0
        assert weakly.getweakrefcount(keys[-1]) == 0

    def test_long_chains_of_deaths_do_not_exhaust_the_stack(self, weakly):
        """Each value owns the key of the next entry."""
        d = weakly.WeakKeyDictionary()
        first = key = Thing()
        for _ in range(50_000):
            following = Thing()
            d[key] = following
            key = following
        del key, following
        assert len(d) == 50_000
        del first
        assert len(d) == 0

    def test_long_chains_of_weak_values(self, weakly):
        class Key:
            pass

        d = weakly.WeakValueDictionary()
        first = value = Thing()
        for _ in range(20_000):
            key = Key()
            key.next = Thing()
            d[key] = value
            value = key.next
        del key, value
        assert len(d) == 20_000
        del first
        assert len(d) == 0


class TestRecursion:
    def test_repr_of_a_set_that_contains_itself(self, weakref):
        class Hashable(weakref.WeakSet):
            __hash__ = object.__hash__

        s = Hashable()
        s.add(s)
        assert repr(s).startswith("{<weakref at ")

    def test_an_eq_that_looks_itself_up_for_ever(self, weakref):
        class Endless:
            def __hash__(self):
                return 1

            def __eq__(self, other):
                return other in container

        objects = [Endless(), Endless()]
        container = weakref.WeakSet()
        container.add(objects[0])
        with pytest.raises(RecursionError):
            objects[1] in container
        assert len(container) == 1

    def test_a_hash_that_looks_itself_up_for_ever(self, weakref):
        class Endless:
            def __hash__(self):
                return container.get(self)

        container = weakref.WeakValueDictionary()
        with pytest.raises(RecursionError):
            container.get(Endless())

    def test_a_callback_that_lets_the_next_object_die(self, weakref, no_gc):
        objects = [Thing(number) for number in range(200)]
        s = weakref.WeakSet(objects)
        refs = [
            weakref.ref(thing, lambda _: objects and objects.pop() and None) for thing in objects
        ]
        objects.pop()
        assert len(s) == len(objects) == 0
        del refs


class TestForeignReferences:
    """What a program may do to a container with references that are not the container's own."""

    @pytest.mark.parametrize("argument", [None, 1, "text", object(), Thing()])
    def test_the_callback_called_with_nonsense(self, weakly, argument):
        thing = Thing()
        for container in containers(weakly, thing):
            try:
                container._remove(argument)
            except TypeError:
                pass
            assert len(container) == 1

    def test_the_callback_called_with_a_living_reference(self, weakly):
        """It may forget the entry, as CPython's does for sets and keys; it must stay consistent."""
        thing = Thing()
        for container in containers(weakly, thing):
            container._remove(weakly.ref(thing))
            assert len(container) == len(list(container))

    def test_the_callback_of_another_container(self, weakref):
        one, two = Thing(), Thing()
        for mine, yours in zip(containers(weakref, one), containers(weakref, two)):
            strays = [weakref.ref(two, mine._remove), weakref.KeyedRef(two, mine._remove, "key")]
            assert (len(mine), len(yours)) == (1, 1)
            del strays

    def test_the_callback_outlives_its_container(self, weakref):
        thing = Thing()
        callbacks = [container._remove for container in containers(weakref, thing)]
        dead = weakref.ref(temporary := Thing())
        keyed = weakref.KeyedRef(temporary, None, "key")
        del temporary
        for callback in callbacks[:2]:
            callback(dead)
        callbacks[2](keyed)

    def test_a_stray_reference_dies_with_the_key_of_an_entry(self, weakref, no_gc):
        value, other = Thing(), Thing()
        d = weakref.WeakValueDictionary(key=value)
        stray = weakref.KeyedRef(other, d._remove, "key")
        del other
        assert stray() is None
        assert d["key"] is value

    def test_data_assigned_the_same_reference_twice(self, weakly, no_gc):
        """A mapping that is no dict can name one reference under two keys."""
        value = Thing()
        d = weakly.WeakValueDictionary(key=value)
        (ref,) = d.valuerefs()

        class Twice(dict):
            def items(self):
                return [("key", ref), ("key", ref)]

        for mapping in ({"key": ref, "other": ref}, Twice(key=ref)):
            try:
                d.data = mapping
            except TypeError:
                continue
            assert len(d) == len(list(d)) == len(d.data)
        del value
        assert len(d) == 0
        assert list(d) == []
        s, thing = weakly.WeakSet(), Thing()
        s.data = {weakly.ref(thing), weakly.ref(thing, lambda _: None)}
        assert len(s) == len(list(s))
        del thing
        assert len(s) == 0

    @pytest.mark.parametrize("data", [None, 1, "text", [1], {1: 2}, {1}, [(1, 2)], object()])
    def test_data_assigned_nonsense(self, weakly, data):
        thing = Thing()
        for container in containers(weakly, thing):
            with pytest.raises((TypeError, ValueError, AttributeError)):
                container.data = data
            assert list(container.data) == list(container.data)
            assert len(container) == 1

    def test_data_cannot_be_deleted_to_break_the_container(self, weakly):
        thing = Thing()
        for container in containers(weakly, thing):
            with pytest.raises((TypeError, AttributeError)):
                del container.data
            assert len(container) == 1

    def test_keys_of_references_changed_behind_the_container(self, weakref, no_gc):
        value, other = Thing(), Thing()
        d = weakref.WeakValueDictionary(a=value, b=other)
        refs = d.valuerefs()
        if weakref.implementation == "weakly":
            refs[0].key = "b"
            del refs[1].key
            del value
            assert list(d) == ["b"]
            del other
            assert len(d) == 0

    @pytest.mark.parametrize("name", ["WeakSet", "WeakKeyDictionary", "WeakValueDictionary"])
    def test_methods_before_init(self, weakly, name):
        """`__new__` alone gives an empty container that works."""
        cls = getattr(weakly, name)
        container = cls.__new__(cls)
        assert len(container) == 0
        assert list(container) == []
        container.clear()
        thing = Thing()
        container.update([thing] if name == "WeakSet" else [(thing, thing)])
        assert len(container) == 1
        repr(container)
        del thing
        gc.collect()

    @pytest.mark.parametrize("name", ["WeakSet", "WeakKeyDictionary", "WeakValueDictionary"])
    def test_methods_of_another_type(self, weakref, name):
        cls = getattr(weakref, name)
        if weakref.implementation == "weakly":
            for method in ("__len__", "__iter__", "clear", "copy", "__repr__", "__init__"):
                with pytest.raises(TypeError):
                    getattr(cls, method)(object())
                with pytest.raises(TypeError):
                    getattr(cls, method)()
