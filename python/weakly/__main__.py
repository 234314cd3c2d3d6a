"""`python -m weakly`: runs a program as plain `python` does, with weakly in weakref's place."""

from __future__ import annotations

import sys

from . import __version__, _program, install

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

USAGE = """\
usage: python [OPTION ...] -m weakly [-m MODULE | -c CODE | FILE | -] [ARG ...]

Runs an unchanged program with weakly's classes instead of the standard library's.

  FILE           run a script, or a folder or zip file that holds a __main__.py
  -m MODULE      run a module or a package
  -c CODE        run the code given
  -              run the code on standard input
  ARG ...        what the program finds in sys.argv

  -h, --help     print this text
  -V, --version  print the version of weakly

The interpreter's own options, like -X, -W and -O, come before the first -m.
"""


def main(arguments: list[str]) -> None:
    """Does what the command line asks for."""
    first, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if first in ("-h", "--help"):
        sys.stdout.write(USAGE)
    elif first in ("-V", "--version"):
        sys.stdout.write(f"weakly {__version__}\n")
    elif first[:2] in ("-m", "-c"):
        option, rest = first[:2], [first[2:], *rest] if first[2:] else rest  # also -mMODULE
        if not rest:
            fail(f"argument expected for the {option} option")
        install(rebind=True)
        (_program.run_module if option == "-m" else _program.run_code)(*rest)
    elif first.startswith("-") and first != "-":
        fail(f"unknown option {first}; the interpreter's own options come before -m weakly")
    elif arguments:
        install(rebind=True)
        (_program.run_standard_input if first == "-" else _program.run_file)(*arguments)
    else:
        fail("no program given")


def fail(message: str) -> NoReturn:
    """Says what is wrong with the command line and leaves with the status that `python` gives."""
    sys.stderr.write(f"{sys.executable} -m weakly: {message}\n{USAGE.splitlines()[0]}\n")
    raise SystemExit(2)


if __name__ == "__main__":
    main(sys.argv[1:])
