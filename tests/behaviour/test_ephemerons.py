"""Ephemerons: a value may lead to its own key, and key, value and entry are collected all the same."""

import asyncio
import functools
import gc
import random
import types

import implementations
import processes
import pytest
import weakly
from referents import Thing, things


class Subclass(weakly.WeakKeyDictionary):
    ephemeron = True


@pytest.fixture(params=[weakly.WeakIdKeyDictionary, Subclass], ids=lambda cls: cls.__name__)
def d(request):
    return request.param()


@pytest.fixture(autouse=True)
def no_automatic_collection(request):
    if not implementations.HAS_GIL and request.cls is not TestChoice:
        pytest.skip("without the GIL there are no ephemerons")
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def suspended(key):
    def generator():
        yield key

    generator = generator()
    next(generator)
    return generator


def closure(key):
    return lambda: key


def local_class(key):
    class Local:
        attribute = key

    return Local


def instance_of_local_class(key):
    class Local:
        def method(self):
            return key

    return Local()


async def waiting(key):
    await asyncio.sleep(0)
    return key


def coroutine(key):
    coroutine = waiting(key)
    coroutine.send(None)
    return coroutine


WAYS = {
    "itself": lambda key: key,
    "list": lambda key: [key],
    "nested": lambda key: {"a": [(key,)]},
    "attribute": lambda key: types.SimpleNamespace(key=key),
    "closure": closure,
    "bound method": lambda key: key.method,
    "partial": lambda key: functools.partial(print, key),
    "iterator": lambda key: iter([key]),
    "generator": suspended,
    "coroutine": coroutine,
    "local class": local_class,
    "instance of a local class": instance_of_local_class,
    "dictionary": lambda key: weakly.WeakValueDictionary() or [key],
    "set": lambda key: {key},
    "exception": lambda key: ValueError(key),
    "property": lambda key: property(closure(key)),
    "map": lambda key: map(closure(key), [key]),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_a_value_may_lead_to_its_key(d, way):
    key, other = things(2)
    d[key], d[other] = way(key), 1
    ref = weakly.ref(key)
    gc.collect()
    assert ref() is key and key in d
    del key
    gc.collect()
    assert ref() is None and list(d) == [other]


def test_key_and_value_may_lead_to_each_other(d):
    key, value = things(2)
    d[key], key.value, value.key = value, value, key
    ref = weakly.ref(value)
    del key, value
    gc.collect()
    assert ref() is None and not d


def test_a_value_that_somebody_holds_keeps_its_key(d):
    key = Thing()
    d[key] = value = [key]
    del key
    gc.collect()
    assert d[value[0]] is value
    del value
    gc.collect()
    assert not d


def test_a_ring_of_entries_goes_at_once(d):
    a, b, c = things(3)
    d[a], d[b], d[c] = [b], [c], [a]
    del b, c
    gc.collect()
    assert len(d) == 3
    del a
    gc.collect()
    assert not d


def test_a_ring_over_two_dictionaries_goes_at_once(d):
    other = weakly.WeakIdKeyDictionary()
    a, b = things(2)
    d[a], other[b] = b, a
    del a, b
    gc.collect()
    assert not d and not other


def test_a_value_may_lead_to_its_dictionary(d):
    key = Thing()
    d[key] = (d, key)
    gc.collect()
    assert d[key] == (d, key)
    del key
    gc.collect()
    assert not d


def test_key_value_and_dictionary_may_be_garbage_together(d):
    cls, key = type(d), Thing()
    garbage = cls()
    garbage[key] = (garbage, key)
    ref = weakly.ref(key)
    del key, garbage
    gc.collect()
    gc.collect()
    assert ref() is None


def test_one_key_may_be_in_several_dictionaries(d):
    other, key = weakly.WeakIdKeyDictionary(), Thing()
    d[key], other[key] = [key], [key]
    del key
    gc.collect()
    assert not d and not other


def test_the_finalizer_of_a_key_runs_once_and_finds_no_entry(d):
    seen = []

    class Dying(Thing):
        def __del__(self):
            seen.append((self in d, len(d)))

    key = Dying()
    d[key] = [key]
    del key
    gc.collect()
    assert seen == [(False, 0)]


def test_a_callback_of_the_key_finds_no_value(d):
    seen, key = [], Thing()
    ref = weakly.ref(key, lambda _: seen.append(list(d.values())))
    d[key] = [key]
    del key
    gc.collect()
    assert seen == [[]] and ref() is None


def test_a_key_that_its_finalizer_revives_has_no_entry(d):
    revived = []

    class Reviving(Thing):
        def __del__(self):
            revived.append(self)

    key = Reviving()
    d[key] = [key]
    del key
    gc.collect()
    assert len(revived) == 1 and not d


def test_a_key_that_another_callback_of_gc_revives_keeps_its_value(d):
    key, revived = Thing(), []
    d[key] = value = [key]
    local = local_class(key)
    ref, value_ref = weakly.ref(key), weakly.ref(local)
    value.append(local)

    def revive(phase, info):
        if phase == "start":
            revived.append(ref())

    gc.callbacks.append(revive)
    try:
        del key, value, local
        gc.collect()
    finally:
        gc.callbacks.remove(revive)
    (key,) = revived
    revived.clear()
    assert d[key][0] is key and value_ref() is not None
    del key
    gc.collect()
    assert not d and value_ref() is None


def test_callbacks_of_gc_may_come_and_go(d):
    before = list(gc.callbacks)
    for _ in range(5):
        gc.callbacks.append(lambda phase, info: None)
        key = Thing()
        d[key] = key
        del key
        gc.collect()
        assert not d
    ours = [callback for callback in gc.callbacks if "Ephemeron" in type(callback).__name__]
    assert len(ours) == 1
    gc.callbacks[:] = before


def test_a_program_may_empty_the_callbacks_of_gc(d):
    callbacks = list(gc.callbacks)
    key = Thing()
    d[key] = key
    gc.callbacks.clear()
    try:
        del key
        gc.collect()
        assert len(d) == 1
        d[Thing()] = 1
        gc.collect()
        assert not d
    finally:
        gc.callbacks[:] = callbacks or gc.callbacks


@pytest.fixture
def unfrozen():
    """The other tests run with frozen objects, of which each collection has less to do."""
    gc.unfreeze()
    yield
    gc.collect()
    gc.freeze()


def test_a_frozen_key_is_left_alone(d, unfrozen):
    frozen = Thing()
    gc.freeze()
    other = Thing()
    d[frozen], d[other] = [frozen], [other]
    ref = weakly.ref(frozen)
    value = weakly.WeakMethod(frozen.method)
    del frozen, other
    gc.collect()
    assert list(d) == [ref()] and d[ref()] == [ref()] and value() is not None
    gc.unfreeze()
    gc.collect()
    assert not d and ref() is None


def test_nothing_is_frozen(d, unfrozen):
    gc.collect()  # on 3.12 it freezes objects that never die
    frozen = gc.get_freeze_count()
    key = Thing()
    d[key] = [key]
    del key
    gc.collect()
    assert gc.get_freeze_count() == frozen and not d


def test_a_program_without_such_entries_pays_nothing():
    program = """
        import gc

        class Subclass(weakref.WeakKeyDictionary):
            ephemeron = True

        class Thing:
            pass

        kept = [weakref.WeakIdKeyDictionary(), Subclass(), weakref.WeakKeyDictionary()]
        kept[2].ephemeron = True
        key = Thing()
        print(len(gc.callbacks))
        kept[1][key] = 1
        print(len(gc.callbacks))
    """
    assert processes.output("weakly", program) == "0\n1\n"


class TestChoice:
    def test_of_the_classes(self):
        assert weakly.WeakKeyDictionary.ephemeron is False
        assert weakly.WeakIdKeyDictionary.ephemeron is True
        assert Subclass.ephemeron is True and Subclass().ephemeron is True

    def test_of_an_instance(self):
        d, key = weakly.WeakKeyDictionary(), Thing()
        d[key] = key
        assert d.ephemeron is False
        ref = weakly.ref(key)
        del key
        gc.collect()
        assert ref() is not None
        d.ephemeron = True
        assert d.ephemeron is True
        gc.collect()
        assert (ref() is None and not d) or not implementations.HAS_GIL

    def test_of_the_constructor(self):
        key = Thing()
        d = weakly.WeakIdKeyDictionary([(key, key)], ephemeron=False)
        assert d.ephemeron is False
        del key
        gc.collect()
        assert len(d) == 1
        assert weakly.WeakIdKeyDictionary(ephemeron=True).ephemeron is True
        with pytest.raises(TypeError):
            weakly.WeakKeyDictionary(ephemeron=True)

    def test_of_an_instance_of_a_subclass(self):
        d, key = Subclass(), Thing()
        d.ephemeron = False
        assert d.ephemeron is False and Subclass().ephemeron is True
        d[key] = key
        del key
        gc.collect()
        assert len(d) == 1

    @pytest.mark.parametrize("wrong", [None, 1, "yes"])
    def test_is_a_bool(self, wrong):
        text = f"ephemeron must be a bool, not '{type(wrong).__name__}'"
        with pytest.raises(TypeError, match=text):
            weakly.WeakKeyDictionary().ephemeron = wrong
        with pytest.raises(TypeError, match=text):
            weakly.WeakIdKeyDictionary(ephemeron=wrong)
        with pytest.raises(TypeError, match=text):
            type("Wrong", (weakly.WeakKeyDictionary,), {"ephemeron": wrong})()

    def test_cannot_be_deleted(self):
        with pytest.raises(AttributeError):
            del weakly.WeakKeyDictionary().ephemeron

    def test_of_a_copy_is_that_of_its_class(self):
        d = weakly.WeakKeyDictionary()
        d.ephemeron = True
        assert d.copy().ephemeron is False


def test_collecting_now_says_how_many_went(d):
    keys = things(10)
    d.update((key, [key]) for key in keys)
    assert weakly.collect_ephemerons() == 0
    del keys[3:]
    assert weakly.collect_ephemerons() == 7 and len(d) == 3
    assert weakly.collect_ephemerons() == 0


def test_values_that_lead_nowhere_do_not_count(d):
    key = Thing()
    d[key] = "value"
    key.cycle = key
    del key
    assert weakly.collect_ephemerons() == 0 and not d


def collections_until(condition, most=8):
    for number in range(most):
        if condition():
            return number
        gc.collect()
    return most


@pytest.mark.parametrize("seed", range(40))
def test_random_graphs_keep_what_is_alive_and_nothing_else(d, seed):
    chance = random.Random(seed)
    objects = things(30)
    edges = [set() for _ in objects]
    for _ in range(chance.randrange(10, 45)):
        source, target = chance.randrange(30), chance.randrange(30)
        objects[source].__dict__.setdefault("others", []).append(objects[target])
        edges[source].add(target)
    entries = {}
    for source in chance.sample(range(30), 12):
        entries[source] = chance.randrange(30)
        d[objects[source]] = objects[entries[source]]
    alive = set(chance.sample(range(30), chance.randrange(4)))
    held = [objects[number] for number in alive]
    while True:
        reached = alive.union(*(edges[number] for number in alive))
        reached |= {value for key, value in entries.items() if key in reached}
        if reached == alive:
            break
        alive = reached
    refs = [weakly.WeakIdRef(thing) for thing in objects]
    del objects

    def remaining():
        return {number for number, ref in enumerate(refs) if ref() is not None}

    collections_until(lambda: remaining() == alive)
    assert remaining() == alive, f"seed {seed}"
    assert {key.name: value.name for key, value in d.items()} == {
        key: value for key, value in entries.items() if key in alive
    }
    del held
