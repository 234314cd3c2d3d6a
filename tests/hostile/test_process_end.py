"""What is alive when the interpreter shuts down, forks or runs a second interpreter."""

import sys

import processes
import pytest

PRELUDE = """
import atexit, gc, os, sys, threading
class Thing:
    def method(self): pass
"""

# Objects of all classes, alive and in all their states.
ALIVE = """
class Sub(weakref.WeakKeyDictionary): pass
class SubSet(weakref.WeakSet): pass
class SubMethod(weakref.WeakMethod): pass
class SubFinalize(weakref.finalize): pass
things = [Thing() for _ in range(100)]
wk = weakref.WeakKeyDictionary((thing, thing) for thing in things)
wv = weakref.WeakValueDictionary(enumerate(things))
ws = weakref.WeakSet(things)
sub, subset = Sub({things[0]: 1}), SubSet(things)
iterators = [iter(wk), wk.items(), wv.values(), wv.itervaluerefs(), iter(ws), iter(subset)]
for iterator in iterators: next(iterator)
refs = [wk.keyrefs(), wv.valuerefs(), wk.data, wv.data, ws.data, wk._remove, wv._remove]
methods = [weakref.WeakMethod(things[0].method, lambda _: None), SubMethod(things[1].method)]
finalizers = [weakref.finalize(things[2], lambda: None), SubFinalize(things[3], len, [])]
finalizers[0].atexit = False
"""


def runs(program, implementation="weakly", **options):
    return processes.output(implementation, PRELUDE + program, **options).split()


class TestShutdown:
    def test_with_everything_alive(self):
        assert runs(ALIVE) == []

    def test_with_everything_alive_in_one_cycle(self):
        assert runs(ALIVE + "everything = [globals()]; everything.append(everything)") == []

    def test_with_everything_alive_in_a_module_that_is_cleared_last(self):
        program = (
            ALIVE + "import builtins; builtins.kept = dict(globals()); sys.kept = builtins.kept"
        )
        assert runs(program) == []

    def test_with_everything_alive_in_an_exit_handler(self):
        assert runs(ALIVE + "atexit.register(lambda *_: None, dict(globals()))") == []

    def test_with_everything_held_by_a_type(self):
        assert runs(ALIVE + "Thing.kept = dict(globals())") == []

    def test_objects_whose_del_uses_the_containers(self):
        program = (
            ALIVE
            + """
class Late:
    def __del__(self, containers=(wk, wv, ws), thing=things[0], write=os.write):
        for container in containers:
            container.clear()
            container.copy()
        containers[0][thing] = 1
        containers[1]["key"] = thing
        containers[2].add(thing)
        write(1, b"late ")
late = Late(); late.cycle = late
other = Late()
sys.other = Late()
"""
        )
        assert runs(program) == ["late"] * 3

    def test_a_daemon_thread_that_uses_containers(self):
        program = (
            ALIVE
            + """
def work():
    while True:
        thing = Thing()
        wk[thing] = 1; wv["key"] = thing; ws.add(thing)
        list(wk), list(wv.items()), list(ws)
for _ in range(3):
    threading.Thread(target=work, daemon=True).start()
if sys.version_info >= (3, 10, 8):
    # Before, it waits at exit for ever for a thread which asked for the GIL and has ended since (gh-96387).
    sys.setswitchinterval(1e-5)
"""
        )
        for _ in range(5):
            assert runs(program) == []

    def test_a_thread_that_ends_after_the_main_one(self):
        program = (
            ALIVE
            + """
import time
def work():
    time.sleep(0.1)
    things.clear(); wk.clear(); refs.clear()
    gc.collect()
    print(len(wk), len(wv), len(ws))
threading.Thread(target=work).start()
iterators.clear()
"""
        )
        assert runs(program) == ["0", "0", "0"]

    def test_under_the_debugging_allocator(self):
        assert runs(ALIVE, env={"PYTHONMALLOC": "debug"}, flags=("-X", "dev")) == []

    def test_sys_exit_and_exceptions(self):
        for ending in ("sys.exit(3)", "1 / 0", "raise KeyboardInterrupt"):
            process = processes.run("weakly", PRELUDE + ALIVE + ending)
            assert process.returncode in (3, 1, 130, -2)
            assert "Fatal" not in process.stderr
            assert "panicked" not in process.stderr


@pytest.mark.skipif("not hasattr(__import__('os'), 'fork')", reason="needs os.fork")
class TestFork:
    def test_parent_and_child_go_on(self):
        program = (
            ALIVE
            + """
sys.stdout.flush()
child = os.fork()
status = os.waitpid(child, 0)[1] if child else "child"
del things[50:]
iterators.clear()
gc.collect()
print(len(wk), len(wv), len(ws), status, flush=True)
"""
        )
        lines = runs(program.replace("(thing, thing) for", "(thing, 1) for"))
        assert lines == ["50", "50", "50", "child", "50", "50", "50", "0"]

    def test_while_other_threads_use_the_containers(self):
        program = (
            ALIVE.replace("(thing, thing) for", "(thing, 1) for")
            + """
import signal
stop = threading.Event()
def work():
    while not stop.is_set():
        thing = Thing()
        wk[thing] = 1; wv["key"] = thing; ws.add(thing)
        list(wk), list(wv.items()), list(ws)
threads = [threading.Thread(target=work) for _ in range(3)]
sys.setswitchinterval(1e-5)
for thread in threads: thread.start()
statuses = set()
for _ in range(10):
    child = os.fork()
    if not child:
        signal.alarm(30)
        thing = Thing()
        wk[thing] = 1; wv["key"] = thing; ws.add(thing)
        ok = thing in wk and thing in ws and wv["key"] is thing
        gc.collect()
        list(wk), list(wv), list(ws)
        os._exit(0 if ok else 1)
    statuses.add(os.waitpid(child, 0)[1])
stop.set()
for thread in threads: thread.join()
print(statuses)
"""
        )
        assert runs(program, flags=("-W", "ignore")) == ["{0}"]


MAKE_INTERPRETER = """
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters
def create(isolated):
    try:
        return interpreters.create("isolated" if isolated else "legacy")
    except TypeError:
        return interpreters.create(isolated=isolated)
def execute(interpreter, code):
    run = getattr(interpreters, "exec", None) or interpreters.run_string
    try:
        error = run(interpreter, code)
    except Exception as caught:
        error = caught
    return error
"""


class TestSubinterpreters:
    """Supported or refused with an ImportError, but never a crash."""

    @pytest.mark.parametrize("isolated", [True, False])
    def test_import(self, isolated):
        program = f"""
{MAKE_INTERPRETER}
things = [Thing()]
kept = weakref.WeakSet(things), weakref.finalize(things[0], print, "main")
interpreter = create({isolated})
error = execute(interpreter, '''
try:
    import weakly
except ImportError:
    print("refused", flush=True)
else:
    class Thing: pass
    thing = Thing()
    s = weakly.WeakSet([thing]); d = weakly.WeakKeyDictionary({{thing: 1}})
    v = weakly.WeakValueDictionary(key=thing)
    f = weakly.finalize(thing, print, "finalized", flush=True)
    del thing
    print("works", len(s), len(d), len(v), flush=True)
''')
if error: print("error", error)
interpreters.destroy(interpreter)
print(len(kept[0]))
"""
        lines = runs(program, flags=("-W", "ignore"))
        assert lines in (
            ["refused", "1", "main"],
            ["finalized", "works", "0", "0", "0", "1", "main"],
        )

    def test_import_after_the_main_interpreter_never_did(self):
        program = f"""
{MAKE_INTERPRETER}
interpreter = create(False)
error = execute(interpreter, '''
try:
    import weakly
except ImportError:
    print("refused", flush=True)
else:
    print("works", flush=True)
''')
interpreters.destroy(interpreter)
import weakly
print(len(weakly.WeakSet()))
"""
        if sys.version_info < (3, 12):
            # One interpreter's extension module is found by the others; either answer is sound.
            pass
        lines = runs(program, implementation="stock", flags=("-W", "ignore"))
        assert lines[0] in ("refused", "works")
