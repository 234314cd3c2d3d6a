"""`keep_alive`: an object that must not die before another one."""

from __future__ import annotations

from ._weakly import WeakIdKeyDictionary, _keep  # pyright: ignore[reportPrivateUsage]


def keep_alive(owner: object, obj: object) -> None:
    """Keep `obj` alive at least as long as `owner`.

    The `__del__` of the owner finds `obj` alive: what was kept goes after it, also when both go in a
    garbage collection. The owner needs neither a `__dict__` nor to be hashable. `obj` may be any object,
    but one that leads to the owner keeps that alive, and so itself. An object that is kept twice for the
    same owner is held once. When the interpreter ends, those that still live may go in any order.

    Takes constant time. Several threads may use it at once.

    Errors: TypeError if `owner` cannot be weakly referenced.
    """
    _keep(_kept, owner, obj)


# No ephemerons: those become garbage together with their keys, and the collector finalizes garbage in
# any order.
_kept: WeakIdKeyDictionary[object, object] = WeakIdKeyDictionary(ephemeron=False)
