"""Allocations that fail in the middle of an operation, injected by `_testcapi.set_nomemory`."""

import processes
import pytest

pytest.importorskip("_testcapi", reason="this interpreter has no _testcapi")

PROGRAM = """
import copy, gc, sys
from _testcapi import set_nomemory, remove_mem_hooks
sys.path.insert(0, {tests!r})
from referents import Hooked

sys.unraisablehook = lambda error: None

class Items:  # no dict: to iterate over one crashes some interpreters when memory fails
    def __init__(self, pairs): self.pairs = pairs
    def items(self): return self.pairs

def make(name):
    objects = [Hooked(number) for number in range(8)]
    cls = getattr(weakref, name)
    if name == "WeakKeyDictionary":
        container = cls((thing, thing.value) for thing in objects)
    elif name == "WeakValueDictionary":
        container = cls((thing.value, thing) for thing in objects)
    else:
        container = cls(objects)
    return objects, container

NAME, OPERATIONS = {name!r}, {operations!r}
WITH_MEMORY = (KeyError, TypeError, ValueError)  # what some operations raise where there is memory
for text in OPERATIONS:
    operation = eval("lambda c, key, value, one, other, both: " + text)
    for start in range(60):
        objects, c = make(NAME)
        new = Hooked("new")
        key, value = (new, 1) if NAME == "WeakKeyDictionary" else ("new", new)
        old = objects[0]
        one, other, both = [new], [old], [new, old]
        caught = None
        set_nomemory(start, start + 1)
        try:
            operation(c, key, value, one, other, both)
        except MemoryError as error:
            caught = "MemoryError"
        except WITH_MEMORY:
            caught = "MemoryError"
        except BaseException as error:
            caught = error
        finally:
            remove_mem_hooks()
        if caught is not None and caught != "MemoryError":
            print(text, start, type(caught).__name__, caught, flush=True)
        caught = None
        contents = list(c)
        assert len(contents) == len(c), (text, start, len(contents), len(c))
        assert all(item in c for item in contents), (text, start)
        assert len(c.data) == len(c)
        del contents, one, other, both, new, key, value, old
        objects.clear()
        gc.collect()
        assert len(c) == 0 and list(c) == [], (text, start, len(c))
"""

MAPPING = [
    "c.__setitem__(key, value)",
    "c.setdefault(key, value)",
    "c.update(Items([(key, value)]))",
    "c.copy()",
    "copy.deepcopy(c)",
    "c | c",
    "list(c.items())",
    "c.data",
    "c == c",
    "c.__init__(Items([(key, value)]))",
    "setattr(c, 'data', c.data)",
    "type(c)(c)",
    "repr(c)",
    "c.popitem()",
    "c.pop(next(iter(c)))",
    "(c.clear(), c.popitem())",
    "c.update([(key,)])",
    "c.update([key])",
    "c.__reduce__()",
    "setattr(c, 'data', {key: 1})",
]
SET = [
    "c.add(value)",
    "c.update(both)",
    "c.copy()",
    "copy.copy(c)",
    "copy.deepcopy(c)",
    "c | one",
    "c & other",
    "c - other",
    "c ^ other",
    "c.__ixor__(both)",
    "c.__iand__(both)",
    "c.__isub__(both)",
    "c <= both",
    "c == c",
    "list(c)",
    "c.data",
    "repr(c)",
    "c.__init__(both)",
    "setattr(c, 'data', c.data)",
    "c.__reduce__()",
    "(c.clear(), c.pop())",
]
CASES = {
    "WeakKeyDictionary": [*MAPPING, "c.keyrefs()"],
    "WeakValueDictionary": [*MAPPING, "c.valuerefs()", "list(c.itervaluerefs())"],
    "WeakSet": SET,
}


@pytest.mark.parametrize("name", CASES)
def test_containers_raise_memory_error_and_stay_consistent(name):
    tests = processes.TESTS
    program = PROGRAM.format(tests=tests, name=name, operations=CASES[name])
    assert processes.output("weakly", program) == ""


OTHERS = """
import gc, sys
from _testcapi import set_nomemory, remove_mem_hooks

sys.unraisablehook = lambda error: None

class Thing:
    def method(self): pass

def finalizer(thing): weakref.finalize(thing, print).detach()
class Subclass(weakref.finalize): pass
def subclass(thing):
    f = Subclass(thing, print)
    f.attribute = 1
    f.detach()
def method(thing): weakref.WeakMethod(thing.method, print)()
def keyed(thing): repr(weakref.KeyedRef(thing, None, "key"))
def peek(thing):
    f = weakref.finalize(thing, print, 1, key=2)
    f.peek(), repr(f), f.detach()

thing = Thing()
peek(thing)  # PyO3 makes the dict of its keywords and panics if it cannot: now a spare one is kept
for function in (finalizer, subclass, method, keyed, peek):
    for start in range(60):
        caught = None
        set_nomemory(start, start + 1)
        try:
            function(thing)
        except MemoryError:
            pass
        except BaseException as error:
            caught = error
        finally:
            remove_mem_hooks()
        if caught is not None:
            print(function.__name__, start, type(caught).__name__, caught)
    caught = None
    gc.collect()
    for f in list(gc.get_objects()):
        if isinstance(f, weakref.finalize):
            f.detach()
    del f
    assert weakref.getweakrefcount(thing) == 0, function
"""


def test_references_and_finalizers_raise_memory_error():
    assert processes.output("weakly", OTHERS) == ""
