"""The sentences of the READMEs that have figures in them."""

import re
from statistics import median

from tools import urls
from tools.interpreter import ROOT

from .python_pages import speedups

USERS = ROOT / "docs" / "conformance" / "users.md"


def blocks(result, programs):
    """Each generated block by its name, from the results on one interpreter and those of programs."""
    return {"pitch": pitch(result), "trust": trust(), "programs": gains(programs["programs"])}


def pitch(result):
    """What it is, and how fast."""
    return (
        "Python's `weakref`, rewritten in Rust: a drop-in that is "
        f"{median(speedups(result)):.1f} times as fast, and never raises while you iterate.\n"
    )


def trust():
    """Whose tests pass."""
    rows = re.findall(r"^\| (\S+) +\|[^|]*\| (\d+)/0/", USERS.read_text(), re.MULTILINE)
    count = sum(int(passed) for _, passed in rows) // 100 * 100
    *names, last = (name for name, _ in rows)
    return (
        "`weakly` passes CPython's own tests of `weakref` on 3.9 to 3.15 (but one, which wants the "
        "classes to come from a module named `weakref`), and the "
        f"{count:,} tests of {', '.join(names)} and {last}, all unmodified: see "
        f"[conformance]({urls.site()}/conformance/).\n"
    )


def gains(programs):
    """When not to use it: what whole programs gain."""
    times = {each["program"]: each["weakref_s"] / each["weakly_s"] for each in programs}
    return (
        "Dropping a whole container and `keyrefs()` of very large ones gain nothing. A program gains "
        "what it spends in weak references: Django's signals ran "
        f"{times['django signals']:.1f} times as fast, SQLAlchemy {times['sqlalchemy orm']:.1f} times. "
        f"[Performance]({urls.site()}/performance/) says what is fast, "
        "what is not, and when not to use it.\n"
    )
