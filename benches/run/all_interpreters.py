"""Measuring on several interpreters, each with a wheel of its own."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

from tools import wheel
from tools.interpreter import ROOT, find

VERSIONS = ("3.11", "3.13", "3.15")


def run(results):
    """Measures every operation on the interpreters of this machine among ``VERSIONS``."""
    interpreters, missing = find(VERSIONS)
    for interpreter in interpreters:
        packages = wheel.BUILD / f"bench-{interpreter.version}"
        with zipfile.ZipFile(wheel.build(interpreter)) as archive:
            archive.extractall(packages)
        output = Path(results) / f"python-{interpreter.version}.json"
        for command in ("measure", "count"):
            subprocess.run(
                [interpreter.executable, "-m", "benches", command, "--output", str(output)],
                check=True,
                cwd=ROOT,
                env=dict(os.environ, PYTHONPATH=str(packages)),
            )
    for version in missing:
        print(f"not measured: CPython {version} is not on this machine", file=sys.stderr)
