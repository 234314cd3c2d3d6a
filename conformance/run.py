"""Runs CPython's own, unmodified tests with weakly in the place of weakref, the stock beside it.

    python -m conformance.run                      every suite on every interpreter of this machine
    python -m conformance.run --reduced            the short suites
    python -m conformance.run --python 3.13 --suite test_weakref
    python -m conformance.run --write-docs         and puts the tables into docs/conformance.md

Counts are passed/failed/skipped; processes are those that started on either side, each of which
reported that it runs the module it should. Ends with an error if a test has another result with
weakly than with the standard module, or if the swap did not hold in some process.
"""

import argparse
import json
import sys
from pathlib import Path

from tools import wheel
from tools.interpreter import VERSIONS, find

from . import suite, table
from .comparison import compare
from .side import pair

RESULTS = wheel.BUILD / "conformance" / "cpython.json"
HEADER = ("CPython", "suite", "stock", "weakly", "processes", "not the same")
WIDTHS = (8, 26, 16, 16, 9, 0)


def main():
    options = arguments()
    interpreters, missing = find(options.python or VERSIONS)
    names = options.suite or (suite.REDUCED if options.reduced else suite.FULL)
    rows, complaints = [], []
    print(table.line(HEADER, WIDTHS))
    for interpreter in interpreters:
        sides = pair(interpreter, "conformance", options.wheels)
        for name in names:
            row, found = one(sides, interpreter, name, thorough=not options.reduced)
            print(table.line(row, WIDTHS), flush=True)
            keep(row)
            rows.append(row)
            complaints += found
    if options.write_docs:
        table.write("cpython", table.markdown(HEADER, kept()))
    return conclude(rows, interpreters, missing, complaints)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--python", action="append", metavar="3.X", help="only this version")
    parser.add_argument("--suite", action="append", metavar="NAME", help="only this suite")
    parser.add_argument("--reduced", action="store_true", help="only the short suites")
    parser.add_argument("--wheels", type=Path, metavar="FOLDER", help="test these, build none")
    parser.add_argument("--write-docs", action="store_true", help="update docs/conformance.md")
    return parser.parse_args()


def one(sides, interpreter, name, *, thorough):
    """The row of one suite on one interpreter, and what is wrong with it."""

    if not suite.installed(interpreter, name):
        return (str(interpreter), name, "-", "-", "-", "not part of this installation"), []

    def run(side, tests):
        return suite.run(side, name, tests, thorough=thorough)

    cells, complaints = compare(sides, f"CPython {interpreter}, {name}", run, suite.EXPECTED)
    return (str(interpreter), name, *cells), complaints


def keep(row):
    """Stores a row with those of earlier runs, so that several runs can fill the documents."""
    rows = {tuple(old[:2]): old for old in kept()}
    rows[row[:2]] = row
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(list(rows.values()), indent=1))


def kept():
    """The rows stored, by version and in the order of the suites."""

    def place(row):
        return [int(part) for part in row[0].split(".") if part.isdigit()], suite.FULL.index(row[1])

    rows = json.loads(RESULTS.read_text()) if RESULTS.exists() else []
    return sorted((row for row in rows if row[1] in suite.FULL), key=place)


def conclude(rows, interpreters, missing, complaints):
    """Prints what is wrong and a closing line; returns the exit status."""
    if not rows:
        complaints.append("nothing ran")
    if missing:
        print("not on this machine: CPython " + ", ".join(missing))
    for complaint in complaints:
        print(complaint)
    print("interpreters: " + " ".join(map(str, interpreters)))
    print(f"{len(rows)} suites compared, {len(complaints)} complaints")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
