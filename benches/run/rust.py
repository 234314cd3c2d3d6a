"""The Rust benches: run by cargo, their results gathered into one file."""

import json
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

from . import machine

#: The benches that time, each with the options it knows.
TIMED = {
    "operations": ("sizes", "rounds", "kinds", "operations"),
    "steps": ("sizes", "steps"),
    "memory": ("sizes",),
    "threads": ("rounds",),
}
#: The sizes at which single steps are timed unless told otherwise are the awkward ones, which other
#: benches have no use for.
OWN_SIZES = ("steps",)
#: The contenders that may share a process: weak-table frees so much at once that the allocator tidies up
#: for 0.3 s in a step of whoever asks for a large table next.
TOGETHER = {
    "steps": (
        ("--contenders", "weakly,no container"),
        ("--contenders", "weak-table in a Mutex"),
    )
}


def run(options, only=(*TIMED, "counts")):
    """Runs the benches, with options where they are known, and returns the results."""
    version = subprocess.run(["rustc", "--version"], check=True, capture_output=True, text=True)
    result = {"machine": machine.description() | {"rust": version.stdout.strip()}}
    for bench, known in TIMED.items():
        if bench in only:
            given = [
                part
                for name, value in options.items()
                if value and name in known and not (name == "sizes" and bench in OWN_SIZES)
                for part in (f"--{name}", value)
            ]
            result[bench] = [
                json.loads(line)
                for together in TOGETHER.get(bench, [()])
                for line in cargo(bench, *given, *together).splitlines()
            ]
    if "counts" in only:
        result["counts"] = counts()
    return result


def cargo(bench, *arguments):
    """Runs one bench; returns what it printed."""
    print(f"cargo bench --bench {bench}", *arguments, file=sys.stderr)
    command = ["cargo", "bench", "--quiet", "-p", "weakly", "--bench", bench, "--", *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


#: What is counted, and how often it is done: churn until several sweeps are in it.
COUNTED = {"get": 100_000, "churn": 500_000}
#: Whose, for each kind.
CONTENDERS = {
    "values": (
        "weakly",
        "weak-table",
        "weak-table in a Mutex",
        "HashMap by hand in a Mutex",
        "indexmap by hand in a Mutex",
    ),
    "keys": ("weakly", "weak-table", "weak-table in a Mutex"),
    "set": ("weakly", "weak-table", "weak-table in a Mutex"),
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
    for kind in (*CONTENDERS, "set by identity"):
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
