"""`weakly.report()` and `python -m weakly --report`: what the containers of a run did."""

import json
import subprocess
import sys
import textwrap

import implementations
import pytest

PROGRAM = """
    import weakref

    class Node:
        pass

    def registry():
        return weakref.WeakSet()

    nodes = [Node() for _ in range(10)]
    first, second = registry(), registry()
    first.update(nodes)
    for node in nodes[:3]:
        second.add(node)
    second.discard(nodes[0])
    sizes = weakref.WeakKeyDictionary()
    sizes[nodes[9]] = 1
    del nodes[5:], node
"""


def python(*arguments):
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
    )


@pytest.fixture
def program(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(textwrap.dedent(PROGRAM))
    return path


def run(code):
    done = python("-c", textwrap.dedent(code))
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_the_report_is_written_at_exit(program):
    done = python("-m", "weakly", "--report", "--json", program)
    assert (done.returncode, done.stdout) == (0, "")
    report = json.loads(done.stderr)
    assert report["recorded"] is True
    assert {
        "kind": "WeakSet",
        "made_at": f"{program}:8",
        "containers_made": 2,
        "containers_living": 2,
        "alive": 5 + 2,
        "most_alive": 10,
        "deaths": 5,
        "ephemerons_collected": 0,
    } in report["containers"]
    assert {
        "kind": "WeakKeyDictionary",
        "made_at": f"{program}:16",
        "containers_made": 1,
        "containers_living": 1,
        "alive": 0,
        "most_alive": 1,
        "deaths": 1,
        "ephemerons_collected": 0,
    } in report["containers"]


def test_the_report_is_a_table_for_people(program):
    done = python("-m", "weakly", "--report", program)
    lines = [line.split() for line in done.stderr.splitlines()]
    assert ["WeakSet", f"{program}:8", "2", "2", "7", "10", "5", "0"] in lines


@pytest.mark.skipif(not implementations.HAS_GIL, reason="without the GIL there are no ephemerons")
def test_it_counts_the_ephemerons_of_living_and_of_dead_containers():
    program = """
import gc, weakref
class Node: pass
def leak(container):
    node = Node()
    container[node] = [node]
def make():
    return weakref.WeakKeyDictionary()
kept, dropped = make(), make()
leak(kept)
leak(dropped), leak(dropped)
gc.collect()
del dropped
"""
    done = python("-m", "weakly", "--ephemerons", "--report", "--json", "-c", program)
    (row,) = json.loads(done.stderr)["containers"]
    assert (row["alive"], row["deaths"], row["ephemerons_collected"]) == (0, 3, 3)


def test_the_report_can_go_to_a_file(program, tmp_path):
    path = tmp_path / "report.json"
    done = python("-m", "weakly", "--report", "--json", "--output", path, program)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert json.loads(path.read_text())["containers"]


def test_arguments_and_status_are_those_of_the_program():
    code = "import sys; print(sys.argv[1:]); raise SystemExit(3)"
    done = python("-m", "weakly", "--report", "-c", code, "--json", "x")
    assert (done.returncode, done.stdout) == (3, "['--json', 'x']\n")


@pytest.mark.parametrize(
    "options",
    [["--report"], ["--json", "-c", "1"], ["--report", "--compare", "-c", "1"], ["--output"]],
)
def test_a_wrong_command_line_is_refused(options):
    done = python("-m", "weakly", *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert "usage: " in done.stderr


def test_a_program_asks_for_the_report_itself():
    output = run("""
        import weakly
        weakly.record()
        weakly.install()
        import weakref
        class Node: pass
        nodes = [Node(), Node()]
        kept = weakref.WeakSet(nodes)
        nodes.pop()
        (row,) = [each for each in weakly.report().containers if each["made_at"] == "<string>:8"]
        print(row["kind"], row["alive"], row["most_alive"], row["deaths"])
    """)
    assert output == "WeakSet 1 2 1\n"


def test_without_recording_it_knows_what_is_alive():
    output = run("""
        import weakly
        class Node: pass
        node = Node()
        sets = [weakly.WeakSet([node]) for _ in range(3)]
        report = weakly.report()
        (row,) = [each for each in report.containers if each["kind"] == "WeakSet"]
        print(report.recorded, row["containers_living"], row["alive"], row["deaths"])
        assert "weakly.record()" in str(report) and "?" in str(report)
    """)
    assert output == "False 3 3 None\n"


def test_the_ordinary_classes_stay_until_recording_begins():
    output = run("""
        import weakly
        before = weakly.WeakSet
        weakly.report()
        print(weakly.WeakSet is before, weakly.WeakSet is weakly._weakly.WeakSet)
        weakly.record()
        print(issubclass(weakly.WeakSet, before), weakly.WeakSet is before)
        now = weakly.WeakSet
        weakly.record()
        print(weakly.WeakSet is now, now.__name__, now.__module__)
    """)
    assert output == "True True\nTrue False\nTrue WeakSet weakly\n"


def test_recording_must_begin_before_weakly_is_installed():
    output = run("""
        import weakly
        weakly.install()
        try:
            weakly.record()
        except RuntimeError as error:
            print(error)
        print(weakly.WeakSet is weakly._weakly.WeakSet)
    """)
    assert output == "weakly.record() must be called before weakly.install()\nTrue\n"


def test_copies_and_unions_record_too():
    output = run("""
        import copy, weakly
        weakly.record()
        class Node: pass
        node = Node()
        for kind, item in (("WeakKeyDictionary", (node, 1)), ("WeakValueDictionary", (1, node))):
            cls = getattr(weakly, kind)
            d = cls([item])
            for made in (d.copy(), copy.copy(d), copy.deepcopy(d), d | d, {} | d):
                assert type(made) is cls, made
            assert d.copy() == d
        s = weakly.WeakSet([node])
        for made in (s.copy(), copy.copy(s), s | s, s - s, s & s, s ^ s, s.union([])):
            assert type(made) is weakly.WeakSet, made
        assert all(row["deaths"] == 0 for row in weakly.report().containers)
    """)
    assert output == ""


def test_a_subclass_of_the_program_is_named():
    output = run("""
        import weakly
        weakly.record()
        class Registry(weakly.WeakSet):
            def __init__(self):
                super().__init__()
        registry = Registry()
        print([row["kind"] for row in weakly.report().containers if row["made_at"]])
    """)
    assert output == "['Registry (WeakSet)']\n"


def test_what_is_removed_or_replaced_did_not_die():
    output = run("""
        import weakly
        weakly.record()
        class Node: pass
        nodes = [Node() for _ in range(8)]
        d = weakly.WeakKeyDictionary((node, 0) for node in nodes)
        d[nodes[0]] = 1
        del d[nodes[0]]
        d.pop(nodes[1])
        d.popitem()
        d.setdefault(nodes[2])
        d.clear()
        s = weakly.WeakSet(nodes)
        s.remove(nodes[0])
        s.discard(nodes[1])
        s.pop()
        s -= {nodes[3]}
        s &= {nodes[4], nodes[5]}
        s ^= {nodes[5]}
        s.difference_update(nodes)
        print({row["deaths"] for row in weakly.report().containers if row["made_at"]})
    """)
    assert output == "{0}\n"


def test_entries_of_a_container_that_is_gone_are_counted():
    output = run("""
        import weakly
        weakly.record()
        class Node: pass
        nodes = [Node(), Node(), Node()]
        s = weakly.WeakSet(nodes)
        nodes.pop()
        del s
        (row,) = [row for row in weakly.report().containers if row["made_at"]]
        print(row["containers_living"], row["most_alive"], row["deaths"])
    """)
    assert output == "0 3 1\n"


def test_a_recording_container_takes_the_same_arguments():
    output = run("""
        import inspect, weakly
        ordinary = {name: getattr(weakly, name) for name in weakly.__all__}
        weakly.record()
        class Node: pass
        node = Node()
        assert weakly.WeakValueDictionary(self=node, cls=node)["self"] is node
        for name, cls in ordinary.items():
            recording = getattr(weakly, name)
            if recording is not cls:
                for method in ("add", "update", "setdefault", "pop"):
                    if hasattr(cls, method):
                        one, other = getattr(cls, method), getattr(recording, method)
                        assert inspect.signature(one) == inspect.signature(other)
                        assert one.__doc__ == other.__doc__
    """)
    assert output == ""
