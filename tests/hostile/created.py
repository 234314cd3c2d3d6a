"""What creates, caches, interns and keeps objects, used in ways that can be disturbed anywhere.

Each class is a subject: `step` uses it once and checks what must hold at any moment, `check` uses it
alone when all is quiet again. `inside` is called in the middle of each step, where code of the user
runs: in a factory, a cached method, a comparison, a weigher, a `__del__`.
"""

import functools
import gc
import itertools
import random
import sysconfig

import weakly

HAS_EPHEMERONS = not sysconfig.get_config_var("Py_GIL_DISABLED")


class Thing:
    def __init__(self, number=0):
        self.number = number

    def method(self):
        return self.number


class Equal(Thing):
    """Compares by number. `inside` runs in the middle of each comparison."""

    inside = staticmethod(lambda: None)

    def __eq__(self, other):
        type(self).inside()
        return isinstance(other, Equal) and self.number == other.number

    def __hash__(self):
        return self.number % 3


class Subject:
    #: Whether its code is native. Where there is no memory for Python code the interpreter does not stay
    #: consistent: CPython 3.11 keeps an argument alive, or looks for ever for what handles the error.
    is_native = True

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.inside = lambda: None
        self.keys = [Thing(number) for number in range(8)]

    def number(self):
        return self.random.randrange(8)

    def renew(self):
        """Lets an object die."""
        number = self.number()
        self.keys[number] = Thing(number)

    def end(self):
        """Lets all objects die."""
        self.keys.clear()
        gc.collect()

    may_leave = False

    def expect_none(self, left):
        assert left == 0 or self.may_leave, left


class GetOrCreate(Subject):
    kinds = (
        "WeakKeyDictionary",
        "WeakValueDictionary",
        "WeakIdKeyDictionary",
        "WeakKeyValueDictionary",
        "WeakIdKeyValueDictionary",
    )

    def __init__(self, seed):
        super().__init__(seed)
        self.dictionaries = [getattr(weakly, kind)() for kind in self.kinds]
        # Each has keys of its own: if there is no memory as an object with two weak references dies,
        # CPython 3.11 leaves them as they are, also those of the standard library.
        self.keys = [[Thing(number) for number in range(8)] for _ in self.dictionaries]

    def create(self, dictionary, keys):
        def factory():
            self.inside()
            return Thing(number)

        number = self.number()
        key = keys[number]
        value = dictionary.get_or_create(key, factory)
        assert value.number == number
        return key, value

    def step(self):
        dictionary, keys = self.random.choice([*zip(self.dictionaries, self.keys)])
        self.create(dictionary, keys)
        number = self.number()
        keys[number] = Thing(number)

    def check(self):
        for dictionary, keys in zip(self.dictionaries, self.keys):
            for _ in range(20):
                key, value = self.create(dictionary, keys)
                assert dictionary.get_or_create(key, Thing) is value
            del key, value, keys
        self.end()
        for dictionary in self.dictionaries:
            self.expect_none(len(dictionary))


class CachedMethod(Subject):
    is_native = False

    def __init__(self, seed):
        super().__init__(seed)

        class Owner(Thing):
            @weakly.cached_method(maxsize=4)
            def cached(owner, argument):
                self.inside()
                # Without ephemerons a result that holds its owner stays.
                return [owner if HAS_EPHEMERONS else None, owner.number, argument]

        self.owner = Owner
        self.keys = [Owner(number) for number in range(8)]

    def renew(self):
        number = self.number()
        self.keys[number] = self.owner(number)

    def step(self):
        owner, argument = self.keys[self.number()], self.number()
        assert owner.cached(argument)[0] is (owner if HAS_EPHEMERONS else None)
        assert owner.cached(argument)[1:] == [owner.number, argument]
        assert owner.cached.cache_info().currsize <= 4
        if self.random.random() < 0.1:
            owner.cached.cache_clear()
        self.renew()

    def check(self):
        owner = self.owner(9)
        assert owner.cached(1) is owner.cached(1)
        del owner
        self.end()
        self.expect_none(self.owner.cached.cache_info().currsize)


class CachedFunction(Subject):
    is_native = False

    def __init__(self, seed):
        super().__init__(seed)

        @weakly.weak_cache(maxsize=6, weak=2)
        def cached(one, other, argument):
            self.inside()
            return [one.number, other.number, argument]

        self.cached = cached

    def step(self):
        one, other, argument = self.keys[self.number()], self.keys[self.number()], self.number()
        assert self.cached(one, other, argument) == [one.number, other.number, argument]
        if self.random.random() < 0.1:
            self.cached.evict(one)
        self.renew()

    def check(self):
        for one in self.keys:
            assert self.cached(one, one, 1) is self.cached(one, one, 1)
        assert self.cached.cache_info().currsize == len(self.cached.cache_keys()) <= 6
        del one
        self.end()
        self.expect_none(self.cached.cache_info().currsize)


class WeakCache(Subject):
    def __init__(self, seed):
        super().__init__(seed)
        self.cache = weakly.WeakCache(3, weigher=self.weigh)

    def weigh(self, value):
        self.inside()
        return 1

    def step(self):
        key, action = self.number(), self.random.randrange(6)
        if action == 0:
            self.cache.pop(key, None)
        elif action == 1:
            self.cache[key] = Thing(key)
        elif action == 2:
            self.cache[key] = self.keys[key]
        else:
            assert self.cache.get_or_create(key, lambda: Thing(key)).number == key
        self.renew()

    def check(self):
        for number in range(8):
            self.cache[number] = Thing(number)
        assert sorted(self.cache) == [5, 6, 7]
        info = self.cache.cache_info()
        assert (info.alive, info.held) == (3, 3)
        self.cache.clear()
        assert len(self.cache) == 0


class Interner(Subject):
    def __init__(self, seed):
        super().__init__(seed)
        self.interner = weakly.Interner()
        self.equal = type("Equal", (Equal,), {"inside": staticmethod(lambda: self.inside())})

    def step(self):
        number = self.number()
        found = self.interner.intern(self.equal(number))
        assert self.interner.intern(self.equal(number)) is found
        self.keys[number] = found

    def check(self):
        for number in range(8):
            self.keys[number] = self.interner.intern(self.equal(number))
        assert len(self.interner) == 8
        self.end()
        self.expect_none(len(self.interner))


class DeathQueue(Subject):
    def __init__(self, seed):
        super().__init__(seed)
        self.queue = weakly.DeathQueue()
        self.called = 0

    def call(self):
        self.inside()
        self.called += 1

    def step(self):
        thing = Thing()
        token = self.queue.watch(thing, self.number())
        self.queue.watch(thing, None)
        finalizer = self.queue.finalize(thing, self.call)
        if self.random.random() < 0.3:
            self.queue.unwatch(token)
            finalizer.detach()
        self.inside()
        self.queue.fileno()
        del thing, finalizer
        for held in self.queue.drain():
            assert held is None or held in range(8)

    def check(self):
        gc.collect()
        self.queue.drain()
        assert len(self.queue) == 0
        thing, called = Thing(), self.called
        self.queue.watch(thing, "held")
        self.queue.finalize(thing, self.call)
        del thing
        assert self.queue.get(60) == "held"
        assert self.called == called + 1


class WeakCallable(Subject):
    is_native = False

    def step(self):
        owner, dead = self.keys[self.number()], []
        f = self.random.choice([owner.method, functools.partial(pow, owner), owner.method.__call__])
        reference = weakly.WeakCallable(f, callback=dead.append)
        assert reference() == f or isinstance(f, functools.partial)
        assert reference == weakly.WeakCallable(f)
        closure = weakly.WeakCallable(lambda: owner, owner=owner)
        self.inside()
        assert closure()() is owner
        assert len({closure, reference}) == 2
        self.renew()

    def check(self):
        thing, dead = Thing(), []
        reference = weakly.WeakCallable(thing.method, callback=dead.append)
        closure = weakly.WeakCallable(lambda: thing, owner=thing)
        assert closure()() is thing
        thing = closure = None
        gc.collect()
        assert reference() is None
        assert dead == [reference]


class KeepAlive(Subject):
    def __init__(self, seed):
        super().__init__(seed)
        self.patients = weakly.WeakSet()
        self.numbers, self.kept, self.lost = itertools.count(), {}, []

        class Owner(Thing):
            def __del__(owner):
                # A reference of the owner itself would be cleared with it, if it is garbage.
                patient = self.kept.pop(owner.number, None)
                if patient is not None and patient() is None:
                    self.lost.append(patient)
                self.inside()

        self.owner = Owner

    def step(self):
        owner, patient = self.owner(next(self.numbers)), Thing()
        if self.random.random() < 0.5:
            owner.cycle = owner
        self.patients.add(patient)
        weakly.keep_alive(owner, patient)
        self.kept[owner.number] = weakly.ref(patient)

    def check(self):
        self.step()
        gc.collect()
        self.expect_none(len(self.patients))
        assert self.lost == []


SUBJECTS = {subject.__name__: subject for subject in Subject.__subclasses__()}
