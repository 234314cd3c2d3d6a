"""Operations without memory for their result, in a process with a limited address space."""

import processes
import pytest

resource = pytest.importorskip("resource", reason="needs limits of resources")
if not hasattr(resource, "RLIMIT_AS"):
    pytest.skip("needs a limit of the address space", allow_module_level=True)
if processes.ARE_SANITIZED:
    pytest.skip("the sanitizer takes address space of its own", allow_module_level=True)

COMMON = """
import resource, sys

class Thing: __slots__ = ("__weakref__",)

def limited(extra, operation):
    pages = int(open("/proc/self/statm").read().split()[0])
    limit = pages * resource.getpagesize() + extra
    resource.setrlimit(resource.RLIMIT_AS, (limit, resource.RLIM_INFINITY))
    try:
        operation()
        return "done"
    except MemoryError:
        return "MemoryError"
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY,) * 2)
"""

CONTAINERS = """
COUNT = 100_000
name, *operations = sys.argv[1:]
things = [Thing() for _ in range(COUNT)]
more = [Thing() for _ in range(COUNT)]
numbers = list(range(COUNT))
kind = getattr(weakref, name)
def pairs(things):
    return zip(things, numbers) if name == "WeakKeyDictionary" else zip(numbers, things)
for text in operations:
    # So much is free in what the process has already that small things need nothing of the system.
    for extra in (0, 2_000_000):
        if name == "WeakSet":
            c, d = kind(things), kind(things)
        else:
            c, d = kind(list(pairs(things))), dict(pairs(things))
        outcome = limited(extra, lambda: eval(text))
        assert outcome in ("MemoryError", "done")
        assert len(c) >= COUNT, (text, len(c))
        assert sum(1 for _ in c) == len(c)
    print(text)
"""

OPERATIONS = {
    "WeakSet": [
        "iter(c).__next__()",
        "list(c)",
        "c.copy()",
        "c | more",
        "c.union(things)",
        "c & things",
        "c & d",
        "c == d",
        "c - more",
        "c ^ more",
        "c ^ d",
        "c <= things",
        "c >= d",
        "c.intersection_update(things)",
        "c.intersection_update(d)",
        "c.update(more)",
        "c.__reduce__()",
        "c.data",
        "setattr(c, 'data', c.data)",
        "kind(things)",
        "kind(c)",
    ],
    "WeakKeyDictionary": [
        "list(c.items())",
        "c.copy()",
        "c | c",
        "c.update(dict(pairs(more)))",
        "c.data",
        "setattr(c, 'data', c.data)",
        "c.keyrefs()",
        "kind(list(pairs(things)))",
        "kind(d)",
    ],
    "WeakValueDictionary": [
        "list(c.items())",
        "c.copy()",
        "c | c",
        "c.update({str(n): thing for n, thing in pairs(more)})",
        "c.data",
        "setattr(c, 'data', c.data)",
        "c.valuerefs()",
        "kind(list(pairs(things)))",
    ],
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_container_has_no_memory_for_the_result(name):
    printed = processes.output("weakly", COMMON + CONTAINERS, name, *OPERATIONS[name])
    assert printed.splitlines() == OPERATIONS[name]


FINALIZERS = """
import gc, sysconfig
if sysconfig.get_config_var("Py_GIL_DISABLED"):
    gc.disable()  # there a collection takes memory of its own, and complains if there is none
things = [Thing() for _ in range(100_000)]
made = [None] * len(things)
def make():
    for at, thing in enumerate(things):
        made[at] = weakref.finalize(thing, print)
outcomes = []
for extra in range(0, 20_000_000, 2_000_000):
    outcomes.append(limited(extra, make))
    weakref.finalize(things[0], print).detach()
    for one in filter(None, made):
        assert one.detach() is not None
    made[:] = [None] * len(things)
assert "MemoryError" in outcomes
assert all(weakref.getweakrefcount(thing) == 0 for thing in things)
weakref.finalize(things[0], print, "still runs")
"""


def test_finalizers_work_again_when_there_is_memory_again():
    assert processes.output("weakly", COMMON + FINALIZERS) == "still runs\n"
