"""Putting weakly's classes in the place of the standard library's, and taking them out again."""

from __future__ import annotations

import sys
from _thread import RLock

# Neither `typing` nor `threading` nor `weakref` is imported before it is needed: this module must
# be importable when nothing else is, as from `sitecustomize`.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import ModuleType
    from typing import Any, Union

    _Rebind = Union[bool, Iterable[str]]

    # One name of one module, with the class that it had and the class that it gets.
    _Namespace = dict[str, Any]
    _Replacement = tuple[_Namespace, str, type, type]


_NAMES = (
    "KeyedRef",
    "WeakKeyDictionary",
    "WeakMethod",
    "WeakSet",
    "WeakValueDictionary",
    "finalize",
)

_lock = RLock()
_stock: dict[str, type] = {}
_replaced: list[_Replacement] = []


def install(*, rebind: _Rebind = False) -> None:
    """Make the standard module `weakref` hand out weakly's classes.

    From now on `KeyedRef`, `WeakKeyDictionary`, `WeakMethod`, `WeakSet`, `WeakValueDictionary` and
    `finalize` of the module `weakref` are weakly's, and so is `_weakrefset.WeakSet`. The rest of
    `weakref` stays: it is the interpreter's own, and weakly's too.

    `rebind` says what happens to modules that were imported earlier and hold a standard class
    under a name of their own, as after `from weakref import WeakSet`:

    - `False` leaves them alone;
    - `True` changes such names in every module imported so far;
    - an iterable of module names changes them in those modules. One that is not imported is
      passed over.

    Instances and subclasses made earlier stay what they are. So do references that are held
    elsewhere than in a module's globals: class attributes, default arguments, lists. So install
    early.

    Calling it again is harmless, and may rebind more. Several threads may call it at once. When it
    raises, nothing was changed. It looks once at every global of the modules to rebind.

    Raises `TypeError` if `rebind` is neither a bool nor an iterable of strings, or is a string.
    """
    modules = _modules_to_rebind(rebind)
    with _lock:
        done: list[_Replacement] = []
        try:
            for replacement in _plan(modules):
                done.append(replacement)
                namespace, name, _, ours = replacement
                namespace[name] = ours
            _replaced.extend(done)
        except BaseException:
            _undo(done)
            raise


def uninstall() -> None:
    """Undo `install()`: give every replaced name its standard class back.

    A name to which something else was assigned in the meantime keeps that. Objects made while
    weakly was installed go on working, and modules imported meanwhile keep the classes that they
    imported. Does nothing if weakly is not installed. Several threads may call it at once.
    """
    with _lock:
        _undo(_replaced)
        _replaced.clear()
        _stock.clear()


def _modules_to_rebind(rebind: _Rebind) -> Iterable[str]:
    if isinstance(rebind, (str, bytes)):
        raise TypeError("rebind must be a bool or an iterable of module names, not a string")
    if not isinstance(rebind, bool):
        return tuple(rebind)
    return sys.modules.copy() if rebind else ()


def _plan(module_names: Iterable[str]) -> list[_Replacement]:
    """Finds every name that is still to be replaced; changes none."""
    import _weakrefset
    import weakref

    import weakly

    if not _stock:
        _stock.update((name, getattr(weakref, name)) for name in _NAMES)
    pairs = {id(stock): (stock, getattr(weakly, name)) for name, stock in _stock.items()}
    modules: dict[int, ModuleType | None] = {id(m): m for m in (weakref, _weakrefset)}
    for name in module_names:
        module = sys.modules.get(name)
        modules[id(module)] = module
    return [replacement for m in modules.values() for replacement in _replacements(m, pairs)]


def _replacements(module: object, pairs: dict[int, tuple[type, type]]) -> Iterator[_Replacement]:
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


def _undo(replacements: list[_Replacement]) -> None:
    for namespace, name, stock, ours in reversed(replacements):
        if namespace.get(name) is ours:
            namespace[name] = stock
