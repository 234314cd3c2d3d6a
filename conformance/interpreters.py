"""Runs the project's Python tests on every supported CPython of this machine.

    python -m conformance.interpreters [--python 3.X]... [--reduced] [PYTEST ARGUMENTS]

For each it builds the wheel, installs it with the tests' requirements into .build/venv-3.X and
runs pytest there. The last lines say which interpreters these were and what the counts are.
`--reduced` leaves out the tests of extensions, which must be built, the hostile tests, which take most of
the time, on each second version, and most on that which `make test` has run.
"""

import argparse
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tools import wheel
from tools.environment import Environment
from tools.interpreter import ROOT, VERSIONS, find

from . import outcome, table

WIDTHS = (8, 6, 6, 7, 0)
AT_ONCE = 2  # Building and testing do not keep all cores busy.


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--python", action="append", metavar="3.X", help="only this version")
    parser.add_argument("--reduced", action="store_true", help="leave out what takes longest")
    options, pytest_arguments = parser.parse_known_args()
    interpreters, missing = find(options.python or VERSIONS)
    rows, totals, failed = [], [0, 0, 0], []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        arguments = [
            pytest_arguments + (left_out(interpreter) if options.reduced else [])
            for interpreter in interpreters
        ]
        outcomes = pool.map(test, interpreters, arguments)
        for interpreter, (status, results, output) in zip(interpreters, outcomes):
            print(f"CPython {interpreter}\n{output}", flush=True)
            counts = results.counts()
            totals = [total + count for total, count in zip(totals, counts)]
            rows.append(
                (interpreter, *counts, "" if status == 0 else f"pytest ended with {status}")
            )
            if status or not counts[0]:
                failed.append(interpreter)
    return conclude(rows, totals, missing, failed)


def left_out(interpreter):
    """What a reduced run leaves out on an interpreter, as arguments of pytest."""
    folders = ["extension"]
    minor = int(interpreter.version.partition(".")[2])
    if minor % 2 == 0:
        folders += ["hostile"]
    if minor == sys.version_info.minor:
        folders += ["hostile", "docs", "fuzz", "model", "threads"]
    return [f"--ignore=tests/{folder}" for folder in folders]


def test(interpreter, arguments):
    """Builds the wheel for an interpreter and runs pytest on it in an environment.

    Returns pytest's exit status, the results and what it printed.
    """
    return run(install_requirements(interpreter), arguments)


def install_requirements(interpreter):
    """Builds the wheel for an interpreter; an environment with it and what the tests require."""
    environment = Environment(wheel.BUILD / f"venv-{interpreter.version}")
    environment.install_for_tests(interpreter, wheel.build_for_tests(interpreter))
    return environment


def run(environment, arguments, time_limit=None):
    """Runs pytest in an environment. Returns as `test`; a status of None if it had to be stopped."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [environment.python, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        command += [f"--junit-xml={report}", *arguments]
        status, output = outcome.watch(command, ROOT, time_limit)
        results = outcome.Outcome(*outcome.read_report(report))
    return status, results, output


def conclude(rows, totals, missing, failed):
    """Prints the closing table and lines; returns the exit status."""
    print(table.line(("CPython", "passed", "failed", "skipped"), WIDTHS))
    for row in rows:
        print(table.line(row, WIDTHS))
    if missing:
        print("not on this machine: CPython " + ", ".join(missing))
    print("interpreters: " + " ".join(str(row[0]) for row in rows))
    passed, wrong, skipped = totals
    print(f"{passed} passed, {wrong} failed, {skipped} skipped")
    return 1 if failed or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
