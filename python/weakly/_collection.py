"""The garbage collection that runs now: what must outlive it waits here for its end.

The collector keeps this module to the end of the interpreter, so it must lead to nothing else.
"""

from __future__ import annotations

import gc
from _thread import get_ident

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Collection:
    """The collection, if there is one."""

    __slots__ = ("_thread", "_waiting")

    def __init__(self) -> None:
        self._thread: int | None = None
        self._waiting: list[object] = []

    def watch(self) -> None:
        """Has the collector say when it begins and when it ends."""
        if self not in gc.callbacks:
            gc.callbacks.insert(0, self)  # nothing may come behind the one that collects ephemerons

    def __call__(self, phase: str, info: dict[str, Any]) -> None:
        if phase == "start":
            self._thread = get_ident()
        else:
            self._thread = None
            self._waiting.clear()

    def outlive(self, obj: object) -> None:
        """Keeps an object until the end of the collection in which this is called, if it is in one."""
        if self._thread == get_ident():
            self._waiting.append(obj)


collection = Collection()
