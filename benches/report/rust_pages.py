"""The page about the Rust crate."""

from . import chart
from .markdown import table

LABELS = {"1000": "1,000", "100000": "100,000", "1000000": "1,000,000"}
SLOWEST_OF = "weak values"


def rust_page(result):
    """Everything measured in Rust."""
    machine = result["machine"]
    return "\n".join(
        [
            "# Rust\n",
            f"Measured {machine['date']} on {machine['processor']}, {machine['cores']} cores, "
            f"{machine['system']}, with {machine['rust']}.\n",
            "Every contender uses the same hasher (foldhash). *hashbrown by hand* is a plain map of "
            "weak pointers, without a lock, whose entries the program itself removes: the floor. "
            "*indexmap by hand* keeps its order, as ours do, behind a lock; with *large owners* its "
            "owners have the size of ours.\n",
            "## Budgets\n\n" + table(["operation", "budget"], ["ratio", "met"], budgets(result)),
            operations(result["operations"]),
            churn(result["churn"]),
            memory(result["memory"]),
            threads(result["threads"]),
            counts(result.get("counts", [])),
        ]
    )


def shown_table(result):
    """The few operations that the READMEs show."""
    rows = []

    def row(what, *times):
        rows.append([what, *(chart.duration(each) for each in times)])

    def lookups(what, kind, size):
        times = {
            each["contender"]: each["ns"]
            for each in result["operations"]
            if (each["kind"], each["operation"], each["size"]) == (kind, "get", size)
        }
        row(f"{what}, {size:,} entries", times["weakly"], times["weak-table in a Mutex"])

    churned = {each["contender"]: each for each in result["churn"] if each["kind"] == SLOWEST_OF}
    mine, other = churned["weakly"], churned["weak-table in a Mutex"]
    steps = sum(mine["below_two_to_the"])
    row(f"slowest of {steps:,} churn steps", mine["slowest_ns"], other["slowest_ns"])
    for size in ("1000", "1000000"):
        row(f"churn step, {LABELS[size]} entries", mine["mean_ns"][size], other["mean_ns"][size])
    lookups("lookup by identity", "weak set by identity", 1_000)
    lookups("lookup by value", "weak values", 1_000)
    lookups("lookup by value", "weak values", 1_000_000)
    return table(["time per operation"], ["weakly", "weak-table in a `Mutex`"], rows)


def budgets(result):
    """The budgets and whether they are met: one row per budget."""
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
    return rows


def operations(records):
    """Nanoseconds per operation."""
    sizes = sorted({each["size"] for each in records})
    keyed = {}
    for each in records:
        row = each["kind"], each["operation"], each["contender"]
        keyed.setdefault(row, {})[each["size"]] = each["ns"]
    rows = [
        [*row, *(chart.short(times[size]) if size in times else "" for size in sizes)]
        for row, times in keyed.items()
    ]
    return "## Operations\n\nNanoseconds per operation, by number of entries.\n\n" + table(
        ["container", "operation", "contender"], [f"{size:,}" for size in sizes], rows
    )


def churn(records):
    """Steady churn: the mean and the slowest step."""
    rows = [
        [
            each["kind"],
            each["contender"],
            *(chart.short(each["mean_ns"][size]) for size in LABELS),
            chart.duration(each["slowest_ns"]) if each.get("slowest_ns") else "",
        ]
        for each in records
    ]
    return (
        "## Steady churn\n\nNanoseconds per step, by number of entries. A step makes an owner, "
        "inserts it, and lets the oldest die.\n\n"
        + table(
            ["container", "contender"],
            [*LABELS.values(), "slowest step at 1,000,000"],
            rows,
        )
        + "\n![How long single steps take](churn.svg)\n"
    )


def churn_chart(result):
    """How long single steps take."""
    drawn = {
        each["contender"]: each["below_two_to_the"]
        for each in result["churn"]
        if each["kind"] == SLOWEST_OF and each.get("below_two_to_the")
    }
    return chart.histogram(
        "How long single steps of steady churn take",
        "1,000,000 live entries; both axes logarithmic",
        list(drawn),
        drawn,
        "a step: make an owner, insert it, let the oldest die",
    )


def memory(records):
    """Bytes per entry in three situations."""
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
    return "## Memory\n\nBytes per entry.\n\n" + table(
        ["container", "contender", "entries"],
        [
            "live, beside the owners",
            "all owners dead",
            "peak of steady churn, with the owners",
        ],
        rows,
    )


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
    return "## Threads\n\nMillion operations per second, all threads together.\n\n" + table(
        ["container", "contender", "threads"], ["lookups", "churn steps"], rows
    )


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
    return (
        "## Instructions and cache misses\n\n"
        f"Per operation at {records[0]['size']:,} entries, as valgrind's callgrind counts them with "
        "its model of the caches. A miss of the last cache is an access to memory. Where other "
        "programs share the last cache, what they leave of it is its effective size.\n\n"
        + table(
            ["container", "operation", "contender"],
            [
                "instructions",
                "misses of the first cache",
                *(f"of a last one of {size} MB" for size in sizes),
            ],
            rows,
        )
    )
