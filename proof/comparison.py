"""A suite on both sides, and what may be said about the differences."""

import signal
from concurrent.futures import ThreadPoolExecutor

from outcome import differences

RERUNS = 2


def compare(sides, where, run, expected=()):
    """Runs a suite on both sides at once.

    `run(side, test)` runs the suite, or of it only `test` if that is not None. Tests named in
    `expected` must differ. Returns the cells of a table's row (stock, weakly, processes, what is
    not the same) and the list of what is wrong.
    """
    stock, ours = both(sides, run, None)
    complaints = [f"{where}: swap failed: {line}" for line in stock.unswapped + ours.unswapped]
    if not ours.processes:
        complaints.append(f"{where}: no process says that the swap took place")
    notes = []
    if stock.complete and ours.complete:
        for test, results in differences(stock, ours).items():
            note = "expected" if test in expected else unsteady(sides, run, test)
            notes.append(f"{short(test)} ({note})" if note else short(test))
            if not note:
                complaints.append(f"{where}: {test}: {results}\n{ours.messages.get(test, '')}")
    if not ours.complete or (ours.ended != stock.ended and not notes):
        complaints.append(f"{where}: stock ended {stock.ended}, weakly {ours.ended}\n{ours.output}")
    processes = f"{stock.processes}, {ours.processes}"
    return (str(stock), str(ours), processes, "; ".join(notes)), complaints


def both(sides, run, test):
    """The outcomes on the two sides, run at the same time."""
    # A shell starts background jobs with SIGINT ignored, and ignoring is inherited: tests that
    # interrupt themselves would run for ever.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with ThreadPoolExecutor(len(sides)) as pool:
        return list(pool.map(lambda side: run(side, test), sides))


def unsteady(sides, run, test):
    """The excuse for a test that differed but is the same on both sides when it runs alone."""
    for _ in range(RERUNS):
        stock, ours = both(sides, run, test)
        if test in stock.results and stock.results[test] == ours.results.get(test):
            return "unsteady, the same when run alone"
    return None


def short(test):
    """A test's name without that of its file."""
    return ".".join(test.split(".")[-2:])
