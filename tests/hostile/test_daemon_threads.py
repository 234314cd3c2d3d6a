"""Daemon threads that are inside a call of ours when the interpreter ends.

Up to CPython 3.13 the interpreter ends such a thread when it asks for the GIL: it unwinds its stack.
"""

import daemons
import processes
import pytest

NAMES = """
import copy, gc

class Thing:
    def method(self): pass

class Deleted:
    def __del__(self): stay()

class Copied:
    def __deepcopy__(self, memo): stay()

class Mapping:
    def __getattr__(self, name): stay()

class Hostile(weakref.WeakKeyDictionary):
    def update(self, other): stay()

class SubSet(weakref.WeakSet): pass
class SubMethod(weakref.WeakMethod): pass

class State:
    def __bool__(self): stay()

def generate():
    stay()
    yield

def collecting(make):
    gc.collect()
    thread = threading.get_ident()
    gc.callbacks.append(lambda *_: threading.get_ident() == thread and stay())
    gc.set_threshold(10, 0)  # the 0: even where there are many older objects, without the GIL
    kept = [make() for _ in range(1000)]  # without the GIL a thread counts so many by itself
    stay()

thing, first, second = Thing(), Equal(), Equal()
"""

KINDS = {
    "add, __eq__": "weakref.WeakSet([first]).add(second)",
    "add, __hash__": "weakref.WeakSet().add(Hashed())",
    "in, __eq__": "second in weakref.WeakSet([first])",
    "get, __eq__": "weakref.WeakKeyDictionary({first: 1}).get(second)",
    "[], __eq__": "weakref.WeakKeyDictionary({first: 1})[second]",
    "[], __hash__": "weakref.WeakValueDictionary()[Hashed()]",
    "get, strong __eq__": "weakref.WeakValueDictionary({first: thing}).get(second)",
    "update, generator": "weakref.WeakSet().update(generate())",
    "update, attribute": "weakref.WeakKeyDictionary().update(Mapping())",
    "update, subclass": "Hostile({thing: 1})",
    "|=, subclass": "d = Hostile(); d |= {}",
    "clear, __del__": "d = weakref.WeakKeyDictionary({thing: Deleted()}); d.clear()",
    "dealloc, __del__": "d = weakref.WeakKeyDictionary({thing: Deleted()}); del d",
    "pop, __del__": "weakref.WeakKeyDictionary({thing: Deleted()}).pop(thing)",
    "del, __del__": "d = weakref.WeakKeyDictionary({thing: Deleted()}); del d[thing]",
    "replace, __del__": "d = weakref.WeakKeyDictionary({thing: Deleted()}); d[thing] = 1",
    "death of a key, __del__": "t = Thing(); d = weakref.WeakKeyDictionary({t: Deleted()}); del t",
    "dealloc, callback": "d = weakref.WeakSet(); r = weakref.ref(d, stay); del d",
    "finalize, call": "weakref.finalize(thing, stay)()",
    "finalize, death": "t = Thing(); weakref.finalize(t, stay); del t",
    "finalize, atexit": "weakref.finalize(thing, gc.collect).atexit = State()",
    "WeakMethod, callback": "t = Thing(); w = weakref.WeakMethod(t.method, stay); del t",
    "WeakMethod, __eq__": """
    class Owner(Equal):
        def method(self): pass
    a, b = Owner(), Owner()
    weakref.WeakMethod(a.method) == weakref.WeakMethod(b.method)""",
    "WeakMethod, attribute": "weakref.WeakMethod(Mapping())",
    "deepcopy": "copy.deepcopy(weakref.WeakKeyDictionary({thing: Copied()}))",
    "iteration, __del__": """
    d = weakref.WeakKeyDictionary({thing: Deleted()})
    iterator = d.items()
    next(iterator)
    d.clear()
    next(iterator, None)""",
    "new set, collection": "collecting(weakref.WeakSet)",
    "new set of a subclass, collection": "collecting(SubSet)",
    "new method, collection": "t = Thing(); collecting(lambda: weakref.WeakMethod(t.method))",
    "new method of a subclass, collection": "t = Thing(); collecting(lambda: SubMethod(t.method))",
    "new finalizer, collection": "t = Thing(); collecting(lambda: weakref.finalize(t, int))",
    "new iterator, collection": "s = weakref.WeakSet(); collecting(lambda: iter(s))",
    "new copy, collection": "s = weakref.WeakSet([thing]); collecting(s.copy)",
    "new values, collection": """
    d = weakref.WeakValueDictionary()
    collecting(lambda: d.__setitem__(object(), thing))""",
    "new keys, collection": """
    d = weakref.WeakKeyDictionary()
    def make():
        new = Thing()
        d[new] = thing
        return new
    collecting(make)""",
    "new list, collection": "s = weakref.WeakKeyDictionary({thing: 1}); collecting(s.keyrefs)",
    "new error, collection": """
    def fail():
        try: weakref.WeakKeyDictionary()[1]
        except TypeError as error: return error
    collecting(fail)""",
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_daemon_thread_inside_a_call_when_the_interpreter_ends(kind):
    program = daemons.program(NAMES, KINDS[kind])
    assert processes.output("weakly", program) == "inside"


def test_daemon_threads_that_run_finalizers_when_the_interpreter_ends():
    program = """
import threading
class Thing: pass
def log(): open("/dev/null", "w").write("x" * 100)
begun = threading.Barrier(5)
def run():
    begun.wait()
    while True:
        thing = Thing()
        weakref.finalize(thing, log)
        del thing
for _ in range(4):
    threading.Thread(target=run, daemon=True).start()
begun.wait()
threading.Event().wait(0.05)
"""
    for _ in range(10):
        assert processes.output("weakly", program, flags=("-W", "ignore")) == ""
