"""Runs a program in an interpreter of its own, on one of the implementations."""

import os
import subprocess
import sys
import textwrap

import implementations

TESTS = os.path.dirname(os.path.abspath(__file__))

# Under AddressSanitizer the processes need more memory and more stack.
ARE_SANITIZED = "asan" in os.environ.get("LD_PRELOAD", "")


def run(implementation, program, *arguments, timeout=120, env=None, flags=()):
    """The finished process. The program finds the module under test as `weakref`."""
    module = implementations.MODULES[implementation]
    source = f"import {module} as weakref\n" + textwrap.dedent(program)
    return subprocess.run(
        [sys.executable, *flags, "-c", source, *arguments],
        capture_output=True,
        text=True,
        timeout=timeout,
        env={**os.environ, "PYTHONFAULTHANDLER": "1", **(env or {})},
        check=False,
    )


def output(implementation, program, *arguments, **options):
    """What the program printed. It must succeed and write nothing to stderr."""
    process = run(implementation, program, *arguments, **options)
    assert (process.returncode, process.stderr) == (0, ""), process.stderr
    return process.stdout
