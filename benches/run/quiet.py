"""Calm: telling when the machine works at full speed.

A processor that is shared with others takes up to twice as long, for milliseconds or for half a
minute at a time. The fastest of many repeats helps only if some of them fell into a fast time, so a
fixed piece of work that takes microseconds is timed before and after each repeat: where it was as
fast as ever, so was what lay between.
"""

from time import perf_counter, perf_counter_ns

#: How much longer than ever before the fixed work may take in a calm.
TOLERANCE = 1.25
#: For so many seconds the fixed work is timed at first, to know how fast it can be.
ACQUAINTANCE = 2


class Calm:
    """Knows the speed of the machine, and waits for calms until its patience is over.

    ``fastest`` is what an earlier process passes on: the nanoseconds of the fixed work in a calm.
    """

    def __init__(self, patience, fastest=None):
        #: Seconds of waiting that are left, over all waits.
        self.patience = patience
        #: The least nanoseconds that the fixed work has taken.
        self.fastest = fastest or float("inf")
        end = perf_counter() + (ACQUAINTANCE if patience and not fastest else 0)
        while perf_counter() < end:
            self._spin()

    def is_here(self):
        """Whether the machine is at full speed now."""
        # The first may have to fetch what other work has driven out of the caches.
        return min(self._spin(), self._spin()) <= self.fastest * TOLERANCE

    def wait(self):
        """Returns when the machine is at full speed, or patience is over."""
        while self.patience > 0:
            begin = perf_counter()
            if self.is_here():
                return
            self.patience -= perf_counter() - begin

    def _spin(self):
        """Does the fixed work; returns its nanoseconds."""
        begin = perf_counter_ns()
        for _ in range(300):
            pass
        elapsed = perf_counter_ns() - begin
        self.fastest = min(self.fastest, elapsed)
        return elapsed
