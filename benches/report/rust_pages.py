"""The page about the Rust crate."""

from ..cases.rust_budgets import MINE, PEER, verdicts
from . import chart
from .markdown import table


def rust_page(result):
    """Everything measured in Rust."""
    machine = result["machine"]
    return "\n".join(
        [
            "# Rust\n",
            f"Measured {machine['date']} on {machine['processor']}, {machine['cores']} cores, "
            f"{machine['system']}, with {machine['rust']}.{note(machine)}\n",
            "All contenders of a kind are in one process and take turns; one of the fastest slices "
            "counts, or the best of the rounds. They use the same hasher (foldhash), but for the "
            "interners of other crates. *By hand* is a plain map of weak pointers whose entries the "
            "program itself removes; *HashMap by hand*, without a lock, is the floor, and *indexmap* "
            "keeps an order, as ours do.\n",
            budgets(result),
            operations(result["operations"]),
            steps(result["steps"]),
            memory(result["memory"]),
            threads(result["threads"]),
            counts(result.get("counts", [])),
        ]
    )


def note(machine):
    """What is to be said of these figures, where something is."""
    return f" {machine['note']}" if "note" in machine else ""


def shown_table(result):
    """The few operations that the READMEs show."""
    times = {
        (each["kind"], each["operation"], each["size"], each["contender"]): each["ns"]
        for each in result["operations"]
    }
    slowest = {(each["size"], each["contender"]): each for each in result["steps"]}
    size, _ = max(slowest)
    mine, other = slowest[size, MINE], slowest[size, PEER]
    rows = [
        [
            f"slowest of {mine['steps']:,} churn steps, {size:,} entries",
            *(chart.duration(each["slowest_ns"]) for each in (mine, other)),
        ]
    ]
    for what, kind, operation, size in (
        ("churn step", "values", "churn", 1_000),
        ("churn step", "values", "churn", 1_000_000),
        ("lookup by identity", "set by identity", "get", 1_000),
        ("lookup by value", "values", "get", 1_000),
        ("lookup by value", "values", "get", 1_000_000),
    ):
        if (kind, operation, size, MINE) in times:
            found = (times[kind, operation, size, name] for name in (MINE, PEER))
            rows.append([f"{what}, {size:,} entries", *map(chart.duration, found)])
    return table(["time per operation"], ["weakly", "weak-table in a `Mutex`"], rows)


def budgets(result):
    """The budgets and whether they are met: one row per budget."""
    rows = [
        [each.text, each.bound, each.found, each.worst, "yes" if each.met else "**no**"]
        for each in verdicts(result)
    ]
    return (
        "## Budgets\n\nA ratio is ours divided by the other's, of time or of bytes, or for threads "
        "the other's rate divided by ours. A budget is met when its worst ratio is.\n\n"
        + table(["operation", "budget"], ["mean", "worst", "met"], rows)
    )


def operations(records):
    """Nanoseconds per operation."""
    sizes = sorted({each["size"] for each in records} - {1})
    keyed = {}
    for each in records:
        row = each["kind"], each["operation"], each["contender"]
        keyed.setdefault(row, {})[each["size"]] = chart.short(each["ns"])
    labels = ["container", "operation", "contender"]
    owners = [[*row, times[1]] for row, times in keyed.items() if 1 in times]
    rows = [
        [*row, *(times.get(size, "") for size in sizes)]
        for row, times in keyed.items()
        if 1 not in times
    ]
    return (
        "## Operations\n\nNanoseconds per operation, by number of entries. A step of *churn* makes "
        "an object, inserts it, and lets the oldest die; of *random deaths*, any one. *Build* inserts "
        "objects into an empty container.\n\n"
        "![Lookups and churn over the number of entries](sizes.svg)\n\n"
        + table(labels, [f"{size:,}" for size in sizes], rows)
        + "\nWithout a container:\n\n"
        + table(labels[1:], ["ns"], [row[1:] for row in owners])
    )


def size_chart(result):
    """Lookups and churn over the number of entries."""

    def panel(kind, operation, what):
        by_name = {name: {} for name in (MINE, PEER)}
        for each in result["operations"]:
            is_drawn = each["contender"] in by_name
            if is_drawn and (each["kind"], each["operation"]) == (kind, operation):
                by_name[each["contender"]][each["size"]] = each["ns"]
        return what, by_name if all(by_name.values()) else None

    panels = [
        panel("values", "get", "lookup by value, weak values"),
        panel("values", "churn", "churn, the oldest dies"),
        panel("values", "random deaths", "churn, any one dies"),
    ]
    return chart.lines(
        "Lookups and churn over the number of entries",
        "nanoseconds per operation (less is better); both axes logarithmic",
        (MINE, PEER),
        [each for each in panels if each[1]],
    )


def steps(records):
    """How long single steps of churn take."""
    rows = [
        [
            each["contender"],
            f"{each['size']:,}",
            *(chart.duration(at_most(each, share)) for share in (0.5, 0.999, 0.99999)),
            chart.duration(each["slowest_ns"]),
        ]
        for each in records
    ]
    return (
        f"## Single steps of churn\n\n{records[0]['steps']:,} steps of weak values, each timed. "
        "Without a container a step only makes an object and drops the oldest: its slowest is the "
        "noise of the machine. Time in which the thread waited for a processor does not count.\n\n"
        + table(
            ["contender", "entries"],
            ["half take at most", "99.9 %", "99.999 %", "slowest"],
            rows,
        )
        + "\n![How long single steps take](steps.svg)\n"
    )


def at_most(histogram, share):
    """Nanoseconds, a power of two, that this share of the steps take at most."""
    left = share * sum(histogram["below_two_to_the"])
    for power, count in enumerate(histogram["below_two_to_the"]):
        left -= count
        if left <= 0:
            return 2**power
    return histogram["slowest_ns"]


def step_chart(result):
    """How long single steps take, where ours has its slowest."""
    mine = [each for each in result["steps"] if each["contender"] == MINE]
    size = max(mine, key=lambda each: each["slowest_ns"])["size"]
    drawn = {
        each["contender"]: each["below_two_to_the"]
        for each in result["steps"]
        if each["size"] == size
    }
    return chart.histogram(
        "How long single steps of steady churn take",
        f"{mine[0]['steps']:,} steps with {size:,} live entries; both axes logarithmic",
        list(drawn),
        drawn,
        "a step: make an object, insert it, let the oldest die",
    )


def memory(records):
    """Bytes per entry, with its object."""
    moments = ("objects", "live", "all_dead", "churn_peak")
    rows = [
        [
            each["kind"],
            each["contender"],
            f"{each['size']:,}",
            *(f"{each[moment][0]:.0f} ({each[moment][1]:.0f})" for moment in moments),
        ]
        for each in records
    ]
    return (
        "## Memory\n\nBytes per entry with its object of 8 bytes, as asked for and, in brackets, as "
        "glibc gave.\n\n"
        + table(
            ["container", "contender", "entries"],
            ["the objects alone", "at rest", "all objects dead", "peak of churn"],
            rows,
        )
    )


def threads(records):
    """Throughput of one and of two threads."""
    settings = ("one", "two_on_one", "two_on_two")
    rows = [
        [
            each["kind"],
            each["operation"],
            each["contender"],
            *(f"{each[setting]:.1f}" if setting in each else "" for setting in settings),
        ]
        for each in records
    ]
    return (
        "## Threads\n\nMillion operations per second, all threads together. An interner is one for "
        "the whole program.\n\n"
        + table(
            ["container", "operation", "contender"],
            ["one thread", "two on one container", "two on two"],
            rows,
        )
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
