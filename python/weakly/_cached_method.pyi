from collections.abc import Callable
from functools import _CacheInfo  # pyright: ignore[reportPrivateUsage]
from typing import Any, Generic, Protocol, TypedDict, TypeVar, overload, type_check_only

from typing_extensions import Concatenate, ParamSpec, Self

_S = TypeVar("_S")
_P = ParamSpec("_P")
_R = TypeVar("_R")
_R_co = TypeVar("_R_co", covariant=True)

@type_check_only
class _CacheParameters(TypedDict):
    maxsize: int | None
    typed: bool

# What the decorated method is to its users: a `weakly._weakly.CachedMethod`.
@type_check_only
class _CachedMethod(Generic[_S, _P, _R_co]):
    __name__: str
    __qualname__: str
    @property
    def __wrapped__(self) -> Callable[Concatenate[_S, _P], _R_co]: ...
    def __call__(self, obj: _S, /, *args: _P.args, **kwargs: _P.kwargs) -> _R_co: ...
    @overload
    def __get__(self, instance: None, owner: type | None = None) -> Self: ...
    @overload
    def __get__(
        self, instance: _S, owner: type | None = None
    ) -> BoundCachedMethod[_S, _P, _R_co]: ...
    def cache_info(self, obj: _S | None = None) -> _CacheInfo: ...
    def cache_clear(self, obj: _S | None = None) -> None: ...
    def cache_parameters(self) -> _CacheParameters: ...

class BoundCachedMethod(Generic[_S, _P, _R_co]):
    __self__: _S
    __func__: _CachedMethod[_S, _P, _R_co]
    def __init__(self, function: _CachedMethod[_S, _P, _R_co], obj: _S) -> None: ...
    def __call__(self, /, *args: _P.args, **kwargs: _P.kwargs) -> _R_co: ...
    def cache_info(self) -> _CacheInfo: ...
    def cache_clear(self) -> None: ...
    def __getattr__(self, name: str) -> Any: ...
    def __eq__(self, other: object) -> bool: ...
    def __hash__(self) -> int: ...

@type_check_only
class _Decorator(Protocol):
    def __call__(
        self, method: Callable[Concatenate[_S, _P], _R], /
    ) -> _CachedMethod[_S, _P, _R]: ...

@overload
def cached_method(maxsize: int | None = None, typed: bool = False) -> _Decorator: ...
@overload
def cached_method(
    maxsize: Callable[Concatenate[_S, _P], _R], typed: bool = False
) -> _CachedMethod[_S, _P, _R]: ...
