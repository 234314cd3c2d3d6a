"""The timer: contenders interleaved in one process, the minimum of many repeats."""

import gc
import textwrap
from time import perf_counter, perf_counter_ns

#: A case repeats until this many seconds went by, but at least and at most so often.
SECONDS = 0.05
FEWEST, MOST = 5, 200

TEMPLATE = """
def timed({names}, clock=clock):
    {prepare}
    begin = clock()
    {body}
    end = clock()
    {finish}
    return end - begin
"""


def compiled(loop, prepare, statement, world, finish="pass"):
    """A function that prepares, runs the statement, returns its nanoseconds and finishes.

    Every contender gets code of its own, because the interpreter specialises code to the types
    it has met.
    """
    body = f"for {loop}:\n    {statement}" if loop else statement
    source = TEMPLATE.format(
        names=", ".join(world),
        prepare=prepare.replace("\n", "\n    "),
        body=textwrap.indent(body, "    ").strip(),
        finish=finish,
    )
    scope = {"clock": perf_counter_ns}
    exec(source, scope)
    return scope["timed"]


def measure(case, worlds, operations, seconds=SECONDS):
    """Nanoseconds an operation, by contender, net of the loop around it.

    ``worlds`` has the names that each contender's statement sees. A case whose loop does more than
    the operation is timed once more without the operation, interleaved with the contenders.
    """
    runs = {}
    for contender, world in worlds.items():
        statement = case.statement_for(contender)
        if statement is not None:
            runs[contender] = (compiled(case.loop, case.prepare, statement, world), world)
    if case.loop:
        world = next(iter(worlds.values()))
        prepare = case.prepare if case.prepare_without is None else case.prepare_without
        runs["loop"] = (compiled(case.loop, prepare, case.without, world), world)
    best = dict.fromkeys(runs, float("inf"))
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        deadline = perf_counter() + seconds * len(runs)
        for repeat in range(MOST):
            if repeat >= FEWEST and perf_counter() > deadline:
                break
            for contender, (run, world) in runs.items():
                best[contender] = min(best[contender], run(**world))
    finally:
        if was_enabled:
            gc.enable()
    empty = best.pop("loop", 0)
    return {
        contender: round(max(least - empty, 0) / operations, 3) for contender, least in best.items()
    } | {"loop": round(empty / operations, 3)}
