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

#: How often everything that is timed runs. Others can fill the shared cache, which holds large tables,
#: for minutes.
TABLE_ROUNDS = 5
CHURN_ROUNDS = 2


def run():
    """Runs every bench and returns the results."""
    times = [operations() for _ in range(TABLE_ROUNDS)]
    steps = [churn() for _ in range(CHURN_ROUNDS)]
    version = subprocess.run(["rustc", "--version"], check=True, capture_output=True, text=True)
    return {
        "machine": machine.description() | {"rust": version.stdout.strip()},
        "operations": [min(each, key=lambda one: one["ns"]) for each in zip(*times)],
        "churn": [fastest_churn(each) for each in zip(*steps)],
        "memory": json.loads(cargo("memory")),
        "threads": json.loads(cargo("threads")),
        "counts": counts(),
    }


def churn():
    """The churn of each contender."""
    return [json.loads(line) for line in cargo("churn").splitlines()]


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
    """The fastest sample of each operation that criterion measures."""
    shutil.rmtree(CRITERION, ignore_errors=True)  # what earlier benches left
    cargo("tables", capture=False)
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


#: What is counted, and how often it is done: churn until several sweeps are in it.
COUNTED = {"get": 100_000, "churn": 500_000}
#: Whose, for each kind.
CONTENDERS = {
    "weak values": (
        "weakly",
        "weak-table",
        "weak-table in a Mutex",
        "indexmap by hand in a Mutex",
        "indexmap by hand in a Mutex, large owners",
    ),
    "weak keys": ("weakly", "weak-table", "weak-table in a Mutex"),
    "weak set": ("weakly", "weak-table", "weak-table in a Mutex"),
}
#: At this size every table is larger than the first cache, and some than what others leave of the
#: last.
COUNTED_SIZE = 100_000
#: Where only instructions are counted, small ones say as much.
GUARDED_SIZE, GUARDED_TIMES = 1_000, 20_000
#: The first caches of the model, whatever the machine has: size, associativity, line.
FIRST = ("--I1=32768,8,64", "--D1=32768,8,64")
#: What others may leave of the last cache, in MB.
LAST = (8, 4)


def counts():
    """Instructions and cache misses by operation: the same on a busy machine."""
    if shutil.which("valgrind") is None:
        print("not counted: valgrind is not on this machine", file=sys.stderr)
        return []
    program = executable("instructions")
    wanted = [
        (kind, operation, contender)
        for kind, contenders in CONTENDERS.items()
        for operation in COUNTED
        for contender in contenders
        # Without its order a plain map does something else.
        if operation == "get" or not contender.startswith("indexmap")
    ]
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda each: count(program, *each), wanted))


def counts_of_weakly():
    """The instructions of weakly's own containers, without the caches, which take time."""
    program = executable("instructions")
    for kind in (*CONTENDERS, "weak set by identity"):
        for operation in COUNTED:
            command = (program, f"{kind}, weakly", operation, str(GUARDED_SIZE))
            events = per_operation(command, GUARDED_TIMES)
            yield {"kind": kind, "operation": operation, "instructions": round(events["Ir"], 1)}


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
    """What one operation takes, with each of the last caches."""
    command = (program, f"{kind}, {contender}", operation, str(COUNTED_SIZE))
    found = {size: per_operation(command, COUNTED[operation], size) for size in LAST}
    first = found[LAST[0]]
    return {
        "kind": kind,
        "operation": operation,
        "contender": contender,
        "size": COUNTED_SIZE,
        "instructions": round(first["Ir"], 1),
        "misses": round(first["D1mr"] + first["D1mw"], 2),
        "misses_of_last": {
            str(size): round(each["DLmr"] + each["DLmw"], 2) for size, each in found.items()
        },
    }


def per_operation(command, times, last=None):
    """The events of one operation: a run with two batches of them, less a run with one."""
    twice, once = (totals((*command, str(often)), last) for often in (2 * times, times))
    return {event: (twice[event] - once[event]) / times for event in twice}


def totals(command, last):
    """The events of a run, as callgrind sums them up: of the caches too, if it is told how many MB
    the last one has."""
    caches = ("--cache-sim=yes", *FIRST, f"--LL={last << 20},16,64") if last else ()
    with tempfile.NamedTemporaryFile("r") as output:
        subprocess.run(
            [
                *("valgrind", "--tool=callgrind", "--quiet", *caches),
                *(f"--callgrind-out-file={output.name}", *command),
            ],
            check=True,
            stderr=subprocess.DEVNULL,  # it warns that the machine has another cache
        )
        lines = dict(line.split(": ", 1) for line in output if ": " in line)
    return dict(zip(lines["events"].split(), map(int, lines["totals"].split())))
