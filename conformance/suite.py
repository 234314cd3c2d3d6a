"""The standard library's tests that are run, each by the interpreter's own runner."""

import subprocess

from . import outcome

# The tests of the module itself, then those of modules that use weak containers.
REDUCED = (
    "test_weakref",
    "test_weakset",
    "test_copy",
    "test_functools",
    "test_threading_local",
    "test_abc",
    "test_contextlib",
    "test_tempfile",
    "test_typing",
)
LONG = (
    "test_logging",
    "test_threading",
    "test_asyncio",
    "test_concurrent_futures",
    "test_multiprocessing_fork",
    "test_multiprocessing_spawn",
)
FULL = REDUCED + LONG

# The one test that cannot pass: it wants the classes to say that they come from `weakref`.
EXPECTED = ("test.test_weakref.ModuleTestCase.test_names",)

ENDINGS = {0: outcome.OK, 2: outcome.FAILURES, 4: "nothing ran"}


def installed(interpreter, name):
    """Whether the interpreter came with this test; some installations leave a few out."""
    code = f"import sys, importlib.util as u; sys.exit(u.find_spec('test.{name}') is None)"
    return subprocess.run([interpreter.executable, "-I", "-c", code], check=False).returncode == 0


def run(side, name, tests=None, *, thorough=False):
    """Runs the test file `name` on a side, or of it only `tests`.

    `thorough` adds the tests that the standard runner leaves out because they are slow.
    """
    arguments = [name]
    arguments += ["-u", "cpu"] if thorough else []
    for test in tests or ():
        arguments += ["-m", test]
    return outcome.run(side, "test", arguments, report_option="--junit-xml", endings=ENDINGS)
