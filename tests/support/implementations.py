"""The two implementations that every behaviour test runs on."""

import importlib
import sysconfig
import types

#: The classes of which weakly has its own. All other names are the interpreter's.
CLASSES = (
    "KeyedRef",
    "WeakKeyDictionary",
    "WeakMethod",
    "WeakSet",
    "WeakValueDictionary",
    "finalize",
)

#: What weakly has beyond the standard module.
BEYOND = (
    "DeathQueue",
    "Interner",
    "WeakCache",
    "WeakCallable",
    "WeakIdKeyDictionary",
    "WeakIdKeyValueDictionary",
    "WeakIdRef",
    "WeakIdSet",
    "WeakKeyValueDictionary",
    "cached_method",
    "collect_ephemerons",
    "keep_alive",
    "weak_cache",
)

NAMES = (
    *CLASSES,
    "CallableProxyType",
    "ProxyType",
    "ProxyTypes",
    "ReferenceType",
    "getweakrefcount",
    "getweakrefs",
    "proxy",
    "ref",
)

#: Without the GIL the interpreter delays the death of some objects, and counts in several places.
HAS_GIL = not sysconfig.get_config_var("Py_GIL_DISABLED")

MODULES = {"stock": "weakref", "weakly": "weakly"}


def load(implementation):
    """The public names of one implementation as they are now, before any later `install()`."""
    module = importlib.import_module(MODULES[implementation])
    names = {name: getattr(module, name) for name in NAMES}
    return types.SimpleNamespace(implementation=implementation, **names)
