"""Threads that hammer the same containers at once: `python stress.py [--seconds S] [--threads N]`.

Nothing may raise, no entry may be lost while its object lives, none may stay when it is dead, every
iteration yields each entry that lives through it once and in order, every finalizer and callback
runs exactly once. `beyond.py` has the types that the standard library does not have. Works on
interpreters with and without the GIL.
"""

import argparse
import collections
import copy
import gc
import itertools
import random
import sys
import threading
import time
import traceback

import beyond
import weakly
from things import check, make


class Shared:
    """What all threads use."""

    def __init__(self):
        # Entries of `steady` are there from beginning to end, those of the threads come and go.
        self.steady = [make("steady", number) for number in range(50)]
        self.keys = weakly.WeakKeyDictionary((thing, thing.number) for thing in self.steady)
        self.values = weakly.WeakValueDictionary(
            ((thing.owner, thing.number), thing) for thing in self.steady
        )
        self.set = weakly.WeakSet(self.steady)
        # In the arena every thread may do anything: only consistency is asked for.
        self.arena = weakly.WeakKeyDictionary(), weakly.WeakValueDictionary(), weakly.WeakSet()
        self.pool = [make("pool", number) for number in range(40)]
        self.finalized = collections.Counter()
        self.errors = []
        self.stop = threading.Event()
        self.beyond = beyond.Shared(self.errors)


class Worker:
    """One thread with objects of its own in the shared containers."""

    def __init__(self, shared, name, seed):
        self.shared, self.name = shared, name
        self.random = random.Random(f"{seed}-{name}")
        self.mine = []
        self.numbers = itertools.count()
        self.iterators = []
        self.rounds = 0
        self.beyond = beyond.Worker(shared.beyond, name, self.random)

    def run(self):
        actions = [self.insert, self.insert, self.look_up, self.let_die, self.iterate]
        actions += [self.step_iterators, self.finalize, self.copies, self.arena, self.pool]
        actions += [self.move, self.collect, *self.beyond.actions]
        try:
            while not self.shared.stop.is_set():
                self.random.choice(actions)()
                self.rounds += 1
            self.iterators.clear()
        except BaseException:  # noqa: BLE001 - reported when all threads have stopped
            self.shared.errors.append(traceback.format_exc())
            self.shared.stop.set()

    def insert(self):
        if len(self.mine) > 60:
            return self.let_die()
        thing = make(self.name, next(self.numbers))
        shared = self.shared
        shared.keys[thing] = thing.number
        shared.values[thing.owner, thing.number] = thing
        shared.set.add(thing)
        self.mine.append(thing)
        return self.look_up()

    def look_up(self):
        shared = self.shared
        for thing in self.random.sample(self.mine, min(5, len(self.mine))):
            check(shared.keys[thing] == thing.number, "a key was lost")
            check(shared.values[thing.owner, thing.number] is thing, "a value was lost")
            check(thing in shared.set, "a member was lost")
            check(thing in shared.keys, "a key was lost")
        check((self.name, -1) not in shared.values, "a key appeared")
        check(shared.values.get((self.name, -1)) is None, "a key appeared")

    def let_die(self):
        if self.mine:
            thing = self.mine.pop(self.random.randrange(len(self.mine)))
            if self.random.random() < 0.3:
                thing.cycle = thing

    def move(self):
        """Takes an entry out and puts it back, at the end."""
        if self.mine:
            thing = self.random.choice(self.mine)
            shared = self.shared
            check(shared.keys.pop(thing) == thing.number, "a key was lost")
            shared.keys[thing] = thing.number
            check(shared.values.pop((thing.owner, thing.number)) is thing, "a value was lost")
            check(
                shared.values.setdefault((thing.owner, thing.number), thing) is thing, "setdefault"
            )
            shared.set.remove(thing)
            shared.set.add(thing)

    def iterate(self):
        shared = self.shared
        steady = shared.steady
        for seen in (
            [thing for thing in shared.keys if thing.owner == "steady"],
            [key for key, value in shared.keys.items() if key.number == value],
            [thing for thing in shared.values.values() if thing.owner == "steady"],
            [thing for thing in shared.set if thing.owner == "steady"],
        ):
            seen = [thing for thing in seen if thing.owner == "steady"]
            check(len(seen) == len(steady), f"yielded {len(seen)} of {len(steady)}")
            check(all(a is b for a, b in zip(seen, steady)), "not in order")
        check([n for owner, n in shared.values if owner == "steady"] == list(range(50)), "keys")

    def step_iterators(self):
        """Iterators that are in flight for long."""
        shared = self.shared
        if len(self.iterators) < 4:
            sources = [shared.keys, shared.values, shared.set, *shared.arena]
            self.iterators.append(iter(self.random.choice(sources)))
        iterator = self.random.choice(self.iterators)
        for _ in range(self.random.randrange(10)):
            if next(iterator, None) is None:
                self.iterators.remove(iterator)
                break

    def finalize(self):
        thing = make(self.name, -2)
        number = self.name, next(self.numbers)
        finalizer = weakly.finalize(thing, self.shared.finalized.update, [number])
        calls = []
        method = weakly.WeakMethod(thing.method, calls.append)
        check(method()() == -2, "a method was lost")
        check(finalizer.alive and finalizer.peek()[0] is thing, "a finalizer was lost")
        end = self.random.choice(["die", "call", "detach"])
        if end == "call":
            finalizer()
        elif end == "detach":
            check(finalizer.detach() is not None, "detach")
            self.shared.finalized.update([number])
        del thing
        check(self.shared.finalized[number] == 1, "a finalizer did not run once")
        check(calls == [method] and method() is None, "a callback did not run once")

    def copies(self):
        shared = self.shared
        for container in (shared.keys, shared.values, shared.set):
            check(len(container.copy()) >= 50, "a copy lost entries")
            check(len(copy.copy(container)) >= 50, "a copy lost entries")
        check(shared.set >= shared.steady, "a member was lost")
        check(len(shared.set & shared.steady) == 50, "an intersection lost members")
        check(len(shared.set | self.mine) >= 50, "a union lost members")
        check(len(shared.keys.keyrefs()) >= 50, "references were lost")
        check(len(shared.values.valuerefs()) >= 50, "references were lost")
        check(len(shared.values.data) >= 50, "references were lost")

    def arena(self):
        keys, values, members = self.shared.arena
        thing = self.random.choice(self.shared.pool) or make(self.name, -3)
        action = self.random.randrange(12)
        try:
            if action == 0:
                keys.clear(), values.clear(), members.clear()
            elif action == 1:
                keys.popitem(), values.popitem(), members.pop()
            elif action == 2:
                keys.pop(thing, None), values.pop(thing.number, None), members.discard(thing)
            elif action == 3:
                del keys[thing], values[thing.number]
            elif action == 4:
                members.remove(thing)
            elif action == 5:
                keys |= {thing: 1}
                members ^= {thing}
            elif action == 6:
                keys.__init__({thing: 1}), members.__init__([thing])
            elif action == 7:
                keys.data, values.data, members.data = keys.data, values.data, members.data
            elif action == 8:
                keys == keys.copy(), members <= members | [thing], members == members.copy()
            else:
                keys[thing], values[thing.number] = thing, thing
                members.update([thing])
        except KeyError:
            pass
        for container in self.shared.arena:
            check(len(list(container)) <= 1000, "an iteration without end")

    def pool(self):
        """Objects that die in another thread than that which made them."""
        index = self.random.randrange(len(self.shared.pool))
        self.shared.pool[index] = None if self.random.random() < 0.5 else make("pool", index)

    def collect(self):
        if self.random.random() < 0.1:
            gc.collect()


def run(seconds, threads, seed):
    """Runs the threads, then checks what is left. Returns how many actions were done."""
    shared = Shared()
    workers = [Worker(shared, f"thread {number}", seed) for number in range(threads)]
    running = [threading.Thread(target=worker.run) for worker in workers]
    for thread in running:
        thread.start()
    shared.stop.wait(seconds)
    shared.stop.set()
    for thread in running:
        thread.join()
    if shared.errors:
        sys.exit(f"seed {seed}\n" + "\n".join(shared.errors))
    gc.collect()
    alive = [*shared.steady, *(thing for worker in workers for thing in worker.mine)]
    for container in (shared.keys, shared.values, shared.set):
        check(len(container) == len(list(container)) == len(alive), f"seed {seed}: ghosts")
    check({id(thing) for thing in shared.set} == {id(thing) for thing in alive}, "others")
    for container in shared.arena:
        check(len(container) == len(list(container)) == len(container.data), "the arena")
    check(set(shared.finalized.values()) <= {1}, "a finalizer ran twice")
    shared.arena[0].clear()
    del alive
    shared.steady.clear(), shared.pool.clear()
    rounds = sum(worker.rounds for worker in workers)
    beyonds = [worker.beyond for worker in workers]
    workers.clear()
    shared.beyond.finish(beyonds)
    check(not shared.errors, f"seed {seed}: {shared.errors[:3]}")
    gc.collect()
    for container in (shared.keys, shared.values, shared.set, *shared.arena):
        check(len(container) == 0 and list(container) == [], f"seed {seed}: ghosts at the end")
    return rounds


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--threads", type=int, default=4)
    parser.add_argument("--seed", type=int, default=time.time_ns())
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    sys.setswitchinterval(1e-6)
    rounds = run(options.seconds, options.threads, options.seed)
    has_gil = getattr(sys, "_is_gil_enabled", lambda: True)()
    version = ".".join(map(str, sys.version_info[:3]))
    print(f"CPython {version}, {'with' if has_gil else 'without'} GIL: {rounds} actions")


if __name__ == "__main__":
    main()
