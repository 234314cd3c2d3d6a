"""The pages about the Python package: one for each interpreter, and one about instructions."""

from math import fsum

from ..cases.budgets import SIZE, verdicts
from . import chart
from .markdown import quotient, table

CONTENDERS = ("weakly", "weakref", "builtin")
NAMES = ("weakly", "weakref", "dict / set")
EQUALITY = {"default": "default", "custom": "custom `__eq__`"}

#: The operations of the chart, by class and name.
CHARTED = [
    ("WeakKeyDictionary", "d[k]"),
    ("WeakKeyDictionary", "d[k] = v, present"),
    ("WeakKeyDictionary", "d[new] = v; new dies"),
    ("WeakKeyDictionary", "d.copy()"),
    ("WeakValueDictionary", "d[k]"),
    ("WeakValueDictionary", "d[k] = v, present"),
    ("WeakValueDictionary", "d[k] = new; new dies"),
    ("WeakSet", "k in s"),
    ("WeakSet", "s.discard(k); s.add(k)"),
    ("WeakSet", "s.add(new); new dies"),
    ("WeakSet", "for k in s"),
    ("WeakSet", "s | t"),
    ("finalize", "finalize(o, f).detach()"),
    ("WeakMethod", "WeakMethod(o.m)"),
    ("WeakMethod", "method()"),
]

#: The rows of the table in the README: what it calls them, class and name.
SHOWN = [
    ("`d[key]` of a `WeakKeyDictionary`", "WeakKeyDictionary", "d[k]"),
    ("`key in weak_set`", "WeakSet", "k in s"),
    ("`len(d)`", "WeakKeyDictionary", "len(d)"),
    ("`d[key] = new`, then `new` dies (`WeakValueDictionary`)", "WeakValueDictionary", "d[k] = new; new dies"),
    ("`s | t`, per item", "WeakSet", "s | t"),
    ("`finalize(o, f).detach()`", "finalize", "finalize(o, f).detach()"),
]  # fmt: skip


def version(result):
    """The interpreter's version as ``(3, 13)``."""
    return tuple(int(part) for part in result["machine"]["python"].split(".")[:2])


def named(result):
    """The interpreter's name."""
    return f"Python {result['machine']['python']}"


def speedups(result, group=None):
    """How many times faster than ``weakref``: one number per operation and size."""
    return [
        each["ns"]["weakref"] / each["ns"]["weakly"]
        for each in result["operations"]
        if group in (None, each["group"]) and each["ns"].get("weakly") and each["ns"].get("weakref")
    ]


def usual_times(result):
    """The times of each operation at the usual size, with the default equality."""
    return {
        (each["group"], each["case"]): each["ns"]
        for each in result["operations"]
        if each["size"] in (1, SIZE) and each["equality"] == "default"
    }


def operation_chart(result):
    """The main operations as a picture."""
    times = usual_times(result)
    rows = [
        (
            f"{group} {case}" if group.startswith("Weak") and case != "WeakMethod(o.m)" else case,
            [times[group, case].get(name) for name in CONTENDERS],
        )
        for group, case in CHARTED
        if (group, case) in times
    ]
    note = f"{named(result)}, {result['machine']['processor']}, containers of {SIZE:,} entries"
    return chart.bars("Nanoseconds per operation (less is better)", note, NAMES, rows, "")


def shown_table(result):
    """The few operations that the README shows."""
    times = usual_times(result)
    rows = [
        [name, *cells(times[group, case], ("weakref", "weakly", "builtin"))]
        for name, group, case in SHOWN
    ]
    return table(
        [f"ns, {named(result)}, {SIZE:,} entries"], ["weakref", "weakly", "dict / set"], rows
    )


def python_page(result):
    """Everything measured on one interpreter."""
    machine = result["machine"]
    return "\n".join(
        [
            f"# {named(result)}\n",
            f"Measured {machine['date']} on {machine['processor']}, {machine['cores']} cores, "
            f"{machine['system']}. [What the figures mean](README.md).\n",
            budgets(result),
            slower(result),
            operations(result),
            memory(result),
        ]
    )


def budgets(result):
    """The budgets and whether they are met."""
    rows = [
        [each.text, each.bound, each.found, each.worst, "yes" if each.met else "**no**"]
        for each in verdicts(result)
    ]
    return (
        f"## Budgets\n\nAt {SIZE:,} entries and with the default equality, unless the row says "
        "otherwise. A budget is met when the worst operation meets it.\n\n"
        + table(["operation", "budget"], ["mean", "worst", "met"], rows)
    )


def slower(result):
    """The operations that gain little or nothing."""
    rows = [
        [*labels(each), *cells(each["ns"], CONTENDERS[:2]), f"{ratio:.2f}"]
        for each in by_operation(result["operations"])
        if each["ns"].get("weakly")
        and each["ns"].get("weakref")
        and (ratio := each["ns"]["weakref"] / each["ns"]["weakly"]) < 1.25
    ]
    head = ["class", "operation", "equality", "entries"]
    text = "## Slower than weakref, or less than 25 % faster\n\n"
    return text + (
        table(head, ["weakly ns", "weakref ns", "times faster"], rows) if rows else "None.\n"
    )


def operations(result):
    """All times, with one table per class."""
    records = by_operation(result["operations"])
    parts = ["## Every operation\n\nNanoseconds per operation.\n"]
    for group in dict.fromkeys(each["group"] for each in records):
        rows = [
            [
                *labels(each)[1:],
                *cells(each["ns"], CONTENDERS),
                quotient(each["ns"].get("weakref"), each["ns"].get("weakly")),
                quotient(each["ns"].get("weakly"), each["ns"].get("builtin")),
            ]
            for each in records
            if each["group"] == group
        ]
        figures = [*NAMES, "weakref / weakly", "weakly / dict"]
        parts.append(
            f"### {group}\n\n" + table(["operation", "equality", "entries"], figures, rows)
        )
    return "\n".join(parts)


def memory(result):
    """Bytes per entry."""
    rows = [
        [
            each["group"],
            f"{each['size']:,}",
            *(f"{value:.0f}" if (value := each["bytes"].get(name)) else "" for name in CONTENDERS),
        ]
        for each in result["memory"]
    ]
    return "## Memory\n\nBytes per entry.\n\n" + table(["class", "entries"], NAMES, rows)


def by_operation(records):
    """The records with all sizes of an operation side by side."""
    place = {}
    for each in records:
        place.setdefault((each["group"], each["case"], each["equality"]), len(place))
    return sorted(
        records,
        key=lambda each: (place[each["group"], each["case"], each["equality"]], each["size"]),
    )


def labels(record):
    """What tells a record apart from all others."""
    return [
        record["group"],
        f"`{record['case']}`",
        EQUALITY[record["equality"]],
        f"{record['size']:,}",
    ]


def cells(times, contenders):
    """The times of some contenders, empty where there is none."""
    return [
        chart.short(value) if (value := times.get(name)) is not None else "" for name in contenders
    ]


def instruction_page(results):
    """Whose instructions an operation takes, and what that bounds."""
    rows = []
    for result in results:
        for each in result.get("instructions", ()):
            mine = each["instructions"]["weakly"]
            own, all_mine = mine["weakly"], fsum(mine.values())
            other = fsum(each["instructions"]["weakref"].values())
            rows.append(
                [
                    named(result),
                    each["group"],
                    f"`{each['case']}`",
                    *(f"{count:,.0f}" for count in (own, all_mine - own, other)),
                    quotient(other, all_mine),
                    f"{other / (all_mine - own):.1f}" if all_mine - own > 20 else "",
                ]
            )
    return (
        "# Instructions\n\nInstructions per operation, counted by valgrind's callgrind at "
        f"{SIZE:,} entries.\n\n"
        "- *own*: those of weakly's extension.\n"
        "- *others'*: those of the interpreter and the C library: running the statement, making "
        "a weak reference, calling its callback, freeing it.\n"
        "- *at most*: how many times fewer than weakref's the instructions would be if weakly's "
        "own were none. This bounds every implementation that uses the interpreter's weak "
        "references.\n\n"
    ) + table(
        ["interpreter", "class", "operation"],
        ["weakly: own", "others'", "weakref", "times fewer", "at most"],
        rows,
    )
