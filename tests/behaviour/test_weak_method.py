"""What `WeakMethod` does."""

import copy
import gc

import implementations
import pytest
from referents import Thing


class TestLife:
    def test_gives_the_method_while_its_object_lives(self, weakref, no_gc):
        thing = Thing("name")
        ref = weakref.WeakMethod(thing.method)
        assert ref() == thing.method
        assert ref()() == "name"
        del thing
        assert ref() is None

    def test_works_on_class_methods(self, weakref):
        class Local:
            @classmethod
            def make(cls):
                return cls

        ref = weakref.WeakMethod(Local.make)
        assert ref()() is Local

    def test_gives_the_type_of_method_it_was_made_from(self, weakref):
        thing = Thing()
        assert type(weakref.WeakMethod(thing.method)()) is type(thing.method)

    def test_dies_with_the_function(self, weakref, no_gc):
        class Local:
            def method(self):
                return 1

        local = Local()
        ref = weakref.WeakMethod(local.method)
        del Local.method
        gc.collect()
        assert ref() is None
        assert local is not None

    def test_keeps_nothing_alive(self, weakref, no_gc):
        thing = Thing()
        ref = weakref.WeakMethod(thing.method)
        watch = weakref.ref(thing)
        del thing
        assert watch() is None
        assert ref() is None

    def test_dies_without_the_collector(self, weakref, no_gc):
        thing = Thing()
        ref = weakref.WeakMethod(thing.method, lambda _: None)
        watch = weakref.ref(ref)
        del ref
        assert watch() is None

    def test_the_method_of_a_cycle(self, weakref):
        thing = Thing()
        thing.itself = thing
        calls = []
        ref = weakref.WeakMethod(thing.method, calls.append)
        del thing
        gc.collect()
        assert ref() is None
        assert calls == [ref]


class TestCallback:
    def test_runs_once_with_the_weak_method(self, weakref, no_gc):
        calls = []

        class Local:
            def method(self):
                pass

        local = Local()
        ref = weakref.WeakMethod(local.method, calls.append)
        del local
        assert calls == [ref]
        assert ref() is None
        del Local
        gc.collect()
        assert calls == [ref]

    def test_runs_once_when_the_function_dies_first(self, weakref, no_gc):
        calls = []

        class Local:
            def method(self):
                pass

        local = Local()
        ref = weakref.WeakMethod(local.method, calls.append)
        del Local.method
        if not implementations.HAS_GIL:
            gc.collect()  # Without the GIL, only a collection frees a function.
        assert calls == [ref]
        del local
        assert calls == [ref]

    def test_sees_a_dead_reference(self, weakref, no_gc):
        seen = []
        thing = Thing()
        ref = weakref.WeakMethod(thing.method, lambda ref: seen.append(ref()))
        del thing
        assert seen == [None]
        assert ref() is None

    def test_does_not_run_after_the_reference_is_gone(self, weakref, no_gc):
        calls = []
        thing = Thing()
        ref = weakref.WeakMethod(thing.method, calls.append)
        del ref
        del thing
        assert calls == []

    def test_exceptions_are_unraisable(self, weakref, monkeypatch, no_gc):
        seen = []
        monkeypatch.setattr("sys.unraisablehook", lambda error: seen.append(error.exc_type))
        thing = Thing()
        ref = weakref.WeakMethod(thing.method, lambda _: 1 / 0)
        del thing
        assert ref() is None
        assert seen == [ZeroDivisionError]

    def test_none_means_no_callback(self, weakref, no_gc):
        thing = Thing()
        ref = weakref.WeakMethod(thing.method, None)
        del thing
        assert ref() is None

    def test_is_not_taken_by_keyword(self, weakref):
        thing = Thing()
        with pytest.raises(TypeError, match="takes no keyword arguments|unexpected keyword"):
            weakref.WeakMethod(thing.method, callback=print)


class TestErrors:
    @pytest.mark.parametrize("value", [1, len, Thing, Thing.method, None])
    def test_wants_a_bound_method(self, weakref, value):
        with pytest.raises(TypeError) as error:
            weakref.WeakMethod(value)
        assert str(error.value) == f"argument should be a bound method, not {type(value)}"

    def test_a_builtin_method_is_no_bound_method(self, weakref):
        with pytest.raises(
            TypeError, match="cannot create weak reference|should be a bound method"
        ):
            weakref.WeakMethod([].append)

    def test_the_method_of_an_object_that_cannot_be_referenced(self, weakref):
        class Slotted:
            __slots__ = ()

            def method(self):
                pass

        with pytest.raises(TypeError, match="cannot create weak reference to 'Slotted' object"):
            weakref.WeakMethod(Slotted().method)

    def test_wrong_numbers_of_arguments(self, weakref):
        thing = Thing()
        for arguments in ((), (thing.method, None, None)):
            with pytest.raises(TypeError):
                weakref.WeakMethod(*arguments)


class TestComparison:
    def test_equal_when_object_and_function_are(self, weakref):
        one, two = Thing(), Thing()
        ref = weakref.WeakMethod(one.method)
        assert ref == weakref.WeakMethod(one.method)
        assert not ref != weakref.WeakMethod(one.method)
        assert ref != weakref.WeakMethod(one.other_method)
        assert ref != weakref.WeakMethod(two.method)

    def test_dead_ones_are_equal_only_to_themselves(self, weakref, no_gc):
        thing = Thing()
        one, two = weakref.WeakMethod(thing.method), weakref.WeakMethod(thing.method)
        del thing
        assert one == one
        assert not one != one
        assert one != two
        assert not one == two

    def test_with_other_things(self, weakref):
        thing = Thing()
        ref = weakref.WeakMethod(thing.method)
        assert ref != thing.method
        assert ref != 1
        assert ref.__eq__(weakref.ref(thing)) is NotImplemented
        assert ref.__ne__(1) is NotImplemented
        assert ref == weakref.ref(thing)

    def test_has_no_order(self, weakref):
        thing = Thing()
        ref = weakref.WeakMethod(thing.method)
        with pytest.raises(TypeError):
            ref < ref

    def test_hash_is_that_of_the_object(self, weakref, no_gc):
        thing = Thing()
        ref = weakref.WeakMethod(thing.method)
        expected = hash(thing)
        assert hash(ref) == expected
        del thing
        assert hash(ref) == expected

    def test_hash_first_asked_after_death(self, weakref, no_gc):
        thing = Thing()
        ref = weakref.WeakMethod(thing.method)
        del thing
        with pytest.raises(TypeError, match="^weak object has gone away$"):
            hash(ref)


class TestClass:
    def test_is_a_reference_never_the_canonical_one(self, weakref):
        thing = Thing()
        one, two = weakref.WeakMethod(thing.method), weakref.WeakMethod(thing.method)
        assert isinstance(one, weakref.ref)
        assert one is not two
        assert weakref.getweakrefcount(thing) == 2
        assert weakref.WeakMethod.__name__ == weakref.WeakMethod.__qualname__ == "WeakMethod"

    def test_can_be_weakly_referenced(self, weakref):
        thing = Thing()
        ref = weakref.WeakMethod(thing.method)
        assert weakref.ref(ref)() is ref

    def test_has_no_dict(self, weakref):
        thing = Thing()
        with pytest.raises(AttributeError):
            weakref.WeakMethod(thing.method).attribute = 1

    def test_can_be_subclassed(self, weakref, no_gc):
        class Sub(weakref.WeakMethod):
            def __init__(self, meth, callback=None, *, extra=None):
                super().__init__(meth, callback)
                self.extra = extra

            def __new__(cls, meth, callback=None, *, extra=None):
                return super().__new__(cls, meth, callback)

        thing = Thing("name")
        ref = Sub(thing.method, extra="extra")
        assert (ref()(), ref.extra) == ("name", "extra")
        assert ref == weakref.WeakMethod(thing.method)
        del thing
        assert ref() is None

    def test_repr(self, weakref, no_gc):
        thing = Thing()
        ref = weakref.WeakMethod(thing.method)
        text = repr(ref)
        assert text.startswith(f"<weakref at {id(ref):#x}; to '")
        assert text.endswith(f"Thing' at {id(thing):#x}>")
        del thing
        assert repr(ref) == f"<weakref at {id(ref):#x}; dead>"

    def test_cannot_be_copied(self, weakref):
        thing = Thing()
        with pytest.raises(TypeError, match="^cannot pickle '.*WeakMethod' object"):
            copy.copy(weakref.WeakMethod(thing.method))

    def test_in_a_cycle_is_collected(self, weakref):
        thing = Thing()
        thing.ref = weakref.WeakMethod(thing.method, lambda _, thing=thing: None)
        watch = weakref.ref(thing)
        del thing
        gc.collect()
        assert watch() is None
