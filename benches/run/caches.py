"""Counts the instructions of a hit, of ours and of what it is compared with."""

import gc
import json
import os

from ..cases import caches
from .instructions import MARKER, counted

TIMES = 1000


def records():
    """One record for each case."""
    statements = [statement for _, ours, _, other in caches.CASES for statement in (ours, other)]
    counts = iter(counts_of(statements))
    for name, ours, other, others in caches.CASES:
        yield {
            "case": name,
            "ours": ours,
            "other": other,
            "others": others,
            "instructions": {"weakly": next(counts), "other": next(counts)},
        }


def counts_of(statements):
    """The instructions of each statement."""
    statements = ["pass", *statements]
    with counted("hits", json.dumps(statements)) as (_, parts):
        empty, *totals = [sum(next(parts).values()) for _ in statements]
    return [round((total - empty) / TIMES) for total in totals]


def run_here(statements):
    """What is counted: a loop around each statement."""
    names = caches.names()
    gc.disable()
    for statement in statements:
        source = f"def run({', '.join(names)}, marker, times):\n"
        source += f"    marker()\n    for _ in times: {statement}\n    marker()\n"
        scope = {}
        exec(source, scope)
        for marker in (int, int, int, MARKER):
            scope["run"](**names, marker=marker, times=range(TIMES))
    os._exit(0)
