"""The two implementations that every behaviour test runs on."""

import importlib
import sysconfig
import types

NAMES = (
    "CallableProxyType",
    "KeyedRef",
    "ProxyType",
    "ProxyTypes",
    "ReferenceType",
    "WeakKeyDictionary",
    "WeakMethod",
    "WeakSet",
    "WeakValueDictionary",
    "finalize",
    "getweakrefcount",
    "getweakrefs",
    "proxy",
    "ref",
)

#: Without the GIL the interpreter puts the death of some objects off, and counts in several places.
HAS_GIL = not sysconfig.get_config_var("Py_GIL_DISABLED")

MODULES = {"stock": "weakref", "weakly": "weakly"}


def load(implementation):
    """The public names of one implementation, as they are now: a later `install()` changes nothing."""
    module = importlib.import_module(MODULES[implementation])
    names = {name: getattr(module, name) for name in NAMES}
    return types.SimpleNamespace(implementation=implementation, **names)
