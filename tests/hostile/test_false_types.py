"""Objects whose `__class__` lies about their type."""

import gc
import operator
from unittest import mock

import pytest
from referents import Thing


class FalseMethod(bytes):
    """Its bytes would be read as the fields of a weak method."""

    claimed = None
    __class__ = property(lambda self: type(self).claimed)


def false_objects(weakref, real):
    claimed = type(real)
    liar = type("Liar", (FalseMethod,), {"claimed": claimed})(b"A" * 400)
    assert isinstance(liar, claimed)
    mocked = mock.Mock(spec=real)
    assert isinstance(mocked, claimed)
    return [liar, mocked, mock.MagicMock(spec=claimed)]


@pytest.fixture
def method(weakref):
    thing = Thing()
    yield weakref.WeakMethod(thing.method)
    assert thing is not None


# The standard one takes the truth of NotImplemented, which warns.
@pytest.mark.only("weakly")
def test_a_weak_method_equals_nothing_that_only_claims_to_be_one(weakref, method):
    for false in false_objects(weakref, method):
        for compare in (operator.eq, operator.ne):
            try:
                assert compare(method, false) == (compare is operator.ne)
            except (TypeError, AttributeError):
                pass  # the attributes that the standard one reads are absent


def test_the_callback_of_a_weak_method_touches_no_false_one(weakref, method):
    for false in [*false_objects(weakref, method), weakref.proxy(method)]:
        try:
            method.__callback__(false)
        except (TypeError, AttributeError):
            pass
    gc.collect()


@pytest.mark.only("weakly")
@pytest.mark.parametrize("name", ["WeakSet", "WeakKeyDictionary", "WeakValueDictionary"])
def test_a_container_takes_no_false_reference(weakref, name):
    container, thing = getattr(weakref, name)(), Thing()
    for false in false_objects(weakref, weakref.ref(thing)):
        data = {false} if name == "WeakSet" else {false: 1}
        if name == "WeakValueDictionary":
            data = {1: false}
        with pytest.raises(TypeError):
            container.data = data
        assert len(container) == 0


@pytest.mark.parametrize("name", ["WeakSet", "WeakKeyDictionary", "WeakValueDictionary"])
def test_a_container_is_read_by_its_type(weakref, name):
    """An operand that claims to be a container is read as any other object is."""
    kind = getattr(weakref, name)
    own, liar = kind(), type("Liar", (FalseMethod,), {"claimed": kind})(b"A" * 400)
    for operation in (operator.eq, operator.or_, operator.ior):
        try:
            operation(own, liar)
        except (TypeError, AttributeError, ValueError):
            pass
    assert len(own) == 0


class OtherHash:
    def __hash__(self):
        return 5


@pytest.mark.parametrize("name", ["WeakSet", "WeakKeyDictionary"])
def test_a_reference_of_a_foreign_type_with_the_own_callback_is_not_adopted(weakref, name, no_gc):
    """It has its own `__hash__`, so it would not be found when it dies."""
    kept, thing = Thing(), Thing()
    container = getattr(weakref, name)()
    container.data = {weakref.ref(kept)} if name == "WeakSet" else {weakref.ref(kept): 1}
    (own,) = container.data
    foreign = type("Foreign", (OtherHash, weakref.ref), {})(thing, own.__callback__)
    container.data = {own, foreign} if name == "WeakSet" else {own: 1, foreign: 2}
    assert len(container) == 2 and set(container) == {kept, thing}
    assert own in container.data
    container.copy()
    gc.collect()
    del thing
    assert list(container) == [kept]


def test_a_keyed_reference_of_a_foreign_type_is_not_adopted(weakref, no_gc):
    thing = Thing()
    d = weakref.WeakValueDictionary({1: thing})
    own = d.data[1]
    foreign = type("Foreign", (OtherHash, weakref.KeyedRef), {})(thing, own.__callback__, 1)
    d.data = {1: foreign}
    assert d[1] is thing and dict(d.items()) == {1: thing}
    d.data = d.data
    d.copy()
    gc.collect()
    del thing
    assert len(d) == 0
