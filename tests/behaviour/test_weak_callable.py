"""`WeakCallable`: a weak reference to anything that can be called."""

import collections
import copy
import functools
import gc
import pickle

import implementations
import pytest
import weakly
from weakly import WeakCallable

needs_ephemerons = pytest.mark.skipif(
    not implementations.HAS_GIL, reason="without the GIL there are no ephemerons"
)


class Object:
    def method(self, *args, **kwargs):
        return self, args, kwargs

    @classmethod
    def of_class(cls):
        return cls

    def __call__(self):
        return self


class Unhashable(Object):
    __hash__ = None

    def __eq__(self, other):
        return True


class Deque(collections.deque):
    def append(self, item):
        raise AssertionError("not this one")


def module_function():
    return 1


def test_a_function_is_found_while_somebody_holds_it(no_gc):
    def function():
        pass

    w = WeakCallable(function)
    assert w() is function
    del function
    assert w() is None


def test_a_method_lives_as_long_as_its_object(no_gc):
    thing = Object()
    w = WeakCallable(thing.method)
    assert w() == thing.method
    assert w()(1, a=2) == (thing, (1,), {"a": 2})
    del thing
    assert w() is None


def test_a_class_method_lives_as_long_as_its_class():
    class Local(Object):
        pass

    w = WeakCallable(Local.of_class)
    assert w()() is Local
    del Local
    gc.collect()
    assert w() is None


def test_an_object_that_can_be_called_is_found_itself(no_gc):
    thing = Object()
    w = WeakCallable(thing)
    assert w() is thing
    del thing
    assert w() is None


def test_a_builtin_method_lives_as_long_as_its_object(no_gc):
    items = collections.deque()
    w = WeakCallable(items.append)
    w()(1)
    assert list(items) == [1]
    del items
    assert w() is None


def test_a_builtin_method_is_not_taken_for_one_that_overrides_it():
    items = Deque()
    w = WeakCallable(super(Deque, items).append)
    w()(1)
    assert list(items) == [1]


def test_the_method_of_a_slot_lives_as_long_as_its_object(no_gc):
    thing = Object()
    w = WeakCallable(thing.__repr__)
    assert w() == thing.__repr__
    del thing
    assert w() is None


@pytest.mark.parametrize(
    "function", [len, print, dict.fromkeys, object.__new__, str, Object, Object.method, list.append]
)
def test_what_lives_for_ever_is_found_for_ever(function):
    w = WeakCallable(function)
    gc.collect()
    assert w() == function


def test_a_partial_lives_as_long_as_its_parts(no_gc):
    thing, argument, named = Object(), Object(), Object()

    def made():
        return functools.partial(thing.method, argument, 1, named=named, other=[2])

    for victim in ("thing", "argument", "named"):
        objects = {"thing": Object(), "argument": Object(), "named": Object()}
        partial = functools.partial(
            objects["thing"].method, objects["argument"], 1, named=objects["named"], other=[2]
        )
        w = WeakCallable(partial)
        found = w()
        assert (found.func, found.args, found.keywords) == (
            partial.func,
            partial.args,
            partial.keywords,
        )
        del partial, found
        assert w() is not None
        del objects[victim]
        assert w() is None


def test_a_partial_of_a_partial_is_taken_apart(no_gc):
    thing, argument = Object(), Object()
    w = WeakCallable(functools.partial(functools.partial(thing.method, 1), argument.method))
    assert w()() == (thing, (1, argument.method), {})
    del argument
    assert w() is None


def test_an_argument_that_is_none_is_no_dead_one():
    thing = Object()
    w = WeakCallable(functools.partial(thing.method, None, named=None))
    assert w()() == (thing, (None,), {"named": None})


def test_an_owner_holds_what_nobody_else_does(no_gc):
    owner = Object()
    w = WeakCallable(lambda: 1, owner=owner)
    assert w()() == 1
    assert w.owner is owner
    del owner
    assert w() is None
    assert w.owner is None


def test_an_owner_holds_a_callable_that_cannot_be_referenced_weakly(no_gc):
    owner = Object()
    w = WeakCallable([].append, owner=owner)
    w()(1)
    assert w().__self__ == [1]
    del owner
    assert w() is None


def test_the_owner_lets_go_when_the_reference_goes(no_gc):
    owner, argument = Object(), Object()
    dead = weakly.ref(argument)
    w = WeakCallable(functools.partial(module_function, argument), owner=owner)
    del argument
    assert dead() is not None
    del w
    assert dead() is None


def test_a_method_of_its_owner_does_not_hold_it(no_gc):
    owner = Object()
    w = WeakCallable(owner.method, owner=owner)
    assert w() == owner.method
    del owner
    assert w() is None


@needs_ephemerons
def test_a_closure_may_refer_to_its_owner():
    owner = Object()
    w = WeakCallable(lambda thing=owner: thing, owner=owner)
    assert w()() is owner
    del owner
    gc.collect()
    assert w() is None


def test_no_owner_reads_none():
    assert WeakCallable(len).owner is None


@pytest.mark.parametrize("parts", [1, 3])
def test_the_callback_is_called_once_with_the_reference(parts, no_gc):
    calls = []
    things = [Object() for _ in range(parts)]
    partial = functools.partial(things[0].method, *things)
    w = WeakCallable(partial, callback=calls.append)
    del partial
    while things:
        things.pop()
    assert calls == [w]
    assert w() is None


def test_the_callback_is_called_when_the_owner_dies(no_gc):
    calls = []
    owner = Object()
    w = WeakCallable(lambda: 1, owner=owner, callback=lambda w: calls.append((w, w())))
    del owner
    assert calls == [(w, None)]


def test_no_callback_is_called_for_a_reference_that_is_gone(no_gc):
    calls = []
    thing = Object()
    WeakCallable(thing.method, callback=calls.append)
    del thing
    assert calls == []


def test_methods_of_the_same_object_are_equal():
    thing, other = Unhashable(), Unhashable()
    w = WeakCallable(thing.method)
    assert w == WeakCallable(thing.method)
    assert hash(w) == hash(WeakCallable(thing.method))
    assert w != WeakCallable(other.method)
    assert w != WeakCallable(thing.__call__)
    assert w != thing.method


def test_partials_of_equal_parts_are_equal():
    thing, other = Object(), Object()

    def made(thing, *args, **kwargs):
        return WeakCallable(functools.partial(thing.method, *args, **kwargs))

    w = made(thing, [1], a=other)
    assert w == made(thing, [1], a=other)
    assert hash(w) == hash(made(thing, [1], a=other))
    for another in (
        made(other, [1], a=other),
        made(thing, [2], a=other),
        made(thing, [1], a=thing),
        made(thing, [1], b=other),
        made(thing, [1]),
        made(thing, [1], [1], a=other),
        WeakCallable(thing.method),
    ):
        assert w != another


def test_a_list_and_a_set_can_be_asked_to_disconnect_a_method():
    thing = Object()
    ordered, hashed = [WeakCallable(thing.method)], {WeakCallable(thing.method)}
    ordered.remove(WeakCallable(thing.method))
    hashed.remove(WeakCallable(thing.method))
    assert ordered == [] and hashed == set()


def test_a_dead_one_equals_only_itself_and_keeps_its_hash():
    thing = Object()
    w, other = WeakCallable(thing.method), WeakCallable(thing.method)
    known = hash(w)
    del thing
    assert w == w and w != other
    assert hash(w) == known
    with pytest.raises(TypeError, match="weak object has gone away"):
        hash(other)


def test_copies_are_the_same_and_pickling_is_refused():
    w = WeakCallable(len)
    assert copy.copy(w) is w
    assert copy.deepcopy([w]) == [w]
    with pytest.raises(TypeError, match="cannot pickle 'WeakCallable' object"):
        pickle.dumps(w)


def test_it_shows_what_it_refers_to():
    thing = Object()
    w = WeakCallable(thing.method)
    assert repr(thing.method) in repr(w)
    del thing
    assert "dead" in repr(w)


@pytest.mark.parametrize(
    ("arguments", "keywords", "message"),
    [
        ((5,), {}, "'int' object is not callable"),
        ((len,), {"callback": 5}, "'int' object is not callable"),
        ((len,), {"owner": 5}, "cannot create weak reference to 'int' object"),
        (([].append,), {}, "cannot create weak reference to 'list' object"),
        ((functools.partial([].append),), {}, "cannot create weak reference to 'list' object"),
    ],
)
def test_what_cannot_be_referred_to_is_refused(arguments, keywords, message):
    with pytest.raises(TypeError, match=message):
        WeakCallable(*arguments, **keywords)


def test_it_can_be_subscripted():
    assert WeakCallable[int].__origin__ is WeakCallable
