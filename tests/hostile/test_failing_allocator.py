"""Allocations of Rust that fail in the middle of an operation: one, or all from it on.

They fail in a build of the extension with the feature `failing-allocator`, which is made for this.
"""

import os
import pathlib
import shutil
import subprocess
import sys

import processes
import pytest
import shortage

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not shutil.which("cargo"), reason="needs cargo to build the extension"),
    pytest.mark.skipif(
        not sys.platform.startswith("linux"), reason="knows where Linux libraries lie"
    ),
]

ROOT = pathlib.Path(__file__).parents[2]
FOR_EVER = [False, True]
STARTS = "range(12)"  # No operation asks for more.


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """Variables with which a process finds the package with such an extension."""
    version = "{}.{}".format(*sys.version_info[:2])
    target = ROOT / "target" / f"failing-allocator-{version}"
    command = ["cargo", "build", "--quiet", "-p", "weakly-python", "--target-dir", str(target)]
    command += ["--features", "failing-allocator"]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "PYO3_PYTHON": sys.executable}, check=True)
    folder = tmp_path_factory.mktemp("failing")
    package = folder / "weakly"
    shutil.copytree(ROOT / "python" / "weakly", package, ignore=shutil.ignore_patterns("*.so"))
    shutil.copy(target / "debug" / "lib_weakly.so", package / "_weakly.so")
    return {"PYTHONPATH": str(folder)}


@pytest.mark.parametrize("for_ever", FOR_EVER)
@pytest.mark.parametrize("name", shortage.CASES)
def test_containers_raise_memory_error_and_stay_consistent(name, for_ever, environment):
    program = shortage.RUST + shortage.CONTAINERS
    arguments = (processes.TESTS, name, repr(shortage.CASES[name]), str(for_ever), STARTS)
    assert processes.output("weakly", program, *arguments, timeout=600, env=environment) == ""


@pytest.mark.parametrize("for_ever", FOR_EVER)
def test_references_and_finalizers_raise_memory_error(for_ever, environment):
    program = shortage.RUST + shortage.OTHERS
    arguments = (str(for_ever), STARTS)
    # The interpreter decides what it prints about callbacks that fail without memory.
    process = processes.run("weakly", program, *arguments, timeout=600, env=environment)
    assert (process.returncode, process.stdout) == (0, ""), process.stderr
