"""The report: Markdown and charts from the result files, for ``docs/benchmarks.md``."""

import json
from pathlib import Path

from . import chart
from .budgets import SIZE, geometric_mean, verdicts
from .rust_report import rust_section

RESULTS = Path("docs/benchmarks")
PAGE = Path("docs/benchmarks.md")

#: The operations of the chart, by group and name.
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
CONTENDERS = ("weakly", "weakref", "builtin")
NAMES = ("weakly", "weakref", "dict / set")

INTRODUCTION = """\
# Benchmarks

`make bench` measures everything on this page and writes it. Nothing here is written by hand.

**Method.** Each operation is timed as the statement that a program would contain, for weakly, for
the standard library's `weakref` and for a plain `dict` or `set` that holds its objects strongly.
The contenders take turns in one process, each once with its containers built before those of the
others and once after them; the fastest of 10 to 400 repeats counts. A repeat begins when the
machine, which others use too, is calm: when a fixed piece of work takes at most a quarter longer than ever. The
garbage collector is off in the timed part, the set-up is outside it, and the time of the loop
around the statement is subtracted. Operations on a whole container are divided by its entries.
Objects are visited in random order. `dict` and `set` do less: they keep their objects alive.
"""


def write():
    """Writes the page and its charts from the result files."""
    results = [json.loads(file.read_text()) for file in sorted(RESULTS.glob("python-*.json"))]
    results.sort(key=lambda result: version(result))
    sections = [INTRODUCTION]
    if results:
        main = next((each for each in results if version(each) == (3, 13)), results[-1])
        draw_operations(main)
        sections.append("![Nanoseconds an operation](benchmarks/operations.svg)\n")
        sections.append(summary(results))
        sections += [budget_section(each) for each in results]
        sections.append(slower_section(results))
        sections.append(instruction_section(results))
    sections += program_section()
    sections += rust_section(RESULTS)
    if results:
        sections.append("## Every operation\n")
        sections += [operation_section(each) for each in results]
    PAGE.write_text("\n".join(sections))


def version(result):
    """The interpreter's version as ``(3, 13)``."""
    return tuple(int(part) for part in result["machine"]["python"].split(".")[:2])


def named(result):
    """The interpreter's name."""
    return f"Python {result['machine']['python']}"


def table(head, rows):
    """A Markdown table; all columns but the first to the right when they hold numbers."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def draw_operations(result):
    """The main chart."""
    records = {
        (each["group"], each["case"]): each["ns"]
        for each in result["operations"]
        if each["size"] in (1, SIZE) and each["equality"] == "default"
    }
    rows = [
        (
            f"{group} {case}" if group.startswith("Weak") and case != "WeakMethod(o.m)" else case,
            [records[group, case].get(name) for name in CONTENDERS],
        )
        for group, case in CHARTED
        if (group, case) in records
    ]
    note = f"{named(result)}, {result['machine']['processor']}, containers of {SIZE:,} entries"
    picture = chart.bars("Nanoseconds an operation (less is better)", note, NAMES, rows, "")
    (RESULTS / "operations.svg").write_text(picture)


def summary(results):
    """The machine and the mean speed-up by group."""
    machine = results[0]["machine"]
    lines = [
        f"Measured {machine['date']} on {machine['processor']}, {machine['cores']} cores, "
        f"{machine['system']}.\n",
        "How many times faster than `weakref`, geometric mean over all operations and sizes:\n",
    ]
    groups = list(dict.fromkeys(each["group"] for each in results[0]["operations"]))
    rows = []
    for result in results:
        means = []
        for group in [*groups, None]:
            ratios = [
                each["ns"]["weakref"] / each["ns"]["weakly"]
                for each in result["operations"]
                if group in (None, each["group"])
                and each["ns"].get("weakly")
                and each["ns"].get("weakref")
            ]
            means.append(f"{geometric_mean(ratios):.1f}" if ratios else "")
        rows.append([named(result), *means])
    return "\n".join(lines) + "\n" + table(["", *groups, "all"], rows)


def budget_section(result):
    """The budgets and whether they are met."""
    rows = [
        [each.text, each.bound, each.found, each.worst, "yes" if each.met else "**no**"]
        for each in verdicts(result)
    ]
    head = ["operation", "budget", "mean", "worst", "met?"]
    return (
        f"## Budgets, {named(result)}\n\nAt {SIZE:,} entries and with the comparison that every "
        f"object has, unless said otherwise. A budget is met when its worst operation meets it.\n\n"
        + table(head, rows)
    )


def slower_section(results):
    """Where nothing is gained: the honest list."""
    rows = []
    for result in results:
        for each in result["operations"]:
            times = each["ns"]
            if times.get("weakly") and times.get("weakref"):
                ratio = times["weakref"] / times["weakly"]
                if ratio < 1.25:
                    rows.append(
                        [
                            named(result),
                            each["group"],
                            f"`{each['case']}`",
                            f"{each['size']:,}",
                            chart.short(times["weakly"]),
                            chart.short(times["weakref"]),
                            f"{ratio:.2f}",
                        ]
                    )
    head = ["", "", "operation", "entries", "weakly ns", "weakref ns", "times faster"]
    text = "## Slower than weakref, or less than a quarter faster\n\n"
    return text + (table(head, rows) if rows else "No operation at any size.\n")


def instruction_section(results):
    """Whose instructions an operation takes, and what that bounds."""
    rows = []
    for result in results:
        for each in result.get("instructions", ()):
            mine = each["instructions"]["weakly"]
            own, all_mine = mine["weakly"], sum(mine.values())
            other = sum(each["instructions"]["weakref"].values())
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
    head = ["", "", "operation", "weakly: own", "others'", "weakref", "times fewer", "at most"]
    text = (
        "## Whose instructions\n\nInstructions an operation, counted by valgrind's callgrind at "
        f"{SIZE:,} entries. *Own* are those of weakly's extension; *others'* those that the "
        "interpreter and the C library spend for it: running the statement, making a weak "
        "reference, calling its callback, freeing it. *At most* is how many times fewer than "
        "weakref's they would be if weakly's own were none: the bound for any implementation that "
        "uses the interpreter's weak references.\n\n"
    )
    return text + table(head, rows) if rows else ""


def program_section():
    """Whole programs with and without weakly."""
    file = RESULTS / "programs.json"
    if not file.exists():
        return []
    result = json.loads(file.read_text())
    rows = []
    for each in result["programs"]:
        rows.append(
            [
                each["program"],
                each["what"],
                f"{each['weakref_s']:.2f}",
                f"{each['weakly_s']:.2f}",
                f"{each['weakref_s'] / each['weakly_s']:.2f}",
                f"{100 * each['weakref_share']:.0f} %",
                f"{1 / (1 - each['weakref_share']):.2f}",
            ]
        )
    picture = chart.bars(
        "Whole programs, seconds of processor time (less is better)",
        f"{named(result)}, {result['machine']['processor']}",
        ("with weakly", "with weakref"),
        [(each["program"], [each["weakly_s"], each["weakref_s"]]) for each in result["programs"]],
        " s",
    )
    (RESULTS / "programs.svg").write_text(picture)
    head = [
        "program",
        "what it does",
        "weakref s",
        "weakly s",
        "times faster",
        "spent in weakref",
        "at most possible",
    ]
    return [
        f"## Whole programs, {named(result)}\n\nEach program runs unchanged, once as it is and once "
        "after `weakly.install()`, the two in turn, the fastest of several runs. What a profiler "
        "finds under `weakref` in the first is the share that could be saved at all.\n",
        "![Whole programs](benchmarks/programs.svg)\n",
        table(head, rows),
    ]


def operation_section(result):
    """All figures of one interpreter, folded away."""
    lines = [f"<details><summary>{named(result)}: nanoseconds an operation</summary>\n"]
    for group in dict.fromkeys(each["group"] for each in result["operations"]):
        rows = [
            [
                f"`{each['case']}`" + (" custom `__eq__`" if each["equality"] == "custom" else ""),
                f"{each['size']:,}",
                *(
                    chart.short(value) if (value := each["ns"].get(name)) is not None else ""
                    for name in CONTENDERS
                ),
                quotient(each["ns"].get("weakref"), each["ns"].get("weakly")),
                quotient(each["ns"].get("weakly"), each["ns"].get("builtin")),
            ]
            for each in result["operations"]
            if each["group"] == group
        ]
        head = [group, "entries", *NAMES, "weakref / weakly", "weakly / dict"]
        lines.append(table(head, rows))
    rows = [
        [
            each["group"],
            f"{each['size']:,}",
            *(f"{value:.0f}" if (value := each["bytes"].get(name)) else "" for name in CONTENDERS),
        ]
        for each in result["memory"]
    ]
    lines.append(table(["bytes an entry", "entries", *NAMES], rows))
    lines.append("</details>\n")
    return "\n".join(lines)


def quotient(one, other):
    """One number divided by another, where both exist."""
    return f"{one / other:.2f}" if one and other else ""
