"""Extensions that are built on `weakly-pyo3`, for the interpreter that runs the tests."""

import shutil
import sys
import zipfile
from pathlib import Path

import processes
import pytest

ROOT = Path(__file__).parents[2]

# Nothing may be dropped under a lock: the crate makes sure of it.
CHECKED = ("--config", "profile.release.package.weakly-pyo3.debug-assertions=true")


def skip_without_tools():
    """Skips what needs an extension where none can be built."""
    if shutil.which("cargo") is None:
        pytest.skip("needs cargo to build an extension")
    if not sys.platform.startswith("linux") or processes.ARE_SANITIZED:
        pytest.skip("builds for an ordinary interpreter on Linux")


def build(project, folder):
    """Builds the extension of a project, and unpacks it into a folder."""
    sys.path.insert(0, str(ROOT))
    try:
        from tools import interpreter, wheel
    finally:
        sys.path.remove(str(ROOT))
    built = wheel.build_for_tests(interpreter.running(), CHECKED, ROOT / project)
    with zipfile.ZipFile(built) as archive:
        archive.extractall(folder)
