"""``python -m benches measure|report|guard``."""

import argparse
import json
import sys

from . import measurement
from .contenders import contenders


def main():
    parser = argparse.ArgumentParser(prog="python -m benches", description=__doc__)
    commands = parser.add_subparsers(required=True, dest="command")
    measure = commands.add_parser("measure", help="time every operation in this interpreter")
    measure.add_argument("--only", default="", help="cases whose 'group: name' contains this")
    measure.add_argument("--sizes", default="10,1000,100000,1000000")
    measure.add_argument("--output", help="where to write the JSON file")
    arguments = parser.parse_args()
    if arguments.command == "measure":
        run_measure(arguments)


def run_measure(arguments):
    sizes = [int(size) for size in arguments.sizes.split(",")]
    found = []
    for each in measurement.records(contenders(), sizes, arguments.only):
        found.append(each)
        show(each)
    if arguments.output:
        with open(arguments.output, "w") as file:
            json.dump(found, file, indent=1)


def show(each):
    times = "  ".join(f"{name} {value:9.1f}" for name, value in each["ns"].items())
    print(
        f"{each['group']:20} {each['size']:8} {each['equality']:8} {each['case']:36} {times}",
        file=sys.stderr,
    )


main()
