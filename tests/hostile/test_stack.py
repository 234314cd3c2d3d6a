"""Endless recursion through the containers ends with RecursionError, however small the stack is.

The standard module needs some 250 to 400 KiB for the default limit of 1000; the stacks here are
smaller than what the same recursion would take in Rust.
"""

import implementations
import processes
import pytest

PRELUDE = """
import copy, sys, threading

class Thing:
    pass

class Key:
    def __hash__(self):
        return 1

def nested():
    outermost = innermost = weakref.WeakKeyDictionary()
    for _ in range(20_000):
        innermost[thing] = innermost = weakref.WeakKeyDictionary()
    return outermost

thing, other = Thing(), Thing()
"""

# Each defines `recurse`.
RECURSIONS = {
    "a set's lookup in __eq__": """
class Same(Key):
    __hash__ = Key.__hash__
    def __eq__(self, other):
        return other in container
one, two = Same(), Same()
container = weakref.WeakSet([one])
def recurse():
    return two in container
""",
    "a lookup by weak key in __eq__": """
class Same(Key):
    __hash__ = Key.__hash__
    def __eq__(self, other):
        return container.get(other)
one, two = Same(), Same()
container = weakref.WeakKeyDictionary({one: 1})
def recurse():
    return container.get(two)
""",
    "a lookup by key in __eq__": """
class Same(Key):
    __hash__ = Key.__hash__
    def __eq__(self, other):
        return container.setdefault(other, thing)
one, two = Same(), Same()
container = weakref.WeakValueDictionary()
container[one] = thing
def recurse():
    return container[two]
""",
    "a lookup in __hash__": """
class Deep:
    def __hash__(self):
        return hash(container.get(self))
container = weakref.WeakValueDictionary()
def recurse():
    return container.get(Deep())
""",
    "weak methods that compare weak methods": """
class Owner:
    __hash__ = None
    def method(self): pass
    def __eq__(self, other):
        return weakref.WeakMethod(self.method) == weakref.WeakMethod(other.method)
one, two = Owner(), Owner()
def recurse():
    return weakref.WeakMethod(one.method) == weakref.WeakMethod(two.method)
""",
    "a set that makes a set": """
class Sub(weakref.WeakSet):
    def update(self, other):
        type(self)(other)
def recurse():
    return Sub([thing])
""",
    "an update that updates": """
class Sub(weakref.WeakKeyDictionary):
    def update(self, other):
        self |= other
def recurse():
    return Sub({thing: 1})
""",
    "an update from what updates": """
container = weakref.WeakKeyDictionary()
def endless():
    container.update(Items())
    yield thing, 1
class Items:
    items = staticmethod(endless)
def recurse():
    container.update(Items())
""",
    "a deep copy": """
def recurse():
    return copy.deepcopy(nested())
""",
    "a deep comparison": """
def recurse():
    return nested() == nested()
""",
}

RUN = """
def run():
    try:
        print(recurse())
    except RecursionError:
        print("RecursionError")

sys.setrecursionlimit({limit})
threading.stack_size({stack} << 10)
thread = threading.Thread(target=run)
thread.start()
thread.join()
"""


@pytest.mark.parametrize("recursion", RECURSIONS)
@pytest.mark.parametrize(("limit", "stack"), [(1000, 192), (1000, 512), (30000, 4096)])
def test_endless_recursion_is_an_error(recursion, limit, stack):
    if processes.ARE_SANITIZED and "nested()" in RECURSIONS[recursion] and stack < 4096:
        pytest.skip("a chain dies in frames that the sanitizer makes several times as large")
    if not implementations.HAS_GIL and "nested()" in RECURSIONS[recursion] and stack < 256:
        pytest.skip("CPython 3.13 without the GIL crashes, with the standard module at 512 too")
    program = PRELUDE + RECURSIONS[recursion] + RUN.format(limit=limit, stack=stack)
    assert processes.output("weakly", program) == "RecursionError\n"


@pytest.mark.parametrize("recursion", RECURSIONS)
def test_the_containers_work_on_after_it(recursion):
    again = """
recurse_once, recurse = recurse, lambda: None
for _ in range(3):
    try:
        recurse_once()
    except RecursionError:
        print("RecursionError")
container = weakref.WeakKeyDictionary({thing: 1})
assert copy.deepcopy(container)[thing] == 1
"""
    program = PRELUDE + RECURSIONS[recursion] + again
    assert processes.output("weakly", program) == "RecursionError\n" * 3


@pytest.mark.parametrize("stack", [64, 128, 256, 1024])
def test_a_small_stack_is_enough_for_ordinary_use(stack):
    program = """
class Equal(Key):
    __hash__ = Key.__hash__
    def __eq__(self, other):
        return True
def recurse():
    one, two = Equal(), Equal()
    container = weakref.WeakKeyDictionary({one: 1})
    copied = copy.deepcopy(container)
    return two in copied, two in weakref.WeakSet([one]), copied == container
"""
    program = PRELUDE + program + RUN.format(limit=1000, stack=stack)
    assert processes.output("weakly", program) == "(True, True, True)\n"
