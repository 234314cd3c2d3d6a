"""`weak_cache`: a cache of a function's results that keeps none of its main arguments alive."""

from __future__ import annotations

import copyreg
from _thread import get_ident
from _weakref import ref
from functools import _CacheInfo, update_wrapper  # pyright: ignore[reportPrivateUsage]
from operator import attrgetter
from types import MethodType

from ._weakly import (
    CachedFunction,
    CachedResults,
    WeakIdKeyDictionary,
    WeakKeyDictionary,
    WeakValueDictionary,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

    from ._weakly import CachedResult


def weak_cache(maxsize: Any = 128, weak: Any = 1, by: str = "id") -> Any:
    """Cache the results of a function, weakly in its first arguments.

    The first `weak` arguments, which are given by position, are referred to weakly: a result is
    forgotten as soon as one of them dies. They are told apart by identity, so they need no hash, or by
    `==` and `hash` if `by` is "eq". The other arguments are held and must be hashable. Those given by
    their names may come in any order.

    At most `maxsize` results are kept, the most recently used; None sets no limit, and 0 keeps none. A
    result may refer to the weak arguments: that does not keep them alive, but without the GIL.

    The function gets these attributes, as with `functools.lru_cache`, and `__wrapped__`:

    - `cache_info()`: the named tuple `CacheInfo(hits, misses, maxsize, currsize)`. The size is exact: a
      result whose argument has died does not count.
    - `cache_keys()`: a list of the arguments of all results, as pairs `(args, kwargs)`, those used least
      recently first.
    - `evict(obj)`: forgets the results of which `obj` is one of the weak arguments.
    - `cache_clear()`: forgets all results, and begins to count anew.
    - `cache_parameters()`: a dict of what the cache was made with.

    A result that is there costs O(1). Several threads may call the function at once: it may run more
    than once for the same arguments, and what is kept first all get. What it raises is not kept.

    Errors: TypeError for fewer arguments by position than `weak`, for one that cannot be weakly
    referenced, and for others that cannot be hashed. RecursionError if the function, while it runs, is
    called by the same thread with the same arguments, also by another greenlet or task. TypeError or
    ValueError for `maxsize`, `weak` or `by` of another kind.
    """
    if callable(maxsize):
        return weak_cache()(maxsize)
    if maxsize is not None and not isinstance(maxsize, int):
        raise TypeError(f"maxsize must be an integer or None, not '{type(maxsize).__name__}'")
    if not isinstance(weak, int):
        raise TypeError(f"weak must be an integer, not '{type(weak).__name__}'")
    if weak < 1:
        raise ValueError(f"weak must be at least 1, not {weak}")
    if by not in _LEVELS:
        raise ValueError(f"by must be 'id' or 'eq', not {by!r}")
    limit = None if maxsize is None else max(maxsize, 0)

    def decorate(func: Callable[..., Any]) -> Callable[..., Any]:
        if not callable(func):
            raise TypeError(f"'{type(func).__name__}' object is not callable")
        return _cached(func, limit, weak, by)

    return decorate


def _by_equality() -> WeakKeyDictionary[Any, Any]:
    level: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()
    level.ephemeron = True
    return level


_LEVELS: dict[str, Callable[[], Any]] = {"id": WeakIdKeyDictionary, "eq": _by_equality}


def _cached(func: Callable[..., Any], maxsize: int | None, weak: int, by: str) -> Any:
    """The function with its cache."""
    level = _LEVELS[by]
    name = getattr(func, "__qualname__", None) or repr(func)

    make: Any = CachedFunction
    make_results: Any = CachedResults

    def begin() -> CachedResults:
        return make_results(level(), maxsize is not None)

    def compute(
        found: CachedResults,
        args: tuple[Any, ...],
        kwargs: dict[str, Any] | None,
        key: tuple[Any, ...],
    ) -> object:
        """Calls the function, for arguments that have no result."""
        if len(args) < weak:
            count = f"{weak} arguments" if weak > 1 else "1 argument"
            raise TypeError(f"{name}() needs {count} by position, to refer to weakly")
        references = tuple(map(ref, args[:weak]))
        turn = id(found), *map(id, args[:weak]), key, get_ident()
        if turn in _running:
            raise RecursionError(f"Recursively calling {name}() with the same arguments")
        found.miss()
        # It is forgotten with this frame, whatever ends that.
        run: _Run | None = _Run()
        _running[turn] = run
        try:
            value = func(*args, **(kwargs or {}))
        finally:
            run = None
        return keep(found, args, found.add(value, references, key))

    def keep(found: CachedResults, args: tuple[Any, ...], own: CachedResult) -> object:
        """Stores a result, unless another thread was first; returns what is stored."""
        place = found.top
        for at in range(weak):
            below = place.get(args[at])
            if below is None:
                new: Any = level() if at + 1 < weak else {}
                below = place.setdefault(args[at], new)
            place = below
        result = place.setdefault(own.key, own)
        if result is not own:
            found.use(result)
        while maxsize is not None and len(found) > maxsize:
            oldest = found.take_oldest()
            if oldest is not None:
                _drop(found, oldest)
        return result.value

    cached = make(weak, _NAMED, compute, MethodType, begin())

    def cache_info() -> _CacheInfo:
        """The statistics: hits, misses, maxsize and currsize."""
        hits, misses, size = cached.results.counts()
        return _CacheInfo(hits, misses, maxsize, size)

    def cache_keys() -> list[tuple[tuple[Any, ...], dict[str, Any]]]:
        """The arguments of all results, as pairs (args, kwargs)."""
        return [found for found in map(_arguments, cached.results.all()) if found is not None]

    def evict(obj: object) -> None:
        """Forgets the results of which the object is one of the weak arguments."""
        _evict(obj, cached.results.top, weak)

    def cache_clear() -> None:
        """Forgets all results, and begins to count anew."""
        cached.begin(begin())

    update_wrapper(cached, func)
    cached.cache_info = cache_info
    cached.cache_keys = cache_keys
    cached.evict = evict
    cached.cache_clear = cache_clear
    cached.cache_parameters = lambda: {"maxsize": maxsize, "weak": weak, "by": by}
    return cached


#: Stands before the arguments given by their names.
_NAMED = object()

# It is copied and pickled by its name, as a function is.
copyreg.pickle(CachedFunction, attrgetter("__qualname__"))


class _Run:
    """A call of a function that has not ended."""

    __slots__ = ("__weakref__",)


_running: WeakValueDictionary[tuple[Any, ...], _Run] = WeakValueDictionary()


def _weak_arguments(result: CachedResult) -> list[Any] | None:
    """The weak arguments, if all live."""
    arguments = [found() for found in result.references]
    return None if any(argument is None for argument in arguments) else arguments


def _arguments(result: CachedResult) -> tuple[tuple[Any, ...], dict[str, Any]] | None:
    """All arguments, if the weak ones live."""
    weak = _weak_arguments(result)
    if weak is None:
        return None
    parts = [*result.key]
    at = next((at for at, part in enumerate(parts) if part is _NAMED), len(parts))
    return (*weak, *parts[:at]), dict(parts[at + 1 :])


def _drop(found: CachedResults, result: CachedResult) -> None:
    """Drops a result, with the levels that are empty then."""
    arguments = _weak_arguments(result)
    if arguments is None:
        return
    levels = [found.top]
    for argument in arguments:
        level = levels[-1].get(argument)
        if level is None:
            return
        levels.append(level)
    if levels[-1].get(result.key) is not result:
        return
    levels.pop().pop(result.key, None)
    for level, argument in zip(reversed(levels), reversed(arguments)):
        if level.get(argument):
            break
        level.pop(argument, None)


def _evict(obj: object, level: Any, depth: int) -> None:
    """Drops what a level, and those below it, have for an object."""
    level.pop(obj, None)
    if depth > 1:
        for below in [*level.values()]:
            _evict(obj, below, depth - 1)
