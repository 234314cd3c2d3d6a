"""The part of the report about the Rust benches."""

import json

from . import chart

LABELS = {"1000": "1,000", "100000": "100,000", "1000000": "1,000,000"}
SLOWEST_OF = "weak values"


def rust_section(results):
    """The sections of the Rust benches, from ``rust.json`` in the directory of results."""
    file = results / "rust.json"
    if not file.exists():
        return []
    result = json.loads(file.read_text())
    return [
        f"## Rust\n\n{result['machine']['rust']}. Every contender uses the same hasher (foldhash). "
        '"hashbrown by hand" is a plain map of weak pointers whose entries the program itself '
        'removes, without a lock: the floor. "indexmap by hand" is one that keeps its order, as '
        'ours do, behind a lock; with "large owners" its owners have the size of ours.\n',
        budgets(result),
        operations(result["operations"]),
        churn(result["churn"], results),
        memory(result["memory"]),
        threads(result["threads"]),
        counts(result.get("counts", [])),
    ]


def table(head, rows):
    """A Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def budgets(result):
    """The budgets of the Rust face and whether they are met."""
    times = {
        (each["kind"], each["operation"], each["contender"], each["size"]): each["ns"]
        for each in result["operations"]
    }
    churned = {(each["kind"], each["contender"]): each for each in result["churn"]}
    rows = []

    def row(what, budget, mine, other, bound):
        if mine and other:
            ratio = mine / other
            rows.append([what, budget, f"{ratio:.2f}", "yes" if ratio <= bound else "**no**"])

    def owner(operation, contender):
        return times.get(("owner", operation, contender, 1))

    def lookups(kind, budget, bound):
        for size in LABELS:
            row(
                f"{kind}: lookup at {LABELS[size]}",
                f"≤ {budget} × weak-table in a Mutex",
                times.get((kind, "get", "weakly", int(size))),
                times.get((kind, "get", "weak-table in a Mutex", int(size))),
                bound,
            )

    row(
        "`Strong::new` and drop",
        "≤ 1.5 × `Arc`",
        owner("new and drop", "Strong"),
        owner("new and drop", "Arc"),
        1.5,
    )
    row(
        "`WeakRef` upgrade and drop",
        "≤ 1.3 × std `Weak`",
        owner("upgrade and drop", "WeakRef"),
        owner("upgrade and drop", "std Weak"),
        1.3,
    )
    lookups("weak set by identity", "1/1.5", 1 / 1.5)
    for kind in dict.fromkeys(kind for kind, _ in churned):
        lookups(kind, "1", 1)
        for size, faster in zip(LABELS, (1, 1.4, 2)):
            mine, other = (churned.get((kind, name)) for name in ("weakly", "weak-table"))
            if mine and other:
                row(
                    f"{kind}: churn at {LABELS[size]}",
                    f"≤ 1/{faster:g} × weak-table",
                    mine["mean_ns"][size],
                    other["mean_ns"][size],
                    1 / faster,
                )
    mine, other = (churned.get((SLOWEST_OF, n)) for n in ("weakly", "weak-table in a Mutex"))
    if mine and other:
        row(
            "slowest step of churn at 1,000,000",
            "≤ 1/100 × weak-table",
            mine["slowest_ns"],
            other["slowest_ns"],
            1 / 100,
        )
    return table(["Rust", "budget", "ratio", "met?"], rows)


def operations(records):
    """Nanoseconds an operation."""
    sizes = sorted({each["size"] for each in records})
    keyed = {}
    for each in records:
        row = each["kind"], each["operation"], each["contender"]
        keyed.setdefault(row, {})[each["size"]] = each["ns"]
    rows = [
        [*row, *(chart.short(times[size]) if size in times else "" for size in sizes)]
        for row, times in keyed.items()
    ]
    head = ["", "operation", "contender", *(f"{size:,}" for size in sizes)]
    return "Nanoseconds an operation, by entries:\n\n" + table(head, rows)


def churn(records, results):
    """Churn: the mean, and the slowest steps as a chart."""
    rows = [
        [
            each["kind"],
            each["contender"],
            *(chart.short(each["mean_ns"][size]) for size in LABELS),
            chart.duration(each["slowest_ns"]) if each.get("slowest_ns") else "",
        ]
        for each in records
    ]
    head = ["", "contender", *LABELS.values(), "slowest step at 1,000,000"]
    drawn = {
        each["contender"]: each["below_two_to_the"]
        for each in records
        if each["kind"] == SLOWEST_OF and each.get("below_two_to_the")
    }
    picture = chart.histogram(
        "How long single steps of steady churn take",
        "1,000,000 live entries; both axes logarithmic",
        list(drawn),
        drawn,
        "a step: make an owner, insert it, let the oldest die",
    )
    (results / "churn.svg").write_text(picture)
    return (
        "Steady churn, nanoseconds a step (make an owner, insert it, let the oldest die):\n\n"
        + table(head, rows)
        + "\n![How long single steps take](benchmarks/churn.svg)\n"
    )


def memory(records):
    """Bytes an entry in four situations."""
    rows = [
        [
            each["kind"],
            each["contender"],
            f"{size['size']:,}",
            *(f"{size[key]:.0f}" for key in ("live", "all_dead", "churn_peak")),
        ]
        for each in records
        for size in each["sizes"]
    ]
    head = [
        "bytes an entry",
        "contender",
        "entries",
        "live, beside the owners",
        "all owners dead",
        "peak of steady churn, owners included",
    ]
    return table(head, rows)


def threads(records):
    """Throughput of one and of two threads."""
    rows = [
        [
            each["kind"],
            each["contender"],
            str(rate["threads"]),
            f"{rate['lookups']:.1f}",
            f"{rate['churn']:.1f}",
        ]
        for each in records
        for rate in each["rates"]
    ]
    head = ["million a second, all threads", "contender", "threads", "lookups", "churn steps"]
    return table(head, rows)


def counts(records):
    """Instructions and cache misses."""
    if not records:
        return ""
    sizes = list(records[0]["misses_of_last"])
    rows = [
        [
            each["kind"],
            each["operation"],
            each["contender"],
            f"{each['instructions']:,.0f}",
            f"{each['misses']:.1f}",
            # None at all may be counted as slightly less than none.
            *(f"{max(0, each['misses_of_last'][size]):.1f}" for size in sizes),
        ]
        for each in records
    ]
    head = [
        "",
        "operation",
        "contender",
        "instructions",
        "misses of the first cache",
        *(f"of a last one of {size} MB" for size in sizes),
    ]
    return (
        f"What an operation takes at {records[0]['size']:,} entries, as valgrind's callgrind counts "
        "it and its model of the caches says. Where others share the last cache, its effective size "
        "is what they leave; a miss there is an access to memory:\n\n" + table(head, rows)
    )
