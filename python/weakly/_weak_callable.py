"""`WeakCallable`: a weak reference to anything that can be called."""

from __future__ import annotations

from _weakref import ref
from functools import partial
from types import (
    BuiltinMethodType,
    ClassMethodDescriptorType,
    GenericAlias,
    MethodDescriptorType,
    MethodType,
    MethodWrapperType,
    ModuleType,
    WrapperDescriptorType,
)

from ._cached_method import BoundCachedMethod
from ._weakly import WeakIdKeyDictionary, WeakMethod

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional

    _Found = Optional[Callable[..., Any]]
    # Finds what it was made for, or None if that is dead.
    _Finder = Callable[[], _Found]
    _OnDeath = Optional[Callable[[Any], Any]]


class WeakCallable:
    """A weak reference to anything that can be called.

    `f` is a function, a bound method, a builtin method, a `functools.partial` or any other object that
    can be called. Calling the reference returns `f`, or None once `f` is dead.

    Methods and partials are made anew each time somebody asks for them, so the reference looks at what
    they consist of. A method lives as long as its object, a partial as long as its function and each
    of its arguments that can be weakly referenced. Its other arguments, such as numbers and lists,
    are held by the reference. The method or partial returned is a new one, equal to `f`.

    A function or an object is dead as soon as nobody else holds it. A lambda is held by nobody: give
    it an `owner`, which then holds `f` for as long as the reference is there. `f` may refer to its
    owner. Without the GIL that keeps the owner alive as long as the reference is there, unless `f` is
    a method of the owner.

    `callback` is called with the reference when `f`, a part of it or the owner dies, once, if the
    reference is still there.

    Two references are equal if both are alive and what they refer to is equal: methods of the same
    object, partials with equal parts. Dead ones equal only themselves. The hash is that of what is
    referred to; it stays once it was asked for. So a list or a set of references can be asked for
    `WeakCallable(f)`, to disconnect `f`. The `owner` and the `callback` do not count.

    To make one, to call it and to compare it takes constant time, or O(n) for a partial of n parts.
    Several threads may use it at once.

    Errors: TypeError if `f` or `callback` cannot be called, or if `f`, the object of a method or the
    owner cannot be weakly referenced.
    """

    __slots__ = ("__weakref__", "_find", "_hash", "_owner")

    def __init__(
        self,
        f: Callable[..., Any],
        *,
        owner: object = None,
        callback: Callable[[WeakCallable], Any] | None = None,
    ) -> None:
        if not callable(f):
            raise TypeError(f"'{type(f).__name__}' object is not callable")
        on_death = None if callback is None else _once(self, callback)
        if owner is None or getattr(f, "__self__", None) is owner:
            self._find: _Finder = _weakly(f, on_death)
        else:
            self._find = _Held(f, owner, ref(owner, on_death))
        self._owner = None if owner is None else ref(owner)

    def __call__(self) -> _Found:
        return self._find()

    @property
    def owner(self) -> Any:
        """The owner that was given, or None if there was none or it is dead."""
        return None if self._owner is None else self._owner()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, WeakCallable):
            return NotImplemented
        own, others = self._find(), other._find()
        if own is None or others is None:
            return self is other
        return _are_equal(own, others)

    def __hash__(self) -> int:
        try:
            return self._hash
        except AttributeError:
            pass
        found = self._find()
        if found is None:
            raise TypeError("weak object has gone away")
        self._hash = _hash_of(found)
        return self._hash

    def __repr__(self) -> str:
        found = self._find()
        to = "dead" if found is None else f"to {found!r}"
        return f"<weakly.{type(self).__name__} at {id(self):#x}; {to}>"

    def __copy__(self) -> WeakCallable:
        return self

    def __deepcopy__(self, memo: object) -> WeakCallable:
        return self

    def __reduce__(self) -> Any:
        raise TypeError(f"cannot pickle '{type(self).__name__}' object")

    def __class_getitem__(cls, key: Any) -> GenericAlias:
        return GenericAlias(cls, key)


def _once(reference: WeakCallable, callback: Callable[[WeakCallable], Any]) -> _OnDeath:
    """What the parts of a reference call when they die: only the first gets to the callback."""
    if not callable(callback):
        raise TypeError(f"'{type(callback).__name__}' object is not callable")
    found = ref(reference)
    waiting = [callback]

    def on_death(_: object) -> None:
        reference = found()
        if reference is None:
            return
        try:
            callback = waiting.pop()
        except IndexError:
            return
        callback(reference)

    return on_death


def _weakly(f: Any, on_death: _OnDeath) -> _Finder:
    """Refers weakly to what can be called. Errors: TypeError if it cannot be weakly referenced."""
    kind = type(f)  # pyright: ignore[reportUnknownVariableType]
    if kind is partial:
        return _WeakPartial(f, on_death)
    if kind is BuiltinMethodType or kind is MethodWrapperType:
        return _weakly_to_builtin(f, on_death)
    if kind is MethodType or kind is BoundCachedMethod:
        return WeakMethod(f, on_death)
    if kind in _DESCRIPTORS:
        return lambda: f  # it belongs to a builtin class, and cannot be weakly referenced
    return ref(f, on_death)


def _weakly_to_builtin(f: Any, on_death: _OnDeath) -> _Finder:
    """Refers weakly to a builtin function, or to the object of a builtin method."""
    receiver = f.__self__
    if receiver is not None and not isinstance(receiver, ModuleType):
        descriptor = _descriptor_of(f, receiver)
        if descriptor is not None:
            return _WeakBuiltin(descriptor, receiver, on_death)
    return ref(f, on_death)


def _descriptor_of(f: Any, receiver: object) -> Any:
    """What makes the builtin method `f` of its object, if a class has it. A subclass may have another
    under the same name."""
    classes = type(receiver).__mro__
    if isinstance(receiver, type):
        classes = receiver.__mro__ + classes
    for cls in classes:
        descriptor = cls.__dict__.get(f.__name__)
        if isinstance(descriptor, _DESCRIPTORS) and _bound(descriptor, receiver) == f:
            return descriptor
    return None


_DESCRIPTORS = (ClassMethodDescriptorType, MethodDescriptorType, WrapperDescriptorType)


def _bound(descriptor: Any, receiver: Any) -> Any:
    if type(descriptor) is ClassMethodDescriptorType:
        return descriptor.__get__(None, receiver)
    return descriptor.__get__(receiver)


class _WeakBuiltin:
    """Finds a builtin method of an object."""

    __slots__ = ("descriptor", "receiver")

    def __init__(self, descriptor: Any, receiver: object, on_death: _OnDeath) -> None:
        self.descriptor = descriptor
        self.receiver = ref(receiver, on_death)

    def __call__(self) -> _Found:
        receiver = self.receiver()
        return None if receiver is None else _bound(self.descriptor, receiver)


class _WeakPartial:
    """Finds a partial by its parts."""

    __slots__ = ("args", "func", "keywords")

    def __init__(self, f: partial[Any], on_death: _OnDeath) -> None:
        self.func = _weakly(f.func, on_death)
        self.args = [_part(argument, on_death) for argument in f.args]
        self.keywords = {name: _part(argument, on_death) for name, argument in f.keywords.items()}

    def __call__(self) -> _Found:
        func = self.func()
        if func is None:
            return None
        try:
            args = [_found(*part) for part in self.args]
            keywords = {name: _found(*part) for name, part in self.keywords.items()}
        except _Dead:
            return None
        return partial(func, *args, **keywords)


class _Dead(Exception):
    """An argument of a partial is dead."""


def _part(argument: Any, on_death: _OnDeath) -> tuple[_Finder | None, object]:
    """An argument of a partial, held weakly if it can be."""
    try:
        return _weakly(argument, on_death), None
    except TypeError:
        return None, argument


def _found(find: _Finder | None, held: object) -> object:
    if find is None:
        return held
    found = find()
    if found is None:
        raise _Dead
    return found


class _Held:
    """Finds what is held for the owner as long as that lives."""

    __slots__ = ("held", "owner")

    def __init__(self, f: Callable[..., Any], owner: object, weak_owner: ref[Any]) -> None:
        self.owner = weak_owner
        self.held: WeakIdKeyDictionary[Any, Callable[..., Any]] = WeakIdKeyDictionary()
        self.held[owner] = f

    def __call__(self) -> _Found:
        owner = self.owner()
        return None if owner is None else self.held.get(owner)


def _are_equal(own: Any, other: Any) -> bool:
    """Whether two callables are equal. Partials are if their parts are."""
    if type(own) is not partial or type(other) is not partial:
        return own is other or bool(own == other)
    return (
        _are_equal(own.func, other.func)
        and len(own.args) == len(other.args)
        and own.keywords.keys() == other.keywords.keys()
        and all(map(_are_equal, own.args, other.args))
        and all(_are_equal(part, other.keywords[name]) for name, part in own.keywords.items())
    )


def _hash_of(f: Any) -> int:
    return hash((partial, _hash_of(f.func))) if type(f) is partial else hash(f)
