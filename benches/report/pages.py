"""The generated pages under ``docs/benchmarks``, their charts, and the tables of the READMEs.

``pages`` makes all of them from the result files; nothing in them is written by hand.
"""

import json
from statistics import median

from tools.interpreter import ROOT

from ..cases import rust_budgets
from ..cases.budgets import verdicts
from . import cache_page, chart, python_pages, readme, rust_pages
from .markdown import replace_block, table
from .python_pages import named, speedups, version

RESULTS = ROOT / "docs" / "benchmarks"

METHOD = """\
# Benchmarks

`make bench` measures everything in this folder and writes it. [Performance](../performance.md) says in words what it means.

**Method.** Each operation is timed as the statement that a program would contain: for weakly, for the standard library's `weakref`, and for a plain `dict` or `set`, which does less, since it keeps its objects alive. The three take turns in one process, each once with its containers built before those of the others and once after them; the fastest of 10 to 400 repeats counts. A repeat begins when a fixed piece of work takes at most a quarter longer than it ever did, that is, when the machine is quiet. The garbage collector is off in the timed part, the set-up is outside it, and the time of the loop around the statement is subtracted. Operations on a whole container are divided by its number of entries. Objects are visited in random order. *Equality* is `default` where the objects inherit `object.__eq__`, and `custom` where their class defines `__eq__` in Python.
"""


def write():
    """Writes every generated page and chart."""
    for path, text in pages().items():
        path.write_text(text)


def pages():
    """The text of every generated file, by path."""
    results = [json.loads(file.read_text()) for file in RESULTS.glob("python-*.json")]
    results.sort(key=version)
    rust = json.loads((RESULTS / "rust.json").read_text())
    programs = json.loads((RESULTS / "programs.json").read_text())
    caches = json.loads((RESULTS / "caches.json").read_text())
    main = next((each for each in results if version(each) == (3, 13)), results[-1])
    made = {
        RESULTS / "README.md": overview(results, rust, programs),
        RESULTS / "instructions.md": python_pages.instruction_page(results),
        RESULTS / "caches.md": cache_page.cache_page(caches),
        RESULTS / "rust.md": rust_pages.rust_page(rust),
        RESULTS / "operations.svg": python_pages.operation_chart(main),
        RESULTS / "programs.svg": program_chart(programs),
        RESULTS / "sizes.svg": rust_pages.size_chart(rust),
        RESULTS / "steps.svg": rust_pages.step_chart(rust),
    }
    for each in results:
        made[RESULTS / page_name(each)] = python_pages.python_page(each)
    tables = {
        "python speed": python_pages.shown_table(main),
        "rust speed": rust_pages.shown_table(rust),
        **readme.blocks(main, programs),
    }
    for path in (ROOT / "README.md", ROOT / "crates" / "weakly" / "README.md"):
        text = path.read_text()
        for name, block in tables.items():
            if f"<!-- begin generated: {name} -->" in text:
                text = replace_block(text, name, block)
        made[path] = text
    return made


def page_name(result):
    """The file of an interpreter's page."""
    return f"python-{'.'.join(map(str, version(result)))}.md"


def overview(results, rust, programs):
    """The first page: medians, budgets, whole programs."""
    return "\n".join([METHOD, summary(results), budgets(results, rust), whole_programs(programs)])


def summary(results):
    """The median speed-up per class."""
    groups = list(dict.fromkeys(each["group"] for each in results[0]["operations"]))
    rows = [
        [
            f"[{named(result)}]({page_name(result)})",
            *(f"{median(speedups(result, group)):.1f}" for group in groups),
            f"{median(speedups(result)):.1f}",
        ]
        for result in results
    ]
    return (
        "How many times faster than `weakref`: the median over all operations and sizes.\n\n"
        + table(["interpreter"], [*groups, "all"], rows)
        + "\n![Nanoseconds per operation](operations.svg)\n"
    )


def budgets(results, rust):
    """How many budgets are met."""
    rows = []

    def row(name, page, met):
        rows.append([f"[{name}]({page})", f"{sum(met)} of {len(met)}"])

    for result in results:
        row(named(result), page_name(result), [each.met for each in verdicts(result)])
    row("Rust", "rust.md", [each.met for each in rust_budgets.verdicts(rust)])
    return (
        "## Budgets\n\nA budget is a goal for one group of operations: a multiple of the time of "
        "`dict`, `weakref`, `Arc` or weak-table. [Instructions](instructions.md) shows how far "
        "the interpreter's own share allows it.\n\n" + table(["page"], ["budgets met"], rows)
    )


def whole_programs(result):
    """Whole programs with and without weakly."""
    rows = [
        [
            each["program"],
            each["what"],
            f"{each['weakref_s']:.2f}",
            f"{each['weakly_s']:.2f}",
            f"{each['weakref_s'] / each['weakly_s']:.2f}",
            f"{100 * each['weakref_share']:.0f} %",
            f"{1 / (1 - each['weakref_share']):.2f}",
        ]
        for each in result["programs"]
    ]
    return (
        f"## Whole programs, {named(result)}\n\nEach program runs unchanged, with the standard "
        "module and after `weakly.install()`, in turn; the fastest of several runs counts. *Spent "
        "in weakref* is what a profiler finds there: no implementation could save more.\n\n"
        + table(
            ["program", "what it does"],
            ["weakref s", "weakly s", "times faster", "spent in weakref", "at most possible"],
            rows,
        )
        + "\n![Whole programs](programs.svg)\n"
    )


def program_chart(result):
    """Whole programs as a picture."""
    return chart.bars(
        "Whole programs, seconds of processor time (less is better)",
        f"{named(result)}, {result['machine']['processor']}",
        ("with weakly", "with weakref"),
        [(each["program"], [each["weakly_s"], each["weakref_s"]]) for each in result["programs"]],
        " s",
    )
