"""The operations of the weak dictionaries."""

from .case import Case

#: What both dictionaries do in the same way.
COMMON = [
    Case("d[k]", "d[k]", "k in keys", budget="lookup"),
    Case("k in d", "k in d", "k in keys", budget="lookup"),
    Case("d.get(k)", "d.get(k)", "k in keys", budget="lookup"),
    Case("k in d, absent", "k in d", "k in absent", budget="lookup"),
    Case("d.get(k), absent", "d.get(k)", "k in absent", budget="lookup"),
    Case("d[k], absent", "try: d[k]\n    except KeyError: pass", "k in absent"),
    Case("d[k] = v, present", "d[k] = v", "k in keys", budget="replace"),
    Case("d.setdefault(k, v), present", "d.setdefault(k, v)", "k in keys"),
    Case("del d[k]; d[k] = v", "del d[k]; d[k] = v", "k in keys"),
    Case("d.pop(k); d[k] = v", "d.pop(k); d[k] = v", "k in keys"),
    Case("d.pop(k, None), absent", "d.pop(k, None)", "k in absent"),
    Case(
        "k, v = d.popitem(); d[k] = v",
        "k, v = d.popitem(); d[k] = v",
        "_ in rounds",
        takes_newest=True,
    ),
    Case("d.setdefault(k, v), new; del d[k]", "d.setdefault(k, v); del d[k]", "k in absent"),
    Case("len(d)", "len(d)", "_ in rounds", budget="len"),
    # From 3.14 on the standard library copies the whole dictionary for it.
    Case("next(iter(d))", "next(iter(d))", "_ in rounds", largest=1_000),
    Case("for k in d", "for k in d: pass", budget="iterate"),
    Case("for k in d.keys()", "for k in d.keys(): pass", budget="iterate"),
    Case("for v in d.values()", "for v in d.values(): pass", budget="iterate"),
    Case("for k, v in d.items()", "for k, v in d.items(): pass", budget="iterate items"),
    Case("list(d)", "list(d)"),
    Case("list(d.items())", "list(d.items())"),
    Case("cls(dict)", "new = cls(source)", budget="bulk"),
    Case("cls(pairs)", "new = cls(pairs)", budget="bulk"),
    Case("d.update(dict), new", "new.update(source)", prepare="new = cls()", budget="bulk"),
    Case("d.update(dict), present", "d.update(source)"),
    Case("d.copy()", "new = d.copy()", budget="bulk"),
    Case("d | e", "new = d | e", budget="algebra"),
    Case("d | dict", "new = d | source", budget="algebra"),
    Case("d |= e", "new |= e", prepare="new = d.copy()", budget="algebra"),
    Case("d == e, equal", "d == copy", prepare="copy = d.copy()", largest=1_000),
    Case("d.clear()", "new.clear()", prepare="new = d.copy()"),
    Case("drop the dictionary", "new = None", prepare="new = d.copy()"),
]

KEY_CASES = [
    *COMMON,
    Case(
        "d[new] = v; new dies",
        "d[Thing()] = v",
        "_ in rounds",
        without="Thing()",
        builtin="o = Thing(); d[o] = v; del d[o]",
        budget="churn",
    ),
    Case(
        "d[new] = v; the oldest dies",
        "ring[i % n] = o = Thing(); d[o] = v",
        "i in rounds",
        without="ring[i % n] = o = Thing()",
        builtin="o = Thing(); d[o] = v; del d[ring[i % n]]; ring[i % n] = o",
        prepare="ring = make(Thing, n); d = cls(zip(ring, range(n))); o = None",
        prepare_without="ring = make(Thing, n); o = None",
        largest=100_000,
    ),
    Case(
        "all keys die",
        "new.clear()",
        prepare="new = make(Thing, n); d = cls(zip(new, range(n)))",
        builtin=None,
    ),
    Case("d.keyrefs()", "d.keyrefs()", builtin="list(d)"),
]

VALUE_CASES = [
    *COMMON,
    Case(
        "d[k] = new; new dies",
        "d[k] = Thing()",
        "k in absent",
        without="Thing()",
        builtin="d[k] = Thing(); del d[k]",
        budget="churn",
    ),
    Case(
        "d[k] = new, present; the old one dies",
        "d[k] = objects[i] = Thing()",
        "i, k in enumerate(order)",
        without="objects[i] = Thing()",
        prepare="objects = make(Thing, n); d = cls(zip(source, objects))\n"
        "order = list(source)[:len(rounds)]",
        prepare_without="objects = make(Thing, n); order = list(source)[:len(rounds)]",
        largest=100_000,
    ),
    Case(
        "all values die",
        "new.clear()",
        prepare="new = make(Thing, n); d = cls(zip(source, new))",
        builtin=None,
    ),
    Case("d.valuerefs()", "d.valuerefs()", builtin="list(d.values())"),
    Case(
        "for r in d.itervaluerefs()",
        "for r in d.itervaluerefs(): pass",
        builtin="for r in d.values(): pass",
    ),
]
