"""`DeathQueue` lets deaths wait until the program asks for them."""

import asyncio
import copy
import gc
import os
import pickle
import queue
import select
import signal
import sys
import threading
import time

import processes
import pytest
import weakly
from referents import Failure, Thing, Unhashable


@pytest.fixture
def deaths():
    return weakly.DeathQueue()


def is_readable(deaths):
    return select.select([deaths], [], [], 0)[0] == [deaths]


def until(condition):
    """Returns when another thread has made it true."""
    for _ in range(2000):
        if condition():
            return
        time.sleep(0.005)
    pytest.fail("it does not become true")


class TestWatching:
    def test_what_was_held_comes_in_the_order_of_the_deaths(self, deaths, no_gc):
        one, two, three = Thing(), Thing(), Thing()
        deaths.watch(one, "one"), deaths.watch(two, held="two"), deaths.watch(three)
        assert (len(deaths), deaths.drain()) == (0, [])
        del two, three
        del one
        assert len(deaths) == 3
        assert deaths.drain() == ["two", None, "one"]
        assert (len(deaths), deaths.drain()) == (0, [])

    def test_one_object_may_be_watched_often_and_by_several_queues(self, deaths, no_gc):
        other, thing = weakly.DeathQueue(), Thing()
        tokens = [deaths.watch(thing, number) for number in range(3)]
        other.watch(thing, "other")
        assert len({*tokens}) == 3
        del thing
        assert sorted(deaths.drain()) == [0, 1, 2]
        assert other.drain() == ["other"]

    def test_an_object_needs_no_hash(self, deaths, no_gc):
        deaths.watch(Unhashable(), 1)
        assert deaths.get() == 1

    def test_unwatch_forgets_one_watch(self, deaths, no_gc):
        thing, held = Thing(), Thing()
        token, other = deaths.watch(thing, held), deaths.watch(thing, "other")
        watch = weakly.ref(held)
        del held
        assert deaths.unwatch(token) is True
        assert watch() is None
        assert deaths.unwatch(token) is False
        del thing
        assert deaths.drain() == ["other"]
        assert deaths.unwatch(other) is False

    def test_a_token_is_none_of_another_queue(self, deaths):
        thing = Thing()
        token = deaths.watch(thing)
        assert weakly.DeathQueue().unwatch(token) is False
        assert deaths.unwatch(token=token) is True

    @pytest.mark.parametrize("token", [0, -1, 10**30, True])
    def test_an_unknown_token(self, deaths, token):
        assert deaths.unwatch(token) is False

    def test_bad_arguments(self, deaths):
        with pytest.raises(TypeError, match="cannot create weak reference to 'int' object"):
            deaths.watch(5)
        with pytest.raises(TypeError, match="the int that watch.. returned, not 'str'"):
            deaths.unwatch("token")
        with pytest.raises(TypeError, match="missing 1 required positional argument: 'obj'"):
            deaths.watch()
        with pytest.raises(TypeError, match="takes from 1 to 2 positional arguments"):
            weakly.DeathQueue(1, 2)

    def test_what_is_in_a_cycle_comes_when_it_is_collected(self, deaths):
        thing = Thing()
        thing.cycle = thing
        deaths.watch(thing, "held")
        del thing
        gc.collect()
        assert deaths.drain() == ["held"]

    def test_the_queue_may_die_first(self, no_gc):
        deaths, thing, held = weakly.DeathQueue(), Thing(), Thing()
        deaths.watch(thing, held)
        watch = weakly.ref(held)
        del deaths, held
        assert watch() is None
        del thing

    def test_a_cycle_through_what_is_held_is_collected(self):
        deaths, thing = weakly.DeathQueue(), Thing()
        deaths.watch(thing, [deaths])
        watch = weakly.ref(deaths)
        del deaths
        gc.collect()
        assert watch() is None

    def test_no_python_code_runs_at_the_death(self, deaths, no_gc):
        class Held:
            def __del__(self):
                died.append(1)

        died, calls = [], []
        thing = Thing()
        deaths.watch(thing, Held())
        sys.setprofile(lambda frame, event, _: calls.append((event, frame.f_code.co_name)))
        del thing
        sys.setprofile(None)
        assert [name for event, name in calls if event == "call"] == []
        assert died == []
        deaths.drain()
        assert died == [1]

    def test_what_is_ours_says_so(self, deaths):
        assert repr(deaths).startswith("<DeathQueue at 0x")
        assert str(weakly.DeathQueue[int]) == "weakly.DeathQueue[int]"
        for attempt in (pickle.dumps, copy.copy):
            with pytest.raises(TypeError, match="cannot pickle 'DeathQueue' object"):
                attempt(deaths)


class TestGet:
    def test_it_waits_for_a_death(self, deaths):
        things = [Thing()]
        deaths.watch(things[0], "held")
        thread = threading.Timer(0.05, things.clear)
        thread.start()
        assert deaths.get() == "held"
        thread.join()

    def test_it_gives_up_after_a_while(self, deaths):
        for timeout in (0, 0.01):
            with pytest.raises(queue.Empty):
                deaths.get(timeout=timeout)

    @pytest.mark.parametrize(
        ("timeout", "error", "text"),
        [
            ("x", TypeError, "must be real number, not str"),
            (-1, ValueError, "'timeout' must be a non-negative number"),
            (float("nan"), ValueError, "'timeout' must be a non-negative number"),
            (float("inf"), OverflowError, "timeout value is too large"),
        ],
    )
    def test_a_bad_timeout(self, deaths, timeout, error, text):
        with pytest.raises(error, match=text):
            deaths.get(timeout)

    def test_each_death_goes_to_one_of_several_threads(self, deaths):
        results, things = [], [Thing() for _ in range(200)]
        for number, thing in enumerate(things):
            deaths.watch(thing, number)
        del thing

        def work():
            while (held := deaths.get()) is not None:
                results.append(held)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        things.clear()
        for _ in threads:
            deaths.watch(Thing(), None)
        for thread in threads:
            thread.join()
        assert sorted(results) == [*range(200)]

    def test_a_signal_handler_may_raise_while_it_waits(self):
        program = """
import os, signal, threading
signal.signal(signal.SIGINT, signal.default_int_handler)
threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
deaths = weakref.DeathQueue()
try:
    deaths.get()
except KeyboardInterrupt:
    print("interrupted")
"""
        assert processes.output("weakly", program) == "interrupted\n"

    def test_a_signal_handler_may_let_something_die(self, deaths):
        things = [Thing()]
        deaths.watch(things[0], "held")
        before = signal.signal(signal.SIGALRM, lambda *_: things.clear())
        try:
            signal.setitimer(signal.ITIMER_REAL, 0.05)
            assert deaths.get(30) == "held"
        finally:
            signal.signal(signal.SIGALRM, before)


class TestDescriptor:
    def test_it_can_be_read_while_there_is_something(self, deaths, no_gc):
        assert not is_readable(deaths)
        one, two = Thing(), Thing()
        deaths.watch(one), deaths.watch(two)
        del one, two
        assert is_readable(deaths)
        deaths.get()
        assert is_readable(deaths)
        deaths.get()
        assert not is_readable(deaths)
        assert deaths.fileno() == deaths.fileno()

    def test_one_that_comes_late_shows_what_is_there(self, deaths, no_gc):
        deaths.watch(Thing())
        assert is_readable(deaths)

    def test_it_is_closed_with_the_queue(self, deaths, no_gc):
        other = weakly.DeathQueue()
        descriptor = other.fileno()
        os.fstat(descriptor)
        del other
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(descriptor)

    def test_asyncio_waits_for_it(self, deaths):
        async def main():
            things = [Thing()]
            deaths.watch(things[0], "held")
            waiting = [asyncio.ensure_future(deaths.wait()) for _ in range(3)]
            await asyncio.sleep(0.01)
            assert not any(one.done() for one in waiting)
            things.clear()
            await asyncio.gather(*waiting)
            assert deaths.drain() == ["held"]
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(deaths.wait(), 0.01)
            deaths.watch(Thing())
            await deaths.wait()

        before = len(os.listdir("/proc/self/fd")) if sys.platform == "linux" else 0
        deaths.fileno()
        asyncio.run(main())
        after = len(os.listdir("/proc/self/fd")) if sys.platform == "linux" else 0
        assert after - before in (0, 2)

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
    def test_a_forked_process_has_its_own(self, no_gc):
        program = """
import os, select
class Thing: pass
deaths, one, two = weakref.DeathQueue(), Thing(), Thing()
deaths.watch(one, "one"), deaths.watch(two, "two")
descriptor = deaths.fileno()
del one
child = os.fork()
if child == 0:
    assert deaths.get() == "one"
    assert not select.select([deaths], [], [], 0)[0]
    del two
    assert select.select([deaths], [], [], 0)[0]
    assert deaths.get() == "two"
    os._exit(7)
assert os.waitpid(child, 0)[1] == 7 << 8
assert deaths.fileno() == descriptor
assert select.select([deaths], [], [], 0)[0]
assert deaths.drain() == ["one"]
assert not select.select([deaths], [], [], 0)[0]
"""
        assert processes.output("weakly", program) == ""


class TestFinalize:
    def test_it_runs_where_the_queue_is_drained(self, deaths, no_gc):
        calls, thing = [], Thing()
        finalizer = deaths.finalize(thing, lambda *a, **k: calls.append((a, k)), 1, queue=2, obj=3)
        assert type(finalizer) is weakly.finalize
        assert finalizer.alive
        assert finalizer.peek()[0] is thing
        del thing
        assert calls == []
        assert finalizer.alive
        assert is_readable(deaths)
        assert deaths.drain() == []
        assert calls == [((1,), {"queue": 2, "obj": 3})]
        assert not finalizer.alive
        assert not is_readable(deaths)

    def test_get_runs_it_before_it_waits(self, deaths, no_gc):
        calls = []
        deaths.finalize(Thing(), calls.append, 1)
        with pytest.raises(queue.Empty):
            deaths.get(0)
        assert calls == [1]

    def test_get_runs_it_while_it_waits(self, deaths):
        calls, things = [], [Thing(), Thing()]
        deaths.finalize(things[0], calls.append, 1)
        deaths.watch(things[1], "held")
        thread = threading.Thread(target=lambda: (things.pop(0), time.sleep(0.02), things.clear()))
        thread.start()
        assert deaths.get() == "held"
        assert calls == [1]
        thread.join()

    def test_it_can_be_called_and_detached_before(self, deaths, no_gc):
        calls, thing = [], Thing()
        called, detached = (deaths.finalize(thing, calls.append, number) for number in range(2))
        called()
        assert detached.detach()[0] is thing
        del thing
        deaths.drain()
        assert calls == [0]

    def test_it_can_be_called_when_it_is_due(self, deaths, no_gc):
        calls = []
        finalizer = deaths.finalize(Thing(), calls.append, 1)
        assert calls == []
        finalizer()
        deaths.drain()
        assert calls == [1]

    def test_an_exception_is_reported_and_the_next_one_runs(self, deaths, no_gc, monkeypatch):
        def fail():
            raise Failure

        calls, reports = [], []
        deaths.finalize(Thing(), fail)
        deaths.finalize(Thing(), calls.append, 1)
        deaths.watch(Thing(), "held")
        monkeypatch.setattr(sys, "unraisablehook", lambda report: reports.append(report.exc_type))
        assert deaths.drain() == ["held"]
        assert (calls, reports) == ([1], [Failure])

    def test_an_exception_that_is_no_exception_is_raised_and_nothing_is_lost(self, deaths, no_gc):
        def interrupt():
            raise KeyboardInterrupt

        calls = []
        deaths.finalize(Thing(), interrupt)
        deaths.finalize(Thing(), calls.append, 1)
        deaths.watch(Thing(), "held")
        with pytest.raises(KeyboardInterrupt):
            deaths.drain()
        assert deaths.drain() == ["held"]
        assert calls == [1]

    def test_it_keeps_the_queue_alive_until_it_has_run(self, no_gc):
        deaths, thing = weakly.DeathQueue(), Thing()
        finalizer = deaths.finalize(thing, int)
        watch = weakly.ref(deaths)
        del deaths
        assert watch() is not None
        finalizer()
        assert watch() is None

    def test_bad_arguments(self, deaths):
        with pytest.raises(TypeError, match="cannot create weak reference to 'int' object"):
            deaths.finalize(5, print)
        with pytest.raises(TypeError, match="missing 1 required positional argument: 'func'"):
            deaths.finalize(Thing())
        with pytest.raises(TypeError, match="missing 2 required positional arguments"):
            deaths.finalize(obj=1, func=2)

    def test_they_run_at_exit_in_any_case(self):
        program = """
class Thing: pass
deaths, one, two, three = weakref.DeathQueue(), Thing(), Thing(), Thing()
deaths.finalize(one, print, "alive")
deaths.finalize(two, print, "due")
deaths.finalize(three, print, "not at exit").atexit = False
del two, deaths
"""
        assert processes.output("weakly", program) == "due\nalive\n"


class TestThread:
    @pytest.fixture(autouse=True)
    def alone(self):
        """The threads of the tests before have ended."""
        gc.collect()
        until(lambda: all(one.name != "weakly.DeathQueue" for one in threading.enumerate()))

    def test_finalizers_run_in_a_thread_of_the_queues_own(self):
        deaths, names = weakly.DeathQueue(thread=True), []
        deaths.finalize(Thing(), lambda: names.append(threading.current_thread().name))
        until(lambda: names == ["weakly.DeathQueue"])

    def test_what_is_watched_is_left_to_the_program(self):
        deaths, calls = weakly.DeathQueue(thread=True), []
        deaths.watch(Thing(), "held")
        deaths.finalize(Thing(), calls.append, 1)
        until(lambda: calls == [1])
        assert deaths.get() == "held"

    def test_without_finalizers_there_is_none(self):
        before = threading.active_count()
        deaths = weakly.DeathQueue(thread=True)
        deaths.watch(Thing())
        assert threading.active_count() == before

    def test_it_ends_with_the_queue(self):
        before = threading.active_count()
        deaths = weakly.DeathQueue(True)
        deaths.finalize(Thing(), int).detach()
        assert threading.active_count() == before + 1
        del deaths
        until(lambda: threading.active_count() == before)

    def test_the_queue_lives_until_its_finalizers_have_run(self):
        before, calls, thing = threading.active_count(), [], Thing()
        weakly.DeathQueue(True).finalize(thing, calls.append, 1)
        assert threading.active_count() == before + 1
        del thing
        until(lambda: calls == [1] and threading.active_count() == before)

    def test_a_finalizer_may_take_a_lock_that_the_code_it_interrupts_holds(self):
        """That is what it is for."""
        deaths, lock, calls = weakly.DeathQueue(thread=True), threading.Lock(), []

        def close():
            with lock:
                calls.append(1)

        for _ in range(50):
            with lock:
                deaths.finalize(Thing(), close)
        until(lambda: len(calls) == 50)

    def test_an_exception_is_reported_and_the_thread_goes_on(self, monkeypatch):
        def fail():
            raise Failure

        deaths, calls, reports = weakly.DeathQueue(thread=True), [], []
        monkeypatch.setattr(sys, "unraisablehook", lambda report: reports.append(report.exc_type))
        deaths.finalize(Thing(), fail)
        deaths.finalize(Thing(), calls.append, 1)
        until(lambda: calls == [1])
        assert reports == [Failure]

    def test_exit_waits_for_the_finalizer_that_runs_and_runs_the_others(self):
        program = """
import threading, time
class Thing: pass
begun = threading.Event()
def slow():
    begun.set()
    time.sleep(0.2)
    print("slow", flush=True)
deaths = weakref.DeathQueue(thread=True)
deaths.finalize(Thing(), slow)
deaths.finalize(Thing(), print, "next", flush=True)
begun.wait()
"""
        assert processes.output("weakly", program) == "slow\nnext\n"

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
    def test_a_forked_process_has_a_thread_of_its_own(self):
        program = """
import os, threading
class Thing: pass
deaths, done = weakref.DeathQueue(thread=True), threading.Event()
deaths.finalize(Thing(), int)
child = os.fork()
if child == 0:
    deaths.finalize(Thing(), done.set)
    os._exit(7 if done.wait(30) else 1)
print(os.waitpid(child, 0)[1] >> 8)
"""
        assert processes.output("weakly", program, flags=("-W", "ignore")) == "7\n"


class TestStress:
    def test_nothing_is_lost_between_threads_and_collections(self):
        interval = sys.getswitchinterval()
        sys.setswitchinterval(1e-6)
        deaths, results, count = weakly.DeathQueue(), [], 500

        def produce(start):
            for number in range(start, start + count):
                thing = Thing()
                if number % 3 == 0:
                    thing.cycle = thing
                if number % 5 == 0:
                    deaths.unwatch(deaths.watch(thing, None))
                deaths.watch(thing, number)

        def consume():
            while len(results) < 4 * count:
                try:
                    results.append(deaths.get(0.05))
                except queue.Empty:
                    gc.collect()

        threads = [threading.Thread(target=produce, args=(n * count,)) for n in range(4)]
        threads += [threading.Thread(target=consume) for _ in range(2)]
        try:
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        finally:
            sys.setswitchinterval(interval)
        assert sorted(results) == [*range(4 * count)]

    def test_exit_with_everything_in_flight(self):
        program = """
import threading
class Thing: pass
deaths = weakref.DeathQueue(thread=True)
plain = weakref.DeathQueue()
def work():
    while True:
        thing = Thing()
        thing.cycle = thing
        plain.watch(thing, [thing.__class__])
        deaths.finalize(Thing(), plain.drain)
for _ in range(4):
    threading.Thread(target=work, daemon=True).start()
threading.Thread(target=plain.get, daemon=True).start()
import time; time.sleep(0.2)
"""
        for _ in range(3):
            process = processes.run("weakly", program)
            assert process.returncode == 0, process.stderr
