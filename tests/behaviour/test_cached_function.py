"""`weak_cache`: a cache of a function's results that keeps none of its main arguments alive."""

import gc
import sys
import threading

import implementations
import pytest
import weakly
from weakly import weak_cache

needs_ephemerons = pytest.mark.skipif(
    not implementations.HAS_GIL, reason="without the GIL there are no ephemerons"
)


class Object:
    """Has no hash, and equals everything."""

    __hash__ = None

    def __eq__(self, other):
        return True


class Equal:
    def __init__(self, value):
        self.value = value

    def __eq__(self, other):
        return isinstance(other, Equal) and self.value == other.value

    def __hash__(self):
        return hash(self.value)


class Strong(Equal):
    """Equal only to itself, whatever its hash."""

    def __eq__(self, other):
        return self is other

    __hash__ = Equal.__hash__


class Value:
    pass


def counting(**options):
    calls = []

    @weak_cache(**options)
    def cached(*args, **kwargs):
        calls.append(None)
        return Value()

    return cached, calls


def info(cached):
    return tuple(cached.cache_info())


def test_a_result_is_made_once():
    cached, calls = counting()
    thing = Object()
    assert cached(thing, 1) is cached(thing, 1)
    assert cached(thing, 2) is not cached(thing, 1)
    assert len(calls) == 2
    assert info(cached) == (2, 2, 128, 2)


def test_it_may_be_used_without_arguments():
    @weak_cache
    def cached(thing):
        return Value()

    thing = Object()
    assert cached(thing) is cached(thing)
    assert cached.cache_parameters() == {"maxsize": 128, "weak": 1, "by": "id"}


def test_the_result_goes_with_its_argument(no_gc):
    cached, _ = counting()
    things = [Object(), Object()]
    results = [weakly.ref(cached(thing, number)) for thing in things for number in range(3)]
    assert info(cached)[3] == 6
    del things[0]
    assert [found() is None for found in results] == [True] * 3 + [False] * 3
    assert info(cached)[3] == 3


def test_the_result_goes_with_any_of_its_weak_arguments(no_gc):
    for victim in (0, 1, 2):
        cached, _ = counting(weak=3)
        things = [Object() for _ in range(3)]
        found = weakly.ref(cached(*things, 1))
        assert found() is cached(*things, 1)
        things[victim] = None
        assert found() is None
        assert info(cached)[3] == 0


def test_other_arguments_are_held(no_gc):
    cached, _ = counting()
    thing, other = Object(), Strong(1)
    alive = weakly.ref(other)
    cached(thing, other)
    del other
    assert alive() is not None
    del thing
    assert alive() is None


def test_objects_are_told_apart_by_identity():
    cached, calls = counting()
    one, other = Object(), Object()
    assert cached(one) is not cached(other)
    assert len(calls) == 2


def test_objects_may_be_told_apart_by_equality(no_gc):
    cached, calls = counting(by="eq")
    one, other = Equal(1), Equal(1)
    assert cached(one) is cached(other)
    assert len(calls) == 1
    del one
    assert info(cached)[3] == 0


def test_arguments_by_name_may_come_in_any_order():
    cached, calls = counting()
    thing = Object()
    assert cached(thing, a=1, b=2) is cached(thing, b=2, a=1)
    assert cached(thing, a=2, b=1) is not cached(thing, a=1, b=2)
    assert cached(thing, 1) is not cached(thing, a=1)
    assert len(calls) == 4


def test_the_least_recently_used_goes_first():
    cached, calls = counting(maxsize=2)
    thing = Object()
    cached(thing, 1), cached(thing, 2), cached(thing, 1), cached(thing, 3)
    assert cached.cache_keys() == [((thing, 1), {}), ((thing, 3), {})]
    assert info(cached) == (1, 3, 2, 2)


def test_the_order_of_use_is_that_of_a_model():
    cached, _ = counting(maxsize=7)
    thing, model = Object(), []
    for step in range(1000):
        number = step * step % 13 if step % 3 else step % 5
        cached(thing, number)
        if number in model:
            model.remove(number)
        model = [*model, number][-7:]
        assert [args[1] for args, _ in cached.cache_keys()] == model


@pytest.mark.parametrize(("maxsize", "size"), [(None, 300), (0, 0), (-3, 0), (1, 1), (200, 200)])
def test_the_size_is_bounded(maxsize, size):
    cached, _ = counting(maxsize=maxsize)
    thing = Object()
    for number in range(300):
        cached(thing, number)
    limit = None if maxsize is None else max(maxsize, 0)
    assert info(cached) == (0, 300, limit, size)
    assert len(cached.cache_keys()) == size


def test_the_keys_are_the_arguments():
    cached, _ = counting(weak=2)
    one, other = Object(), Object()
    cached(one, other, 1, b=2, a=3)
    ((args, kwargs),) = cached.cache_keys()
    assert args[0] is one and args[1] is other and args[2:] == (1,)
    assert kwargs == {"a": 3, "b": 2}


def test_an_object_can_be_evicted(no_gc):
    cached, _ = counting(weak=2)
    one, two, three = things = [Object() for _ in range(3)]
    results = {
        pair: weakly.ref(cached(things[pair[0]], things[pair[1]]))
        for pair in ((0, 1), (1, 2), (2, 0))
    }
    assert cached.evict(one) is None
    assert [pair for pair, found in results.items() if found() is not None] == [(1, 2)]
    cached.evict(one)
    assert info(cached)[3] == 1


def test_clearing_forgets_all_and_counts_anew(no_gc):
    cached, calls = counting()
    thing = Object()
    found = weakly.ref(cached(thing))
    cached(thing)
    cached.cache_clear()
    assert found() is None
    assert info(cached) == (0, 0, 128, 0)
    cached(thing)
    assert len(calls) == 2


def test_what_is_raised_is_not_kept():
    calls = []

    @weak_cache()
    def cached(thing):
        calls.append(1)
        raise KeyError("no")

    thing = Object()
    for _ in range(2):
        with pytest.raises(KeyError, match="no"):
            cached(thing)
    assert len(calls) == 2
    assert info(cached) == (0, 2, 128, 0)


def test_recursion_on_the_same_key_is_an_error():
    @weak_cache()
    def cached(thing, number):
        return cached(thing, number % 3)

    thing = Object()
    for _ in range(2):
        with pytest.raises(RecursionError, match="Recursively calling"):
            cached(thing, 7)


def test_recursion_on_another_key_is_none():
    @weak_cache()
    def fibonacci(thing, number):
        if number < 2:
            return number
        return fibonacci(thing, number - 1) + fibonacci(thing, number - 2)

    assert fibonacci(Object(), 40) == 102334155


def test_a_failed_call_whose_traceback_is_kept_may_be_repeated():
    results = [KeyError(), 1]

    @weak_cache()
    def cached(thing):
        result = results.pop(0)
        if isinstance(result, KeyError):
            raise result
        return result

    thing = Object()
    with pytest.raises(KeyError) as kept:
        cached(thing)
    assert cached(thing) == 1
    assert kept.value.__traceback__ is not None


def test_a_key_whose_comparison_calls_again():
    @weak_cache()
    def cached(thing, key):
        return key

    class Reentrant:
        def __eq__(self, other):
            cached(Object(), None)
            return False

        def __hash__(self):
            return 42

    thing = Object()
    for _ in range(50):
        cached(thing, Reentrant())
    assert info(cached)[3] <= 128


@needs_ephemerons
@pytest.mark.parametrize("by", ["id", "eq"])
def test_a_result_may_refer_to_its_arguments(by):
    @weak_cache(weak=2, by=by)
    def cached(*things):
        return things

    things = [Equal(number) for number in range(20)]
    for thing in things:
        cached(thing, things[0], 1)
    del things, thing
    gc.collect()
    assert info(cached)[3] == 0


def test_no_object_keeps_a_place_for_evicted_results():
    cached, _ = counting(maxsize=1, weak=2)
    things = [Object() for _ in range(50)]
    for thing in things:
        cached(thing, things[0], 1)
    assert len(cached.results.top) == 1


def test_it_looks_like_the_function():
    @weak_cache(maxsize=None)
    def cached(thing: Object, number: int = 3) -> int:
        """Says what."""
        return number

    import inspect
    import pickle

    assert (cached.__name__, cached.__doc__) == ("cached", "Says what.")
    assert str(inspect.signature(cached)).startswith("(thing: ")
    assert cached.__wrapped__(None) == 3
    assert pickle.loads(pickle.dumps(module_level)) is module_level


@weak_cache
def module_level(thing):
    return 1


def test_it_may_be_a_method(no_gc):
    class Owner:
        @weak_cache(maxsize=None)
        def method(self, number):
            return Value()

    owner = Owner()
    found = weakly.ref(owner.method(1))
    assert owner.method(1) is found()
    del owner
    assert found() is None


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"maxsize": "a"}, TypeError, "maxsize must be an integer or None, not 'str'"),
        ({"weak": "a"}, TypeError, "weak must be an integer, not 'str'"),
        ({"weak": 0}, ValueError, "weak must be at least 1, not 0"),
        ({"by": "hash"}, ValueError, "by must be 'id' or 'eq', not 'hash'"),
    ],
)
def test_wrong_options_are_refused(options, error, message):
    with pytest.raises(error, match=message):
        weak_cache(**options)


def test_wrong_arguments_are_refused():
    cached, calls = counting(weak=2)
    thing = Object()
    with pytest.raises(TypeError, match="needs 2 arguments by position"):
        cached(thing)
    with pytest.raises(TypeError, match="'int' object"):
        cached(thing, 5)
    with pytest.raises(TypeError, match="unhashable type: 'list'"):
        cached(thing, thing, [])
    with pytest.raises(TypeError, match="'int' object is not callable"):
        weak_cache()(5)
    assert info(cached)[3] == 0


def test_what_cannot_be_cached_is_refused_before_the_function_runs():
    cached, calls = counting()
    for arguments in [(5,), (Object(), [])]:
        with pytest.raises(TypeError):
            cached(*arguments)
    assert calls == []
    assert info(cached) == (0, 0, 128, 0)


def test_all_ways_to_call_it_come_to_the_same():
    cached, calls = counting()
    thing = Object()
    result = cached(thing, 1, key=2, other=3)
    assert cached(*(thing, 1), other=3, key=2) is result
    assert cached.__call__(thing, 1, key=2, other=3) is result
    assert cached.__get__(thing)(1, key=2, other=3) is result
    assert len(calls) == 1


def test_it_may_be_a_class_method_and_dies_with_its_class():
    def watched():
        class Owner:
            @classmethod
            @weak_cache
            def method(cls, number):
                return __class__, Value()

        assert Owner.method(1) is Owner.method(1)
        return weakly.ref(Owner)

    found = watched()
    gc.collect()
    assert implementations.HAS_GIL is False or found() is None


def test_it_may_be_evicted_and_cleared_while_it_runs():
    @weak_cache
    def cached(thing):
        cached.evict(thing)
        cached.cache_clear()
        return Value()

    thing = Object()
    assert isinstance(cached(thing), Value)
    assert info(cached) == (0, 0, 128, 0)


@pytest.fixture
def fast_switches():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_threads_get_right_results(fast_switches):
    @weak_cache(maxsize=5)
    def cached(thing, number):
        return id(thing), number

    shared = [Object() for _ in range(4)]
    wrong, calls = [], 300

    def work(seed):
        for step in range(calls):
            thing = shared[(step * seed) % 4] if step % 3 else Object()
            if cached(thing, step % 5) != (id(thing), step % 5):
                wrong.append(step)
            if step % 50 == 0:
                cached.evict(thing)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in (1, 3, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    hits, misses, _, size = cached.cache_info()
    assert hits + misses == 3 * calls
    assert size <= 5
