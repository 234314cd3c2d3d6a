"""A suite on both sides, and a judgement of the differences."""

import signal
from concurrent.futures import ThreadPoolExecutor

from .outcome import PASSED, TIMED_OUT, differences

RERUNS = 2
UNSTEADY = "unsteady, the same when run again"


def compare(sides, where, run, expected=()):
    """Runs a suite on both sides at once.

    `run(side, tests)` runs the suite; with `tests`, it may run only these. Tests
    named in `expected` must differ. Returns the cells of a table's row (stock, weakly, processes,
    what is not the same) and the list of what is wrong.
    """
    for _ in range(1 + RERUNS):
        stock, ours = both(sides, run, None)
        if TIMED_OUT not in (stock.ended, ours.ended):
            break  # A few of CPython's tests hang now and then, on either side.
    complaints = [f"{where}: swap failed: {line}" for line in stock.unswapped + ours.unswapped]
    if not ours.processes:
        complaints.append(f"{where}: no process says that the swap took place")
    differing = differences(stock, ours) if stock.complete and ours.complete else {}
    # zope.interface generates tests for the classes that it finds, and finds more with weakly.
    more = {
        test for test, (_, mine) in differing.items() if test not in stock.results and passed(mine)
    }
    differing = {test: differing[test] for test in differing.keys() - more}
    unsteady = settled(sides, run, differing.keys() - set(expected))
    notes = [f"{len(more)} more tests with weakly, all passed"] if more else []
    for test, results in sorted(differing.items()):
        note = "expected" if test in expected else UNSTEADY if test in unsteady else None
        notes.append(f"{short(test)} ({note})" if note else short(test))
        if not note:
            complaints.append(f"{where}: {test}: {results}\n{ours.messages.get(test, '')}")
    if not ours.complete or (stock.complete and ours.ended != stock.ended and not notes):
        complaints.append(f"{where}: stock ended {stock.ended}, weakly {ours.ended}\n{ours.output}")
    processes = f"{stock.processes}, {ours.processes}"
    return (str(stock), str(ours), processes, "; ".join(notes)), complaints


def both(sides, run, tests):
    """The outcomes on the two sides, run at the same time."""
    # A shell starts background jobs with SIGINT ignored, and ignoring is inherited: tests that
    # interrupt themselves would run forever.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with ThreadPoolExecutor(len(sides)) as pool:
        return list(pool.map(lambda side: run(side, tests), sides))


def settled(sides, run, tests):
    """Those of `tests` that differed once but have the same result on both sides run again."""
    steady = set(tests)
    for _ in range(RERUNS):
        if steady:
            stock, ours = both(sides, run, sorted(steady))
            steady = {test for test in steady if test not in stock.results}.union(
                steady & differences(stock, ours).keys()
            )
    return set(tests) - steady


def passed(results):
    """Whether a test passed each time that it ran."""
    return set(results) == {PASSED}


def short(test):
    """A test's name without the name of its file."""
    return ".".join(test.split(".")[-2:])
