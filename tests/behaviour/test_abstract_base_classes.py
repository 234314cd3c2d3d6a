"""The dictionaries are classes of `ABCMeta` below `MutableMapping`; `WeakSet` is a plain class."""

import abc
import collections.abc
import gc

import pytest
from referents import Thing

DICTIONARIES = ["WeakKeyDictionary", "WeakValueDictionary"]


@pytest.fixture(params=DICTIONARIES)
def dictionary(request, weakref):
    return getattr(weakref, request.param)


def entry():
    """A pair that either dictionary takes."""
    return Thing(), Thing()


def test_the_metaclass(dictionary, weakref):
    assert type(dictionary) is abc.ABCMeta
    assert type(weakref.WeakSet) is type


def test_the_bases(dictionary, weakref):
    mapping = collections.abc.MutableMapping
    assert dictionary.__bases__ == (mapping,)
    assert dictionary.__mro__ == (dictionary, *mapping.__mro__)
    assert dictionary in mapping.__subclasses__()
    assert weakref.WeakSet.__mro__ == (weakref.WeakSet, object)


def test_super_reaches_the_methods_of_mutable_mapping(dictionary):
    class Sub(dictionary):
        def update(self, *args):
            """`MutableMapping.update` calls `__setitem__`."""
            super(dictionary, self).update(*args)

        def __setitem__(self, key, value):
            seen.append((key, value))
            super().__setitem__(key, value)

    seen, pair = [], entry()
    assert dict(Sub([pair]).items()) == dict([pair])
    assert seen == [pair]


def test_abstract_methods_of_a_subclass_are_enforced(dictionary):
    class Abstract(dictionary):
        @abc.abstractmethod
        def method(self):
            pass

    class Concrete(Abstract):
        def method(self):
            pass

    assert not dictionary.__abstractmethods__
    assert Abstract.__abstractmethods__ == {"method"}
    with pytest.raises(TypeError, match="[Aa]bstract"):
        Abstract()
    assert len(Concrete()) == 0


def test_register(dictionary):
    class Sub(dictionary):
        pass

    @Sub.register
    class Other:
        pass

    assert isinstance(Other(), Sub)
    assert issubclass(Other, Sub)


def test_instances_and_subclasses_are_told(dictionary):
    class Sub(dictionary):
        pass

    assert isinstance(dictionary(), dictionary)
    assert isinstance(Sub(), dictionary)
    assert issubclass(Sub, dictionary)
    assert not isinstance({}, dictionary)
    assert isinstance(dictionary(), collections.abc.MutableMapping)


def test_other_bases_beside(dictionary):
    class Mixin:
        mixed_in = True

    class Before(Mixin, dictionary):
        pass

    class After(dictionary, Mixin):
        pass

    class Both(dictionary, collections.abc.MutableMapping):
        pass

    pair = entry()
    for cls in (Before, After, Both):
        assert dict(cls([pair]).items()) == dict([pair])
    with pytest.raises(TypeError, match="metaclass conflict"):
        type("Meta", (type,), {})("Other", (dictionary,), {})


def test_a_class_in_a_cycle_with_its_instance_is_collected(dictionary, weakref):
    class Sub(dictionary):
        pass

    Sub.instance = Sub()
    watch = weakref.ref(Sub)
    del Sub
    gc.collect()
    assert watch() is None


def test_bases_of_a_subclass_may_be_assigned(dictionary):
    class Base(dictionary):
        pass

    class Sub(Base):
        pass

    Sub.__bases__ = (dictionary,)
    assert Sub.__mro__ == (Sub, *dictionary.__mro__)
    pair = entry()
    assert dict(Sub([pair]).items()) == dict([pair])
