"""Finding the CPython interpreters of this machine, one for each supported version."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VERSIONS = ("3.9", "3.10", "3.11", "3.12", "3.13", "3.14", "3.15")

# Outside this repository; unpacks an interpreter that the system does not have.
UNPACKER = ROOT.parent / "shared" / "tools" / "debian-python"
UNPACKED_VERSIONS = ("3.14", "3.15")

DESCRIBE = """
import json, platform, sys, sysconfig
print(json.dumps({
    "version": "%d.%d" % sys.version_info[:2],
    "release": platform.python_version(),
    "cpython": platform.python_implementation() == "CPython",
    "has_gil": not sysconfig.get_config_var("Py_GIL_DISABLED"),
    "executable": sys.executable,
}))
"""


@dataclass(frozen=True)
class Interpreter:
    """One CPython: `version` is its "3.X", or "3.Xt" without a GIL, `release` the full "3.X.Y"."""

    version: str
    release: str
    executable: str

    @property
    def has_gil(self):
        return not self.version.endswith("t")

    def __str__(self):
        return self.release


def describe(executable, *, has_gil=True):
    """The interpreter behind `executable`, or None if it is no CPython with (or without) a GIL."""
    try:
        answer = subprocess.run(
            [executable, "-I", "-c", DESCRIBE],
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
        )
        facts = json.loads(answer.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    if not facts["cpython"] or facts["has_gil"] != has_gil:
        return None
    version = facts["version"] + ("" if has_gil else "t")
    return Interpreter(version, facts["release"], facts["executable"])


def pyenv():
    """The folder of the interpreters that pyenv has installed."""
    return Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"


def candidates(version):
    """Paths that may hold CPython `version`, the most wanted first."""
    installed = [
        path for path in pyenv().glob(f"{version}.*") if path.name[len(version) + 1 :].isdigit()
    ]
    installed.sort(key=lambda path: int(path.name.rpartition(".")[2]), reverse=True)
    for folder in installed:
        yield str(folder / "bin" / f"python{version}")
    on_path = shutil.which(f"python{version}")
    if on_path:
        yield on_path
    if version in UNPACKED_VERSIONS and UNPACKER.exists():
        unpacked = subprocess.run(
            [str(UNPACKER), version], check=False, stdout=subprocess.PIPE, text=True
        )
        if unpacked.returncode == 0:
            yield unpacked.stdout.strip().splitlines()[-1]


def running():
    """The interpreter of this process: as `find` names it, if that is one of those."""
    own = describe(sys.executable, has_gil=getattr(sys, "_is_gil_enabled", lambda: True)())
    found = [one for one in find([own.version])[0] if one.release == own.release]
    return found[0] if found else own


def find(versions=VERSIONS):
    """The interpreters found, in the order asked, and the versions that are not here."""
    found, missing = [], []
    for version in versions:
        usable = filter(None, map(describe, candidates(version)))
        interpreter = next((one for one in usable if one.version == version), None)
        if interpreter:
            found.append(interpreter)
        else:
            missing.append(version)
    return found, missing
