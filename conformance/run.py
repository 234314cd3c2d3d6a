"""Runs CPython's own, unmodified tests with weakly in the place of weakref, the stock beside it.

    python -m conformance.run                      every suite on every interpreter of this machine
    python -m conformance.run --reduced            the short suites
    python -m conformance.run --python 3.13 --suite test_weakref
    python -m conformance.run --write-docs         and writes a page per interpreter in docs/conformance

Counts are passed/failed/skipped; processes are those that started on either side, each of which
reported that it runs the module it should. Ends with an error if a test has another result with
weakly than with the standard module, or if the swap did not hold in some process.
"""

import argparse
import sys
from pathlib import Path

from tools.interpreter import VERSIONS, find

from . import suite, table
from .comparison import compare
from .side import pair

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
        of_interpreter = []
        for name in names:
            row, found = one(sides, interpreter, name, thorough=not options.reduced)
            print(table.line(row, WIDTHS), flush=True)
            of_interpreter.append(row)
            complaints += found
        if options.write_docs:
            write_page(interpreter, of_interpreter)
        rows += of_interpreter
    return conclude(rows, interpreters, missing, complaints)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--python", action="append", metavar="3.X", help="only this version")
    parser.add_argument("--suite", action="append", metavar="NAME", help="only this suite")
    parser.add_argument("--reduced", action="store_true", help="only the short suites")
    parser.add_argument("--wheels", type=Path, metavar="FOLDER", help="test these, build none")
    parser.add_argument("--write-docs", action="store_true", help="update docs/conformance")
    options = parser.parse_args()
    if options.write_docs and (options.reduced or options.suite):
        parser.error("a page has all suites of an interpreter")
    return options


def one(sides, interpreter, name, *, thorough):
    """The row of one suite on one interpreter, and what is wrong with it."""

    if not suite.installed(interpreter, name):
        return (str(interpreter), name, "-", "-", "-", "not part of this installation"), []

    def run(side, tests):
        return suite.run(side, name, tests, thorough=thorough)

    cells, complaints = compare(sides, f"CPython {interpreter}, {name}", run, suite.EXPECTED)
    return (str(interpreter), name, *cells), complaints


def write_page(interpreter, rows):
    """Writes the page of one interpreter, without its version in each row."""
    title = f"CPython's own tests on CPython {interpreter.release}"
    rows = [row[1:] for row in rows]
    table.write_page(f"python-{interpreter.version}", title, "run", HEADER[1:], rows)


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
