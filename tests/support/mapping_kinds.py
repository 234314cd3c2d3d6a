"""The two dictionaries, for tests of what they have in common."""

from referents import Thing, things


class Kind:
    """One of the two dictionaries, with entries made for it."""

    def __init__(self, weakref, name):
        self.name = name
        self.cls = getattr(weakref, name)
        self.weak_keys = name == "WeakKeyDictionary"

    def pairs(self, count):
        objects = things(count)
        if self.weak_keys:
            return [(thing, thing.name) for thing in objects]
        return [(thing.name, thing) for thing in objects]

    def filled(self, count=3):
        """A dictionary and the list of pairs that keeps its entries alive."""
        pairs = self.pairs(count)
        return self.cls(dict(pairs)), pairs

    def missing_key(self):
        return Thing("missing") if self.weak_keys else "missing"

    def missing_value(self):
        return "value" if self.weak_keys else Thing("value")
