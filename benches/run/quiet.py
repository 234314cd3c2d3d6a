"""Waiting until the machine is quiet.

A processor that is shared with others takes up to twice as long, for milliseconds or for half a
minute at a time. Taking the fastest of many repeats helps only if some of them ran at full speed. So
a fixed piece of work that takes microseconds is timed before and after each repeat: if it was as fast
as ever, the repeat was, too.
"""

from time import perf_counter, perf_counter_ns

#: How much longer than ever before the fixed work may take on a quiet machine.
TOLERANCE = 1.25
#: For how many seconds the fixed work is timed at first, to learn how fast it can be.
CALIBRATION_SECONDS = 2


class QuietMachine:
    """Knows the speed of the machine, and waits until it is quiet, for `patience` seconds in all.

    ``fastest`` is passed on by an earlier process: the nanoseconds of the fixed work when quiet.
    """

    def __init__(self, patience, fastest=None):
        #: Seconds of waiting that are left, over all waits.
        self.patience = patience
        #: The least nanoseconds that the fixed work has taken.
        self.fastest = fastest or float("inf")
        end = perf_counter() + (CALIBRATION_SECONDS if patience and not fastest else 0)
        while perf_counter() < end:
            self._spin()

    def is_now(self):
        """Whether the machine is quiet now."""
        # The first one may have to fetch what other work has evicted from the caches.
        return min(self._spin(), self._spin()) <= self.fastest * TOLERANCE

    def wait(self):
        """Returns when the machine is quiet, or when no patience is left."""
        while self.patience > 0:
            begin = perf_counter()
            if self.is_now():
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
