"""Whole programs, run with and without ``weakly.install()``."""

import importlib
import json
import statistics
import subprocess
import sys
import time

from ..cases import programs
from .profile_share import Share
from .quiet import QuietMachine

#: How often each runs. A run begins on a quiet machine, which may not stay so.
RUNS = 11
#: How often each runs under the profiler, which takes some seventy samples per run.
PROFILES = 25
#: Seconds that a run may wait for a quiet machine.
WAIT_BUDGET = 15


def run_here(name, install, profile, fastest):
    """Runs a program in this process and prints its result, time and share as JSON.

    With ``fastest``, which ``QuietMachine`` has found on this machine, it waits for a quiet machine
    first. The share is the part of the time spent in the standard library's ``weakref``.
    """
    if install:
        importlib.import_module("weakly").install()
    program = importlib.import_module(f"{programs.__name__}.{name}")
    share = Share()
    if fastest:
        QuietMachine(WAIT_BUDGET, fastest).wait()
    if profile:
        share.begin()
    begin = time.process_time()
    result = program.run()
    seconds = time.process_time() - begin
    share.end()
    print(json.dumps({"result": repr(result), "seconds": seconds, "share": share.of_weakref()}))


def run_child(name, *options):
    """Runs a program in a process of its own."""
    command = [sys.executable, "-m", "benches", "program", name, *options]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def records(has_weakly):
    """A record for each program: seconds of processor time with and without weakly, interleaved."""
    fastest = QuietMachine(WAIT_BUDGET).fastest
    for name, what in programs.PROGRAMS.items():
        seconds = {"weakref": [], "weakly": []}
        profiles = [run_child(name, "--profile", f"--fastest={fastest}") for _ in range(PROFILES)]
        results = {profile["result"] for profile in profiles}
        for _ in range(RUNS):
            for contender, times in seconds.items():
                if contender == "weakly" and not has_weakly:
                    continue
                options = ["--install"] if contender == "weakly" else []
                done = run_child(name, f"--fastest={fastest}", *options)
                times.append(done["seconds"])
                results.add(done["result"])
        if len(results) != 1:
            raise RuntimeError(f"{name} gave different results: {results}")
        record = {"program": name.replace("_", " "), "what": what}
        record["weakref_share"] = round(statistics.fmean(run["share"] for run in profiles), 4)
        for contender, times in seconds.items():
            if times:
                record[f"{contender}_s"] = round(min(times), 4)
                record[f"{contender}_median_s"] = round(statistics.median(times), 4)
        print(record, file=sys.stderr)
        yield record
