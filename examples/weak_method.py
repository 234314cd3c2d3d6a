"""A WeakMethod is a reference to a bound method that does not keep its object alive.

screen shows 21
listeners: 0
"""

from collections.abc import Callable

import weakly


class Thermometer:
    def __init__(self) -> None:
        self.listeners: list[weakly.WeakMethod[Callable[[int], None]]] = []

    def connect(self, listener: Callable[[int], None]) -> None:
        # A plain weakly.ref would be dead at once: `screen.show` is made anew by each access.
        self.listeners.append(weakly.WeakMethod(listener, self.listeners.remove))

    def measure(self, degrees: int) -> None:
        for reference in list(self.listeners):
            listener = reference()
            if listener is not None:
                listener(degrees)


class Screen:
    def show(self, degrees: int) -> None:
        print("screen shows", degrees)


thermometer, screen = Thermometer(), Screen()
thermometer.connect(screen.show)
thermometer.measure(21)

del screen
thermometer.measure(22)
print("listeners:", len(thermometer.listeners))
