"""`weak_cache`: a cache of a function's results that keeps none of its main arguments alive."""

from __future__ import annotations

from _thread import get_ident
from _weakref import ref
from functools import _CacheInfo, update_wrapper  # pyright: ignore[reportPrivateUsage]
from itertools import count

from ._weakly import WeakIdKeyDictionary, WeakKeyDictionary, WeakSet, WeakValueDictionary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, Callable


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
    called by the same thread with the same arguments. TypeError or ValueError for `maxsize`, `weak` or
    `by` of another kind.
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
    results = _Results(maxsize, weak, _LEVELS[by])
    name = getattr(func, "__qualname__", None) or repr(func)

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if len(args) < weak:
            raise TypeError(f"{name}() needs {weak} arguments by position, to refer to weakly")
        found = results  # `cache_clear` puts others there
        key = args[weak:]
        if kwargs:
            key += (_NAMED, *sorted(kwargs.items()))
        result = found.find(args, key)
        if result is not None:
            next(found.hits)
            if maxsize is not None and found.newest() is not result.use:
                found.use(result, args, key)
            return result.value
        turn = id(found), *map(id, args[:weak]), key, get_ident()
        if turn in _running:
            raise RecursionError(f"Recursively calling {name}() with the same arguments")
        next(found.misses)
        # It is forgotten with this frame, whatever ends that.
        run: _Run | None = _Run()
        _running[turn] = run
        try:
            value = func(*args, **kwargs)
        finally:
            run = None
        return found.keep(args, key, value)

    def cache_info() -> _CacheInfo:
        """The statistics: hits, misses, maxsize and currsize."""
        found = results
        return _CacheInfo(_counted(found.hits), _counted(found.misses), maxsize, len(found.uses))

    def cache_keys() -> list[tuple[tuple[Any, ...], dict[str, Any]]]:
        """The arguments of all results, as pairs (args, kwargs)."""
        return [*results.arguments()]

    def evict(obj: object) -> None:
        """Forgets the results of which the object is one of the weak arguments."""
        results.evict(obj, results.top, weak)

    def cache_clear() -> None:
        """Forgets all results, and begins to count anew."""
        nonlocal results
        results = _Results(maxsize, weak, _LEVELS[by])

    update_wrapper(wrapper, func)
    attributes: dict[str, Any] = {
        "cache_info": cache_info,
        "cache_keys": cache_keys,
        "evict": evict,
        "cache_clear": cache_clear,
        "cache_parameters": lambda: {"maxsize": maxsize, "weak": weak, "by": by},
    }
    wrapper.__dict__.update(attributes)
    return wrapper


#: Stands before the arguments given by their names.
_NAMED = object()


class _Run:
    """A call of a function that has not ended."""

    __slots__ = ("__weakref__",)


_running: WeakValueDictionary[tuple[Any, ...], _Run] = WeakValueDictionary()


def _counted(counter: count[int]) -> int:
    """How often `next` was called: several threads may do that at once, and none is lost."""
    return int(repr(counter)[len("count(") : -1])


class _Result:
    """What the function returned, and its last use."""

    __slots__ = ("use", "value")

    def __init__(self, value: object) -> None:
        self.value = value
        self.use: _Use


class _Use:
    """A use of a result, with the way to that. The result owns its last one, and nobody another."""

    __slots__ = ("__weakref__", "key", "weak")

    def __init__(self, weak: list[ref[Any]], key: tuple[Any, ...]) -> None:
        self.weak = weak
        self.key = key

    def arguments(self) -> list[Any] | None:
        """The weak arguments, if all live."""
        arguments = [found() for found in self.weak]
        return None if any(argument is None for argument in arguments) else arguments


class _Results:
    """The results of a function.

    They are in nested weak dictionaries, a level for each weak argument, and below that in a `dict`, by
    the other arguments. Nothing else owns a result, so it goes when any of its arguments dies. The last
    uses of all results are in a weak set, which is in the order in which they came.
    """

    def __init__(self, maxsize: int | None, weak: int, level: Any) -> None:
        self.maxsize = maxsize
        self.weak = weak
        self.level = level
        self.top = level()
        self.hits, self.misses = count(), count()
        self.uses: WeakSet[_Use] = WeakSet()
        self.oldest = iter(self.uses)
        self.newest: Callable[[], _Use | None] = lambda: None

    def find(self, args: tuple[Any, ...], key: tuple[Any, ...]) -> Any:
        """The result for the arguments, if there is one."""
        level = self.top
        for argument in args[: self.weak]:
            level = level.get(argument)
            if level is None:
                return None
        return level.get(key)

    def use(self, result: _Result, args: tuple[Any, ...], key: tuple[Any, ...]) -> None:
        """Makes the result the one that was used last."""
        use = _Use([ref(argument) for argument in args[: self.weak]], key)
        self.uses.add(use)
        result.use = use
        self.newest = ref(use)

    def keep(self, args: tuple[Any, ...], key: tuple[Any, ...], value: object) -> object:
        """Stores what the function returned, unless another thread was first; returns what is stored."""
        level = self.top
        for at in range(self.weak):
            below = level.get(args[at])
            if below is None:
                new: Any = self.level() if at + 1 < self.weak else {}
                below = level.setdefault(args[at], new)
            level = below
        own = _Result(value)
        self.use(own, args, key)
        result = level.setdefault(key, own)
        if result is not own:
            self.use(result, args, key)
        while self.maxsize is not None and len(self.uses) > self.maxsize:
            self.drop_oldest()
        return result.value

    def drop_oldest(self) -> None:
        """Drops the result that was not used for longest, with the levels that are empty then."""
        use = next(self.oldest, None)
        if use is None:
            self.oldest = iter(self.uses)  # it does not come to what is added later
            return
        # The iterator holds it, so it would count and hold its arguments until the next step.
        self.uses.discard(use)
        arguments, key = use.arguments(), use.key
        use.key = ()
        if arguments is None:
            return
        levels = [self.top]
        for argument in arguments:
            level = levels[-1].get(argument)
            if level is None:
                return
            levels.append(level)
        result = levels[-1].get(key)
        if result is None or result.use is not use:
            return
        levels.pop().pop(key, None)
        for level, argument in zip(reversed(levels), reversed(arguments)):
            if level.get(argument):
                break
            level.pop(argument, None)

    def evict(self, obj: object, level: Any, depth: int) -> None:
        level.pop(obj, None)
        if depth > 1:
            for below in [*level.values()]:
                self.evict(obj, below, depth - 1)

    def arguments(self) -> Iterator[tuple[tuple[Any, ...], dict[str, Any]]]:
        for use in self.uses:
            arguments = use.arguments()
            if arguments is not None:
                parts = [*use.key]
                at = next((at for at, part in enumerate(parts) if part is _NAMED), len(parts))
                yield (*arguments, *parts[:at]), dict(parts[at + 1 :])
