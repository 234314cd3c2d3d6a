"""Allocations of the interpreter that fail in the middle of an operation, injected by
`_testcapi.set_nomemory`: one, or all from it on."""

import sys

import implementations
import processes
import pytest
import shortage

pytest.importorskip("_testcapi", reason="this interpreter has no _testcapi")

pytestmark = pytest.mark.skipif(
    not implementations.HAS_GIL and sys.version_info < (3, 14),
    reason="CPython 3.13 without the GIL crashes without memory, also with the standard module",
)

FOR_EVER = [False, True]
STARTS = "range(40)"


@pytest.mark.parametrize("for_ever", FOR_EVER)
@pytest.mark.parametrize("name", shortage.CASES)
def test_containers_raise_memory_error_and_stay_consistent(name, for_ever):
    program = shortage.INTERPRETER + shortage.CONTAINERS
    arguments = (processes.TESTS, name, repr(shortage.CASES[name]), str(for_ever), STARTS)
    assert processes.output("weakly", program, *arguments, timeout=600) == ""


@pytest.mark.parametrize("for_ever", FOR_EVER)
def test_references_and_finalizers_raise_memory_error(for_ever):
    program = shortage.INTERPRETER + shortage.OTHERS
    # The interpreter decides what it prints about callbacks that fail without memory.
    process = processes.run("weakly", program, str(for_ever), STARTS, timeout=600)
    assert (process.returncode, process.stdout) == (0, ""), process.stderr
