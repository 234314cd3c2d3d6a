"""One module alone, in bad conditions: each step may fail, and nothing may be left half done."""

import ctypes
import gc
import threading
import time
from random import Random

from . import traps
from .game import Difference
from .operations import ANEW, OPERATIONS
from .worlds import World


class Stress:
    """The ordinary conditions. Subclasses say what is bad about theirs."""

    def __init__(self, world):
        self.world = world  # its name: of weakly, or of the standard module as a yardstick

    def begin(self):
        pass

    def end(self):
        pass

    def take(self, operation, world, random):
        return operation(world, random)

    def play(self, game):
        world = World(self.world)
        was_enabled = gc.isenabled()
        gc.disable()
        self.begin()
        try:
            for position, (name, seed) in enumerate(game):
                if name in ANEW:
                    world.forget()
                random, operation = Random(seed), OPERATIONS[name]
                world.do(lambda world: self.take(operation, world, random))
                world.do(World.let_the_oldest_die)
                try:
                    check(world)
                except AssertionError as error:
                    raise Difference(position, f"{name}, {seed}: {error}") from None
            containers = list(world.containers)
            world.do(World.end)
            gc.collect()
            del containers
        finally:
            self.end()
            world.do(World.end)
            gc.collect()
            if was_enabled:
                gc.enable()


def check(world):
    """Every container knows what it holds, and can be used."""
    world.picture()
    for container in world.containers:
        contents = list(container)
        size = len(container)
        assert size == len(contents), f"{container}: {size} entries, but {contents}"
        assert all(item in container for item in contents), f"{container} has not {contents}"
        assert len(container.data) == size
        del contents
    world.forget()  # a step that failed in its middle may have done any part of it


class Collecting(Stress):
    """The collector runs at every allocation, and in hooks."""

    def begin(self):
        self.threshold = gc.get_threshold()

    def end(self):
        gc.set_threshold(*self.threshold)

    def take(self, operation, world, random):
        if world.trap is None:
            world.trap = lambda: traps.collect(world, random)
        gc.set_threshold(1)
        gc.enable()
        try:
            return operation(world, random)
        finally:
            gc.disable()
            gc.set_threshold(*self.threshold)


class NoMemory(Stress):
    """One allocation in every step fails, whichever it is: the container's, the interpreter's for a
    frame or a callback, or one of these programs' own. None of Rust's, whose allocator is another.
    Nor that of the `dict` of keywords: PyO3 panics then.

    The interpreter does not stand that everywhere. Where it has no memory to call the callbacks of
    an object that dies, it calls none (`PyObject_ClearWeakRefs` gives up), and a dead entry stays:
    that is reported as a difference. And 3.11 crashes now and then in its own evaluation loop. With
    `--world stock` the standard module shows both: of six runs of a hundred games on 3.11.7 two
    crashed and four found a dead entry. Of weakly's, four crashed and two found nothing.
    """

    def begin(self):
        import _testcapi

        self.fail, self.cease = _testcapi.set_nomemory, _testcapi.remove_mem_hooks

    def take(self, operation, world, random):
        world.keywords = {}
        if operation is OPERATIONS["update_with_keywords"]:
            return None
        start = random.randrange(80)
        self.fail(start, start + 1)
        try:
            return operation(world, random)
        finally:
            self.cease()


class Interrupted(Exception):
    """Comes out of nowhere."""


class Asynchronous(Stress):
    """Another thread raises an exception in the one that takes the steps, at any moment."""

    def begin(self):
        self.victim = threading.get_ident()
        self.armed, self.over = False, threading.Event()
        self.turns = 0
        self.thread = threading.Thread(target=self.disturb, daemon=True)
        self.thread.start()

    def end(self):
        self.over.set()
        self.thread.join()

    def disturb(self):
        while not self.over.wait(0.0002):
            if self.armed:
                self.throw(ctypes.py_object(Interrupted))
            self.turns += 1

    def throw(self, error):
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self.victim), error)

    def take(self, operation, world, random):
        try:
            self.armed = True
            for _ in range(20):
                operation(world, random)
        finally:
            while True:
                try:
                    self.armed = False
                    # The turn that has begun may still throw, the one after it does not. (Not with a
                    # lock: an exception right after it is taken leaves it taken.)
                    begun = self.turns
                    while self.turns < begun + 2:
                        time.sleep(0.0001)
                    self.throw(None)
                    break
                except Interrupted:
                    pass


KINDS = {"gc": Collecting, "memory": NoMemory, "async": Asynchronous}
