"""The interpreter's own types, which both modules export."""

import importlib
import weakref as standard

import pytest
from referents import Thing

SHARED = [
    "CallableProxyType",
    "ProxyType",
    "ReferenceType",
    "getweakrefcount",
    "getweakrefs",
    "proxy",
    "ref",
]


@pytest.mark.parametrize("name", SHARED)
def test_are_the_same_objects(weakref, name):
    assert getattr(weakref, name) is getattr(standard, name)


def test_proxy_types_are_both_proxy_types(weakref):
    assert weakref.ProxyTypes == standard.ProxyTypes


def test_all_names_the_public_api():
    weakly = importlib.import_module("weakly")
    assert set(standard.__all__) <= set(weakly.__all__)
    assert all(hasattr(weakly, name) for name in weakly.__all__)


def test_counts_include_the_references_of_containers(weakref):
    thing = Thing()
    containers = (
        weakref.WeakSet([thing]),
        weakref.WeakKeyDictionary({thing: 1}),
        weakref.WeakValueDictionary(a=thing),
    )
    canonical = weakref.ref(thing)
    method = weakref.WeakMethod(thing.method)
    assert weakref.getweakrefcount(thing) == len(weakref.getweakrefs(thing)) == 5
    assert weakref.getweakrefs(thing)[0] is canonical
    assert weakref.getweakrefs(thing)[1] is method
    del containers
    assert weakref.getweakrefcount(thing) == 2


def test_proxies_as_keys_and_members_are_not_possible(weakref):
    thing = Thing()
    proxy = weakref.proxy(thing)
    with pytest.raises(TypeError):
        weakref.WeakSet([proxy])
    with pytest.raises(TypeError):
        weakref.WeakKeyDictionary({thing: 1})[proxy]


def test_callbacks_run_newest_first_whoever_made_them(weakref, no_gc):
    thing, order = Thing(), []
    d = weakref.WeakKeyDictionary({thing: 1})
    late = weakref.ref(thing, lambda _: order.append(("ref", len(d))))
    finalizer = weakref.finalize(thing, lambda: order.append(("finalize", len(d))))
    del thing
    assert order == [("finalize", 1), ("ref", 1)]
    assert (late(), finalizer.alive, len(d)) == (None, False, 0)
