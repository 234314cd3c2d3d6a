"""The timer: contenders interleaved in one process, the minimum of many repeats when quiet."""

import gc
import textwrap
from time import perf_counter, perf_counter_ns

#: A case repeats until it has run for this many seconds on a quiet machine,
SECONDS = 0.05
#: but not less or more often than this.
FEWEST, MOST = 5, 200
#: How many times its seconds a case may take where the machine is hardly ever quiet.
MOST_TIMES = 3

TEMPLATE = """
def timed({names}, clock=clock):
    {prepare}
    begin = clock()
    {body}
    end = clock()
    return end - begin
"""


def compiled(loop, prepare, statement, namespace):
    """A function that prepares, runs the statement and returns the nanoseconds of the statement.

    Every contender gets code of its own, because the interpreter specialises code to the types
    it has met.
    """
    body = f"for {loop}:\n    {statement}" if loop else statement
    source = TEMPLATE.format(
        names=", ".join(namespace),
        prepare=prepare.replace("\n", "\n    "),
        body=textwrap.indent(body, "    ").strip(),
    )
    scope = {"clock": perf_counter_ns}
    exec(source, scope)
    return scope["timed"]


def prepared(case, namespaces):
    """What runs a case, by contender: a function and its namespace. ``loop`` runs what is around it."""
    runs = {}
    for contender, namespace in namespaces.items():
        statement = case.statement_for(contender)
        if statement is not None:
            runs[contender] = (compiled(case.loop, case.prepare, statement, namespace), namespace)
    if case.loop:
        namespace = next(iter(namespaces.values()))
        prepare = case.prepare if case.prepare_without is None else case.prepare_without
        runs["loop"] = (compiled(case.loop, prepare, case.without, namespace), namespace)
    return runs


def measure(case, namespaces, operations, quiet, seconds=SECONDS):
    """Nanoseconds per operation, by contender, net of the loop around it.

    ``namespaces`` has the names that each contender's statement sees. A case whose loop does more
    than the operation is timed once more without the operation, interleaved with the contenders.
    """
    runs = prepared(case, namespaces)
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        best = fastest(runs, quiet, seconds)
    finally:
        if was_enabled:
            gc.enable()
    empty = best.pop("loop", 0)
    return {
        contender: round(max(least - empty, 0) / operations, 3) for contender, least in best.items()
    } | {"loop": round(empty / operations, 3)}


def fastest(runs, quiet, seconds):
    """The least nanoseconds of each of the runs, which take turns, each on a quiet machine if it becomes so."""
    best = dict.fromkeys(runs, float("inf"))
    quiet_seconds = dict.fromkeys(runs, 0)
    seconds_in_all = 0
    for repeat in range(MOST):
        is_enough = min(quiet_seconds.values()) > seconds
        if repeat >= FEWEST and (is_enough or seconds_in_all > MOST_TIMES * seconds * len(runs)):
            break
        for contender, (run, namespace) in runs.items():
            quiet.wait()
            begin = perf_counter()
            best[contender] = min(best[contender], run(**namespace))
            elapsed = perf_counter() - begin
            seconds_in_all += elapsed
            if quiet.is_now():
                quiet_seconds[contender] += elapsed
    return best
