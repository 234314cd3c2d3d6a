"""The swap of modules, which runs other projects' tests on weakly, leaves no standard class
behind."""

import os
import pathlib
import subprocess
import sys

FOLDER = pathlib.Path(__file__).parents[2] / "conformance"

REMAINS = """
import sys
sys.path[:0] = sys.argv[1:]
import at_start
at_start.swap()
print(at_start.remains())
"""


def remains(*folders):
    """What is left of the standard module after the swap, in a new process."""
    return subprocess.run(
        [sys.executable, "-c", REMAINS, str(FOLDER), *map(str, folders)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout.strip()


def test_nothing_is_left_of_the_standard_classes_after_the_swap():
    assert remains() == "[]"


def test_a_swap_that_does_nothing_is_noticed(tmp_path):
    (tmp_path / "weakly.py").write_text(
        "from weakref import WeakKeyDictionary, WeakMethod, WeakSet, WeakValueDictionary\n"
        "from weakref import KeyedRef, finalize\n"
        "def install(rebind): pass\n"
    )
    assert "weakref.WeakSet" in remains(tmp_path)


def test_a_module_that_keeps_a_standard_class_is_noticed(tmp_path):
    (tmp_path / "weakly.py").write_text(
        "import sys, types, weakref\n"
        "class WeakSet(weakref.WeakSet): pass\n"
        "from weakref import KeyedRef, WeakKeyDictionary, WeakMethod, WeakValueDictionary, finalize\n"
        "sys.modules['early'] = types.ModuleType('early')\n"
        "sys.modules['early'].Registry = weakref.WeakSet\n"
        "def install(rebind):\n"
        "    import _weakrefset\n"
        "    weakref.WeakSet = _weakrefset.WeakSet = WeakSet\n"
    )
    assert "early.Registry" in remains(tmp_path)


def test_it_is_said_where_there_is_no_free_threaded_interpreter(tmp_path):
    environment = {**os.environ, "PATH": str(tmp_path), "PYENV_ROOT": str(tmp_path)}
    environment.pop("WEAKLY_FREE_THREADED", None)
    process = subprocess.run(
        [sys.executable, "-m", "conformance.free_threaded"],
        cwd=FOLDER.parent,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    assert process.stdout == "free-threaded CPython: none on this machine, nothing was run\n"
