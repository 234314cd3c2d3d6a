"""The order in which the parts of a dying container go."""

import gc

import pytest
from referents import Thing


class Witness(Thing):
    """Records its death."""

    def __init__(self, log):
        super().__init__()
        self.log = log

    def __del__(self):
        self.log.append("value")


def empty(container):
    return type("Subclass", (container,), {})


@pytest.mark.parametrize("derive", [lambda container: container, empty], ids=["class", "subclass"])
def test_references_to_a_dictionary_die_before_its_values(weakref, derive):
    log, key = [], Thing()
    d = derive(weakref.WeakKeyDictionary)()
    d[key] = Witness(log)
    r = weakref.ref(d, lambda dead: log.append(dead()))
    del d
    assert log == [None, "value"]
    assert r() is None


def test_a_chain_of_dictionaries_dies_without_exhausting_the_stack(weakref):
    keys = [Thing() for _ in range(50_000)]
    chain = None
    for key in keys:
        d = weakref.WeakKeyDictionary()
        d[key] = chain
        chain = d
    last = weakref.ref(chain)
    del chain, d
    gc.collect()
    assert last() is None
    assert all(weakref.getweakrefcount(key) == 0 for key in keys)


def test_a_collection_may_begin_while_an_instance_is_made(weakref):
    """The garbage collector visits an instance whose `__dict__` is being made."""
    threshold = gc.get_threshold()
    gc.set_threshold(1)
    try:
        for make in (
            weakref.WeakSet,
            weakref.WeakKeyDictionary,
            weakref.WeakValueDictionary,
            empty(weakref.WeakSet),
            empty(weakref.WeakKeyDictionary),
            empty(weakref.WeakValueDictionary),
        ):
            made = [make() for _ in range(100)]
            assert all(len(one) == 0 for one in made)
        derived, thing = empty(weakref.finalize), Thing()
        finalizers = [derived(thing, int) for _ in range(100)]
        assert all(finalizer.detach() for finalizer in finalizers)
    finally:
        gc.set_threshold(*threshold)
