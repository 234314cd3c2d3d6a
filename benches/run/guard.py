"""The guard: fails if an operation takes more instructions than it did.

Times tell nothing on a machine that is slow or busy; instructions are the same on each. What every
operation took is in ``guard.json``: for each interpreter those of weakly's own code, and those of
the Rust containers. Who makes an operation faster, or slower for a reason, records the counts again
(``python -m benches guard --record``), and the change shows them.
"""

import json
import sys
from pathlib import Path

from . import instructions, rust

RECORDED = Path(__file__).with_name("guard.json")

#: More than this is slower: compilers and addresses change a count a little.
TOLERANCE, FEW = 1.04, 3
#: How often an operation that took more is counted at other addresses: a good or a bad place in a table
#: may make a difference of a twentieth.
AGAIN = 3


def run(record):
    """Counts and compares, or records; returns the exit status."""
    if not instructions.is_possible():
        print("guard: nothing is checked, as valgrind is not on this machine", file=sys.stderr)
        return 0
    recorded = json.loads(RECORDED.read_text())
    found = {python(): dict(counted_in_python()), "Rust": dict(counted_in_rust())}
    if record:
        write(recorded | found)
        return 0
    complaints = []
    for api, counts in found.items():
        if api not in recorded:
            print(f"guard: nothing is recorded for {api}, so nothing is checked", file=sys.stderr)
            continue
        if api == python():
            count_again(recorded[api], counts)
        complaints += compared(recorded[api], counts, api)
    print("\n".join(complaints) or "guard: no operation takes more instructions than it did")
    return 1 if complaints else 0


def count_again(recorded, counts):
    """Puts the least of several counts in the place of those that are too large."""
    for shift in range(1, AGAIN + 1):
        larger = [each for each in counts if is_larger(counts[each], recorded.get(each))]
        if not larger:
            return
        groups = dict.fromkeys(operation.partition(":")[0] for operation in larger)
        for operation, count in counted_in_python(groups=list(groups), shift=shift):
            counts[operation] = min(counts[operation], count)


def is_larger(count, before):
    """Whether an operation takes more instructions than were recorded, if any were."""
    return before is not None and count > before * TOLERANCE + FEW


def compared(recorded, counts, api):
    """A line for each operation that takes more than it did, or of which nothing is recorded."""
    for operation, count in counts.items():
        before = recorded.get(operation)
        if before is None:
            yield f"guard: {api}, {operation}: record its count"
        elif is_larger(count, before):
            yield f"guard: {api}, {operation}: {count:g} instructions instead of {before:g}"


def python():
    """What the counts of this interpreter stand under."""
    return f"Python {sys.version_info.major}.{sys.version_info.minor}"


def counted_in_python(**which):
    """The instructions of weakly's own code, by operation."""
    for each in instructions.records(("weakly",), **which):
        owners = each["instructions"]["weakly"]
        yield f"{each['group']}: {each['case']}", owners.get("weakly", 0)


def counted_in_rust():
    """All instructions, by container and operation."""
    for each in rust.counts_of_weakly():
        yield f"{each['kind']}: {each['operation']}", each["instructions"]


def write(counts):
    """Writes the counts, one per line."""
    RECORDED.write_text(json.dumps(counts, indent=1) + "\n")
