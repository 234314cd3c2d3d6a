"""`python -m weakly`: runs a program as plain `python` does, with weakly in weakref's place."""

from __future__ import annotations

import sys

from . import __version__, _program, install

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

USAGE = """\
usage: python [OPTION ...] -m weakly [OPTION ...] [-m MODULE | -c CODE | FILE | -] [ARG ...]

Runs an unchanged program with weakly's classes instead of the standard library's.

  FILE           run a script, or a folder or zip file that holds a __main__.py
  -m MODULE      run a module or a package
  -c CODE        run the code given
  -              run the code on standard input
  ARG ...        what the program finds in sys.argv

  --ephemerons   let a value of a WeakKeyDictionary lead to its own key, and collect both
  --report       at exit, list the weak containers of the run, on standard error
  --compare      run the program with the standard library's classes too, and say what
                 changed: time, memory, entries that were collected or held dead;
                 the program itself writes to standard error then
  --json         let --report or --compare write JSON
  --output FILE  let them write to a file
  -h, --help     print this text
  -V, --version  print the version of weakly

The interpreter's own options, like -X, -W and -O, come before the first -m.
"""


def main(arguments: list[str]) -> None:
    """Does what the command line asks for."""
    options, output, program = _split(arguments)
    first = program[0] if program else ""
    if first in ("-h", "--help"):
        sys.stdout.write(USAGE)
    elif first in ("-V", "--version"):
        sys.stdout.write(f"weakly {__version__}\n")
    elif first[:2] in ("-m", "-c") and not first[2:] and not program[1:]:
        fail(f"argument expected for the {first} option")
    elif first.startswith("-") and first != "-" and first[:2] not in ("-m", "-c"):
        fail(f"unknown option {first}; the interpreter's own options come before -m weakly")
    elif not program:
        fail("no program given")
    elif {"--report", "--compare"} <= options:
        fail("--report and --compare exclude each other")
    elif "--compare" in options:
        from ._compare import compare

        ephemerons = "--ephemerons" in options
        raise SystemExit(compare(program, ephemerons, "--json" in options, output))
    else:
        if "--report" in options:
            from ._report import record, write_at_exit

            record()
            write_at_exit("--json" in options, output)
        elif options - {"--ephemerons"}:
            fail("--json and --output go with --report or --compare")
        install(rebind=True, ephemerons="--ephemerons" in options)
        _program.run(program)


_OPTIONS = ("--compare", "--ephemerons", "--json", "--output", "--report")


def _split(arguments: list[str]) -> tuple[set[str], str | None, list[str]]:
    """Our own options, the file to write to, and the program with its arguments."""
    options: set[str] = set()
    output = None
    rest = arguments
    while rest and rest[0] in _OPTIONS:
        option, *rest = rest
        options.add(option)
        if option == "--output":
            if not rest:
                fail("argument expected for the --output option")
            output, *rest = rest
    return options, output, rest


def fail(message: str) -> NoReturn:
    """Says what is wrong with the command line and leaves with the status that `python` gives."""
    sys.stderr.write(f"{sys.executable} -m weakly: {message}\n{USAGE.splitlines()[0]}\n")
    raise SystemExit(2)


if __name__ == "__main__":
    main(sys.argv[1:])
