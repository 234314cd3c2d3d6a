"""Measure, report and guard: ``python -m benches COMMAND``."""

import argparse
import json
import sys

from .cases import rust_budgets
from .cases.programs import PROGRAMS
from .report import pages
from .run import (
    all_interpreters,
    caches,
    guard,
    instructions,
    machine,
    measurement,
    memory,
    programs,
    rust,
    threads,
)
from .run.contenders import contenders

#: Seconds that all measurements of an interpreter wait, together, for a quiet machine.
WAIT_BUDGET = 900


def main():
    """Reads the command line and runs its command."""
    parser = argparse.ArgumentParser(prog="python -m benches", description=__doc__)
    commands = parser.add_subparsers(required=True, dest="command")

    measure = commands.add_parser("measure", help="measure every operation in this interpreter")
    measure.add_argument("--only", default="", help="cases whose 'group: name' contains this")
    measure.add_argument("--sizes", default="10,1000,100000,1000000")
    measure.add_argument(
        "--patience",
        type=float,
        default=WAIT_BUDGET,
        help="seconds to wait, in all, for a quiet machine",
    )
    measure.add_argument("--output", help="the JSON file to write; with it memory is measured too")
    measure.set_defaults(run=run_measure)

    all_ = commands.add_parser("all-interpreters", help="the same in several interpreters")
    all_.add_argument("--output", required=True, help="the folder of the JSON files")
    all_.set_defaults(run=lambda arguments: all_interpreters.run(arguments.output))

    guard_ = commands.add_parser("guard", help="fail if an operation takes more instructions")
    guard_.add_argument("--record", action="store_true", help="take what is counted as the bound")
    guard_.set_defaults(run=lambda arguments: guard.run(arguments.record))

    child = commands.add_parser("memory", help="bytes per entry, in this process")
    child.add_argument("container")
    child.add_argument("contender")
    child.add_argument("size", type=int)
    child.set_defaults(run=run_memory)

    count = commands.add_parser("count", help="count the instructions of every operation")
    count.add_argument("--only", default="", help="cases whose 'group: name' contains this")
    count.add_argument("--output", help="the JSON file of `measure` to put them into")
    count.set_defaults(run=run_count)

    do = commands.add_parser("do", help="what `count` counts, in this process")
    do.add_argument("group")
    do.add_argument("contender")
    do.add_argument("--only", default="")
    do.set_defaults(
        run=lambda arguments: instructions.do(arguments.group, arguments.contender, arguments.only)
    )

    caches_ = commands.add_parser("caches", help="count the instructions of a hit of each cache")
    caches_.add_argument("--output", help="the JSON file to write")
    caches_.set_defaults(run=run_caches)

    hits = commands.add_parser("hits", help="what `caches` counts, in this process")
    hits.add_argument("statements", type=json.loads)
    hits.set_defaults(run=lambda arguments: caches.run_here(arguments.statements))

    whole = commands.add_parser("programs", help="time whole programs with and without weakly")
    whole.add_argument("--output", required=True, help="the JSON file to write")
    whole.set_defaults(run=run_programs)

    program = commands.add_parser("program", help="one whole program, in this process")
    program.add_argument("name", choices=PROGRAMS)
    program.add_argument("--install", action="store_true", help="with weakly")
    program.add_argument("--profile", action="store_true", help="print the share of weakref")
    program.add_argument(
        "--fastest", type=int, help="what a `QuietMachine` has found; waits for one"
    )
    program.set_defaults(
        run=lambda arguments: programs.run_here(
            arguments.name, arguments.install, arguments.profile, arguments.fastest
        )
    )

    shared_ = commands.add_parser("shared", help="two threads that look up in one container")
    shared_.set_defaults(run=lambda _arguments: threads.run())

    rust_benches = commands.add_parser("rust", help="run the Rust benches")
    rust_benches.add_argument("--output", help="the JSON file to write")
    rust_benches.add_argument("--only", help="of " + ",".join((*rust.TIMED, "counts")))
    rust_benches.add_argument("--kinds", help="such as values,keys,set,owner")
    rust_benches.add_argument("--operations", help="such as get,churn")
    rust_benches.add_argument("--sizes", help="such as 1000,100000")
    rust_benches.add_argument("--rounds", help="how often all is measured")
    rust_benches.add_argument("--steps", help="how many steps are timed singly")
    rust_benches.set_defaults(run=run_rust)

    page = commands.add_parser("report", help="write the pages and charts of docs/benchmarks")
    page.set_defaults(run=lambda _arguments: pages.write())

    arguments = parser.parse_args()
    return arguments.run(arguments)


def run_measure(arguments):
    """Times every operation; writes a file, or only shows the figures."""
    sizes = [int(size) for size in arguments.sizes.split(",")]
    found = contenders()
    times = []
    for each in measurement.records(
        found,
        sizes,
        lambda group, case: arguments.only in f"{group}: {case.name}",
        arguments.patience,
    ):
        times.append(each)
        show(each)
    if arguments.output:
        result = {
            "machine": machine.description(),
            "operations": times,
            "memory": list(memory.records(found)),
        }
        write(arguments.output, result)


def run_count(arguments):
    """Counts instructions; adds those of the main operations to a file, or only shows them."""
    if not instructions.is_possible():
        print("not counted: valgrind is not on this machine", file=sys.stderr)
        return
    found = []
    for each in instructions.records(only=arguments.only):
        found.append(each)
        print(f"{each['group']:20} {each['case']:36} {each['instructions']}", file=sys.stderr)
    if arguments.output:
        with open(arguments.output) as file:
            result = json.load(file)
        shown = [each for each in found if (each["group"], each["case"]) in instructions.SHOWN]
        write(arguments.output, result | {"instructions": shown})


def run_caches(arguments):
    """Counts the instructions of hits; writes them, or only shows them."""
    if not instructions.is_possible():
        print("not counted: valgrind is not on this machine", file=sys.stderr)
        return
    found = list(caches.records())
    for each in found:
        print(f"{each['case']:28} {each['instructions']}", file=sys.stderr)
    if arguments.output:
        write(arguments.output, {"machine": machine.description(), "hits": found})


def run_memory(arguments):
    """Prints the bytes per entry of one container."""
    print(memory.measure_here(arguments.container, arguments.contender, arguments.size))


def run_programs(arguments):
    """Times whole programs and writes the results."""
    has_weakly = "weakly" in contenders()
    found = list(programs.records(has_weakly))
    write(arguments.output, {"machine": machine.description(), "programs": found})


def run_rust(arguments):
    """Runs the Rust benches; writes their results, or only shows them."""
    names = ("kinds", "operations", "sizes", "rounds", "steps")
    options = {name: getattr(arguments, name) for name in names}
    result = rust.run(options, *([arguments.only.split(",")] if arguments.only else []))
    if arguments.output:
        write(arguments.output, result)
    for name, records in result.items():
        if name != "machine" and not arguments.output:
            print(*map(json.dumps, records), sep="\n")
    if {"operations", "steps", "memory", "threads"} <= result.keys():
        for each in rust_budgets.verdicts(result):
            print(f"{'met   ' if each.met else 'missed'} {each.text}: {each.worst}, {each.bound}")


def write(path, result):
    """Writes a result file, one record per line."""
    parts = []
    for name, value in result.items():
        if isinstance(value, list):
            lines = ",\n  ".join(json.dumps(each) for each in value)
            parts.append(f' "{name}": [\n  {lines}\n ]')
        else:
            parts.append(f' "{name}": {json.dumps(value)}')
    with open(path, "w") as file:
        file.write("{\n" + ",\n".join(parts) + "\n}\n")


def show(each):
    """Shows one measurement as it is made."""
    times = "  ".join(f"{name} {value:9.1f}" for name, value in each["ns"].items())
    print(
        f"{each['group']:20} {each['size']:8} {each['equality']:8} {each['case']:36} {times}",
        file=sys.stderr,
    )


sys.exit(main())
