"""Measure, report and guard: ``python -m benches COMMAND``."""

import argparse
import json
import sys

from . import machine, measurement, memory
from .contenders import contenders


def main():
    """Reads the command line and runs its command."""
    parser = argparse.ArgumentParser(prog="python -m benches", description=__doc__)
    commands = parser.add_subparsers(required=True, dest="command")

    measure = commands.add_parser("measure", help="measure every operation in this interpreter")
    measure.add_argument("--only", default="", help="cases whose 'group: name' contains this")
    measure.add_argument("--sizes", default="10,1000,100000,1000000")
    measure.add_argument("--output", help="the JSON file to write; with it memory is measured too")
    measure.set_defaults(run=run_measure)

    child = commands.add_parser("memory", help="bytes an entry, in this process")
    child.add_argument("container")
    child.add_argument("contender")
    child.add_argument("size", type=int)
    child.set_defaults(run=run_memory)

    arguments = parser.parse_args()
    return arguments.run(arguments)


def run_measure(arguments):
    """Times every operation; writes a file, or only shows the figures."""
    sizes = [int(size) for size in arguments.sizes.split(",")]
    found = contenders()
    times = []
    for each in measurement.records(found, sizes, arguments.only):
        times.append(each)
        show(each)
    if arguments.output:
        result = {
            "machine": machine.description(),
            "operations": times,
            "memory": list(memory.records(found)),
        }
        with open(arguments.output, "w") as file:
            json.dump(result, file, indent=1)
            file.write("\n")


def run_memory(arguments):
    """Prints the bytes an entry of one container."""
    print(memory.measure_here(arguments.container, arguments.contender, arguments.size))


def show(each):
    """Shows one measurement as it is made."""
    times = "  ".join(f"{name} {value:9.1f}" for name, value in each["ns"].items())
    print(
        f"{each['group']:20} {each['size']:8} {each['equality']:8} {each['case']:36} {times}",
        file=sys.stderr,
    )


sys.exit(main())
