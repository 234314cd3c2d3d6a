"""Endless operations: signals end them, and other threads run meanwhile."""

import signal
import sys

import implementations
import processes
import pytest
import weakly

SETS = [
    "c.update(things)",
    "c.__ior__(things)",
    "c.__init__(things)",
    "kind(things)",
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
]
# A value that is its own key lives in an ephemeron, or until the test clears the dictionary.
DICTIONARIES = [
    "c.update(pairs)",
    "c.__ior__(pairs)",
    "c.__init__(pairs)",
    "kind(pairs)",
    "c.update(Items())",
    "c.__init__(Items())",
    "c | Items()",
    "Items() | c",
    "c == Items()",
    "setattr(c, 'data', pairs)",
    "Subclass().update(pairs)",
    "Subclass().update(Items())",
]
CLASSES = [
    "WeakSet",
    "WeakIdSet",
    "WeakKeyDictionary",
    "WeakValueDictionary",
    "WeakIdKeyDictionary",
    "WeakKeyValueDictionary",
    "WeakIdKeyValueDictionary",
]

COMMON = """
import collections.abc, itertools, signal, sys, threading, time

class Items(collections.abc.Mapping):
    def items(self): return itertools.repeat((thing, thing))
    def keys(self): return itertools.repeat(thing)
    def __getitem__(self, key): return key
    def __iter__(self): return self.keys()
    def __len__(self): return 1
class Thing: pass
class Interrupted(Exception): pass

name, *texts = sys.argv[1:]
thing, other, third = Thing(), Thing(), Thing()
things, others = itertools.repeat(thing), itertools.repeat(other)
pairs = itertools.repeat((thing, thing))
kind = getattr(weakref, name)
Subclass = type("Subclass", (kind,), {})

def was_interrupted(text):
    # Also whether the container is as good as ever.
    c = kind()
    if name.endswith("Set"):
        c.update([thing, third])
    else:
        c[third] = third
    try:
        begin()
        eval(text, globals(), {"c": c})
        return False
    except Interrupted:
        pass
    assert len(c) == len(list(c)) == len(c.data)
    c.clear()
    return len(c) == 0 and weakref.getweakrefcount(thing) == 0
"""

SIGNAL = """
def interrupt(*_): raise Interrupted
signal.signal(signal.SIGALRM, interrupt)
def begin(): signal.setitimer(signal.ITIMER_REAL, 0.05)
"""

# The other thread needs the GIL to end the operation, by an exception that it has the first raise.
THREAD = """
import ctypes
first = ctypes.c_ulong(threading.get_ident())
def end():
    time.sleep(0.05)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(first, ctypes.py_object(Interrupted))
def begin(): threading.Thread(target=end).start()
"""


def not_interrupted(name, how):
    texts = SETS if name.endswith("Set") else DICTIONARIES
    program = COMMON + how + "print([text for text in texts if not was_interrupted(text)])"
    return processes.output("weakly", program, name, *texts)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs timers")
@pytest.mark.parametrize("name", CLASSES)
def test_a_signal_ends_an_endless_operation(name):
    assert not_interrupted(name, SIGNAL) == "[]\n"


@pytest.mark.skipif(
    not implementations.HAS_GIL,
    reason="without the GIL nobody waits for a turn; and 3.13.0rc2 does not deliver the exception",
)
@pytest.mark.parametrize("name", CLASSES)
def test_other_threads_have_their_turn_in_an_endless_operation(name):
    assert not_interrupted(name, THREAD) == "[]\n"


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
