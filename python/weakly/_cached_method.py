"""`cached_method`: a cache of a method's results that keeps no object alive."""

from __future__ import annotations

import copyreg
from _weakref import ref
from functools import (
    _CacheInfo,  # pyright: ignore[reportPrivateUsage]
    lru_cache,
    update_wrapper,
)
from operator import attrgetter
from types import MethodType

from ._weakly import CachedMethod, WeakIdKeyDictionary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable


def cached_method(maxsize: Any = None, typed: bool = False) -> Any:
    """Cache the results of a method, for each object as long as it lives.

    Use it as `@cached_method`, or with arguments as `@cached_method(maxsize=128)`. Each object has a
    cache of its own, which is a `functools.lru_cache(maxsize, typed)`: `maxsize` is the most results
    that are kept for one object, None sets no limit.

    The object is referred to weakly and compared by identity: it needs neither `__hash__` nor `__dict__`,
    its `__eq__` is not called, and copies and pickles of it know nothing of the cache. The results go
    when it dies. A result may refer to the object: that does not keep it alive, but without the GIL.

    - `obj.method.cache_info()`: the named tuple `CacheInfo(hits, misses, maxsize, currsize)` of one
      object. `Class.method.cache_info()` adds up those of all that live.
    - `obj.method.cache_clear()` forgets the results of one object, `Class.method.cache_clear()` those of
      all.
    - `Class.method.cache_parameters()`: a dict of what the caches were made with.
    - `Class.method.__wrapped__`: the method itself, without a cache.

    A method that overrides another has its own caches, and `super().method()` uses those of the other.
    Put it below `@classmethod` to cache for each class, and above `@abstractmethod`.

    A result that is there costs about what `functools.lru_cache` costs. Several threads may call the
    method at once: it may run more than once for the same arguments. What it raises is not kept. A
    coroutine can be awaited once only, so do not cache an `async def`: let a method without `async`
    return a task, or cache what the coroutine computes.

    Errors: TypeError for an object that cannot be weakly referenced, and for arguments that cannot be
    hashed. TypeError if what is decorated cannot be called.
    """
    if maxsize is None or isinstance(maxsize, int):
        limit = None if maxsize is None else max(maxsize, 0)

        def decorate(method: Callable[..., Any]) -> Any:
            return _cached(method, limit, typed)

        return decorate
    return _cached(maxsize, None, typed)


def _cached(method: Callable[..., Any], maxsize: int | None, typed: bool) -> Any:
    """The method with its caches."""
    kind = type(method)
    if kind in (classmethod, staticmethod, property):
        raise TypeError(f"@cached_method goes below @{kind.__name__}")
    if not callable(method):
        raise TypeError(f"'{type(method).__name__}' object is not callable")
    caches: WeakIdKeyDictionary[Any, Any] = WeakIdKeyDictionary()

    def make_cache(obj: Any) -> Any:
        found = ref(obj)

        @lru_cache(maxsize, typed)
        def results(*args: Any, **kwargs: Any) -> Any:
            return method(found(), *args, **kwargs)

        return caches.setdefault(obj, results)

    def cache_info(obj: Any = None) -> _CacheInfo:
        """The statistics of an object's results, or of those of all objects that live."""
        if obj is None:
            infos = [cache.cache_info() for cache in caches.values()]
        else:
            cache = caches.get(obj)
            infos = [] if cache is None else [cache.cache_info()]
        hits, misses, size = (sum(info[at] for info in infos) for at in (0, 1, 3))
        return _CacheInfo(hits, misses, maxsize, size)

    def cache_clear(obj: Any = None) -> None:
        """Forgets an object's results, or those of all objects."""
        if obj is None:
            caches.clear()
        else:
            caches.pop(obj, None)

    def call_by_name(kwargs: dict[str, Any] | None) -> Any:
        """Calls it with the object among the arguments that have names."""
        name, rest = _name_of_self(method), dict(kwargs or {})
        if name in rest:
            return cached(rest.pop(name), **rest)
        called = getattr(method, "__qualname__", None) or repr(method)
        raise TypeError(f"{called}() missing 1 required positional argument: {name or 'self'!r}")

    make: Any = CachedMethod
    cached = make(caches, make_cache, BoundCachedMethod, call_by_name)
    update_wrapper(cached, method)
    cached.cache_info = cache_info
    cached.cache_clear = cache_clear
    cached.cache_parameters = lambda: {"maxsize": maxsize, "typed": typed}
    return cached


def _name_of_self(method: Callable[..., Any]) -> str | None:
    """The name by which a method can be given its object, if it can."""
    from inspect import signature

    try:
        first = next(iter(signature(method).parameters.values()), None)
    except ValueError:  # a builtin one may have no signature
        return None
    return first.name if first is not None and first.kind is first.POSITIONAL_OR_KEYWORD else None


# A method is copied and pickled by its name, as a function is.
copyreg.pickle(CachedMethod, attrgetter("__qualname__"))


# A cached method of an object: what `obj.method` is where it is not called at once.
class BoundCachedMethod:
    __slots__ = ("__func__", "__self__", "__weakref__")

    __doc__ = property(lambda self: self.__func__.__doc__)  # type: ignore[assignment]

    def __init__(self, function: Any, obj: object) -> None:
        self.__func__ = function
        self.__self__ = obj

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        return self.__func__(self.__self__, *args, **kwargs)

    def cache_info(self) -> _CacheInfo:
        """The statistics of this object's results."""
        return self.__func__.cache_info(self.__self__)

    def cache_clear(self) -> None:
        """Forgets the results of this object."""
        self.__func__.cache_clear(self.__self__)

    def __getattr__(self, name: str) -> Any:
        if name == "__signature__":
            from inspect import signature

            return signature(MethodType(self.__func__.__wrapped__, self.__self__))
        return getattr(self.__func__, name)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, BoundCachedMethod):
            return NotImplemented
        return self.__self__ is other.__self__ and self.__func__ is other.__func__

    def __hash__(self) -> int:
        return hash((id(self.__self__), self.__func__))

    def __repr__(self) -> str:
        return f"<bound cached method {self.__func__.__qualname__} of {self.__self__!r}>"

    def __reduce__(self) -> Any:
        return getattr, (self.__self__, self.__func__.__name__)
