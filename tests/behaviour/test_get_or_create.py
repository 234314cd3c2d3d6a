"""`get_or_create` makes a value once, whoever asks for it meanwhile."""

import functools
import gc
import os
import signal
import sys
import threading
import time

import processes
import pytest
import weakly
from mapping_kinds import Kind
from referents import Equal, Failure, Hooked, Thing

DICTIONARIES = ["WeakKeyDictionary", "WeakValueDictionary"]


@pytest.fixture(params=DICTIONARIES)
def kind(request):
    return Kind(weakly, request.param)


@pytest.fixture
def often():
    """Threads take turns as often as they can."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


def in_threads(count, function):
    """What the function returned, or raised, in so many threads."""
    results = []

    def work(number):
        try:
            results.append(function(number))
        except Exception as error:  # noqa: BLE001 - it is the result
            results.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


class TestOneThread:
    def test_it_creates_what_is_missing_and_stores_it(self, kind):
        d, key, value = kind.cls(), kind.missing_key(), kind.missing_value()
        assert d.get_or_create(key, lambda: value) is value
        assert d[key] is value

    def test_it_finds_what_is_there_and_calls_nothing(self, kind):
        d, pairs = kind.filled()
        key, value = pairs[0]
        assert d.get_or_create(key, pytest.fail) is value

    def test_it_takes_its_arguments_by_name(self, kind):
        d, key, value = kind.cls(), kind.missing_key(), kind.missing_value()
        assert d.get_or_create(factory=lambda: value, key=key) is value

    def test_a_created_value_is_held_by_the_caller_alone(self, no_gc):
        d = weakly.WeakValueDictionary()
        value = d.get_or_create("key", Thing)
        assert len(d) == 1
        del value
        assert len(d) == 0

    def test_a_factory_that_fails_leaves_nothing(self, kind):
        d, key, value = kind.cls(), kind.missing_key(), kind.missing_value()

        def fail():
            raise Failure

        with pytest.raises(Failure):
            d.get_or_create(key, fail)
        assert len(d) == 0
        assert d.get_or_create(key, lambda: value) is value

    def test_a_value_that_the_factory_stored_itself_is_the_value(self, kind):
        d, key, value = kind.cls(), kind.missing_key(), kind.missing_value()

        def factory():
            d[key] = value
            return Thing()

        assert d.get_or_create(key, factory) is value

    def test_a_value_that_cannot_be_referenced_is_refused(self):
        d = weakly.WeakValueDictionary()
        with pytest.raises(TypeError, match="cannot create weak reference to 'int' object"):
            d.get_or_create("key", lambda: 5)
        assert isinstance(d.get_or_create("key", Thing), Thing)

    def test_a_bad_key_is_refused_before_the_factory_is_called(self):
        with pytest.raises(TypeError, match="cannot create weak reference to 'str' object"):
            weakly.WeakKeyDictionary().get_or_create("key", pytest.fail)
        with pytest.raises(TypeError, match="unhashable type: 'list'"):
            weakly.WeakValueDictionary().get_or_create([], pytest.fail)

    def test_a_factory_that_cannot_be_called_is_refused_also_where_it_is_not_needed(self, kind):
        d, pairs = kind.filled()
        for key in (kind.missing_key(), pairs[0][0]):
            with pytest.raises(TypeError, match="the factory must be callable, not 'int'"):
                d.get_or_create(key, 5)

    def test_wrong_arguments_are_refused_in_the_interpreters_words(self, kind):
        with pytest.raises(TypeError, match="missing 1 required positional argument: 'factory'"):
            kind.cls().get_or_create(kind.missing_key())

    def test_a_subclass_has_it_too(self, kind):
        sub = type("Sub", (kind.cls,), {})
        key, value = kind.missing_key(), kind.missing_value()
        assert sub().get_or_create(key, lambda: value) is value

    def test_equal_keys_are_one_key(self):
        d = weakly.WeakValueDictionary()
        thing = d.get_or_create(Equal(1), Thing)
        assert d.get_or_create(Equal(1), pytest.fail) is thing


class TestRecursion:
    """A thread that would wait for itself gets an error."""

    def test_a_factory_for_the_same_key(self, kind):
        d, key = kind.cls(), kind.missing_key()
        with pytest.raises(RuntimeError, match="this thread is creating the value of this key"):
            d.get_or_create(key, lambda: d.get_or_create(key, pytest.fail))
        assert len(d) == 0

    def test_a_factory_for_an_equal_key(self):
        d = weakly.WeakValueDictionary()
        with pytest.raises(RuntimeError, match="this thread is creating"):
            d.get_or_create(Equal(1), lambda: d.get_or_create(Equal(1), pytest.fail))

    def test_a_factory_for_another_key_or_another_dictionary_goes_on(self, kind):
        d, other, key, value = kind.cls(), kind.cls(), kind.missing_key(), kind.missing_value()
        second = kind.missing_key() if kind.weak_keys else "second"

        def inner():
            return d.get_or_create(second, lambda: value)

        def outer():
            return other.get_or_create(key, inner)

        assert d.get_or_create(key, outer) is value
        assert d[key] is d[second] is other[key] is value

    @pytest.mark.parametrize("way", ["del", "callback", "finalizer"])
    def test_what_dies_in_the_factory(self, way, no_gc):
        d, errors = weakly.WeakValueDictionary(), []

        def ask(*_):
            with pytest.raises(RuntimeError) as error:
                d.get_or_create("key", pytest.fail)
            errors.append(error)

        def factory():
            dying = Hooked(1)
            if way == "del":
                dying.del_hook = ask
            watch = weakly.ref(dying, ask) if way == "callback" else None
            if way == "finalizer":
                weakly.finalize(dying, ask)
            del dying
            return Thing() if watch is None else watch and Thing()

        d.get_or_create("key", factory)
        assert len(errors) == 1

    def test_a_signal_handler_that_interrupts_the_factory(self):
        d, errors = weakly.WeakValueDictionary(), []

        def handler(*_):
            try:
                d.get_or_create("key", pytest.fail)
            except RuntimeError as error:
                errors.append(error)

        before = signal.signal(signal.SIGUSR1, handler)
        try:
            d.get_or_create("key", lambda: os.kill(os.getpid(), signal.SIGUSR1) or Thing())
        finally:
            signal.signal(signal.SIGUSR1, before)
        assert len(errors) == 1

    def test_an_endless_chain_of_factories_ends_with_an_error(self, kind):
        d = weakly.WeakValueDictionary()

        def factory(number):
            return d.get_or_create(number, functools.partial(factory, number + 1))

        with pytest.raises(RecursionError):
            factory(0)
        assert isinstance(d.get_or_create(0, Thing), Thing)


class TestThreads:
    def test_one_makes_and_all_get_the_same(self, kind, often):
        for _ in range(20):
            d, key, made = kind.cls(), kind.missing_key(), []
            barrier = threading.Barrier(8)

            def factory(made=made):
                made.append(kind.missing_value())
                time.sleep(0.001)
                return made[-1]

            def ask(_, d=d, key=key, barrier=barrier, factory=factory):
                barrier.wait()
                return d.get_or_create(key, factory)

            values = in_threads(8, ask)
            assert len(made) == 1
            assert all(value is made[0] for value in values)

    def test_if_one_fails_the_next_one_makes(self, kind, often):
        d, key, value, calls = kind.cls(), kind.missing_key(), kind.missing_value(), []

        def factory():
            calls.append(1)
            time.sleep(0.001)
            if len(calls) < 4:
                raise Failure
            return value

        barrier = threading.Barrier(8)

        def ask(_):
            barrier.wait()
            return d.get_or_create(key, factory)

        results = in_threads(8, ask)
        assert len(calls) == 4
        assert sum(isinstance(result, Failure) for result in results) == 3
        assert sum(result is value for result in results) == 5

    def test_who_finds_the_value_dead_makes_it_again(self, often):
        d, made, alive, barrier = weakly.WeakValueDictionary(), [], [], threading.Barrier(4)

        class Counted:
            def __init__(self):
                made.append(1)
                alive.append(1)
                time.sleep(0.001)

            def __del__(self):
                alive.pop()

        def ask(_):
            barrier.wait()
            for _ in range(20):
                assert isinstance(d.get_or_create("key", Counted), Counted)

        assert in_threads(4, ask) == [None] * 4
        gc.collect()
        assert len(d) == 0
        assert alive == []
        assert made

    def test_keys_of_several_threads_do_not_wait_for_one_another(self):
        d, barrier = weakly.WeakValueDictionary(), threading.Barrier(4)

        def factory():
            barrier.wait(10)
            return Thing()

        values = in_threads(4, lambda number: d.get_or_create(number, factory))
        assert all(isinstance(value, Thing) for value in values)

    @pytest.mark.parametrize("count", [2, 3, 5])
    def test_a_circle_of_threads_is_an_error_for_the_last(self, count):
        d, barrier = weakly.WeakValueDictionary(), threading.Barrier(count)

        def ask(number):
            def factory():
                barrier.wait()
                try:
                    return d.get_or_create((number + 1) % count, Thing)
                except RuntimeError as error:
                    refused.append(error)
                    return Thing()

            return d.get_or_create(number, factory)

        refused = []
        values = in_threads(count, ask)
        assert [type(value) for value in values] == [Thing] * count
        assert len(refused) == 1
        assert "waits for one that this thread is creating" in str(refused[0])

    def test_a_waiting_thread_can_be_interrupted_and_is_forgotten(self):
        program = """
import os, signal, threading, time
class Thing: pass
d = weakref.WeakValueDictionary()
begun, go_on = threading.Event(), threading.Event()
def factory():
    begun.set()
    go_on.wait()
    return d.get_or_create("other", Thing)
kept = []
maker = threading.Thread(target=lambda: kept.append(d.get_or_create("key", factory)))
maker.start()
begun.wait()
signal.signal(signal.SIGINT, signal.default_int_handler)
timer = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
timer.start()
def other():
    try:
        d.get_or_create("key", Thing)
    except KeyboardInterrupt:
        print("interrupted")
    go_on.set()
    maker.join(0.2)
    return Thing()
kept.append(d.get_or_create("other", other))  # no circle any more, but the maker waits for this one
"""
        process = processes.run("weakly", program + "os._exit(0)", timeout=60)
        assert process.stdout == "interrupted\n", process.stderr

    def test_a_waiting_thread_handles_signals_and_waits_on(self):
        d, begun, go_on, signals = (
            weakly.WeakValueDictionary(),
            threading.Event(),
            threading.Event(),
            [],
        )

        def factory():
            begun.set()
            go_on.wait()
            return Thing()

        def handler(*_):
            signals.append(d.get_or_create("another", Thing))
            go_on.set()

        def send_until_handled():
            # One that comes right before the interpreter waits is handled after it.
            while not go_on.wait(0.1):
                os.kill(os.getpid(), signal.SIGUSR1)

        kept = []
        maker = threading.Thread(target=lambda: kept.append(d.get_or_create("key", factory)))
        maker.start()
        begun.wait()
        before = signal.signal(signal.SIGUSR1, handler)
        sender = threading.Thread(target=send_until_handled)
        sender.start()
        try:
            value = d.get_or_create("key", pytest.fail)
        finally:
            maker.join()
            sender.join()
            signal.signal(signal.SIGUSR1, before)
        assert value is kept[0]
        assert signals


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
class TestFork:
    def test_the_child_does_not_wait_for_threads_that_it_does_not_have(self):
        program = """
import os, threading
class Thing: pass
d = weakref.WeakValueDictionary()
begun, go_on = threading.Event(), threading.Event()
def factory():
    begun.set()
    go_on.wait()
    return Thing()
def fork_and_ask():
    child = os.fork()
    if child == 0:
        d.get_or_create("key", Thing)
        os._exit(7)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
maker = threading.Thread(target=lambda: d.get_or_create("key", factory))
maker.start()
begun.wait()
print(fork_and_ask())
go_on.set()
maker.join()
"""
        assert processes.output("weakly", program, flags=("-W", "ignore")) == "7\n"

    def test_the_child_of_a_factory_goes_on_with_it(self):
        program = """
import os
class Thing: pass
d = weakref.WeakValueDictionary()
def factory():
    global child
    child = os.fork()
    try:
        d.get_or_create("key", Thing)
    except RuntimeError:
        return Thing()
value = d.get_or_create("key", factory)
assert d["key"] is value
if child == 0:
    os._exit(7)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
        assert processes.output("weakly", program) == "7\n"

    def test_the_child_of_a_signal_handler_of_a_waiting_thread(self):
        program = """
import os, signal, threading
class Thing: pass
d = weakref.WeakValueDictionary()
begun, go_on = threading.Event(), threading.Event()
main = os.getpid()
def factory():
    begun.set()
    go_on.wait()
    return Thing()
def handler(*_):
    global child
    child = os.fork()
    go_on.set()
signal.signal(signal.SIGUSR1, handler)
maker = threading.Thread(target=lambda: d.get_or_create("key", factory))
maker.start()
begun.wait()
threading.Timer(0.2, os.kill, (main, signal.SIGUSR1)).start()
value = d.get_or_create("key", Thing)
if child == 0:
    os._exit(7)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
        assert processes.output("weakly", program, flags=("-W", "ignore")) == "7\n"


class TestExit:
    def test_nobody_waits_for_a_daemon_thread_that_the_interpreter_has_stopped(self):
        program = """
import os, threading, sys
class Thing: pass
d = weakref.WeakValueDictionary()
begun = threading.Event()
def factory():
    begun.set()
    threading.Event().wait()
class Late:
    def __del__(self, d=d, Thing=Thing, write=os.write):
        try:
            d.get_or_create("key", Thing)
        except RuntimeError as error:
            write(1, str(error).encode())
threading.Thread(target=d.get_or_create, args=("key", factory), daemon=True).start()
begun.wait()
sys.late = Late()
"""
        output = processes.output("weakly", program)
        assert "when the interpreter shut down" in output

    def test_daemon_threads_that_make_and_wait(self):
        program = """
import threading, time
class Thing: pass
d = weakref.WeakValueDictionary()
def work():
    while True:
        d.get_or_create("key", lambda: time.sleep(0.0001) or Thing())
for _ in range(8):
    threading.Thread(target=work, daemon=True).start()
time.sleep(0.1)
"""
        for _ in range(3):
            assert processes.output("weakly", program) == ""
