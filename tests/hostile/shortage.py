"""Operations for which there is no memory: one allocation fails, or all from it on.

The programs here get two functions: `fail(start, for_ever)`, which lets so many allocations succeed
before one fails, and `relieve()`, which lets all succeed again.
"""

# What the interpreter asks for.
INTERPRETER = """
from _testcapi import set_nomemory, remove_mem_hooks
def fail(start, for_ever): set_nomemory(start, 0 if for_ever else start + 1)
relieve = remove_mem_hooks
def live(): return 0
LOST = "error return without exception set"  # no frame for the traceback: some interpreters lose the error
"""

# What Rust asks for, in a build with the feature `failing-allocator`.
RUST = """
from weakly._weakly import _fail_allocation_after as fail
from weakly._weakly import _fail_no_allocation as relieve
from weakly._weakly import _live_allocations as live
LOST = None
"""

CONTAINERS = """
import copy, gc, sys
sys.path.insert(0, sys.argv[1])
from referents import Hooked

sys.unraisablehook = lambda error: None

class Made: pass

class Items:  # no dict: to iterate over one crashes some interpreters when memory fails
    def __init__(self, pairs): self.pairs = pairs
    def items(self): return self.pairs

class WeakSet(weakref.WeakSet): pass
class WeakKeyDictionary(weakref.WeakKeyDictionary): pass
class WeakValueDictionary(weakref.WeakValueDictionary): pass

def make(kind):
    objects = [Hooked(number) for number in range(8)]
    if issubclass(kind, weakref.WeakKeyDictionary):
        container = kind((thing, thing.value) for thing in objects)
    elif issubclass(kind, weakref.WeakValueDictionary):
        container = kind((thing.value, thing) for thing in objects)
    else:
        container = kind(objects)
    return objects, container

NAME, OPERATIONS, FOR_EVER, STARTS = sys.argv[2], eval(sys.argv[3]), eval(sys.argv[4]), eval(sys.argv[5])
KINDS = [getattr(weakref, NAME), globals()[NAME]]
WITH_MEMORY = (AttributeError, KeyError, TypeError, ValueError)  # what some operations raise where there is memory

def attempt(operation, kind, start):
    objects, c = make(kind)
    new = Hooked("new")
    is_keyed = NAME == "WeakKeyDictionary"
    key, value = (new, 1) if is_keyed else ("new", new)
    old = objects[0]
    has = old if is_keyed else 0
    one, other, both = [new], [old], [new, old]
    caught, result = None, None
    fail(start, FOR_EVER)
    try:
        result = operation(c, key, value, one, other, both, old, has)
    except MemoryError:
        pass
    except WITH_MEMORY:
        pass
    except BaseException as error:
        caught = error if str(error) != LOST else None
    finally:
        relieve()
    if caught is not None:
        print(text, start, type(caught).__name__, caught, flush=True)
    result = caught = None
    contents = list(c)
    assert len(contents) == len(c), (text, start, len(contents), len(c))
    assert all(item in c for item in contents), (text, start)
    assert len(c.data) == len(c)
    if NAME == "WeakSet":
        c.add(new)
    else:
        c[key] = value
    assert len(c) == len(contents) + (("new" if NAME == "WeakValueDictionary" else new) not in contents)
    del contents, one, other, both, has, key, value, old
    alive = weakref.ref(new)
    del new
    objects.clear()
    if len(c) or alive() is not None:
        gc.collect()
    assert len(c) == 0 and list(c) == [], (text, start, len(c))
    c = weakref.ref(c)
    if c() is not None:
        gc.collect()
    assert alive() is None and c() is None, (text, start)

for text in OPERATIONS:
    operation = eval("lambda c, key, value, one, other, both, old, has: " + text)
    for kind in KINDS:
        attempt(operation, kind, 10**6)
        before = live()
        for start in STARTS:
            attempt(operation, kind, start)
        assert live() == before, (text, live() - before)
"""

MAPPING = [
    "c.__setitem__(key, value)",
    "c[has]",
    "c[key]",
    "has in c",
    "c.__delitem__(has)",
    "c.__delitem__(key)",
    "c.get(has)",
    "c.get(key=has)",
    "c.get(key, default=1)",
    "c.get()",
    "c.get(1, 2, 3)",
    "c.get(nothing=1)",
    "c.setdefault(key, value)",
    "c.setdefault(key=key, default=value)",
    "c.setdefault()",
    "c.get_or_create(key, Made)",
    "c.get_or_create(key=has, factory=Made)",
    "c.get_or_create(key, int)",
    "c.get_or_create(key, 5)",
    "c.update(Items([(key, value)]))",
    "c.update({key: value})",
    "c.update([(key, value)])",
    "c.update([(key, value), (has, value)])",
    "c.update(type(c)(c))",
    "c.update(new=old)",
    "c.update([(key, value)], new=old)",
    "c.update(1, 2)",
    "c.update(c)",
    "c.copy()",
    "c.copy(1)",
    "copy.copy(c)",
    "copy.deepcopy(c)",
    "c.__deepcopy__()",
    "c | c",
    "c | {key: value}",
    "{key: value} | c",
    "c | 5",
    "5 | c",
    "c.__ior__({key: value})",
    "iter(c)",
    "list(c)",
    "list(c.keys())",
    "list(c.values())",
    "list(c.items())",
    "[next(c.items()), next(c.keys())]",
    "c.data",
    "c == c",
    "c != type(c)()",
    "c.__init__(Items([(key, value)]))",
    "c.__init__(new=old)",
    "c.__init__(1, 2)",
    "c.__init__()",
    "setattr(c, 'data', c.data)",
    "delattr(c, 'data')",
    "type(c)()",
    "type(c)(c)",
    "type(c)(new=old)",
    "type(c)([(key, value)], new=old)",
    "type(c)(1, 2, 3)",
    "repr(c)",
    "c.popitem()",
    "c.pop(next(iter(c)))",
    "c.pop(key)",
    "c.pop(key, None)",
    "c.pop(key=key)",
    "c.pop(key, 1, 2, 3)",
    "c.pop()",
    "c.clear()",
    "(c.clear(), c.popitem())",
    "c.update([(key,)])",
    "c.update([(key, 1, 2)])",
    "c.update([key])",
    "c.update(5)",
    "c.__reduce__()",
    "setattr(c, 'data', {key: 1})",
    "c._remove",
    "c._remove()",
]
SET = [
    "c.add(value)",
    "c.add(old)",
    "c.add()",
    "c.add(item=value)",
    "c.add(5)",
    "c.remove(old)",
    "c.remove(value)",
    "c.discard(old)",
    "old in c",
    "c.update(both)",
    "c.update(other=both)",
    "c.update(type(c)(both))",
    "c.copy()",
    "copy.copy(c)",
    "copy.deepcopy(c)",
    "c | one",
    "c.union(one)",
    "c.union(other=one)",
    "c.union()",
    "c.union(1, 2)",
    "c & other",
    "c - other",
    "c ^ other",
    "other | c",
    "set(other) & c",
    "5 ^ c",
    "c - 5",
    "c.__ixor__(both)",
    "c.__iand__(both)",
    "c.__isub__(both)",
    "c.__ior__(both)",
    "c.difference(other)",
    "c.symmetric_difference(other)",
    "c.intersection(both)",
    "c.isdisjoint(both)",
    "c <= both",
    "c < both",
    "c >= both",
    "c > both",
    "c == c",
    "c != type(c)(both)",
    "iter(c)",
    "list(c)",
    "c.data",
    "repr(c)",
    "c.__init__(both)",
    "c.__init__(data=both)",
    "c.__init__(wrong=both)",
    "type(c)()",
    "type(c)(both)",
    "type(c)(data=both)",
    "type(c)(1, 2)",
    "setattr(c, 'data', c.data)",
    "setattr(c, 'data', [1])",
    "delattr(c, 'data')",
    "c.__reduce__()",
    "c.__reduce_ex__(4)",
    "c.pop()",
    "(c.clear(), c.pop())",
    "c._remove",
]
CASES = {
    "WeakKeyDictionary": [*MAPPING, "c.keyrefs()"],
    "WeakValueDictionary": [*MAPPING, "c.valuerefs()", "list(c.itervaluerefs())"],
    "WeakSet": SET,
}

OTHERS = """
import gc, sys
from queue import Empty  # without a death where the interpreter could not tell of it

sys.unraisablehook = lambda error: None
EXPECTED = (TypeError, AttributeError, Empty)
FOR_EVER, STARTS = eval(sys.argv[1]), eval(sys.argv[2])

class Thing:
    def method(self): pass

class SubFinalize(weakref.finalize): pass
class SubMethod(weakref.WeakMethod): pass

def finalizer(thing): weakref.finalize(thing, print).detach()
def finalizer_of_names(thing): weakref.finalize(thing, print, 1, key=2).detach()
def finalizer_without(thing): weakref.finalize(thing)
def finalizer_of_name(thing): weakref.finalize(obj=thing, func=print)
def finalizer_again(thing):
    f = weakref.finalize(thing, len, 1)
    f.__init__(thing, len, 1, end="")
    f.detach()
def call(thing): weakref.finalize(thing, int, "5", base=6)()
def call_with(thing): weakref.finalize(thing, int)(_weak=1)
def call_wrongly(thing): weakref.finalize(thing, int)(1, 2, 3)
def call_wrong_name(thing): weakref.finalize(thing, int)(other=3)
def atexit(thing):
    f = weakref.finalize(thing, int)
    f.atexit = f.atexit and f.alive
    del f.atexit
def death(_):
    thing = Thing()
    weakref.finalize(thing, int)
def reduce(thing): weakref.finalize(thing, int).__reduce__()
def subclass(thing):
    f = SubFinalize(thing, print, key=1)
    f.attribute = 1
    f.detach()
def method(thing): weakref.WeakMethod(thing.method, print)()
def method_of_name(thing): weakref.WeakMethod(meth=thing.method, callback=None)()
def method_of_wrong(thing): weakref.WeakMethod(thing)
def method_of_nothing(thing): weakref.WeakMethod()
def method_subclass(thing): SubMethod(thing.method)()
def method_call(thing): weakref.WeakMethod(thing.method)(1)
def methods(thing): weakref.WeakMethod(thing.method) == SubMethod(thing.method)
def method_death(_):
    thing = Thing()
    return weakref.WeakMethod(thing.method, len)
def keyed(thing): repr(weakref.KeyedRef(thing, None, "key"))
def keyed_by_names(thing): weakref.KeyedRef(ob=thing, callback=None, key=1).key
def keyed_wrongly(thing): weakref.KeyedRef(thing)
def peek(thing):
    f = weakref.finalize(thing, print, 1, key=2)
    f.peek(), repr(f), f.detach(), repr(f)
def interner(thing):
    i = weakref.Interner()
    i.intern(thing), i.intern(obj=thing), len(i), thing in i, list(i), repr(i)
    i.clear()
def interner_wrongly(thing): weakref.Interner(thing)
def interner_of_wrong(thing): weakref.Interner().intern(5)
def cache(thing):
    c = weakref.WeakCache(2, weigher=callable)
    c[1] = thing
    c.get(1), c.get(2), c.setdefault(2, thing), c.get_or_create(3, weakref.ref(thing))
    c.cache_info(), c.pop(1), c.pop(9, None), list(c.items()), c == {}
    del c[2]
    c[4] = Thing()
    c[5] = Thing()
    c[6] = Thing()
def cache_wrongly(thing): weakref.WeakCache(maxsize="x")
def cache_of_wrong_weigher(thing): weakref.WeakCache(1, weigher=5)
def cache_of_wrong_weight(thing): weakref.WeakCache(1, weigher=repr)[1] = thing
def cache_pop_wrongly(thing): weakref.WeakCache(1).pop(1, 2, 3)
def death_queue(thing):
    q = weakref.DeathQueue()
    q.unwatch(q.watch(thing, 1))
    q.watch(thing)
    q.finalize(thing, print, 1, end="").detach()
    q.watch(Thing(), 2)
    q.fileno(), len(q), repr(q), q.get(0), q.drain()
def death_queue_wrongly(thing): weakref.DeathQueue(1, 2)
def death_queue_of_wrong_token(thing): weakref.DeathQueue().unwatch("x")
def death_queue_of_wrong_timeout(thing): weakref.DeathQueue().get("x")
def death_queue_of_wrong_finalizer(thing): weakref.DeathQueue().finalize(thing)
def death_queue_thread(thing): weakref.DeathQueue(thread=True).watch(thing)

thing = Thing()
def attempt(function, start):
    caught = None
    fail(start, FOR_EVER)
    try:
        function(thing)
    except MemoryError:
        pass
    except EXPECTED:
        pass
    except BaseException as error:
        caught = error if str(error) != LOST else None
    finally:
        relieve()
    if caught is not None:
        print(function.__name__, start, type(caught).__name__, caught)
    caught = None
    gc.collect()
    for f in list(gc.get_objects()):
        if isinstance(f, weakref.finalize):
            f.detach()
    del f
    assert weakref.getweakrefcount(thing) == 0, (function, start)

for function in [value for name, value in list(globals().items()) if type(value).__name__ == "function"]:
    if function in (fail, relieve, live, attempt):
        continue
    attempt(function, 10**6)
    before = live()
    for start in STARTS:
        attempt(function, start)
    assert live() == before, (function, live() - before)
"""
