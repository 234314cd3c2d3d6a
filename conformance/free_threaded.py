"""Runs the tests on the free-threaded CPythons of this machine.

    python -m conformance.free_threaded            the tests, CPython's own, 20 minutes of the stress program
    python -m conformance.free_threaded --reduced  the tests with threads, CPython's own, a minute of it

WEAKLY_FREE_THREADED may name an interpreter. Others are looked for in PATH (as python3.14t) and in
pyenv's folder. Where there is none, that is said, and nothing is run. PyO3 refuses versions below
3.14 unless UNSAFE_PYO3_SKIP_VERSION_CHECK is 1.
"""

import argparse
import os
import shutil
import subprocess
import sys

from tools.interpreter import ROOT, VERSIONS, describe, pyenv

from . import interpreters, outcome, run
from .side import pair

SUITES = ("test_weakref", "test_weakset")
STRESS = ROOT / "tests" / "threads" / "stress.py"
THREADS = ("4", "8")
GRACE = 120  # seconds that the stress program may take for its last checks
TIME_LIMIT = 1800  # seconds for the tests of one file
NO_TESTS = 5  # pytest's status for a file whose tests were all left out


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--reduced", action="store_true", help="only minutes")
    options = parser.parse_args()
    found = find()
    if not found:
        print("free-threaded CPython: none on this machine, nothing was run")
        return 0
    complaints = []
    for interpreter in found:
        print(f"free-threaded CPython {interpreter}, {interpreter.executable}", flush=True)
        complaints += check(interpreter, reduced=options.reduced)
    for complaint in complaints:
        print(complaint)
    print(f"free-threaded: {len(found)} interpreters, {len(complaints)} complaints")
    return 1 if complaints else 0


def find():
    """The interpreters, without duplicates."""
    named = os.environ.get("WEAKLY_FREE_THREADED")
    candidates = [named] if named else []
    for version in VERSIONS:
        candidates.append(shutil.which(f"python{version}t"))
        candidates += sorted(map(str, pyenv().glob(f"{version}*t/bin/python{version}t")))
    described = (describe(path, has_gil=False) for path in candidates if path)
    usable = {os.path.realpath(one.executable): one for one in described if one}
    if named and not any(os.path.samefile(named, path) for path in usable):
        raise SystemExit(f"WEAKLY_FREE_THREADED is no free-threaded CPython: {named}")
    return list(usable.values())


def check(interpreter, *, reduced):
    """What is wrong on one interpreter."""
    environment = interpreters.install_requirements(interpreter)
    complaints = test(environment, ROOT / "tests" / ("threads" if reduced else ""))
    sides = pair(interpreter, "conformance")
    for name in SUITES:
        row, found = run.one(sides, interpreter, name, thorough=not reduced)
        print(*row, flush=True)
        complaints += found
    seconds = 30 if reduced else 600
    for threads in THREADS:
        if not stress(environment, seconds, threads):
            complaints.append(
                f"{seconds} seconds of stress with {threads} threads did not end well"
            )
    return [f"CPython {interpreter}: {complaint}" for complaint in complaints]


def test(environment, folder):
    """Runs the tests of a folder, each file in a process of its own: a collection of garbage visits
    all that the process has, and the tests collect often. Returns what is wrong."""
    complaints, totals = [], [0, 0, 0]
    for path in sorted(folder.rglob("test_*.py")):
        name = path.relative_to(ROOT)
        status, results, output = interpreters.run(environment, [str(name)], TIME_LIMIT)
        counts = results.counts()
        totals = [total + count for total, count in zip(totals, counts)]
        print(name, *counts, flush=True)
        if status not in (0, NO_TESTS):
            print(output, flush=True)
            complaints.append(f"{name}: pytest {outcome.how_it_ended(status)}")
    print("tests: {} passed, {} failed, {} skipped".format(*totals), flush=True)
    return complaints


def stress(environment, seconds, threads):
    """Whether the stress program ended in time and found nothing."""
    command = [environment.python, "-X", "faulthandler", str(STRESS)]
    command += ["--seconds", str(seconds), "--threads", threads]
    try:
        return subprocess.run(command, check=False, timeout=seconds + GRACE).returncode == 0
    except subprocess.TimeoutExpired:
        return False


if __name__ == "__main__":
    sys.exit(main())
