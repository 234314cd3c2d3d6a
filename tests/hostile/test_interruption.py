"""Endless operations: signals end them, and other threads run meanwhile."""

import signal
import sys

import implementations
import processes
import pytest
import weakly

ENDLESS = {
    "WeakSet": [
        "c.update(things)",
        "c.__ior__(things)",
        "c.__init__(things)",
        "c.union(things)",
        "c | things",
        "c.intersection(things)",
        "c & things",
        "c.difference(things)",
        "c - things",
        "c.difference_update(things)",
        "c.__isub__(things)",
        "c.symmetric_difference(things)",
        "c ^ things",
        "c.symmetric_difference_update(things)",
        "c.intersection_update(things)",
        "c.isdisjoint(others)",
        "c.issubset(others)",
        "c.issuperset(things)",
        "c <= others",
        "c >= things",
        "c < others",
        "c > things",
        "Subclass().update(things)",
        "Subclass([thing]) | things",
    ],
    "WeakKeyDictionary": [
        "c.update(Items((thing, 1)))",
        "c.__init__(Items((thing, 1)))",
        "Subclass().update(Items((thing, 1)))",
    ],
    "WeakValueDictionary": [
        "c.update(Items((1, thing)))",
        "c.__init__(Items((1, thing)))",
        "Subclass().update(Items((1, thing)))",
    ],
}

COMMON = """
import itertools, signal, sys, threading, time

class Items:
    def __init__(self, pair): self.pair = pair
    def items(self): return itertools.repeat(self.pair)
class Thing: pass
class Interrupted(Exception): pass

name, text = sys.argv[1:]
thing, other, third = Thing(), Thing(), Thing()
things, others = itertools.repeat(thing), itertools.repeat(other)
kind = getattr(weakref, name)
Subclass = type("Subclass", (kind,), {})
c = kind()
if name == "WeakSet":
    c.update([thing, third])
"""

SIGNAL = """
def interrupt(*_): raise Interrupted
signal.signal(signal.SIGALRM, interrupt)
signal.setitimer(signal.ITIMER_REAL, 0.2)
try:
    eval(text)
except Interrupted:
    print("interrupted")
"""

# The other thread needs the GIL to end the operation, by an exception that it has the first raise.
THREAD = """
import ctypes
first = ctypes.c_ulong(threading.get_ident())
def end():
    time.sleep(0.2)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(first, ctypes.py_object(Interrupted))
threading.Thread(target=end).start()
try:
    eval(text)
except Interrupted:
    print("interrupted")
"""

AFTERWARDS = """
assert len(c) == len(list(c)) == len(c.data)
c.clear()
print(len(c), weakref.getweakrefcount(thing))
"""

CASES = [(name, text) for name, texts in ENDLESS.items() for text in texts]


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs timers")
@pytest.mark.parametrize("name, text", CASES)
def test_a_signal_ends_an_endless_operation(name, text):
    printed = processes.output("weakly", COMMON + SIGNAL + AFTERWARDS, name, text, timeout=60)
    assert printed == "interrupted\n0 0\n"


@pytest.mark.skipif(
    not implementations.HAS_GIL,
    reason="without the GIL nobody waits for a turn; and 3.13.0rc2 does not deliver the exception",
)
@pytest.mark.parametrize("name, text", CASES)
def test_other_threads_have_their_turn_in_an_endless_operation(name, text):
    printed = processes.output("weakly", COMMON + THREAD + AFTERWARDS, name, text, timeout=60)
    assert printed == "interrupted\n0 0\n"


LARGE = {
    "WeakSet": [
        "list(c)",
        "c.copy()",
        "c | d",
        "c - d",
        "c == d",
        "c.data",
        "c.difference_update(things)",
        "c.clear()",
    ],
    "WeakKeyDictionary": [
        "list(c)",
        "list(c.items())",
        "c.copy()",
        "d.update(c)",
        "c == d",
        "c.data",
        "c.clear()",
    ],
    "WeakValueDictionary": [
        "list(c.values())",
        "c.copy()",
        "d.update(c)",
        "c == d",
        "c.data",
        "c.clear()",
    ],
}


@pytest.mark.parametrize(
    "name, text", [(name, text) for name, texts in LARGE.items() for text in texts]
)
def test_a_long_operation_lets_the_interpreter_run_code_in_between(name, text):
    class Thing:
        pass

    things = [Thing() for _ in range(10_000)]
    content = {
        "WeakSet": things,
        "WeakKeyDictionary": [(thing, None) for thing in things],
        "WeakValueDictionary": list(enumerate(things)),
    }[name]
    kind = getattr(weakly, name)
    names = {"c": kind(content), "d": kind(content), "things": things}
    code = compile(text, "<test>", "eval")
    calls = []
    sys.setprofile(lambda frame, event, argument: calls.append(event == "call"))
    try:
        eval(code, names)
    finally:
        sys.setprofile(None)
    assert sum(calls) >= 10
