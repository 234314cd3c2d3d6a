"""Putting weakly's classes in the place of the standard library's, and taking them out again."""

from __future__ import annotations

import sys
from _thread import RLock
from types import FunctionType

from ._weakly import _set_ephemerons  # pyright: ignore[reportPrivateUsage]

# Neither `typing` nor `threading` nor `weakref` is imported before it is needed: this module must
# be importable when nothing else is, as from `sitecustomize`.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import ModuleType
    from typing import Any, Union

    _Rebind = Union[bool, Iterable[str]]

    # An attribute of a module or a class: what it was, and what it becomes.
    _Namespace = dict[str, Any]
    _Owner = Union[_Namespace, type]
    _Replacement = tuple[_Owner, str, object, object]


_NAMES = (
    "KeyedRef",
    "WeakKeyDictionary",
    "WeakMethod",
    "WeakSet",
    "WeakValueDictionary",
    "finalize",
)

_lock = RLock()
_stock: dict[str, type] = {}  # what the names meant, while weakly is installed
_replaced: list[_Replacement] = []


def install(*, rebind: _Rebind = False, ephemerons: bool = False) -> None:
    """Make the standard module `weakref` hand out weakly's classes.

    After this call `KeyedRef`, `WeakKeyDictionary`, `WeakMethod`, `WeakSet`, `WeakValueDictionary` and
    `finalize` of the module `weakref` are weakly's, and so is `_weakrefset.WeakSet`. The rest of
    `weakref` stays: it is the interpreter's own, and weakly's too.

    `rebind` says what happens to modules that were imported earlier and hold a standard class
    under a name of their own, as after `from weakref import WeakSet`:

    - `False` leaves them alone;
    - `True` changes such names in every module imported so far;
    - an iterable of module names changes them in those modules; modules that are not imported
      are ignored.

    With `ephemerons=True` the entries of each `WeakKeyDictionary` are ephemerons, unless its attribute
    `ephemeron` says otherwise: a value may lead to its own key, and both are collected all the same.

    Instances and subclasses made earlier do not change. Neither do references that are held
    elsewhere than in a module's globals: class attributes, default arguments, lists. So install
    early.

    Calling it again is harmless, and may rebind more. Several threads may call it at once. When it
    raises, nothing was changed. It looks once at every global of the modules to rebind.

    Raises `TypeError` if `rebind` is neither a bool nor an iterable of strings, or is a string, or if
    `ephemerons` is no bool.
    """
    if not isinstance(ephemerons, bool):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"ephemerons must be a bool, not '{type(ephemerons).__name__}'")
    modules = _modules_to_rebind(rebind)
    with _lock:
        done: list[_Replacement] = []
        try:
            for replacement in _plan(modules):
                done.append(replacement)
                owner, name, _, new = replacement
                _put(owner, name, new)
            _replaced.extend(done)
            if ephemerons:
                _set_ephemerons(True)
        except BaseException:
            _undo(done)
            if not _replaced:
                _stock.clear()
            raise


def uninstall() -> None:
    """Undo `install()`: give every replaced name its standard class back.

    A name to which something else was assigned in the meantime is left alone. Objects made while
    weakly was installed continue to work, and modules imported meanwhile keep the classes that
    they imported. Does nothing if weakly is not installed. Several threads may call it at once.
    """
    with _lock:
        _undo(_replaced)
        _replaced.clear()
        _stock.clear()
        _set_ephemerons(False)


def is_installed() -> bool:
    """Whether the standard module hands out weakly's classes now."""
    return bool(_stock)


def _modules_to_rebind(rebind: _Rebind) -> Iterable[str]:
    if isinstance(rebind, (str, bytes)):
        raise TypeError("rebind must be a bool or an iterable of module names, not a string")
    if isinstance(rebind, bool):
        return sys.modules.copy() if rebind else ()
    names = tuple(rebind)
    for name in names:
        if not isinstance(name, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            kind = type(name).__name__
            raise TypeError(f"rebind must be a bool or an iterable of module names, not of {kind}")
    return names


def _plan(module_names: Iterable[str]) -> list[_Replacement]:
    """Finds everything that is still to be replaced; changes nothing."""
    import _weakrefset
    import weakref

    import weakly

    plan: list[_Replacement] = []
    if not _stock:
        _stock.update((name, getattr(weakref, name)) for name in _NAMES)
        plan += _anchored_methods(weakref.__dict__)
    pairs = {id(stock): (stock, getattr(weakly, name)) for name, stock in _stock.items()}
    modules: dict[int, ModuleType | None] = {id(m): m for m in (weakref, _weakrefset)}
    for name in module_names:
        module = sys.modules.get(name)
        modules[id(module)] = module
    for module in modules.values():
        plan += _renamed_classes(module, pairs)
    return plan


def _renamed_classes(module: object, pairs: dict[int, tuple[type, type]]) -> Iterator[_Replacement]:
    """The names of a module that hold a standard class, with ours."""
    try:
        # Not `vars(module)`: that would wake up a lazily imported module.
        namespace: _Namespace = object.__getattribute__(module, "__dict__")
    except AttributeError:
        return
    if not isinstance(namespace, dict):  # pyright: ignore[reportUnnecessaryIsInstance]
        return  # `sys.modules` may hold anything, classes too
    for name, value in namespace.copy().items():
        if id(value) in pairs:
            yield (namespace, name, *pairs[id(value)])


def _anchored_methods(namespace: _Namespace) -> Iterator[_Replacement]:
    """The methods of the standard classes that find one another by the names about to change.

    `WeakMethod.__eq__`, say, asks whether the other one is a `WeakMethod`. Such methods get
    globals of their own, in which the names stay: what was made before goes on working.
    """
    stock_namespace = namespace.copy()
    for owner in _stock.values():
        for name, method in list(vars(owner).items()):
            function = getattr(method, "__func__", method)  # of a class method
            if isinstance(function, FunctionType) and _stock.keys() & {*function.__code__.co_names}:
                anchored = _with_globals(function, stock_namespace)
                yield owner, name, method, anchored if method is function else classmethod(anchored)


def _with_globals(function: FunctionType, namespace: _Namespace) -> FunctionType:
    """A copy of a function that sees other globals."""
    code, closure = function.__code__, function.__closure__
    copy = FunctionType(code, namespace, function.__name__, function.__defaults__, closure)
    copy.__kwdefaults__ = function.__kwdefaults__
    copy.__qualname__ = function.__qualname__
    copy.__doc__ = function.__doc__
    return copy


def _put(owner: _Owner, name: str, value: object) -> None:
    if isinstance(owner, dict):
        owner[name] = value
    else:
        setattr(owner, name, value)


def _undo(replacements: list[_Replacement]) -> None:
    for owner, name, old, new in reversed(replacements):
        namespace = owner if isinstance(owner, dict) else vars(owner)
        if namespace.get(name) is new:
            _put(owner, name, old)
