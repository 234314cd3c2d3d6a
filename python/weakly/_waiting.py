"""Waiting in a coroutine until a `DeathQueue` has something to give."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._weakly import DeathQueue


async def wait(queue: DeathQueue[object]) -> None:
    """Returns once the queue's descriptor can be read."""
    loop = asyncio.get_running_loop()
    readable = asyncio.Event()
    # One of its own: a loop has one reader per descriptor, and several tasks may wait.
    descriptor = os.dup(queue.fileno())
    try:
        loop.add_reader(descriptor, readable.set)
        try:
            await readable.wait()
        finally:
            loop.remove_reader(descriptor)
    finally:
        os.close(descriptor)
