"""Receivers of Django's signals, which caches them by sender in a weak-key dictionary."""

from django.conf import settings
from django.dispatch import Signal


class Model:
    """A sender."""


class Receiver:
    """Counts what it receives."""

    def __init__(self):
        self.count = 0

    def receive(self, sender, **_details):
        """Counts one event."""
        self.count += 1


def run():
    """Sends many signals, and connects new receivers now and then."""
    if not settings.configured:
        settings.configure()
    saved = Signal(use_caching=True)
    models = [type(f"Model{number}", (Model,), {}) for number in range(20)]
    kept = [Receiver() for _ in range(10)]
    for receiver in kept:
        saved.connect(receiver.receive)
    for _ in range(100):
        passing = [Receiver() for _ in range(10)]
        for receiver, model in zip(passing, models):
            saved.connect(receiver.receive, sender=model)
        for _ in range(10):
            for model in models:
                saved.send(sender=model, created=True)
    return sum(receiver.count for receiver in kept)
