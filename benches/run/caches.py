"""Counts the instructions of a hit, of ours and of what it is compared with."""

import gc
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from ..cases import caches
from .instructions import MARKER, by_owner

TIMES = 1000


def records():
    """One record for each case."""
    statements = [statement for _, ours, _, other in caches.CASES for statement in (ours, other)]
    counts = iter(counted(statements))
    for name, ours, other, others in caches.CASES:
        yield {
            "case": name,
            "ours": ours,
            "other": other,
            "others": others,
            "instructions": {"weakly": next(counts), "other": next(counts)},
        }


def counted(statements):
    """The instructions of each statement."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "callgrind.out")
        subprocess.run(
            [
                *("valgrind", "--tool=callgrind", "--quiet", f"--dump-before={MARKER.__name__}"),
                f"--callgrind-out-file={output}",
                *(sys.executable, "-m", "benches", "hits", json.dumps(["pass", *statements])),
            ],
            check=True,
            env=dict(os.environ, PYTHONHASHSEED="0"),
        )
        # Before each loop that counts, what came before it is written down too.
        empty, *totals = (
            sum(by_owner(Path(f"{output}.{2 * at + 2}").read_text()).values())
            for at in range(len(statements) + 1)
        )
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
