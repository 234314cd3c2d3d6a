"""Weak references, as the standard library's `weakref`, written in Rust.

Use it in place of `weakref`, in one of three ways:

    import weakly as weakref           # in one module
    weakly.install()                   # in a whole program, at its start
    python -m weakly program.py        # in a program that you cannot change

`ref`, `proxy`, `getweakrefs`, `getweakrefcount` and their types are the interpreter's own objects.
`WeakKeyDictionary`, `WeakValueDictionary`, `WeakSet`, `WeakMethod` and `finalize` behave as the
standard ones, at close to the speed of `dict` and `set`. Containers drop an entry the moment its
object dies, their `len()` is exact at all times, and you may change them while you iterate.
"""

from _weakref import (
    CallableProxyType,
    ProxyType,
    ReferenceType,
    getweakrefcount,
    getweakrefs,
    proxy,
    ref,
)

from ._cached_method import cached_method
from ._install import install, uninstall
from ._keep_alive import keep_alive
from ._report import Report, record, report
from ._weak_cache import weak_cache
from ._weak_callable import WeakCallable
from ._weakly import (
    DeathQueue,
    Interner,
    KeyedRef,
    WeakCache,
    WeakIdKeyDictionary,
    WeakIdKeyValueDictionary,
    WeakIdRef,
    WeakIdSet,
    WeakKeyDictionary,
    WeakKeyValueDictionary,
    WeakMethod,
    WeakSet,
    WeakValueDictionary,
    __version__,
    collect_ephemerons,
    finalize,
)

ProxyTypes = (ProxyType, CallableProxyType)

__all__ = [
    "CallableProxyType",
    "DeathQueue",
    "Interner",
    "KeyedRef",
    "ProxyType",
    "ProxyTypes",
    "ReferenceType",
    "Report",
    "WeakCache",
    "WeakCallable",
    "WeakIdKeyDictionary",
    "WeakIdKeyValueDictionary",
    "WeakIdRef",
    "WeakIdSet",
    "WeakKeyDictionary",
    "WeakKeyValueDictionary",
    "WeakMethod",
    "WeakSet",
    "WeakValueDictionary",
    "__version__",
    "cached_method",
    "collect_ephemerons",
    "finalize",
    "getweakrefcount",
    "getweakrefs",
    "install",
    "keep_alive",
    "proxy",
    "record",
    "ref",
    "report",
    "uninstall",
    "weak_cache",
]
