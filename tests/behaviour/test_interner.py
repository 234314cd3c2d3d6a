"""`Interner` gives the first living one of equal objects."""

import copy
import gc
import pickle
import sys
import threading

import pytest
import weakly
from referents import Equal, Failure, Hooked, Unhashable


@pytest.fixture
def interner():
    return weakly.Interner()


def test_the_first_of_equal_objects_stands_for_all(interner):
    first = Equal(1)
    assert interner.intern(first) is first
    assert interner.intern(Equal(1)) is first
    assert interner.intern(obj=first) is first


def test_it_holds_none(interner, no_gc):
    first = interner.intern(Equal(1))
    assert (len(interner), Equal(1) in interner, list(interner)) == (1, True, [first])
    del first
    assert (len(interner), Equal(1) in interner, list(interner)) == (0, False, [])


def test_a_living_one_takes_the_place_of_a_dead_one(interner, no_gc):
    interner.intern(Equal(1))
    second = interner.intern(Equal(1))
    assert interner.intern(Equal(1)) is second


def test_clear_forgets_all(interner):
    first = interner.intern(Equal(1))
    interner.clear()
    assert len(interner) == 0
    second = interner.intern(Equal(1))
    assert second is not first


@pytest.mark.parametrize("obj", ["text", 5, (), []])
def test_what_cannot_be_weakly_referenced_is_refused(interner, obj):
    name = type(obj).__name__
    with pytest.raises(TypeError, match=f"cannot create weak reference to '{name}' object"):
        interner.intern(obj)
    assert obj not in interner


def test_what_cannot_be_hashed_is_refused(interner):
    with pytest.raises(TypeError, match="unhashable type: 'Unhashable'"):
        interner.intern(Unhashable())


def test_a_comparison_that_fails_changes_nothing(interner):
    def fail(*_):
        raise Failure

    first = interner.intern(Hooked(1))
    first.eq_hook = fail
    with pytest.raises(Failure):
        interner.intern(Hooked(1))
    first.eq_hook = None
    assert interner.intern(Hooked(1)) is first


def test_a_comparison_may_use_the_interner(interner):
    first = interner.intern(Hooked(1))
    kept = []
    first.eq_hook = lambda *_: kept.append(interner.intern(Hooked(2 + len(kept)))) or None
    assert interner.intern(Hooked(1)) is first
    assert len(kept) == 1


def test_it_takes_no_arguments():
    with pytest.raises(TypeError, match=r"takes 1 positional argument but 2 were given"):
        weakly.Interner([])
    with pytest.raises(TypeError, match=r"unexpected keyword argument 'data'"):
        weakly.Interner(data=[])


def test_it_is_neither_pickled_nor_copied(interner):
    for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="cannot pickle 'Interner' object"):
            attempt(interner)


def test_a_subclass_may_have_attributes_and_be_generic():
    class Names(weakly.Interner):
        pass

    names = Names()
    names.attribute = 1
    assert weakly.ref(names)() is names
    assert str(weakly.Interner[int]) == "weakly.Interner[int]"
    assert repr(names).startswith("<Names at 0x")


def test_threads_get_the_same_object(interner):
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for value in range(30):
            barrier, results = threading.Barrier(4), []

            def work(value=value, barrier=barrier, results=results):
                barrier.wait()
                results.append(interner.intern(Equal(value)))

            threads = [threading.Thread(target=work) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert len(results) == 4
            assert len({id(result) for result in results}) == 1
    finally:
        sys.setswitchinterval(interval)
    del results, threads, work
    gc.collect()
    assert len(interner) == 0
