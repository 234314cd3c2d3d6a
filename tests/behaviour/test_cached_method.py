"""`cached_method`: a cache of a method's results that keeps no object alive."""

import asyncio
import copy
import functools
import gc
import inspect
import pickle
import sys
import threading

import implementations
import pytest
import weakly
from weakly import cached_method

needs_ephemerons = pytest.mark.skipif(
    not implementations.HAS_GIL, reason="without the GIL there are no ephemerons"
)


class Value:
    pass


class Base:
    """Has neither a hash nor a `__dict__`, and equals everything."""

    __slots__ = ("__weakref__", "calls")
    __hash__ = None

    def __init__(self):
        self.calls = 0

    def __eq__(self, other):
        return True

    @cached_method
    def made(self, *args, **kwargs):
        """Says what."""
        self.calls += 1
        return Value()

    @cached_method(maxsize=2, typed=True)
    def few(self, number):
        self.calls += 1
        return Value()

    @cached_method
    def itself(self, number=0):
        return [self]


class Derived(Base):
    __slots__ = ()

    @cached_method
    def made(self, *args, **kwargs):
        return super().made(*args, **kwargs), Value()


class Pickled:
    def __init__(self):
        self.calls = 0

    @cached_method
    def count(self):
        self.calls += 1
        return self.calls


def info(method):
    return tuple(method.cache_info())


def test_a_result_is_made_once_for_each_object():
    one, other = Base(), Base()
    assert one.made(1) is one.made(1)
    assert one.made(1) is not other.made(1)
    assert one.made(1) is not one.made(2)
    assert one.made(a=1) is one.made(a=1)
    assert (one.calls, other.calls) == (3, 1)


def test_the_results_go_with_their_object(no_gc):
    thing = Base()
    found = weakly.ref(thing.made())
    dead = weakly.ref(thing)
    del thing
    assert dead() is None
    assert found() is None


def test_the_bound_method_finds_the_same_results():
    thing = Base()
    method = thing.made
    assert method(1) is thing.made(1) is Base.made(thing, 1)
    assert method(a=1) is Base.made(thing, a=1)
    assert [*map(method, [2])] == [thing.made(2)]


class TestTheObjectByItsName:
    def test_it_finds_the_same_results(self):
        thing = Base()
        assert Base.made(self=thing) is thing.made()
        assert Base.made(a=1, self=thing) is thing.made(a=1)
        assert Base.few(self=thing, number=3) is thing.few(number=3)
        assert Base.few(number=3.0, self=thing) is not thing.few(number=3)
        assert functools.partial(Base.made, self=thing)() is thing.made()
        assert info(thing.made) == (4, 2, None, 2)

    def test_the_arguments_stay_as_they_are(self):
        thing = Base()
        arguments = {"self": thing, "a": 1}
        assert Base.made(**arguments) is thing.made(a=1)
        assert arguments == {"self": thing, "a": 1}

    def test_any_name_will_do(self):
        class Local:
            @cached_method
            def method(this, self, obj=0, kwargs=0):
                return [this, self, obj, kwargs]

        thing = Local()
        assert Local.method(this=thing, self=1, obj=2, kwargs=3) == [thing, 1, 2, 3]

    def test_a_wrapped_method_has_the_name_of_what_it_wraps(self):
        def method(self):
            return Value()

        cached = cached_method(
            functools.wraps(method)(lambda *args, **kwargs: method(*args, **kwargs))
        )
        thing = Value()
        assert cached(self=thing) is cached(thing)

    @pytest.mark.parametrize(
        "call",
        [
            lambda: Base.made(a=1),
            lambda: Base().made(self=1),
            lambda: Base.made(Base(), self=1),
            lambda: Base.few(self=5, number=1),
            lambda: cached_method(lambda *args: args)(args=1),
            lambda: cached_method(max)(self=1),
        ],
    )
    def test_errors(self, call):
        with pytest.raises(TypeError, match="argument|weak reference|CachedMethod"):
            call()


def test_each_object_has_its_statistics():
    one, other = Base(), Base()
    one.made(1), one.made(1), other.made(1)
    assert info(one.made) == (1, 1, None, 1)
    assert info(other.made) == (0, 1, None, 1)
    assert info(Base().made) == (0, 0, None, 0)
    assert type(one.made.cache_info()) is type(functools.lru_cache(len).cache_info())


def test_the_class_adds_up_those_that_live():
    class Local(Base):
        __slots__ = ()

        @cached_method(maxsize=5)
        def method(self, number):
            return number

    one, other = Local(), Local()
    one.method(1), one.method(1), other.method(1), other.method(2)
    assert info(Local.method) == (1, 3, 5, 3)
    del other
    assert info(Local.method) == (1, 1, 5, 1)


def test_the_results_of_one_object_can_be_cleared(no_gc):
    one, other = Base(), Base()
    found, kept = weakly.ref(one.made()), weakly.ref(other.made())
    one.made.cache_clear()
    assert found() is None
    assert kept() is not None
    assert info(one.made) == (0, 0, None, 0)
    one.made.cache_clear()
    assert one.made() is one.made()


def test_the_results_of_all_objects_can_be_cleared(no_gc):
    one, other = Base(), Base()
    found = [weakly.ref(one.made()), weakly.ref(other.made())]
    Base.made.cache_clear()
    assert [result() for result in found] == [None, None]


def test_the_number_of_results_is_bounded_for_each_object():
    one, other = Base(), Base()
    one.few(1), one.few(2), one.few(3), other.few(1)
    assert info(one.few) == (0, 3, 2, 2)
    assert one.few(3) is not one.few(3.0)
    assert info(other.few) == (0, 1, 2, 1)


@pytest.mark.parametrize("maxsize", [None, 0, -1, 1, 128])
def test_the_parameters_are_those_of_lru_cache(maxsize):
    class Local:
        @cached_method(maxsize)
        def method(self):
            pass

    stock = functools.lru_cache(maxsize)(lambda: None)
    assert Local.method.cache_parameters() == stock.cache_parameters()
    assert info(Local().method) == tuple(stock.cache_info())


@needs_ephemerons
def test_a_result_may_refer_to_its_object():
    things = [Base() for _ in range(20)]
    dead = [weakly.ref(thing) for thing in things]
    for thing in things:
        thing.itself(), thing.itself(1)
    del things, thing
    gc.collect()
    assert all(found() is None for found in dead)


def test_a_method_that_overrides_another_has_its_own_results():
    thing = Derived()
    inner, outer = thing.made(1)
    assert thing.made(1) == (inner, outer)
    assert Base.made(thing, 1) is inner
    assert super(Derived, thing).made(1) is inner
    assert (info(Base.made.__get__(thing)), info(thing.made)) == ((2, 1, None, 1), (1, 1, None, 1))
    assert thing.calls == 1


def test_an_inherited_method_is_one():
    class Heir(Base):
        __slots__ = ()

    thing = Heir()
    assert thing.made() is Base.made(thing)


def test_it_can_be_below_classmethod():
    class Local:
        @classmethod
        @cached_method
        def made(cls, *args):
            return Value()

    class Heir(Local):
        pass

    assert Local.made(1) is Local().made(1)
    assert Local.made(1) is not Heir.made(1)
    assert Local.made.cache_info().currsize >= 1
    Local.made.cache_clear()
    assert Local.made.cache_info().hits == 0


@pytest.mark.parametrize("kind", [classmethod, staticmethod, property])
def test_it_cannot_be_above_one_of_these(kind):
    for decorate in (cached_method, cached_method(maxsize=3)):
        with pytest.raises(TypeError, match=f"@cached_method goes below @{kind.__name__}"):
            decorate(kind(len))


def test_an_abstract_method_stays_abstract():
    import abc

    class Abstract(abc.ABC):
        @cached_method
        @abc.abstractmethod
        def method(self):
            pass

    with pytest.raises(TypeError, match="abstract"):
        Abstract()


def test_it_looks_like_the_method():
    thing = Base()
    for method in (Base.made, thing.made):
        assert method.__name__ == "made"
        assert method.__qualname__ == "Base.made"
        assert method.__doc__ == "Says what."
        assert inspect.isfunction(method.__wrapped__)
    assert Base.made.__module__ == __name__
    assert str(inspect.signature(Base.few)) == "(self, number)"
    assert str(inspect.signature(thing.few)) == "(number)"
    assert thing.made.__self__ is thing
    assert thing.made.__func__ is Base.made
    assert "Base.made of" in repr(thing.made)
    assert inspect.isroutine(Base.made)


def test_bound_methods_are_equal_by_their_object():
    one, other = Base(), Base()
    assert one.made == one.made
    assert hash(one.made) == hash(one.made)
    assert one.made != other.made
    assert one.made != one.few
    assert one.made != 5


def test_a_bound_method_can_be_referred_to_weakly(no_gc):
    thing = Base()
    for kind in (weakly.WeakMethod, weakly.WeakCallable):
        w = kind(thing.made)
        assert w() == thing.made
        assert w()(1) is thing.made(1)
    del thing
    assert w() is None


def test_copies_and_pickles_of_the_object_begin_anew():
    thing = Pickled()
    assert thing.count() == thing.count() == 1
    for twin in (copy.copy(thing), copy.deepcopy(thing), pickle.loads(pickle.dumps(thing))):
        assert vars(twin) == {"calls": 1}
        assert info(twin.count) == (0, 0, None, 0)
        assert twin.count() == 2


def test_the_method_is_copied_and_pickled_by_its_name():
    method = Pickled.count
    assert copy.copy(method) is copy.deepcopy(method) is method
    assert pickle.loads(pickle.dumps(method)) is method
    bound = pickle.loads(pickle.dumps(Pickled().count))
    assert bound() == 1


def test_what_is_raised_is_not_kept():
    class Local:
        calls = 0

        @cached_method
        def method(self):
            Local.calls += 1
            raise KeyError("no")

    thing = Local()
    for _ in range(2):
        with pytest.raises(KeyError, match="no"):
            thing.method()
    assert Local.calls == 2


def test_a_method_may_call_itself():
    class Local:
        @cached_method
        def fibonacci(self, number):
            if number < 2:
                return number
            return self.fibonacci(number - 1) + self.fibonacci(number - 2)

    assert Local().fibonacci(80) == 23416728348467685


def test_an_async_method_that_returns_a_task_can_be_awaited_again():
    class Local:
        calls = 0

        @cached_method
        def fetch(self):
            return asyncio.ensure_future(self._fetch())

        async def _fetch(self):
            Local.calls += 1
            return 5

    async def main():
        thing = Local()
        return await thing.fetch(), await thing.fetch()

    assert asyncio.run(main()) == (5, 5)
    assert Local.calls == 1


def test_wrong_uses_are_refused():
    class Unreferenceable:
        __slots__ = ()

        @cached_method
        def method(self):
            pass

    with pytest.raises(TypeError, match="cannot create weak reference to 'Unreferenceable' object"):
        Unreferenceable().method()
    with pytest.raises(TypeError, match="unhashable type: 'list'"):
        Base().made([])
    with pytest.raises(TypeError, match=r"Base.made\(\) missing 1 .* argument: 'self'"):
        Base.made()
    with pytest.raises(TypeError, match="'str' object is not callable"):
        cached_method("a")
    with pytest.raises(TypeError, match="'int' object is not callable"):
        cached_method(maxsize=3)(5)


def test_it_goes_with_its_class():
    class Local:
        @cached_method
        def method(self):
            return Value()

    thing = Local()
    found, dead = weakly.ref(thing.method()), weakly.ref(Local)
    del thing, Local
    gc.collect()
    assert found() is None
    assert dead() is None


@pytest.fixture
def fast_switches():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_threads_get_right_results(fast_switches):
    class Local:
        @cached_method(maxsize=3)
        def method(self, number):
            return id(self), number

    shared = [Local() for _ in range(3)]
    wrong = []

    def work(seed):
        for step in range(300):
            thing = shared[(step * seed) % 3] if step % 3 else Local()
            if thing.method(step % 5) != (id(thing), step % 5):
                wrong.append(step)
            if step % 40 == 0:
                Local.method.cache_clear()
                thing.method.cache_clear()

    threads = [threading.Thread(target=work, args=(seed,)) for seed in (1, 2, 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
