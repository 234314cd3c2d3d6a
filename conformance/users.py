"""Runs the test suites of programs that use weakref, with weakly in its place and without.

    python -m conformance.users                    all of them
    python -m conformance.users --user blinker     one
    python -m conformance.users --write-docs       and writes docs/conformance/users.md

Releases and everything they need are pinned in users.txt. Ends with an error if a test has another
result with weakly than with the standard module.
"""

import argparse
import os
import shutil
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

from tools import wheel
from tools.interpreter import find

from . import outcome, table
from .comparison import compare
from .side import STOCK, pair

PINS = Path(__file__).with_name("users.txt")
SOURCES = wheel.BUILD / "users" / "sources"
VERSIONS = ("3.12", "3.13")  # The pinned releases run on these.
# Compiled by mypyc in its binary wheels, which run no Python code.
FROM_SOURCE = "psygnal"

HEADER = ("user", "release", "stock", "weakly", "not the same")
WIDTHS = (16, 10, 16, 16, 0)


@dataclass(frozen=True)
class User:
    """A project: its name, where its tests are, and options that its suite wants.

    `tests` are importable names of installed test packages, or, with `in_source`, paths in its
    source release.
    """

    name: str
    tests: tuple
    in_source: bool = False
    options: tuple = ()


ASYNCIO = ("-o", "asyncio_mode=auto")
USERS = (
    User("blinker", ("tests",), in_source=True, options=ASYNCIO),
    User("PyDispatcher", ("tests",), in_source=True),
    User("traits", ("traits",)),
    User("zope.interface", ("zope.interface",)),
    User("wrapt", ("tests/core",), in_source=True),
    User("psygnal", ("tests",), in_source=True, options=ASYNCIO),
    # The other tests of Mesa draw in a browser.
    User(
        "Mesa",
        ("tests",),
        in_source=True,
        options=("--ignore=tests/examples", "--ignore=tests/visualization"),
    ),
    # xarray has one weak dictionary, for the locks of its files.
    User(
        "xarray",
        tuple(
            f"xarray.tests.test_backends_{part}"
            for part in ("api", "common", "file_manager", "locks", "lru_cache")
        ),
    ),
)
ENDINGS = {0: outcome.OK, 1: outcome.FAILURES, 2: "interrupted", 5: "nothing ran"}


def main():
    options = arguments()
    users = [user for user in USERS if not options.user or user.name in options.user]
    interpreters, _ = find(VERSIONS)
    if not interpreters:
        raise SystemExit("needs one of CPython " + ", ".join(VERSIONS))
    sides = pair(interpreters[0], "users", options.wheels, install_requirements)
    rows, complaints = [], []
    print(table.line(HEADER, WIDTHS))
    for user in users:
        row, found = one(sides, user)
        print(table.line(row, WIDTHS), flush=True)
        rows.append(row)
        complaints += found
    if options.write_docs:
        title = "The tests of programs that use weakref"
        table.write_page("users", title, "users", HEADER, rows)
    for complaint in complaints:
        print(complaint)
    print(f"interpreter: {interpreters[0]}")
    print(f"{len(rows)} users compared, {len(complaints)} complaints")
    return 1 if complaints or not rows else 0


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--user", action="append", metavar="NAME", help="only this project")
    parser.add_argument("--wheels", type=Path, metavar="FOLDER", help="test these, build none")
    parser.add_argument(
        "--write-docs", action="store_true", help="update docs/conformance/users.md"
    )
    options = parser.parse_args()
    if options.write_docs and options.user:
        parser.error("the page has all projects")
    return options


def install_requirements(side):
    """Installs the pinned releases, and fetches the sources of those with tests only there."""
    side.pip(
        "install", "--no-deps", "--no-binary", FROM_SOURCE, "--requirement", str(PINS), once=True
    )
    if side.name == STOCK:
        for user in USERS:
            if user.in_source:
                fetch(side, user)


def fetch(side, user):
    """Downloads and unpacks the source release of a project's pinned version."""
    if source(user).exists():
        return
    SOURCES.mkdir(parents=True, exist_ok=True)
    pin = f"{user.name}=={release(user)}"
    side.pip("download", "--no-deps", "--no-binary", ":all:", "--dest", str(SOURCES), pin)
    (archive,) = SOURCES.glob(f"[{user.name[0].lower()}{user.name[0]}]{user.name[1:]}-*.tar.gz")
    with tarfile.open(archive) as files:
        files.extractall(SOURCES)
    # Only the tests stay, so that they import what is installed and not what lies beside them.
    unpacked = SOURCES / archive.name[: -len(".tar.gz")]
    source(user).mkdir()
    shutil.move(unpacked / "tests", source(user) / "tests")
    shutil.rmtree(unpacked)


def source(user):
    """Where the tests of a project's source release are."""
    return SOURCES / f"{user.name}-{release(user)}-tests"


def release(user):
    """The pinned version of a project."""
    pins = dict(line.split("==") for line in PINS.read_text().split())
    return pins[user.name]


def one(sides, user):
    """The row of one project, and what is wrong with it."""
    # An empty configuration and a root of its own: nothing in this repository affects it.
    options = ["-q", "-p", "no:cacheprovider", "-W", "ignore", "-c", os.devnull, *user.options]

    def run(side, _):
        # Tests are not addressed by their names in the report: the whole suite runs again.
        place = source(user) if user.in_source else side.site_packages
        where = ["--rootdir", str(place), *([] if user.in_source else ["--pyargs"]), *user.tests]
        return outcome.run(
            side, "pytest", options + where, report_option="--junit-xml", endings=ENDINGS, cwd=place
        )

    (stock, ours, _, notes), complaints = compare(sides, user.name, run)
    return (user.name, release(user), stock, ours, notes), complaints


if __name__ == "__main__":
    sys.exit(main())
