"""Random steps: the quick ones are the same each time, so that a change is judged by what it does.

The long ones are new. `python -m tests.fuzz` runs for longer.
"""

import pathlib
import subprocess
import sys

import implementations
import pytest

pytestmark = pytest.mark.skipif(
    not implementations.HAS_GIL, reason="the rules were not tried without the GIL"
)
ROOT = pathlib.Path(__file__).parents[2]


def fuzz(*options):
    """In a process of its own: what crashes says so, and leaves pytest alive."""
    command = [sys.executable, "-m", "tests.fuzz", *options]
    process = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False
    )
    print(process.stdout, process.stderr)  # the seed; pytest shows it if the test fails
    assert process.returncode == 0, process.stdout + process.stderr


def test_quick():
    fuzz("--games", "20", "--seed", "1")


# Not `memory`: with that, interpreters crash of themselves now and then.
STRESS = pytest.mark.parametrize("kind", ["gc", "async"])


@STRESS
def test_quick_stress(kind):
    fuzz("--seconds", "2", "--stress", kind)


@pytest.mark.long
def test_thorough():
    fuzz("--seconds", "120")


@pytest.mark.long
@STRESS
def test_thorough_stress(kind):
    fuzz("--seconds", "20", "--stress", kind)
