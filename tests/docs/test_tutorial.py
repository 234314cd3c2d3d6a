"""The programs of a public weakref tutorial run unchanged and print what the tutorial printed.

The tutorial is not ours to include: the test runs where a copy lies beside the project.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest

TUTORIAL = Path(__file__).parents[3] / "shared" / "tutorial"
PROGRAMS = sorted(TUTORIAL.glob("*.py"))

pytestmark = pytest.mark.skipif(not PROGRAMS, reason=f"no tutorial at {TUTORIAL}")

# A set of the standard library has no order of its own, and the tutorial shows the one that came
# up. Ours has the order of insertion.
IN_ORDER_OF_INSERTION = {
    "789 : Russell : 40\n456 : Dalton : 35": "456 : Dalton : 35\n789 : Russell : 40",
    "'Russell', 'Dalton'": "'Dalton', 'Russell'",
}


def expected_output(program):
    text = program.with_suffix(".out").read_text()
    if sys.version_info >= (3, 10):
        # The interpreter's own type; the tutorial was written for 3.9.
        text = text.replace("<class 'weakproxy'>", "<class 'weakref.ProxyType'>")
    if "Weak Set" in text:
        for theirs, ours in IN_ORDER_OF_INSERTION.items():
            assert theirs in text
            text = text.replace(theirs, ours)
    return text


def without_addresses_and_dates(text):
    text = re.sub(r"0x[0-9a-f]+", "0x...", text)
    return re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?", "<date>", text).rstrip("\n")


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_the_program_prints_what_the_tutorial_printed(program):
    command = [sys.executable, "-m", "weakly", str(program)]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    expected = without_addresses_and_dates(expected_output(program))
    assert without_addresses_and_dates(done.stdout) == expected


def test_there_are_twelve_programs():
    assert len(PROGRAMS) == 12
