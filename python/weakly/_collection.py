"""The garbage collection that runs now: what must outlive it waits here for its end.

The collector keeps this module to the end of the interpreter, so it must lead to nothing else.
"""

from __future__ import annotations

import gc

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Collection:
    """The collection, if there is one."""

    __slots__ = ("_waiting",)

    def __init__(self) -> None:
        #: What waits for its end. Each collection has a list of its own.
        self._waiting: list[object] | None = None

    def watch(self) -> None:
        """Has the collector say when it begins and when it ends."""
        if self not in gc.callbacks:
            gc.callbacks.insert(0, self)  # nothing may come behind the one that collects ephemerons

    def __call__(self, phase: str, info: dict[str, Any]) -> None:
        before, self._waiting = self._waiting, [] if phase == "start" else None
        if before is not None:
            before.clear()

    def outlive(self, obj: object) -> None:
        """Keeps an object until the end of the collection, if there is one.

        Not only in the thread that collects: without the GIL, an object that the collector lets go dies
        in the thread that made it.
        """
        waiting = self._waiting
        if waiting is None:
            return
        waiting.append(obj)
        if self._waiting is not waiting:
            waiting.clear()  # it ended meanwhile


collection = Collection()
