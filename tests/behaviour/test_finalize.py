"""What `finalize` does; what happens when the process ends is in test_finalize_exit.py."""

import copy
import gc
import sys
import threading
import time

import pytest
from referents import Failure, Thing


def record(*args, **kwargs):
    record.calls.append((args, kwargs))
    return "result"


@pytest.fixture
def calls():
    record.calls = []
    return record.calls


class TestCall:
    def test_runs_at_death(self, weakref, calls, no_gc):
        thing = Thing()
        f = weakref.finalize(thing, record, 1, 2, key="value")
        assert f.alive is True
        del thing
        assert calls == [((1, 2), {"key": "value"})]
        assert f.alive is False

    def test_by_hand_returns_the_result_once(self, weakref, calls):
        thing = Thing()
        f = weakref.finalize(thing, record, 1)
        assert f() == "result"
        assert f() is None
        assert f.alive is False
        del thing
        assert calls == [((1,), {})]

    def test_takes_one_argument_and_ignores_it(self, weakref, calls):
        thing = Thing()
        f = weakref.finalize(thing, record)
        assert f(thing) == "result"
        assert calls == [((), {})]
        with pytest.raises(TypeError):
            f(1, 2)

    def test_needs_no_variable(self, weakref, calls, no_gc):
        thing = Thing()
        weakref.finalize(thing, record)
        del thing
        assert calls == [((), {})]

    def test_by_hand_passes_exceptions_on(self, weakref):
        def fail():
            raise Failure

        thing = Thing()
        f = weakref.finalize(thing, fail)
        with pytest.raises(Failure):
            f()
        assert f() is None

    def test_at_death_exceptions_are_unraisable(self, weakref, monkeypatch, no_gc):
        seen = []
        monkeypatch.setattr(
            "sys.unraisablehook", lambda error: seen.append((error.exc_type, error.object))
        )

        def fail():
            raise Failure

        thing = Thing()
        f = weakref.finalize(thing, fail)
        del thing
        # From 3.14 on the interpreter names the callback in the message only.
        assert seen == [(Failure, f if sys.version_info < (3, 14) else None)]
        assert not f.alive

    def test_is_dead_when_its_function_runs(self, weakref, no_gc):
        seen = []
        thing = Thing()
        f = weakref.finalize(thing, lambda: seen.append((f.alive, f.peek(), f())))
        del thing
        assert seen == [(False, None, None)]

    def test_several_run_newest_first(self, weakref, no_gc):
        order, thing = [], Thing()
        for number in range(3):
            weakref.finalize(thing, order.append, number)
        del thing
        assert order == [2, 1, 0]

    def test_of_an_object_in_a_cycle(self, weakref, calls):
        thing = Thing()
        thing.itself = thing
        weakref.finalize(thing, record)
        del thing
        gc.collect()
        assert calls == [((), {})]


class TestDetachAndPeek:
    def test_peek(self, weakref):
        thing = Thing()
        f = weakref.finalize(thing, record, 1, key=2)
        assert f.peek() == (thing, record, (1,), {"key": 2})
        assert f.alive

    def test_peek_without_arguments(self, weakref):
        thing = Thing()
        assert weakref.finalize(thing, record).peek() == (thing, record, (), {})

    def test_detach(self, weakref, calls):
        thing = Thing()
        f = weakref.finalize(thing, record, 1, key=2)
        assert f.detach() == (thing, record, (1,), {"key": 2})
        assert not f.alive
        assert (f.detach(), f.peek(), f()) == (None, None, None)
        del thing
        assert calls == []

    def test_after_death(self, weakref, calls):
        thing = Thing()
        f = weakref.finalize(thing, record)
        del thing
        assert (f.detach(), f.peek(), f()) == (None, None, None)

    def test_the_function_and_its_arguments_are_let_go(self, weakref, no_gc):
        def function(argument, *, keyword):
            pass

        for end in ("detach", "__call__", "death"):
            thing, local, keyword = Thing(), Thing(), Thing()
            watches = [weakref.ref(local), weakref.ref(keyword)]
            f = weakref.finalize(thing, function, local, keyword=keyword)
            del local, keyword
            assert None not in [watch() for watch in watches]
            if end == "death":
                del thing
            else:
                getattr(f, end)()
            assert [watch() for watch in watches] == [None, None]

    def test_detach_from_a_finalizer_of_the_same_object(self, weakref, calls, no_gc):
        thing = Thing()
        first = weakref.finalize(thing, record, "first")
        weakref.finalize(thing, first.detach)
        del thing
        assert not first.alive


def finalizers(weakref):
    """All finalizers in memory, including those of other tests."""
    return {one for one in gc.get_objects() if isinstance(one, weakref.finalize)}


class TestInitAgain:
    def test_the_finalizer_has_the_new_call_only(self, weakref, calls, no_gc):
        first, second = Thing(), Thing()
        f = weakref.finalize(first, record, "first")
        f.__init__(second, record, "second")
        del first
        assert calls == []
        del second
        assert calls == [(("second",), {})]

    def test_while_the_old_arguments_are_dropped(self, weakref, no_gc):
        """No registration is left over, whichever call to `__init__` comes last."""

        class Argument:
            finalizer = None

            def __del__(self):
                if self.finalizer is not None:
                    self.finalizer.__init__(thing, int)

        others = finalizers(weakref)
        thing = Thing()
        argument = Argument()
        f = weakref.finalize(thing, int, argument)
        argument.finalizer = f
        del argument
        f.__init__(thing, int)
        watch = weakref.ref(thing)
        assert weakref.getweakrefcount(thing) == 2  # of `f` and `watch`
        f.detach()
        del f
        assert finalizers(weakref) == others
        assert weakref.getweakrefs(thing) == [watch]

    def test_by_several_threads_at_once(self, weakref):
        class Argument:
            def __del__(self):
                time.sleep(0)  # another thread's turn

        def work():
            for _ in range(200):
                f.__init__(thing, int, Argument())

        others = finalizers(weakref)
        thing = Thing()
        f = weakref.finalize(thing, int)
        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        f.detach()
        assert weakref.getweakrefcount(thing) == 0
        f = None
        assert finalizers(weakref) == others


class TestAtexit:
    def test_is_on_and_can_be_set(self, weakref):
        thing = Thing()
        f = weakref.finalize(thing, record)
        assert f.atexit is True
        f.atexit = 0
        assert f.atexit is False
        f.atexit = "yes"
        assert f.atexit is True
        f.detach()

    def test_of_a_dead_one_is_off_and_stays_off(self, weakref):
        thing = Thing()
        f = weakref.finalize(thing, record)
        f.detach()
        assert f.atexit is False
        f.atexit = True
        assert f.atexit is False

    def test_passes_on_what_bool_raises(self, weakref):
        class NoBool:
            def __bool__(self):
                raise Failure

        thing = Thing()
        f = weakref.finalize(thing, record)
        with pytest.raises(Failure):
            f.atexit = NoBool()
        assert f.detach()


class TestErrors:
    def test_wrong_arguments(self, weakref):
        thing = Thing()
        for arguments in ((), (thing,)):
            with pytest.raises(TypeError):
                weakref.finalize(*arguments)

    def test_an_object_that_cannot_be_referenced(self, weakref):
        with pytest.raises(TypeError, match="^cannot create weak reference to 'int' object$"):
            weakref.finalize(1, record)

    def test_any_keyword_is_passed_on(self, weakref, calls):
        thing = Thing()
        weakref.finalize(thing, record, self=1, obj=2, func=3, args=4, kwargs=5)
        del thing
        assert calls == [((), {"self": 1, "obj": 2, "func": 3, "args": 4, "kwargs": 5})]

    def test_a_function_that_cannot_be_called(self, weakref):
        thing = Thing()
        f = weakref.finalize(thing, 1)
        assert f.peek() == (thing, 1, (), {})
        with pytest.raises(TypeError, match="'int' object is not callable"):
            f()
        assert not f.alive

    def test_alive_cannot_be_set(self, weakref):
        thing = Thing()
        f = weakref.finalize(thing, record)
        with pytest.raises(AttributeError):
            f.alive = False
        f.detach()

    def test_takes_no_attributes(self, weakref):
        thing = Thing()
        f = weakref.finalize(thing, record)
        with pytest.raises(AttributeError):
            f.attribute = 1
        f.detach()


class TestClass:
    def test_repr(self, weakref):
        thing = Thing()
        f = weakref.finalize(thing, record)
        assert repr(f) == f"<finalize object at {id(f):#x}; for 'Thing' at {id(thing):#x}>"
        f.detach()
        assert repr(f) == f"<finalize object at {id(f):#x}; dead>"

    def test_repr_of_a_subclass(self, weakref):
        class Sub(weakref.finalize):
            pass

        thing = Thing()
        f = Sub(thing, record)
        assert repr(f) == f"<Sub object at {id(f):#x}; for 'Thing' at {id(thing):#x}>"
        f.detach()
        assert repr(f) == f"<Sub object at {id(f):#x}; dead>"

    def test_names(self, weakref):
        assert weakref.finalize.__name__ == weakref.finalize.__qualname__ == "finalize"

    def test_is_hashable_and_equal_to_itself(self, weakref):
        thing = Thing()
        one, two = weakref.finalize(thing, record), weakref.finalize(thing, record)
        assert {one: 1}[one] == 1
        assert one == one
        assert one != two
        one.detach()
        two.detach()

    def test_cannot_be_weakly_referenced(self, weakref):
        thing = Thing()
        f = weakref.finalize(thing, record)
        with pytest.raises(TypeError, match="^cannot create weak reference to '.*finalize' object"):
            weakref.ref(f)
        f.detach()

    def test_a_copy_is_dead(self, weakref, calls):
        thing = Thing()
        f = weakref.finalize(thing, record)
        other = copy.copy(f)
        assert type(other) is weakref.finalize
        assert not other.alive
        assert f.alive
        f.detach()

    def test_can_be_subclassed(self, weakref, calls, no_gc):
        class Sub(weakref.finalize):
            pass

        thing = Thing()
        f = Sub(thing, record)
        f.attribute = 1
        watch = weakref.ref(f)
        del f
        assert watch() is not None
        del thing
        assert calls == [((), {})]
        assert watch() is None

    def test_a_subclass_whose_init_adds_arguments(self, weakref, calls, no_gc):
        class Sub(weakref.finalize):
            def __init__(self, obj, *, name):
                super().__init__(obj, record, name)

        thing = Thing()
        Sub(thing, name="name")
        del thing
        assert calls == [(("name",), {})]

    def test_without_init_is_dead(self, weakref):
        f = weakref.finalize.__new__(weakref.finalize)
        assert (f.alive, f.peek(), f.detach(), f(), f.atexit) == (False, None, None, None, False)
        assert repr(f) == f"<finalize object at {id(f):#x}; dead>"

    def test_an_overridden_call_runs_at_death(self, weakref, calls, no_gc):
        class Sub(weakref.finalize):
            def __call__(self, _=None):
                record("overridden")
                return super().__call__(_)

        thing = Thing()
        Sub(thing, record)
        del thing
        assert calls == [(("overridden",), {}), ((), {})]

    def test_holds_its_object_weakly_but_its_arguments_strongly(self, weakref, no_gc):
        thing, argument = Thing(), Thing()
        f = weakref.finalize(thing, record, argument)
        assert weakref.getweakrefcount(thing) == 1
        watch = weakref.ref(argument)
        del argument
        assert watch() is not None
        f.detach()
        assert watch() is None

    def test_an_argument_that_refers_to_the_object_keeps_it(self, weakref):
        thing = Thing()
        watch = weakref.ref(thing)
        f = weakref.finalize(thing, record, thing)
        del thing
        gc.collect()
        assert watch() is not None
        f.detach()
        assert watch() is None
