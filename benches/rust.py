"""The Rust benches: run by cargo, their results gathered into one file."""

import json
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from . import machine

CRITERION = Path("target/criterion")


#: So often everything that is timed runs: a neighbour on the machine can fill its cache, or take half
#: of its cores, for minutes.
ROUNDS = 2


def run():
    """Runs every bench and returns the results."""
    times, steps = zip(*(one_round() for _ in range(ROUNDS)))
    version = subprocess.run(["rustc", "--version"], check=True, capture_output=True, text=True)
    return {
        "machine": machine.description() | {"rust": version.stdout.strip()},
        "operations": [min(each, key=lambda one: one["ns"]) for each in zip(*times)],
        "churn": [fastest_churn(each) for each in zip(*steps)],
        "memory": json.loads(cargo("memory")),
        "threads": json.loads(cargo("threads")),
        "counts": counts(),
    }


def one_round():
    """The operations and the churn, each contender's in the same place in every round."""
    shutil.rmtree(CRITERION, ignore_errors=True)  # what earlier benches left
    cargo("tables", capture=False)
    return operations(), [json.loads(line) for line in cargo("churn").splitlines()]


def fastest_churn(runs):
    """The best mean of each size, and the histogram of the run whose slowest step was fastest."""
    best = min(runs, key=lambda each: each["slowest_ns"])
    sizes = best["mean_ns"]
    return best | {"mean_ns": {size: min(each["mean_ns"][size] for each in runs) for size in sizes}}


def cargo(bench, capture=True):
    """Runs one bench; returns what it printed."""
    print(f"cargo bench --bench {bench}", file=sys.stderr)
    done = subprocess.run(
        ["cargo", "bench", "--quiet", "-p", "weakly", "--bench", bench],
        check=True,
        stdout=subprocess.PIPE if capture else subprocess.DEVNULL,
        text=True,
    )
    return done.stdout


def operations():
    """The fastest sample of each operation that criterion has measured."""
    found = []
    for file in sorted(CRITERION.glob("**/new/sample.json")):
        bench = json.loads(file.with_name("benchmark.json").read_text())
        sample = json.loads(file.read_text())
        fastest = min(time / count for time, count in zip(sample["times"], sample["iters"]))
        operation, _, contender = bench["function_id"].partition(", ")
        found.append(
            {
                "kind": bench["group_id"],
                "operation": operation,
                "contender": contender,
                "size": int(bench["value_str"] or 1),
                "ns": round(fastest, 2),
            }
        )
    return found


#: What is counted, for each kind by these contenders.
COUNTED = ("churn", "get")
KINDS = ("weak values", "weak keys", "weak set")
CONTENDERS = ("weakly", "weak-table", "weak-table in a Mutex")
#: At this size every table is larger than the first cache and smaller than the last.
COUNTED_SIZE = 100_000
COUNTED_TIMES = 100_000
#: The caches of the model, whatever the machine has: size, associativity, line.
CACHES = ("--I1=32768,8,64", "--D1=32768,8,64", "--LL=33554432,16,64")


def counts():
    """Instructions and misses of the first cache, by operation: the same on a busy machine."""
    if shutil.which("valgrind") is None:
        print("not counted: valgrind is not on this machine", file=sys.stderr)
        return []
    program = executable("instructions")
    wanted = [
        (kind, operation, contender)
        for kind in KINDS
        for operation in COUNTED
        for contender in CONTENDERS
    ]
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda each: count(program, *each), wanted))


def executable(bench):
    """The program of a bench, built."""
    command = ["cargo", "bench", "--quiet", "-p", "weakly", "--bench", bench, "--no-run"]
    done = subprocess.run(
        [*command, "--message-format=json"], check=True, stdout=subprocess.PIPE, text=True
    )
    messages = map(json.loads, done.stdout.splitlines())
    built = [m for m in messages if m.get("executable") and m["target"]["name"] == bench]
    return built[-1]["executable"]


def count(program, kind, operation, contender):
    """What one operation takes: a run with so many of it, less a run with none."""
    some, none = (
        totals(program, f"{kind}, {contender}", operation, str(COUNTED_SIZE), str(times))
        for times in (COUNTED_TIMES, 0)
    )
    found = {event: (some[event] - none[event]) / COUNTED_TIMES for event in some}
    return {
        "kind": kind,
        "operation": operation,
        "contender": contender,
        "size": COUNTED_SIZE,
        "instructions": round(found["Ir"], 1),
        "misses": round(found["D1mr"] + found["D1mw"], 2),
    }


def totals(*command):
    """The events of a run, as callgrind sums them up."""
    with tempfile.NamedTemporaryFile("r") as output:
        subprocess.run(
            [
                *("valgrind", "--tool=callgrind", "--quiet", "--cache-sim=yes", *CACHES),
                *(f"--callgrind-out-file={output.name}", *command),
            ],
            check=True,
        )
        lines = dict(line.split(": ", 1) for line in output if ": " in line)
    return dict(zip(lines["events"].split(), map(int, lines["totals"].split())))
