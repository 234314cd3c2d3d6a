"""What finalizers do when the process ends, each case in a process of its own."""

import processes
import pytest

PRELUDE = """
import atexit, gc, os, sys
class Thing: pass
def make(thing, name, **options):
    return weakref.finalize(thing, print, name)
"""


def output(weakref, program, **options):
    return processes.output(weakref.implementation, PRELUDE + program, **options).split()


def errors(weakref, program):
    """What a program prints, the last line of stderr, and the number of tracebacks there."""
    process = processes.run(weakref.implementation, PRELUDE + program)
    return process.returncode, process.stdout.split(), process.stderr


class TestOrder:
    def test_newest_first(self, weakref):
        program = """
a, b = Thing(), Thing()
make(a, 1); make(b, 2); make(a, 3)
"""
        assert output(weakref, program) == ["3", "2", "1"]

    def test_without_atexit_does_not_run(self, weakref):
        program = """
a = Thing()
make(a, 1); make(a, 2).atexit = False; make(a, 3)
"""
        assert output(weakref, program) == ["3", "1"]

    def test_detached_and_dead_ones_do_not_run(self, weakref):
        program = """
a, b = Thing(), Thing()
make(a, 1).detach(); make(b, 2); del b; make(a, 3)()
"""
        assert output(weakref, program) == ["2", "3"]

    def test_in_the_place_of_the_first_finalizer_among_exit_handlers(self, weakref):
        program = """
a = Thing()
atexit.register(print, "before")
make(a, 1)
atexit.register(print, "after")
make(a, 2)
"""
        assert output(weakref, program) == ["after", "2", "1", "before"]

    def test_a_finalizer_made_by_a_finalizer_runs_next(self, weakref):
        program = """
a = Thing()
make(a, 1)
weakref.finalize(a, make, a, "new")
make(a, 3)
"""
        assert output(weakref, program) == ["3", "new", "1"]

    def test_finalizers_made_by_another_exit_handler(self, weakref):
        program = """
a = Thing()
make(a, 1)
atexit.register(lambda: make(a, 2))
"""
        assert output(weakref, program) == ["2", "1"]

    def test_an_object_that_dies_while_finalizers_run(self, weakref):
        program = """
a, box = Thing(), [Thing()]
make(a, 1)
make(box[0], "died")
make(a, 3)
weakref.finalize(a, box.clear)
"""
        assert output(weakref, program) == ["died", "3", "1"]

    def test_a_finalizer_may_detach_a_later_one(self, weakref):
        program = """
a = Thing()
first = make(a, 1)
weakref.finalize(a, first.detach)
make(a, 3)
"""
        assert output(weakref, program) == ["3"]


class TestErrors:
    def test_an_exception_is_reported_and_the_rest_run(self, weakref):
        program = """
a = Thing()
make(a, 1)
weakref.finalize(a, lambda: 1 / 0)
make(a, 3)
"""
        code, printed, stderr = errors(weakref, program)
        assert (code, printed) == (0, ["3", "1"])
        assert stderr.startswith("Traceback (most recent call last):")
        assert stderr.rstrip().endswith("ZeroDivisionError: division by zero")

    def test_exceptions_go_to_the_excepthook(self, weakref):
        program = """
sys.excepthook = lambda *error: print(error[0].__name__)
a = Thing()
make(a, 1)
weakref.finalize(a, lambda: 1 / 0)
"""
        assert output(weakref, program) == ["ZeroDivisionError", "1"]

    def test_system_exit_skips_the_rest(self, weakref):
        program = """
a = Thing()
make(a, 1)
weakref.finalize(a, sys.exit, 3)
make(a, 3)
"""
        code, printed, _ = errors(weakref, program)
        assert printed == ["3"]
        assert code == 0

    def test_the_excepthook_runs_while_the_error_is_handled(self, weakref):
        """The exception that `traceback` and `logging` see, and the context of one that the hook
        raises."""
        program = """
import traceback
def hook(kind, error, trace):
    print(traceback.format_exc().strip().splitlines()[-1].split(":")[0])
    print(sys.exc_info() == (kind, error, trace))
    try:
        raise KeyError
    except KeyError as new:
        print(new.__context__ is error)
sys.excepthook = hook
atexit.register(lambda: print(sys.exc_info()[0]))
a = Thing()
weakref.finalize(a, lambda: print(sys.exc_info()[0]))
weakref.finalize(a, lambda: 1 / 0)
"""
        assert output(weakref, program) == ["ZeroDivisionError", "True", "True", "None", "None"]

    def test_a_call_without_super_ends_them_all(self, weakref):
        program = """
keep = []
def thing():
    keep.append(Thing())
    return keep[-1]
class Careless(weakref.finalize):
    def __call__(self, _=None):
        print("called")
        make(thing(), "made")
make(thing(), "last")
Careless(thing(), print, "never")
"""
        code, printed, stderr = errors(weakref, program)
        assert code == 0
        assert stderr.count("AssertionError") == 1
        assert printed == ["called"]

    def test_a_finalizer_that_begins_itself_again_ends(self, weakref):
        program = """
a = Thing()
def again():
    print("called")
    f.__init__(a, again)
f = weakref.finalize(a, again)
"""
        code, printed, stderr = errors(weakref, program)
        assert (code, printed) == (0, ["called"])
        assert stderr.count("AssertionError") == 1


class TestState:
    def test_the_collector_is_off_while_they_run_and_on_after(self, weakref):
        program = """
a = Thing()
atexit.register(lambda: print(gc.isenabled()))
weakref.finalize(a, lambda: print(gc.isenabled()))
"""
        assert output(weakref, program) == ["False", "True"]

    def test_a_disabled_collector_stays_off(self, weakref):
        program = """
a = Thing()
gc.disable()
atexit.register(lambda: print(gc.isenabled()))
weakref.finalize(a, lambda: print(gc.isenabled()))
"""
        assert output(weakref, program) == ["False", "False"]

    def test_after_exit_finalizers_die_without_running(self, weakref):
        program = """
a, b = Thing(), Thing()
def late():
    f = make(b, "never")
    print(f.alive, f(), f.alive)
atexit.register(late)
make(a, 1)
"""
        assert output(weakref, program) == ["1", "True", "None", "False"]

    def test_without_atexit_does_not_run_at_a_later_death(self, weakref):
        program = """
a = Thing()
make(a, "never").atexit = False
"""
        assert output(weakref, program) == []

    def test_what_they_hold_is_destroyed_at_shutdown(self, weakref):
        """A finalizer that does not run at exit holds its function, and so the whole module."""
        program = """
class Late:
    def __del__(self, write=os.write):
        write(1, b"destroyed ")
a, late = Thing(), Late()
weakref.finalize(a, lambda: None).atexit = False
weakref.finalize(a, lambda thing: None, Late()).atexit = False
atexit.register(lambda: weakref.finalize(a, lambda: None))
f = weakref.finalize(a, lambda: None, Late())
f.atexit = False
"""
        assert output(weakref, program) == ["destroyed"] * 3

    def test_they_run_in_the_main_thread_after_other_threads(self, weakref):
        program = """
import threading, time
a = Thing()
def work():
    time.sleep(0.1)
    print("thread")
weakref.finalize(a, lambda: print(threading.current_thread() is threading.main_thread()))
threading.Thread(target=work).start()
"""
        assert output(weakref, program) == ["thread", "True"]

    def test_subclasses_run_too(self, weakref):
        program = """
class Sub(weakref.finalize): pass
a = Thing()
Sub(a, print, 1); make(a, 2)
"""
        assert output(weakref, program) == ["2", "1"]

    @pytest.mark.skipif("not hasattr(__import__('os'), 'fork')", reason="needs os.fork")
    def test_a_forked_child_runs_inherited_finalizers(self, weakref):
        program = """
a = Thing()
make(a, "run")
sys.stdout.flush()
child = os.fork()
if child:
    os.waitpid(child, 0)
"""
        assert output(weakref, program, flags=("-W", "ignore")) == ["run", "run"]

    @pytest.mark.skipif("not hasattr(__import__('os'), 'fork')", reason="needs os.fork")
    def test_os_exit_runs_none(self, weakref):
        program = """
a = Thing()
make(a, "never")
os._exit(0)
"""
        assert output(weakref, program) == []
