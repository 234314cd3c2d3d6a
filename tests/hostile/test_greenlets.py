"""Greenlets that are suspended in the middle of a death, or of making a value."""

import processes
import pytest

pytest.importorskip("greenlet", reason="greenlet is not installed")
pytestmark = pytest.mark.skipif(
    processes.ARE_SANITIZED, reason="the sanitizer knows one stack a thread"
)

PROGRAM = """
import gc, sys, threading
import greenlet

class Thing: pass
class Dying:
    def __del__(self): main.switch()

thing = Thing()

def let_one_die(kind):
    if kind == "WeakValueDictionary":
        d = weakref.WeakValueDictionary()
        d[Dying()] = thing
    else:
        d = weakref.WeakKeyDictionary()
        d[thing] = Dying()

def park(kind):
    waiting = [greenlet.greenlet(let_one_die) for _ in range(100)]
    for one in waiting:
        one.switch(kind)
    assert not any(one.dead for one in waiting)
    return waiting

def work(kind, end):
    global main
    main = greenlet.getcurrent()
    waiting = park(kind)
    # They stop no other death.
    last = Thing()
    watch = weakref.ref(last)
    d = weakref.WeakKeyDictionary()
    d[thing] = last
    del last, d
    print(watch())
    if end == "in order":
        for one in waiting: one.switch()
    elif end == "newest first":
        for one in reversed(waiting): one.switch()
    elif end == "forgotten":
        waiting.clear()
        gc.collect()
    if end != "left waiting":
        print(weakref.getweakrefcount(thing))
    else:
        kept.append(waiting)

kept = []
kind, end, where = sys.argv[1:]
if where == "main":
    work(kind, end)
else:
    thread = threading.Thread(target=work, args=(kind, end))
    thread.start()
    thread.join()
"""


@pytest.mark.parametrize("where", ["main", "thread"])
@pytest.mark.parametrize("end", ["in order", "newest first", "forgotten", "left waiting"])
@pytest.mark.parametrize("kind", ["WeakKeyDictionary", "WeakValueDictionary"])
def test_those_that_wait_in_a_destructor_stop_no_other_death(kind, end, where):
    process = processes.run("weakly", PROGRAM, kind, end, where)
    expected = "None\n" if end == "left waiting" else "None\n0\n"
    assert (process.returncode, process.stdout) == (0, expected), process.stderr


MAKING = """
import gc, sys, threading
import greenlet

class Thing: pass

main, key = greenlet.getcurrent(), Thing()
d = weakref.WeakCache(5) if sys.argv[1] == "WeakCache" else getattr(weakref, sys.argv[1])()

def ask():
    try:
        return d.get_or_create(key, Thing)
    except RuntimeError as error:
        return str(error)

def park():
    "A greenlet in the middle of the factory."
    caller = greenlet.getcurrent()
    making = greenlet.greenlet(lambda: d.get_or_create(key, lambda: caller.switch() or Thing()))
    making.switch()
    return making

def in_thread(function):
    results = []
    thread = threading.Thread(target=lambda: results.append(function()))
    thread.start()
    return thread, results
"""

DICTIONARIES = ["WeakKeyDictionary", "WeakValueDictionary", "WeakKeyValueDictionary", "WeakCache"]
REFUSED = "get_or_create: this thread is creating the value of this key already"


@pytest.fixture(params=DICTIONARIES)
def outcome(request):
    """What a program prints that begins as `MAKING`."""
    return lambda program: processes.output("weakly", MAKING + program, request.param)


def test_another_greenlet_of_the_thread_is_refused(outcome):
    program = """
making = park()
print(ask())
print(greenlet.greenlet(ask).switch())
made = making.switch()
print(ask() is made)
"""
    assert outcome(program) == f"{REFUSED}\n{REFUSED}\nTrue\n"


def test_another_thread_waits_for_the_greenlet(outcome):
    program = """
making = park()
thread, results = in_thread(ask)
thread.join(0.05)
print(thread.is_alive())
made = making.switch()
thread.join()
print(results == [made])
"""
    assert outcome(program) == "True\nTrue\n"


def test_a_greenlet_that_is_forgotten_makes_nothing_any_more(outcome):
    program = """
park()
gc.collect()
print(type(ask()).__name__)
"""
    assert outcome(program) == "Thing\n"


@pytest.mark.parametrize("kept", ["kept", "forgotten"])
def test_a_greenlet_that_its_thread_left_makes_nothing_any_more(outcome, kept):
    program = f"""
for _ in range(3):  # a new thread may get the memory of the one before
    thread, parked = in_thread(park)
    thread.join()
    if {kept!r} == "forgotten":
        parked.clear()
        gc.collect()
    thread, results = in_thread(ask)
    thread.join()
    print(type(results.pop()).__name__)
    d.clear()
"""
    assert outcome(program) == "Thing\n" * 3


def test_who_waits_goes_on_when_the_thread_of_the_greenlet_ends(outcome):
    program = """
is_parked, parked = threading.Event(), []
def leave():
    parked.append(park())
    is_parked.set()
    waiting.join(0.05)
    print(waiting.is_alive())
waiting = threading.Thread(target=lambda: (is_parked.wait(), print(type(ask()).__name__)))
leaving = threading.Thread(target=leave)
waiting.start(), leaving.start()
waiting.join(), leaving.join()
"""
    assert outcome(program) == "True\nThing\n"


def test_caches_of_functions():
    program = """
import greenlet

class Thing:
    @weakref.cached_method
    def method(self):
        main.switch()
        return [self]

main, thing, ended = greenlet.getcurrent(), Thing(), []

@weakref.weak_cache
def function(thing):
    main.switch()
    return [thing]

# Of a method, each greenlet makes a result.
making = [greenlet.greenlet(thing.method) for _ in range(2)]
for each in making: each.switch()
results = [each.switch() for each in making]
print(thing.method() in results)

# Of a function, the second one is taken for a recursion.
first = greenlet.greenlet(function)
first.switch(thing)
try:
    function(thing)
except RecursionError as error:
    print(error)
print(first.switch(), function(thing) is function(thing))
"""
    expected = "True\nRecursively calling function() with the same arguments\n"
    output = processes.output("weakly", program)
    assert output.startswith(expected)
    assert output.endswith("] True\n")
