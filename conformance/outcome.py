"""One run of a test suite in one environment: started, watched, and read back."""

import os
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"
OK, FAILURES, TIMED_OUT = "ok", "failures", "timed out"
TIME_LIMIT, GRACE = 600, 3  # seconds


@dataclass
class Outcome:
    """The outcome of a run: results and messages by test, how it ended, and the log of the swap."""

    results: dict = field(default_factory=dict)
    messages: dict = field(default_factory=dict)
    ended: str = OK
    output: str = ""
    processes: int = 0
    unswapped: list = field(default_factory=list)

    @property
    def complete(self):
        """Whether the suite ended by itself and has results, good or bad."""
        return bool(self.results) and self.ended in (OK, FAILURES)

    def counts(self):
        """Passed, failed and skipped, in this order."""
        return tuple(
            sum(results.count(kind) for results in self.results.values())
            for kind in (PASSED, FAILED, SKIPPED)
        )

    def __str__(self):
        return "/".join(map(str, self.counts())) + ("" if self.complete else f" ({self.ended})")


def run(side, module, arguments, *, report_option, endings, cwd=None):
    """Runs `python -m module arguments` on a side and returns its Outcome.

    `report_option` is the option that takes the path of a JUnit report; `endings` says in words
    what the module's exit statuses mean.
    """
    side.clear_log()
    with tempfile.TemporaryDirectory(prefix="weakly-conformance-") as folder:
        report = Path(folder) / "report.xml"
        start = f"import at_start; at_start.run_module({module!r})"
        command = [side.python, "-c", start, *arguments, f"{report_option}={report}"]
        status, output = watch(command, cwd or folder)
        results, messages = read_report(report)
    ended = endings.get(status) or how_it_ended(status)
    return Outcome(results, messages, ended, output, *side.processes())


def how_it_ended(status):
    """An exit status in words."""
    if status is None:
        return TIMED_OUT
    return f"killed by signal {-status}" if status < 0 else f"status {status}"


def watch(command, cwd, time_limit=TIME_LIMIT):
    """Runs a command to its end or the time limit, if there is one; returns its status and what it printed.

    The command gets a session of its own, so that whatever it started can be ended with it, and
    its output goes to a file, so that a survivor that keeps the output open stops nobody. The
    status is None if it was too late.
    """
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            status = process.wait(time_limit)
        except subprocess.TimeoutExpired:
            status = None
            process.send_signal(signal.SIGABRT)  # With faulthandler, it prints where it is.
            time.sleep(GRACE)
        finally:
            end_session(process)
        output.seek(0)
        return status, output.read()


def end_session(process):
    """Kills what is left of a process's session."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def read_report(path):
    """Results and messages of failures, by test. A test has as many results as it had runs."""
    results, messages = {}, {}
    cases = ElementTree.parse(path).iter("testcase") if path.exists() else ()
    for case in cases:
        name = ".".join(filter(None, (case.get("classname"), case.get("name"))))
        parts = {child.tag: child.text for child in case}
        trouble = parts.get("failure") or parts.get("error")
        kind = FAILED if trouble else SKIPPED if "skipped" in parts else PASSED
        results.setdefault(name, []).append(kind)
        if trouble:
            messages[name] = trouble
    return {name: sorted(kinds) for name, kinds in results.items()}, messages


def differences(stock, ours):
    """The tests whose results are not the same: `{name: (on the stock side, on ours)}`."""
    names = sorted(stock.results.keys() | ours.results.keys())
    pairs = {name: (stock.results.get(name), ours.results.get(name)) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
