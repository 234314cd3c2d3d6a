"""A garbage collection while a reference is being destroyed.

The collector takes the references of dead objects off their lists. One that is itself being
destroyed at that moment must not be there any more. (The interpreter crashes so with the standard
library's `KeyedRef` and `WeakMethod`, which are subclasses written in Python.)
"""

import gc

import pytest
from referents import Hooked, Thing


def trash():
    """An object in a cycle, which the next collection destroys."""
    thing = Thing()
    thing.cycle = thing
    return thing


def collect(_):
    gc.collect()


@pytest.mark.usefixtures("no_gc")
class TestCollectionWhileAReferenceDies:
    def test_keyed_ref_whose_key_collects_as_it_dies(self, weakly):
        calls = []
        key = Hooked(1)
        key.del_hook = collect
        keyed = weakly.KeyedRef(trash(), calls.append, key)
        del key
        del keyed
        assert calls == []
        assert gc.collect() == 0

    def test_reference_of_a_dictionary_whose_key_collects_as_it_dies(self, weakly):
        mapping = weakly.WeakValueDictionary()
        key = Hooked(1)
        key.del_hook = collect
        mapping[key] = trash()
        del key
        mapping.clear()
        assert gc.collect() == 0

    def test_container_of_such_a_key_that_dies_with_its_iterator(self, weakly):
        """As the random model found it."""
        mapping = weakly.WeakValueDictionary()
        key = Thing()
        mapping[key] = trash()
        iterator = mapping.items()
        watch = weakly.ref(key, collect)
        del mapping, key
        del iterator
        assert watch() is None
        assert gc.collect() == 0

    def test_weak_method_whose_death_is_watched(self, weakly):
        calls = []
        method = weakly.WeakMethod(trash().method, calls.append)
        watch = weakly.ref(method, collect)
        del method
        assert watch() is None
        assert calls == []

    def test_weak_method_whose_callback_collects_as_it_dies(self, weakly):
        callback = HookedCallback()
        callback.del_hook = collect
        method = weakly.WeakMethod(trash().method, callback)
        del callback
        del method
        assert gc.collect() == 0


class HookedCallback(Hooked):
    def __init__(self):
        super().__init__("callback")

    def __call__(self, _):
        raise AssertionError("the method died first")
