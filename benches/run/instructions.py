"""Counting instructions: what an operation costs on any machine, and in whose code.

Valgrind's callgrind counts the instructions of one contender, case by case: at each call of a
function that nothing else calls, it writes down what it has counted since the last call. Each
instruction belongs to the file that it comes from: weakly's extension, the interpreter, or the C
library. What the interpreter does for weakly, such as creating a weak reference and calling its
callback, bounds what weakly can reach.
"""

import gc
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from ..cases import fixtures, references
from . import timer
from .contenders import contenders
from .measurement import CONTAINERS, operations

SIZE = 1_000
#: Over so many operations a count is the mean where a loop can be as long as wanted,
ROUNDS = 5_000
#: and after so many of them new objects get another address.
ROUNDS_AT_ONE_ADDRESS = 5
#: Runs before the one that is counted, in which the interpreter specialises the code.
WARMING = 3
#: At each call of the C function of this name the count is written down.
MARKER = os.getpgrp

#: The operations that the page shows, by group and name.
SHOWN = [
    ("WeakKeyDictionary", "d[k]"),
    ("WeakValueDictionary", "d[k]"),
    ("WeakSet", "k in s"),
    ("WeakSet", "s.add(new); new dies"),
    ("WeakKeyDictionary", "d[new] = v; new dies"),
    ("WeakValueDictionary", "d[k] = new; new dies"),
    ("WeakSet", "for k in s"),
    ("WeakKeyDictionary", "cls(pairs)"),
    ("WeakValueDictionary", "cls(pairs)"),
    ("WeakSet", "s &= t"),
    ("WeakSet", "s.symmetric_difference(list)"),
    ("WeakSet", "s.clear()"),
    ("WeakSet", "drop the set"),
    ("WeakKeyDictionary", "drop the dictionary"),
    ("WeakKeyDictionary", "d.keyrefs()"),
    ("WeakValueDictionary", "d.valuerefs()"),
    ("finalize", "finalize(o, f).detach()"),
    ("WeakMethod", "WeakMethod(o.m)"),
]
GROUPS = (*CONTAINERS, *dict.fromkeys(group for group, _ in references.CASES))


def is_possible():
    """Whether there is a valgrind to count with."""
    return shutil.which("valgrind") is not None


def records(contenders=("weakly", "weakref"), only="", groups=GROUPS, shift=0):
    """One record for each operation: instructions by contender and owner.

    ``only`` chooses the cases whose ``group: name`` contains it; with another ``shift`` objects get
    other addresses.
    """
    wanted = [(group, contender) for group in groups for contender in contenders]
    # Other work on the machine changes no count.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        counted = dict(zip(wanted, pool.map(lambda each: count(*each, only, shift), wanted)))
    for group in groups:
        for case in counted[group, contenders[0]]:
            by_contender = {
                contender: counted[group, contender][case]
                for contender in contenders
                if case in counted[group, contender]
            }
            yield {"group": group, "case": case, "size": SIZE, "instructions": by_contender}


def count(group, contender, only="", shift=0):
    """Instructions per operation of one contender, by case and owner."""
    with counted("do", group, contender, "--only", only, shift=shift) as (lines, parts):
        return {
            case: per_operation(divisor, next(parts), next(parts) if loop else Counter())
            for case, divisor, loop in map(json.loads, lines)
        }


@contextmanager
def counted(*command, shift=0):
    """Counts a command of this package. Yields the lines that it printed, and for each of its runs
    between two calls of the marker the instructions by owner."""
    # The interpreter copies the variables, so they move what it allocates after them.
    environment = {"PATH": os.environ["PATH"], "PYTHONHASHSEED": "0"}
    environment.update((f"SHIFT_{n}", "") for n in range(shift))
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "callgrind.out")
        done = subprocess.run(
            [
                *("valgrind", "--tool=callgrind", "--quiet", f"--dump-before={MARKER.__name__}"),
                f"--callgrind-out-file={output}",
                *(sys.executable, "-m", "benches", *command),
            ],
            check=True,
            stdout=subprocess.PIPE,
            env=environment,
        )
        # Before each run that counts, what came before it is written down too.
        parts = (by_owner(Path(f"{output}.{2 * n}").read_text()) for n in itertools.count(1))
        yield done.stdout.splitlines(), parts


def per_operation(divisor, counted, around):
    """What is left of a count without what is around the operations."""
    counted.subtract(around)
    return {owner: round(total / divisor, 1) for owner, total in sorted(counted.items())}


class Rounds:
    """Numbers for a loop in which objects are made and die at once.

    Each new object would get the address of the one before it, and with it the same place in a table,
    which may be a good or a bad one. So now and then one is kept. And where the newest entry of a
    container is taken, another one becomes that now and then; what this takes is subtracted with the
    loop.
    """

    def __init__(self, container=()):
        self.container = container

    def __len__(self):
        return ROUNDS

    def __iter__(self):
        return itertools.chain.from_iterable(self.stretches())

    def stretches(self):
        kept = []
        members = itertools.cycle(list(self.container) or [None])
        for first in range(0, ROUNDS, ROUNDS_AT_ONE_ADDRESS):
            kept.append(fixtures.Plain())
            if self.container:
                make_newest(self.container, next(members))
            yield range(first, first + ROUNDS_AT_ONE_ADDRESS)


def make_newest(container, member):
    """Takes a member out and stores it again."""
    if hasattr(container, "add"):
        container.discard(member)
        container.add(member)
    else:
        container[member] = container.pop(member)


#: ``ob=(3) /path`` names an object file by a number, and ``ob=(3)`` is the same one again.
OBJECT = re.compile(r"^(c?)ob=\((\d+)\)(?: (.*))?$")
#: Where in the source, and how many instructions: ``+3 17``.
COST = re.compile(r"[\d+*-]")


def by_owner(profile):
    """The sums of a callgrind profile, by the owner of the object file."""
    sums, paths, owner = Counter(), {}, "interpreter"
    skip = False
    for line in profile.splitlines():
        if skip:  # what a call costs inside: counted where it happens
            skip = False
        elif line.startswith("calls="):
            skip = True
        elif found := OBJECT.match(line):
            called, number, path = found.groups()
            if path:
                paths[number] = path
            if not called:
                owner = owner_of(paths[number])
        elif COST.match(line):
            _position, *costs = line.split()
            sums[owner] += sum(map(int, costs))
    return sums


def owner_of(path):
    """The owner of an object file."""
    name = Path(path).name
    if name.startswith("_weakly"):
        return "weakly"
    return "interpreter" if "python" in name else "libraries"


def do(group, contender, only):
    """What is counted: runs each case, and prints how many operations it is."""
    namespace, cases = prepared(group, contender)
    gc.disable()
    for case in cases:
        own = namespace
        if case.takes_newest:
            own = dict(namespace, rounds=Rounds(namespace["s" if "s" in namespace else "d"]))
        runs = timer.prepared(case, {contender: own})
        if contender not in runs or only not in f"{group}: {case.name}":
            continue
        for run, names in runs.values():
            for _ in range(WARMING):
                run(**names, clock=int)
            run(**names, clock=MARKER)
        divisor = operations(case, namespace) if group in CONTAINERS else len(namespace["rounds"])
        print(json.dumps([case.name, divisor, "loop" in runs]), flush=True)
    os._exit(0)


def prepared(group, contender):
    """The namespace of one contender, and the cases."""
    module = {contender: contenders()[contender]}
    if group in CONTAINERS:
        namespace = fixtures.build(group, module, fixtures.Plain, SIZE)[contender]
        namespace["rounds"] = Rounds()
        namespace["absent"] *= ROUNDS // len(namespace["absent"])
        return namespace, [case for case in CONTAINERS[group] if case.largest >= SIZE]
    namespace = references.names(module[contender])
    return namespace, [case for its_group, case in references.CASES if its_group == group]
