"""The Rust benches: run by cargo, their results gathered into one file."""

import json
import subprocess
import sys
from pathlib import Path

from . import machine

CRITERION = Path("target/criterion")


def run():
    """Runs every bench and returns the results."""
    cargo("tables", capture=False)
    version = subprocess.run(["rustc", "--version"], check=True, capture_output=True, text=True)
    return {
        "machine": machine.description() | {"rust": version.stdout.strip()},
        "operations": operations(),
        "churn": json.loads(cargo("churn")),
        "memory": json.loads(cargo("memory")),
        "threads": json.loads(cargo("threads")),
    }


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
