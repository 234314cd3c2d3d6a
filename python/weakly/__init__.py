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

from ._install import install, uninstall
from ._keep_alive import keep_alive
from ._report import Report, record, report
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

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._cached_method import cached_method
    from ._weak_cache import weak_cache
    from ._weak_callable import WeakCallable

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

# These need `functools`, which needs more than may be there when `sitecustomize` imports this package.
_LATER = {
    "WeakCallable": "_weak_callable",
    "cached_method": "_cached_method",
    "weak_cache": "_weak_cache",
}


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATER})


def __getattr__(name: str) -> object:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = __import__(f"{__name__}.{_LATER[name]}", fromlist=(name,))
    value = globals()[name] = getattr(module, name)
    return value
