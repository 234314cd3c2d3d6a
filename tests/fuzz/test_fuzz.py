"""New random steps each time; `python -m tests.fuzz` runs for longer.

Part of the proof and not of every run: on some interpreters it still finds differences that are the
standard module's own faults, which its rules do not know yet.
"""

import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[2]


def fuzz(*options):
    """In a process of its own: what crashes says so, and leaves pytest alive."""
    command = [sys.executable, "-m", "tests.fuzz", *options]
    process = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False
    )
    print(process.stdout, process.stderr)  # the seed; pytest shows it if the test fails
    assert process.returncode == 0, process.stdout + process.stderr


@pytest.mark.proof
def test_quick():
    fuzz("--seconds", "4")


@pytest.mark.proof
def test_thorough():
    fuzz("--seconds", "120")


@pytest.mark.proof
@pytest.mark.parametrize("kind", ["gc", "async"])
def test_stress(kind):
    """Not `memory`: with that, interpreters crash of themselves now and then."""
    fuzz("--seconds", "20", "--stress", kind)
