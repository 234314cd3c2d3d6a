"""`python -m weakly --compare`: a program with the standard module and with weakly, side by side.

It runs three times, each in a process of its own: with the standard module, with weakly, and once
more with weakly to count what its containers do, which takes time and is not measured.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import tempfile
from itertools import zip_longest
from time import perf_counter, process_time

from . import __version__, _program, install
from ._report import containers, record, report, table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, Union

    _Facts = dict[str, Union[int, float, bool, str, None]]

WEAKREF, WEAKLY, COUNTED = "weakref", "weakly", "counted"


def compare(program: list[str], ephemerons: bool, as_json: bool, output: str | None) -> int:
    """Runs the program, writes what changed, and returns the exit status of the first run.

    What the program writes in the first run goes to standard error. With `ephemerons`, weakly collects
    entries whose values lead to their own keys.
    """
    stdin = None if sys.stdin is None or sys.stdin.isatty() else sys.stdin.buffer.read()
    runs = {side: _run(side, program, ephemerons, stdin) for side in (WEAKREF, WEAKLY, COUNTED)}
    first = runs[WEAKREF]
    sys.stderr.write((first.output + first.errors).decode(errors="replace"))
    sys.stderr.flush()
    result = _result(program, runs)
    text = json.dumps(result, indent=2) + "\n" if as_json else _text(result)
    if output is None:
        sys.stdout.write(text)
    else:
        with open(output, "w", encoding="utf-8") as file:
            file.write(text)
    return first.status


class _Run:
    """What one run of the program left behind."""

    def __init__(self, status: int, output: bytes, errors: bytes, facts: _Facts) -> None:
        self.status = status
        self.output = output
        self.errors = errors
        self.facts = facts


def _run(side: str, program: list[str], ephemerons: bool, stdin: bytes | None) -> _Run:
    private: Any = subprocess
    options: list[str] = private._args_from_interpreter_flags()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "facts.json")
        how = [side, str(int(ephemerons)), path]
        done = subprocess.run(
            [sys.executable, *options, "-m", "weakly._compare", *how, *program],
            input=stdin,
            capture_output=True,
            check=False,
        )
        facts: _Facts = {}
        if os.path.exists(path):  # not after `os._exit` or a signal
            with open(path, encoding="utf-8") as file:
                facts = json.load(file)
    return _Run(done.returncode, done.stdout, done.stderr, facts)


def _result(program: list[str], runs: dict[str, _Run]) -> dict[str, Any]:
    first, second = runs[WEAKREF], runs[WEAKLY]
    return {
        "program": program,
        "weakly_version": __version__,
        "python_version": sys.version.split()[0],
        "same_status": first.status == second.status,
        "same_output": (first.output, first.errors) == (second.output, second.errors),
        "first_different_line": _first_difference(first.output, second.output),
        WEAKREF: {"status": first.status, **first.facts},
        WEAKLY: {"status": second.status, **second.facts, **runs[COUNTED].facts},
    }


def _first_difference(first: bytes, second: bytes) -> int | None:
    lines = zip_longest(first.splitlines(), second.splitlines())
    return next((at for at, (one, other) in enumerate(lines, 1) if one != other), None)


_ROWS: tuple[tuple[str, str, str], ...] = (
    ("exit status", "status", "{:d}"),
    ("time, s", "time_s", "{:.3f}"),
    ("processor time, s", "processor_time_s", "{:.3f}"),
    ("peak memory, MiB", "peak_memory_mib", "{:.1f}"),
    ("weak containers made", "containers_made", "{:d}"),
    ("entries collected", "entries_collected", "{:d}"),
    ("ephemerons among them", "ephemerons_collected", "{:d}"),
    ("entries at the end", "entries_at_end", "{:d}"),
    ("dead entries at the end", "dead_entries_at_end", "{:d}"),
    ("containers that hold dead entries", "containers_with_dead_entries", "{:d}"),
)


def _text(result: dict[str, Any]) -> str:
    first, second = result[WEAKREF], result[WEAKLY]
    rows = [["", WEAKREF, WEAKLY, ""]]
    for name, key, form in _ROWS:
        cells = [
            "" if side.get(key) is None else form.format(side[key]) for side in (first, second)
        ]
        rows.append([name, *cells, _change(key, first.get(key), second.get(key))])
    lines = table(rows, left=1)
    if result["same_output"]:
        lines.append("The output is the same.")
    elif result["first_different_line"] is None:
        lines.append("What is written to standard error differs.")
    else:
        lines.append(f"The output differs from line {result['first_different_line']} on.")
    if not first.get("time_s") or not second.get("time_s"):
        lines.append("A run ended without a normal exit, so nothing was measured in it.")
    title = f"weakly {result['weakly_version']}, Python {result['python_version']}"
    return "\n".join([title, "", *lines, ""])


def _change(key: str, first: Any, second: Any) -> str:
    if not first or not second or "time" not in key:
        return ""
    factor = first / second
    return f"{factor:.2f} times as fast" if factor >= 1.005 or factor <= 0.995 else "the same"


# What follows runs in the processes of the program.


def measure(side: str, ephemerons: bool, path: str, program: list[str]) -> None:
    """Runs the program, and writes at exit what was measured."""
    import atexit

    stock = _stock_containers()
    if side == COUNTED:
        record()
    if side != WEAKREF:
        install(rebind=True, ephemerons=ephemerons)
    pid = os.getpid()
    interpreters = {id(each) for each in _containers(stock)}

    def write() -> None:
        if os.getpid() == pid:  # not in a fork of the program
            facts = _count() if side == COUNTED else _look(began, stock, interpreters)
            with open(path, "w", encoding="utf-8") as file:
                json.dump(facts, file)

    atexit.register(write)  # the first one, so it runs after those of the program
    began = perf_counter(), process_time()
    _program.run(program)


def _look(began: tuple[float, float], stock: tuple[type, ...], others: set[int]) -> _Facts:
    """Time, memory, and what the containers hold, but for those that were there before."""
    facts: _Facts = {
        "time_s": perf_counter() - began[0],
        "processor_time_s": process_time() - began[1],
        "peak_memory_mib": _peak_memory(),
    }
    gc.collect()
    entries = [_entries(each, stock) for each in _containers(stock) if id(each) not in others]
    facts["entries_at_end"] = sum(held for held, _ in entries)
    facts["dead_entries_at_end"] = sum(dead for _, dead in entries)
    facts["containers_with_dead_entries"] = sum(dead > 0 for _, dead in entries)
    return facts


def _count() -> _Facts:
    gc.collect()
    rows = report().containers
    return {
        "containers_made": sum(int(row["containers_made"] or 0) for row in rows),
        "entries_collected": sum(int(row["deaths"] or 0) for row in rows),
        "ephemerons_collected": sum(int(row["ephemerons_collected"] or 0) for row in rows),
    }


def _stock_containers() -> tuple[type, ...]:
    import weakref

    return weakref.WeakKeyDictionary, weakref.WeakValueDictionary, weakref.WeakSet


def _containers(stock: tuple[type, ...]) -> Iterator[Any]:
    """The living containers of both modules."""
    kinds = {*stock, *(each for _, each in containers())}
    for each in gc.get_objects():
        if not kinds.isdisjoint(type(each).__mro__):
            yield each


def _entries(container: Any, stock: tuple[type, ...]) -> tuple[int, int]:
    """How many entries a container holds, and how many of them are dead."""
    bases = type(container).__mro__
    if not any(base in stock for base in bases):
        return len(container), 0
    data: Any = container.data
    references = data.values() if stock[1] in bases else data
    return len(data), sum(each() is None for each in list(references))


def _peak_memory() -> float | None:
    """The most memory that this process had so far, if the system says it."""
    try:
        with open("/proc/self/status", encoding="ascii") as file:
            return next(int(line.split()[1]) / 1024 for line in file if line.startswith("VmHWM:"))
    except (OSError, StopIteration):
        pass
    try:
        import resource
    except ImportError:  # on Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


if __name__ == "__main__":
    measure(sys.argv[1], sys.argv[2] == "1", sys.argv[3], sys.argv[4:])
