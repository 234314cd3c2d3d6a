# The module `weakref` in a program that calls `weakly.install()`: name this folder to the type
# checker (`mypy_path` of mypy, `stubPath` of pyright).
from _weakref import getweakrefcount as getweakrefcount
from _weakref import getweakrefs as getweakrefs
from _weakref import proxy as proxy
from collections.abc import Callable
from types import GenericAlias
from typing import Any, ClassVar, Generic, TypeVar, final

from typing_extensions import Self, disjoint_base
from weakly import (
    KeyedRef as KeyedRef,
)
from weakly import (
    WeakKeyDictionary as WeakKeyDictionary,
)
from weakly import (
    WeakMethod as WeakMethod,
)
from weakly import (
    WeakSet as WeakSet,
)
from weakly import (
    WeakValueDictionary as WeakValueDictionary,
)
from weakly import (
    finalize as finalize,
)

__all__ = [
    "CallableProxyType",
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
]

_T = TypeVar("_T")
_Callable = TypeVar("_Callable", bound=Callable[..., Any])

ProxyTypes: tuple[type[Any], ...]

# The interpreter's own types, as the standard stubs have them.

@final
class CallableProxyType(Generic[_Callable]):
    def __eq__(self, value: object, /) -> bool: ...
    def __getattr__(self, attr: str) -> Any: ...
    __call__: _Callable
    __hash__: ClassVar[None]  # type: ignore[assignment]

@final
class ProxyType(Generic[_T]):
    def __eq__(self, value: object, /) -> bool: ...
    def __getattr__(self, attr: str) -> Any: ...
    __hash__: ClassVar[None]  # type: ignore[assignment]

@disjoint_base
class ReferenceType(Generic[_T]):
    __callback__: Callable[[Self], Any]
    def __new__(cls, o: _T, callback: Callable[[Self], Any] | None = ..., /) -> Self: ...
    def __call__(self) -> _T | None: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __class_getitem__(cls, item: Any, /) -> GenericAlias: ...

ref = ReferenceType
