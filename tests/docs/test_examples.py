"""The example programs run and print what their first lines say."""

import ast
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

EXAMPLES = sorted(Path(__file__).parents[2].glob("examples/*.py"))


def promised_output(path):
    """The indented part of the program's docstring."""
    docstring = ast.get_docstring(ast.parse(path.read_text()))
    _, _, promise = docstring.partition("\n\n")
    return textwrap.dedent(promise) + "\n"


def test_there_are_twelve_examples():
    assert len(EXAMPLES) == 12


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_example_prints_what_it_promises(path):
    command = [sys.executable, "-W", "error", str(path)]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    assert (done.stdout, done.stderr, done.returncode) == (promised_output(path), "", 0)
