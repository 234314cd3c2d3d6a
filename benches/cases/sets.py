"""The operations of the weak set."""

from .case import Case


def _copying(name, statement, **more):
    """An operation that changes a set: each repeat gets a fresh copy, made outside the time."""
    return Case(name, statement, prepare="new = s.copy()", **more)


CASES = [
    Case("k in s", "k in s", "k in keys", budget="lookup"),
    Case("k in s, absent", "k in s", "k in absent", budget="lookup"),
    Case("s.add(k), present", "s.add(k)", "k in keys"),
    Case("s.discard(k), absent", "s.discard(k)", "k in absent"),
    Case("s.discard(k); s.add(k)", "s.discard(k); s.add(k)", "k in keys"),
    Case("s.remove(k); s.add(k)", "s.remove(k); s.add(k)", "k in keys"),
    Case("s.add(new); s.discard(new)", "s.add(k); s.discard(k)", "k in absent"),
    # A plain set looks for its first item from where it last found one, which this loop undoes.
    Case("s.add(s.pop())", "s.add(s.pop())", "_ in rounds", builtin=None, takes_newest=True),
    Case("len(s)", "len(s)", "_ in rounds", budget="len"),
    Case("next(iter(s))", "next(iter(s))", "_ in rounds", builtin=None, largest=1_000),
    Case("for k in s", "for k in s: pass", budget="iterate"),
    Case("list(s)", "list(s)"),
    Case("cls(list)", "new = cls(objects)", budget="bulk"),
    Case("s.update(list), new", "new.update(objects)", prepare="new = cls()", budget="bulk"),
    Case("s.update(list), present", "s.update(objects)"),
    Case("s.copy()", "new = s.copy()", budget="bulk"),
    Case("s | t", "new = s | t", budget="algebra"),
    Case("s & t", "new = s & t", budget="algebra"),
    Case("s - t", "new = s - t", budget="algebra"),
    Case("s ^ t", "new = s ^ t", budget="algebra"),
    Case("s.union(list)", "new = s.union(half)", budget="algebra"),
    Case("s.intersection(list)", "new = s.intersection(half)", budget="algebra"),
    Case("s.difference(list)", "new = s.difference(half)", budget="algebra"),
    Case("s.symmetric_difference(list)", "new = s.symmetric_difference(half)", budget="algebra"),
    _copying("s |= t", "new |= t", budget="algebra"),
    _copying("s &= t", "new &= t", budget="algebra"),
    _copying("s -= t", "new -= t", budget="algebra"),
    _copying("s ^= t", "new ^= t", budget="algebra"),
    _copying("s.intersection_update(list)", "new.intersection_update(half)", budget="algebra"),
    _copying("s.difference_update(list)", "new.difference_update(half)", budget="algebra"),
    _copying(
        "s.symmetric_difference_update(list)",
        "new.symmetric_difference_update(half)",
        budget="algebra",
    ),
    _copying("s == t, equal", "s == new"),
    _copying("s <= t, true", "s <= new"),
    _copying("s >= t, true", "s >= new"),
    Case("s.issubset(list), true", "s.issubset(objects)"),
    Case("s.issuperset(list), true", "s.issuperset(objects)"),
    Case("s.isdisjoint(t), true", "s.isdisjoint(far)", prepare="far = cls(others)"),
    _copying("s.clear()", "new.clear()"),
    _copying("drop the set", "new = None"),
    Case(
        "s.add(new); new dies",
        "s.add(Thing())",
        "_ in rounds",
        without="Thing()",
        builtin="o = Thing(); s.add(o); s.discard(o)",
        budget="churn",
    ),
    Case(
        "s.add(new); the oldest dies",
        "ring[i % n] = o = Thing(); s.add(o)",
        "i in rounds",
        without="ring[i % n] = o = Thing()",
        builtin="o = Thing(); s.add(o); s.discard(ring[i % n]); ring[i % n] = o",
        prepare="ring = make(Thing, n); s = cls(ring); o = None",
        prepare_without="ring = make(Thing, n); o = None",
        largest=100_000,
    ),
    Case(
        "all items die",
        "new.clear()",
        prepare="new = make(Thing, n); s = cls(new)",
        builtin=None,
    ),
]
