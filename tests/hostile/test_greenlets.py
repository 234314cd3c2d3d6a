"""Greenlets that are suspended in the middle of a death."""

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
