"""`python -m weakly --compare` runs a program with and without weakly and says what changed."""

import json
import subprocess
import sys
import textwrap

import implementations
import pytest

PROGRAM = """
    import sys, weakref

    class Node:
        pass

    nodes = [Node() for _ in range(100)]
    kept = weakref.WeakSet(nodes)
    iterator = iter(kept)
    next(iterator)
    del nodes[10:]
    print(sys.argv[1:], sys.stdin.read())
    print("an error", file=sys.stderr)
"""


@pytest.fixture
def program(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(textwrap.dedent(PROGRAM))
    return path


def compare(*arguments, stdin=""):
    return subprocess.run(
        [sys.executable, "-m", "weakly", "--compare", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
    )


def test_it_says_what_changed(program):
    done = compare("--json", program, "one", stdin="two")
    assert (done.returncode, done.stderr) == (0, "['one'] two\nan error\n")
    result = json.loads(done.stdout)
    assert result["same_output"] and result["same_status"]
    weakref, weakly = result["weakref"], result["weakly"]
    for side in (weakref, weakly):
        assert side["status"] == 0
        assert side["time_s"] > 0 and side["processor_time_s"] > 0
    assert weakly["containers_made"] == 1
    assert weakly["entries_collected"] == 90
    assert (weakly["entries_at_end"], weakly["dead_entries_at_end"]) == (10, 0)
    assert weakly["containers_with_dead_entries"] == 0
    if sys.version_info < (3, 14):  # an iteration keeps dead entries there
        assert weakref["dead_entries_at_end"] > 80
        assert weakref["containers_with_dead_entries"] == 1


def test_it_prints_a_table(program):
    done = compare(program)
    assert done.returncode == 0
    assert "time, s" in done.stdout
    assert "entries collected" in done.stdout
    assert "The output is the same." in done.stdout


def test_the_status_is_that_of_the_program():
    done = compare("-c", "raise SystemExit(3)")
    assert done.returncode == 3


def test_a_difference_is_named():
    done = compare("-c", "import weakref; print(1); print(weakref.WeakSet.__module__)")
    assert "The output differs from line 2 on." in done.stdout


def test_a_run_that_ends_abruptly_is_not_measured():
    done = compare("-c", "import os; os._exit(0)")
    assert done.returncode == 0
    assert "nothing was measured" in done.stdout


def test_the_result_can_go_to_a_file(program, tmp_path):
    path = tmp_path / "result.json"
    done = compare("--json", "--output", path, program)
    assert (done.returncode, done.stdout) == (0, "")
    assert json.loads(path.read_text())["same_output"]


@pytest.mark.skipif(not implementations.HAS_GIL, reason="without the GIL there are no ephemerons")
def test_it_compares_with_ephemerons():
    program = """
import gc, weakref
class Node: pass
kept = weakref.WeakKeyDictionary()
for _ in range(5):
    node = Node()
    kept[node] = [node]
del node
"""
    done = compare("--ephemerons", "--json", "-c", program)
    result = json.loads(done.stdout)
    assert result["weakref"]["entries_at_end"] == 5
    assert result["weakly"]["entries_at_end"] == 0
    assert result["weakly"]["ephemerons_collected"] == 5
