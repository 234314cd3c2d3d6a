"""What `stress.py` does with the types that the standard library does not have."""

import collections
import functools
import gc
import itertools
import queue
import sysconfig
import time

import weakly
from things import Equal, Thing, check, make

HELD = 12  # objects that the cache holds itself
KEYS = 8


class Calculator(Thing):
    @weakly.cached_method(maxsize=4)
    def square(self, number):
        return self.number, number * number


@weakly.weak_cache(maxsize=30)
def described(thing, number):
    return f"{thing.owner} {thing.number} {number}"


def expect_dead(*references):
    """Nothing but the references is left. If something is, says whether it goes later, and what holds it."""
    alive = [number for number, reference in enumerate(references) if reference() is not None]
    if not alive:
        return
    found = references[0]()
    holders = found and [*map(type, gc.get_referrers(found.__self__))]
    del found
    gc.collect()
    still = [number for number, reference in enumerate(references) if reference() is not None]
    raise AssertionError(
        f"outlived its object: {alive}, held by {holders}, after a collection: {still}"
    )


class Owner(Thing):
    """Finds what is kept alive for it still alive when it is finalized."""

    def __del__(self):
        if self.finalized:
            self.errors.append("what was kept alive died before its owner")


class Patient(Thing):
    def __del__(self):
        self.finalized.append(self)


class Shared:
    """What all threads use."""

    def __init__(self, errors):
        self.errors = errors
        self.steady = [make("steady", number) for number in range(50)]
        numbered = [(thing, thing.number) for thing in self.steady]
        paired = [*zip(self.steady, reversed(self.steady))]
        self.by_identity = weakly.WeakIdKeyDictionary(numbered)
        self.identity_set = weakly.WeakIdSet(self.steady)
        self.both_weak = weakly.WeakKeyValueDictionary(paired)
        self.both_weak_by_identity = weakly.WeakIdKeyValueDictionary(paired)
        self.ephemerons = weakly.WeakKeyDictionary()
        self.ephemerons.ephemeron = True
        self.interner = weakly.Interner()
        self.cache = weakly.WeakCache(HELD)
        # By number: what two of the other types make of a value that is there or is created.
        self.created = weakly.WeakValueDictionary()
        self.created_for = weakly.WeakKeyDictionary()
        self.being_made = set()
        self.queues = [weakly.DeathQueue(), weakly.DeathQueue(thread=True)]
        self.deaths = collections.Counter()
        self.calculators = [Calculator("steady", number) for number in range(KEYS)]

    def containers(self):
        """Those whose entries go with the objects of the threads."""
        yield from (self.by_identity, self.identity_set, self.both_weak)
        yield from (self.both_weak_by_identity, self.created, self.created_for)

    def finish(self, workers):
        """Checks what is left when the threads have ended."""
        watched = {each for worker in workers for each in worker.watched}
        workers.clear()
        gc.collect()
        for _ in range(1000):
            for deaths in self.queues:
                self.deaths.update(deaths.drain())
            if len(self.deaths) >= len(watched):
                break
            time.sleep(0.01)  # the thread of a queue calls what is due when it gets to it
        check(watched == set(self.deaths), "a death was lost, or came for what was not watched")
        check(set(self.deaths.values()) <= {1}, "a death came twice")
        info = self.cache.cache_info()
        check(info.held <= HELD, "the cache holds more than it may")
        self.cache.clear()
        self.steady.clear()
        self.calculators.clear()
        for _ in range(3):
            gc.collect()
        for container in (*self.containers(), self.interner, self.cache):
            check(len(container) == 0, f"ghosts in {type(container).__name__}")
        if not sysconfig.get_config_var("Py_GIL_DISABLED"):
            check(len(self.ephemerons) == 0, "ephemerons outlive their keys")
        check(described.cache_info().currsize == 0, "a result outlives its argument")
        info = Calculator.square.cache_info()
        check(info.currsize == 0, "results outlive their object")


class Worker:
    """What one thread does. Objects of its own have its name."""

    def __init__(self, shared, name, random):
        self.shared, self.name, self.random = shared, name, random
        self.numbers = itertools.count()
        self.mine = collections.deque(maxlen=20)
        self.watched = set()
        self.actions = [self.identity, self.both_ends, self.ephemerons, self.intern, self.create]
        self.actions += [self.create_in_rings, self.cache, self.watch, self.bind, self.iterate]
        self.actions += [self.cached_method, self.weak_cache, self.weak_callable, self.keep_alive]

    def new(self, kind=make):
        return kind(self.name, next(self.numbers))

    def identity(self):
        shared, thing = self.shared, self.new()
        shared.by_identity[thing] = thing.number
        shared.identity_set.add(thing)
        check(shared.by_identity[thing] == thing.number, "a key was lost")
        check(thing in shared.identity_set, "a member was lost")
        same = Equal(thing.owner, thing.number)
        check(same not in shared.by_identity and same not in shared.identity_set, "an equal key")
        if self.random.random() < 0.5:
            check(shared.by_identity.pop(thing) == thing.number, "a key was lost")
            shared.identity_set.remove(thing)
        self.mine.append(thing)

    def both_ends(self):
        for d in (self.shared.both_weak, self.shared.both_weak_by_identity):
            key, value = self.new(), self.new()
            d[key] = value
            check(d[key] is value, "an entry was lost")
            self.mine.append(self.random.choice((key, value)))  # the other one dies
            if self.random.random() < 0.3:
                key.value, value.key = value, key

    def ephemerons(self):
        key, value = self.new(), self.new()
        value.key = key
        self.shared.ephemerons[key] = value
        check(self.shared.ephemerons[key] is value, "an entry was lost")

    def intern(self):
        number = self.random.randrange(20) * 4
        wanted = Equal("interned", number)
        own = self.shared.interner.intern(wanted)
        check(own == wanted, "another was interned")
        check(self.shared.interner.intern(Equal("interned", number)) is own, "interned twice")
        self.mine.append(own)

    def create(self):
        shared, number = self.shared, self.random.randrange(KEYS)

        def factory():
            check(("value", number) not in shared.being_made, "two threads make one value")
            shared.being_made.add(("value", number))
            made = self.new(Thing)
            made.number = number
            shared.being_made.discard(("value", number))
            return made

        value = shared.created.get_or_create(number, factory)
        check(value.number == number, "the value of another key")
        check(shared.created.get(number) is value, "a value was lost")
        check(shared.created.get_or_create(number, factory) is value, "a value was made twice")
        key = self.random.choice(shared.steady)
        kept = shared.created_for.get_or_create(key, lambda: object())
        check(shared.created_for[key] is kept, "a value was lost")
        if self.random.random() < 0.5:
            self.mine.append(value)

    def create_in_rings(self):
        """Makers that ask for each other's values."""
        shared = self.shared
        first, second = self.random.sample(range(KEYS, KEYS + 4), 2)

        def factory():
            inner = shared.created.get_or_create(second, lambda: self.new(Thing))
            outer = self.new(Thing)
            outer.inner = inner
            return outer

        try:
            self.mine.append(shared.created.get_or_create(first, factory))
        except RuntimeError as error:
            check("get_or_create" in str(error), str(error))

    def cache(self):
        cache, number = self.shared.cache, self.random.randrange(2 * HELD)
        new = Thing("cached", number)
        action = self.random.randrange(6)
        if action == 0:
            cache[number] = new
        elif action == 1:
            cache.pop(number, None)
        else:
            value = cache.get_or_create(number, lambda: new)
            check(value.number == number, "the value of another key")
        found = cache.get(number)
        check(found is None or found.number == number, "the value of another key")
        check(all(key == value.number for key, value in cache.items()), "the value of another key")

    def watch(self):
        deaths = self.random.choice(self.shared.queues)
        thing = self.new()
        held = self.name, thing.number
        token = deaths.watch(thing, held)
        if self.random.random() < 0.2:
            check(deaths.unwatch(token) and not deaths.unwatch(token), "unwatch")
        else:
            self.watched.add(held)
        self.mine.append(thing)
        if self.random.random() < 0.5:
            self.shared.deaths.update(deaths.drain())
        else:
            try:
                self.shared.deaths.update([deaths.get(timeout=0)])
            except queue.Empty:
                pass

    def bind(self):
        deaths = self.random.choice(self.shared.queues)
        thing = self.new()
        held = self.name, thing.number
        finalizer = deaths.finalize(thing, self.shared.deaths.update, [held])
        end = self.random.choice(["die", "call", "detach"])
        if end == "call":
            finalizer()
        elif end == "detach":
            check(finalizer.detach() is not None, "detach")
            return
        self.watched.add(held)

    def iterate(self):
        shared = self.shared
        for seen in (shared.by_identity, shared.identity_set, shared.both_weak):
            steady = [thing for thing in seen if thing.owner == "steady"]
            check(len(steady) == len(shared.steady), "an iteration missed an entry")
            check(all(a is b for a, b in zip(steady, shared.steady)), "not in order")
        for key, value in shared.both_weak_by_identity.items():
            check(key.owner == value.owner, "not its value")
        for container in shared.containers():
            check(len(container.copy()) >= 0, "a copy")

    def cached_method(self):
        own = self.new(Calculator)
        for calculator in (own, self.random.choice(self.shared.calculators)):
            number = self.random.randrange(6)
            result = calculator.square(number)
            check(result == (calculator.number, number * number), "the result of another object")
        self.mine.append(own)
        if self.random.random() < 0.02:
            Calculator.square.cache_clear()

    def weak_cache(self):
        for thing in (self.new(Thing), self.random.choice(self.shared.steady)):
            number = self.random.randrange(4)
            wanted = f"{thing.owner} {thing.number} {number}"
            check(described(thing, number) == wanted, "the result of another object")
        if self.random.random() < 0.02:
            described.cache_clear()

    def weak_callable(self):
        thing, calls = self.new(Thing), []
        method = weakly.WeakCallable(thing.method, callback=calls.append)
        part = weakly.WeakCallable(functools.partial(thing.method))
        shared = weakly.WeakCallable(self.random.choice(self.shared.steady).method)
        check(method()() == part()() == thing.number, "another object's method")
        check(shared()() < 50, "another object's method")
        check(method == weakly.WeakCallable(thing.method), "the same method differs")
        number = thing.number
        owned = weakly.WeakCallable(lambda: number, owner=thing)
        check(owned()() == number, "what the owner holds was lost")
        del thing
        expect_dead(method, part, owned)
        check(calls == [method], "a callback did not run once")

    def keep_alive(self):
        owner, patient = self.new(Owner), self.new(Patient)
        owner.errors, owner.finalized = self.shared.errors, []
        patient.finalized = owner.finalized
        weakly.keep_alive(owner, patient)
        weakly.keep_alive(self.random.choice(self.shared.calculators), self.new(Thing))
        if self.random.random() < 0.3:
            owner.cycle = owner
