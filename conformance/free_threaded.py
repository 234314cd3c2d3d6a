"""Runs the tests on the free-threaded CPythons of this machine.

    python -m conformance.free_threaded            the tests, CPython's own, ten minutes of the stress program
    python -m conformance.free_threaded --reduced  the tests with threads, CPython's own, half a minute of it

WEAKLY_FREE_THREADED may name an interpreter. Others are looked for in PATH (as python3.14t) and in
pyenv's folder. Where there is none, that is said, and nothing is run. PyO3 refuses versions below
3.14 unless UNSAFE_PYO3_SKIP_VERSION_CHECK is 1.
"""

import argparse
import os
import shutil
import subprocess
import sys

from tools import wheel
from tools.environment import Environment
from tools.interpreter import ROOT, VERSIONS, describe, pyenv

from . import interpreters, run
from .side import pair

SUITES = ("test_weakref", "test_weakset")
STRESS = ROOT / "tests" / "threads" / "stress.py"
THREADS = "4"
GRACE = 120  # seconds that the stress program may take for its last checks


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
    complaints = []
    status, results, output = interpreters.test(interpreter, ["tests/threads"] if reduced else [])
    print(output)
    if status or not results.counts()[0]:
        complaints.append(f"CPython {interpreter}, tests: pytest ended with {status}")
    sides = pair(interpreter, "conformance")
    for name in SUITES:
        row, found = run.one(sides, interpreter, name, thorough=not reduced)
        print(*row, flush=True)
        complaints += found
    seconds = 30 if reduced else 600
    if not stress(Environment(wheel.BUILD / f"venv-{interpreter.version}"), seconds):
        complaints.append(f"CPython {interpreter}: {seconds} seconds of stress did not end well")
    return complaints


def stress(environment, seconds):
    """Whether the stress program ended in time and found nothing."""
    command = [environment.python, "-X", "faulthandler", str(STRESS)]
    command += ["--seconds", str(seconds), "--threads", THREADS]
    try:
        return subprocess.run(command, check=False, timeout=seconds + GRACE).returncode == 0
    except subprocess.TimeoutExpired:
        return False


if __name__ == "__main__":
    sys.exit(main())
