"""Building a wheel for one interpreter: the package's, or that of an extension beside it."""

import os
import shutil
import subprocess

from .interpreter import ROOT

BUILD = ROOT / ".build"


def maturin():
    """The build tool: from the development environment, or from PATH."""
    local = ROOT / ".venv" / "bin" / "maturin"
    tool = str(local) if local.exists() else shutil.which("maturin")
    if tool is None:
        raise SystemExit("maturin is missing: run `make test` once, or `pip install maturin`")
    return tool


def build(interpreter, variant="", arguments=(), project=ROOT, **variables):
    """Builds the wheel of a project for `interpreter` and returns its path; quick when nothing changed.

    `variant` names a build other than the usual one, made with further `arguments` to maturin and
    environment `variables`. Each interpreter and variant has a build folder of its own, so that
    one does not throw away what was compiled for another.
    """
    name = interpreter.version + variant
    folder = BUILD / "wheels" / (name if project == ROOT else f"{name}-{project.name}")
    shutil.rmtree(folder, ignore_errors=True)
    command = [maturin(), "build", "--release", "--quiet", "--compatibility", "linux", *arguments]
    process = subprocess.run(
        [*command, "--interpreter", interpreter.executable, "--out", str(folder)],
        check=False,
        cwd=project,
        env=dict(os.environ, CARGO_TARGET_DIR=str(BUILD / f"target-{name}"), **variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if process.returncode:
        raise SystemExit(f"no wheel for CPython {interpreter}:\n{process.stdout}")
    (wheel,) = folder.glob("*.whl")
    return wheel


def build_for_tests(interpreter, arguments=(), project=ROOT):
    """As `build`, for tests: not optimised across crates, which takes most of the time of a build."""
    units = {"CARGO_PROFILE_RELEASE_LTO": "off", "CARGO_PROFILE_RELEASE_CODEGEN_UNITS": "16"}
    return build(interpreter, "-tests", arguments, project, **units)


def prebuilt(interpreter, folder):
    """The wheel in `folder` that fits `interpreter`, for runs on wheels built elsewhere."""
    tag = "cp" + interpreter.version.replace(".", "")
    fitting = [wheel for wheel in folder.glob("*.whl") if f"-{tag}-" in wheel.name]
    fitting += folder.glob("*-py3-none-any.whl")
    if not fitting:
        raise SystemExit(f"{folder} has no wheel for {interpreter}")
    return fitting[0]
