"""The contenders: the classes that a benchmark gets from each of them."""

import importlib
import weakref
from types import SimpleNamespace

NAMES = (
    "WeakKeyDictionary",
    "WeakValueDictionary",
    "WeakSet",
    "WeakMethod",
    "finalize",
    "KeyedRef",
)


def contenders():
    """The contenders that exist here, by name: ``weakly``, ``weakref`` and ``builtin``."""
    found = {}
    try:
        weakly = importlib.import_module("weakly")
    except ImportError:
        weakly = None
    for name, module in (("weakly", weakly), ("weakref", weakref)):
        present = {each: getattr(module, each) for each in NAMES if hasattr(module, each)}
        if present:
            found[name] = SimpleNamespace(**present)
    found["builtin"] = SimpleNamespace(
        WeakKeyDictionary=dict, WeakValueDictionary=dict, WeakSet=set
    )
    return found
