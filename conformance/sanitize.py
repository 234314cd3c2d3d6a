"""Runs the tests under AddressSanitizer, and the crate's tests under Miri where it is installed.

    python -m conformance.sanitize                 all of them
    python -m conformance.sanitize --reduced       the short tests of the extension

The extension is compiled with checks at each memory access and at each arithmetic operation, and
loaded into an ordinary interpreter that takes its memory from the checked allocator. Needs a
nightly Rust toolchain and gcc's sanitizer library; without them it says so and does nothing.
"""

import argparse
import os
import shutil
import subprocess
import sys

from tools import wheel
from tools.environment import Environment
from tools.interpreter import ROOT, find

from . import suite
from .side import WEAKLY, Side

TARGET = "x86_64-unknown-linux-gnu"
VERSIONS = ("3.13", "3.12", "3.11")
LOGS = wheel.BUILD / "sanitizer"
CRATES = ("-p", "weakly", "-p", "weakly-unsafe")
TESTS = ("tests/behaviour", "tests/hostile", "tests/model", "tests/threads")

NIGHTLY = {
    "RUSTUP_TOOLCHAIN": "nightly",
    "RUSTFLAGS": "-Zsanitizer=address",
    "CARGO_PROFILE_RELEASE_LTO": "off",
    "CARGO_PROFILE_RELEASE_CODEGEN_UNITS": "16",
    "CARGO_PROFILE_RELEASE_DEBUG": "line-tables-only",
    "CARGO_PROFILE_RELEASE_DEBUG_ASSERTIONS": "true",
    "CARGO_PROFILE_RELEASE_OVERFLOW_CHECKS": "true",
}

# Reads freed memory through a function that the sanitizer watches.
MISTAKE = """
import ctypes
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.free.argtypes = [ctypes.c_void_p]
block = libc.malloc(8)
libc.free(block)
ctypes.memmove(ctypes.create_string_buffer(8), block, 8)
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--reduced", action="store_true", help="only the short tests")
    options = parser.parse_args()
    runtime = sanitizer_library()
    if runtime is None:
        print("memory checkers: not run, this machine has no nightly Rust or no libasan")
        return 0
    interpreters, _ = find(VERSIONS)
    steps = {
        "extension, AddressSanitizer": lambda: check_extension(interpreters[0], runtime, options),
    }
    if not options.reduced:
        # The crate has no unsafe code of its own, and takes minutes to build.
        steps["crate, AddressSanitizer"] = check_crate
        steps["crate, Miri"] = check_with_miri
    results = {name: check() for name, check in steps.items()}
    for name, result in results.items():
        print(f"{name}: {result}")
    return 1 if "failed" in results.values() else 0


def sanitizer_library():
    """The path of the sanitizer's run-time library, or None if a part is missing here."""
    if not (shutil.which("gcc") and shutil.which("rustup")):
        return None
    toolchains = output_of("rustup", "toolchain", "list")
    library = output_of("gcc", "-print-file-name=libasan.so").strip()
    return library if "nightly" in toolchains and os.path.isabs(library) else None


def output_of(*command):
    """What a command prints."""
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def verdict(command, **variables):
    """Runs a command in the repository and says whether it passed."""
    environment = dict(os.environ, **variables)
    process = subprocess.run(command, check=False, cwd=ROOT, env=environment)
    return "failed" if process.returncode else "passed"


def check_crate():
    """The Rust library's tests. Leaks are not reported, since some tests forget references on
    purpose."""
    command = ["cargo", "test", "--quiet", "--release", *CRATES, "--lib", "--tests"]
    folder = str(wheel.BUILD / "target-crate-asan")
    variables = dict(NIGHTLY, CARGO_TARGET_DIR=folder, ASAN_OPTIONS="detect_leaks=0")
    # The examples are built and run by a cargo of their own.
    skip = ["--", "--skip", "examples_print"]
    return verdict([*command, "--target", TARGET, *skip], **variables)


def check_with_miri():
    """The Rust library's unit tests in Miri, which finds undefined behaviour."""
    installed = subprocess.run(
        ["cargo", "+nightly", "miri", "--version"], check=False, capture_output=True
    )
    if installed.returncode:
        return "not installed"
    flags = {"MIRIFLAGS": "-Zmiri-disable-isolation"}
    return verdict(["cargo", "+nightly", "miri", "test", *CRATES, "--lib"], **flags)


def check_extension(interpreter, runtime, options):
    """The Python tests and, if not reduced, CPython's own on the checked extension."""
    built = wheel.build(interpreter, "-asan", ["--target", TARGET], **NIGHTLY)
    environment = Environment(wheel.BUILD / "venv-asan")
    environment.install_for_tests(interpreter, built)
    side = Side(wheel.BUILD / "conformance" / "weakly-asan", WEAKLY)
    side.create(interpreter, pip=False)
    side.prepare(built)

    shutil.rmtree(LOGS, ignore_errors=True)
    LOGS.mkdir(parents=True)
    os.environ.update(
        LD_PRELOAD=runtime,
        PYTHONMALLOC="malloc",  # Python's own allocator would hide what is freed.
        # The interpreter itself leaves memory to the system at its end.
        ASAN_OPTIONS=f"detect_leaks=0:log_path={LOGS}/report",
    )
    try:
        return run_checked(environment, side, options)
    finally:
        del os.environ["LD_PRELOAD"]


def run_checked(environment, side, options):
    """Runs the tests with the sanitizer loaded; shows what it reports."""
    subprocess.run([environment.python, "-c", MISTAKE], check=False, stderr=subprocess.DEVNULL)
    if not any("use-after-free" in report.read_text() for report in LOGS.iterdir()):
        print("the sanitizer overlooks a mistake made on purpose")
        return "failed"
    for report in LOGS.iterdir():
        report.unlink()

    tests = [path for path in TESTS if (ROOT / path).exists()]
    command = [environment.python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests]
    passed = verdict(command) == "passed"
    for name in () if options.reduced else ("test_weakref", "test_weakset"):
        outcome = suite.run(side, name)
        print(f"{name}: {outcome}")
        wrong = [test for test, results in outcome.results.items() if "failed" in results]
        if not outcome.complete or set(wrong) - set(suite.EXPECTED) or outcome.unswapped:
            print(outcome.output)
            passed = False
    reports = list(LOGS.iterdir())
    for report in reports:
        print(report.read_text())
    return "failed" if reports or not passed else "passed"


if __name__ == "__main__":
    sys.exit(main())
