"""The timer: contenders interleaved in one process, the minimum of many repeats in a calm."""

import gc
import textwrap
from time import perf_counter, perf_counter_ns

#: A case repeats until it took this many seconds in a calm, but at least and at most so often.
SECONDS = 0.05
FEWEST, MOST = 5, 200
#: So many times its seconds a case may take where there is hardly a calm.
MOST_TIMES = 3

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


def measure(case, worlds, operations, calm, seconds=SECONDS):
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
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        best = fastest(runs, calm, seconds)
    finally:
        if was_enabled:
            gc.enable()
    empty = best.pop("loop", 0)
    return {
        contender: round(max(least - empty, 0) / operations, 3) for contender, least in best.items()
    } | {"loop": round(empty / operations, 3)}


def fastest(runs, calm, seconds):
    """The least nanoseconds of each of the runs, which take turns, each in a calm if one comes."""
    best = dict.fromkeys(runs, float("inf"))
    seconds_in_calm = dict.fromkeys(runs, 0)
    seconds_in_all = 0
    for repeat in range(MOST):
        is_enough = min(seconds_in_calm.values()) > seconds
        if repeat >= FEWEST and (is_enough or seconds_in_all > MOST_TIMES * seconds * len(runs)):
            break
        for contender, (run, world) in runs.items():
            calm.wait()
            begin = perf_counter()
            best[contender] = min(best[contender], run(**world))
            elapsed = perf_counter() - begin
            seconds_in_all += elapsed
            if calm.is_here():
                seconds_in_calm[contender] += elapsed
    return best
