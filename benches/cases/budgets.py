"""The budgets: what each operation may take, and whether it does."""

from dataclasses import dataclass
from math import exp, fsum, log
from typing import Callable

#: The size at which the budgets are stated.
SIZE = 1_000


@dataclass(frozen=True)
class Budget:
    """A bound on the ratio of two contenders for a group of operations."""

    text: str
    #: Whether an operation belongs to it.
    applies: Callable[[dict], bool]
    #: The contender to compare with.
    against: str
    #: ``at most``: a multiple of the other's time. ``faster``: how many times faster than the other.
    kind: str
    bound: float

    def ratio(self, record):
        """The ratio that the bound is on, or ``None`` where there is nothing to compare."""
        times = record["ns"]
        mine, other = times.get("weakly"), times.get(self.against)
        if not mine or not other:
            return None
        return mine / other if self.kind == "at most" else other / mine

    def is_met(self, ratio):
        """Whether a ratio keeps the bound."""
        return ratio <= self.bound if self.kind == "at most" else ratio >= self.bound


def _in(budget, *groups):
    def applies(record):
        return (
            record["budget"] == budget
            and record["equality"] == "default"
            and (not groups or record["group"] in groups)
        )

    return applies


BUDGETS = [
    Budget(
        "`d[k]`, `k in d`, `d.get(k)`, `k in s`",
        _in("lookup", "WeakKeyDictionary", "WeakSet"),
        "builtin",
        "at most",
        1.35,
    ),
    Budget(
        "the same of `WeakValueDictionary`",
        _in("lookup", "WeakValueDictionary"),
        "builtin",
        "at most",
        1.5,
    ),
    Budget("`d[k] = v` on a present key", _in("replace"), "builtin", "at most", 2),
    Budget("`len()`", _in("len"), "builtin", "at most", 1.2),
    Budget(
        "insert a new object and let it die: `WeakSet`, `WeakKeyDictionary`",
        _in("churn", "WeakSet", "WeakKeyDictionary"),
        "weakref",
        "faster",
        3,
    ),
    Budget(
        "insert a new object and let it die: `WeakValueDictionary`",
        _in("churn", "WeakValueDictionary"),
        "weakref",
        "faster",
        6,
    ),
    Budget("iterate over a set, keys, values", _in("iterate"), "builtin", "at most", 3),
    Budget("iterate over `items()`", _in("iterate items"), "builtin", "at most", 2.5),
    Budget("build, `copy`, `update`", _in("bulk"), "weakref", "faster", 2.5),
    Budget("set operations, `|` of dictionaries", _in("algebra"), "weakref", "faster", 4),
    Budget("`finalize(o, f).detach()`", _in("finalize"), "weakref", "faster", 4),
    Budget("`WeakMethod(o.m)`", _in("WeakMethod"), "weakref", "faster", 3),
]


@dataclass(frozen=True)
class Verdict:
    """What was measured for one budget."""

    text: str
    bound: str
    found: str
    worst: str
    met: bool


def verdicts(result):
    """The verdict on every budget for the results of one interpreter."""
    for budget in BUDGETS:
        rows = [
            (ratio, record)
            for record in result["operations"]
            if budget.applies(record)
            and record["size"] in (1, SIZE)
            and (ratio := budget.ratio(record)) is not None
        ]
        if not rows:
            continue
        pick = max if budget.kind == "at most" else min
        worst, record = pick(rows, key=lambda row: row[0])
        mean = geometric_mean(ratio for ratio, _ in rows)
        unit = "×" if budget.kind == "at most" else "× faster"
        than = "dict/set" if budget.against == "builtin" else "weakref"
        yield Verdict(
            budget.text,
            f"{'≤' if budget.kind == 'at most' else '≥'} {budget.bound:g}{unit} {than}",
            f"{mean:.2f}",
            f"{worst:.2f} (`{record['case']}`)",
            budget.is_met(worst),
        )
    yield from overall_verdicts(result)


def overall_verdicts(result):
    """The verdicts on all operations together, and on memory."""
    speedups = [
        (record["ns"]["weakref"] / record["ns"]["weakly"], record)
        for record in result["operations"]
        if record["ns"].get("weakly") and record["ns"].get("weakref")
    ]
    if not speedups:
        return
    worst, record = min(speedups, key=lambda row: row[0])
    mean = geometric_mean(speedup for speedup, _ in speedups)
    where = f"`{record['case']}`, {record['group']}, {record['size']:,} entries"
    yield Verdict(
        "any operation at any size",
        "never slower than weakref",
        "",
        f"{worst:.2f} ({where})",
        worst >= 1,
    )
    yield Verdict(
        "geometric mean of all operations", "≥ 4× faster weakref", f"{mean:.2f}", "", mean >= 4
    )
    ratios = [
        (row["bytes"]["weakly"] / row["bytes"]["weakref"], row)
        for row in result["memory"]
        if "weakly" in row["bytes"]
    ]
    if ratios:
        worst, row = max(ratios, key=lambda pair: pair[0])
        mean = geometric_mean(ratio for ratio, _ in ratios)
        where = f"{row['group']}, {row['size']:,} entries"
        yield Verdict(
            "memory per entry", "≤ 1× weakref", f"{mean:.2f}", f"{worst:.2f} ({where})", worst <= 1
        )


def geometric_mean(values):
    """The geometric mean of positive numbers."""
    logarithms = [log(value) for value in values]
    return exp(fsum(logarithms) / len(logarithms))
