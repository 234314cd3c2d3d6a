"""What creates, caches, interns and keeps objects, disturbed in each way: see `disturbances.py`."""

import sys

import created
import disturbances
import implementations
import processes
import pytest

needs_memory_errors = pytest.mark.skipif(
    not implementations.HAS_GIL and sys.version_info < (3, 14),
    reason="CPython 3.13 without the GIL crashes without memory, also with the standard module",
)


def disturb(how, *subjects):
    program = f"import sys; sys.path.insert(0, {disturbances.FOLDER!r}); import disturbances\n"
    assert processes.output("weakly", program + "disturbances.main()", how, *subjects) == ""


@pytest.mark.parametrize("how", [how for how in disturbances.DISTURBANCES if how != "memory"])
def test_it_stays_consistent(how):
    disturb(how)


@pytest.mark.skipif(
    sys.version_info[:2] != (3, 11),
    reason="shown on CPython 3.11 only: 3.13.0 crashes where there is no memory for Python code",
)
@pytest.mark.parametrize("subject", created.SUBJECTS)
def test_it_stays_consistent_without_memory(subject):
    pytest.importorskip("_testcapi", reason="this interpreter has no _testcapi")
    disturb("memory", subject)


@needs_memory_errors
def test_draining_a_queue_without_memory_loses_nothing():
    pytest.importorskip("_testcapi", reason="this interpreter has no _testcapi")
    program = """
from _testcapi import remove_mem_hooks, set_nomemory
class Thing: pass
queue, things = weakref.DeathQueue(), [Thing() for _ in range(100)]
for number, thing in enumerate(things): queue.watch(thing, number)
del things, thing
def drain(start):
    set_nomemory(start)
    try:
        return queue.drain()
    except MemoryError:
        assert len(queue) == 100
    finally:
        remove_mem_hooks()
for start in range(10):
    drained = drain(start)
    if drained: break
print(sorted(drained) == list(range(100)), start > 0)
"""
    assert processes.output("weakly", program) == "True True\n"
