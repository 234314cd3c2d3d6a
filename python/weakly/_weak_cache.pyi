from collections.abc import Callable
from functools import _CacheInfo  # pyright: ignore[reportPrivateUsage]
from typing import Any, Generic, Literal, Protocol, TypedDict, TypeVar, overload, type_check_only

from typing_extensions import Concatenate, ParamSpec, Self

_S = TypeVar("_S")
_P = ParamSpec("_P")
_P2 = ParamSpec("_P2")
_R = TypeVar("_R")
_R_co = TypeVar("_R_co", covariant=True)

@type_check_only
class _CacheParameters(TypedDict):
    maxsize: int | None
    weak: int
    by: Literal["id", "eq"]

# What the decorated function is to its users: a function with attributes.
@type_check_only
class _WeaklyCached(Generic[_P, _R_co]):
    __name__: str
    __qualname__: str
    @property
    def __wrapped__(self) -> Callable[_P, _R_co]: ...
    def __call__(self, *args: _P.args, **kwargs: _P.kwargs) -> _R_co: ...
    @overload
    def __get__(self, instance: None, owner: type | None = None) -> Self: ...
    @overload
    def __get__(
        self: _WeaklyCached[Concatenate[_S, _P2], _R_co], instance: _S, owner: type | None = None
    ) -> Callable[_P2, _R_co]: ...
    def cache_info(self) -> _CacheInfo: ...
    def cache_keys(self) -> list[tuple[tuple[Any, ...], dict[str, Any]]]: ...
    def evict(self, obj: object) -> None: ...
    def cache_clear(self) -> None: ...
    def cache_parameters(self) -> _CacheParameters: ...

@type_check_only
class _Decorator(Protocol):
    def __call__(self, func: Callable[_P, _R], /) -> _WeaklyCached[_P, _R]: ...

@overload
def weak_cache(
    maxsize: int | None = 128, weak: int = 1, by: Literal["id", "eq"] = "id"
) -> _Decorator: ...
@overload
def weak_cache(
    maxsize: Callable[_P, _R], weak: int = 1, by: Literal["id", "eq"] = "id"
) -> _WeaklyCached[_P, _R]: ...
