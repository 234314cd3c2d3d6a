"""The share of a program's time that is spent in the standard library's ``weakref``."""

import signal


class Share:
    """Looks every millisecond of processor time at what runs.

    A sample counts when the innermost Python function belongs to ``weakref``, so that what its
    functions do in C counts, and the program's own code that they call does not.
    """

    FILES = ("weakref.py", "_weakrefset.py", "<frozen _weakrefset>", "<frozen weakref>")
    INTERVAL = 0.001

    def __init__(self):
        self.samples = 0
        self.hits = 0

    def begin(self):
        """Begins to take samples."""
        signal.signal(signal.SIGPROF, self.sample)
        signal.setitimer(signal.ITIMER_PROF, self.INTERVAL, self.INTERVAL)

    def sample(self, _signal, frame):
        """Takes one sample."""
        self.samples += 1
        if frame is not None and frame.f_code.co_filename.endswith(self.FILES):
            self.hits += 1

    def end(self):
        """Takes no more samples."""
        signal.setitimer(signal.ITIMER_PROF, 0)

    def of_weakref(self):
        """The share, between 0 and 1."""
        return self.hits / max(self.samples, 1)
