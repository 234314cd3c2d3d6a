"""Observers on blinker's signals."""

from blinker import Signal


class Observer:
    """Counts what it is told."""

    def __init__(self):
        self.count = 0

    def notice(self, sender, **_details):
        """Counts one event."""
        self.count += 1


class Sender:
    """A source of events."""


def run():
    """Connects, sends and lets observers die, again and again."""
    changed = Signal("changed")
    senders = [Sender() for _ in range(20)]
    kept = [Observer() for _ in range(30)]
    for observer in kept:
        changed.connect(observer.notice)
    for _ in range(300):
        passing = [Observer() for _ in range(20)]
        for observer, sender in zip(passing, senders):
            changed.connect(observer.notice, sender=sender)
        for sender in senders:
            changed.send(sender, value=1)
    return sum(observer.count for observer in kept)
