"""Counting instructions: what an operation costs on any machine, and in whose code.

Valgrind's callgrind counts the instructions of one contender in one case, and those of the same
program without the case. The difference is what the operation costs. Each instruction belongs to the
file that it comes from: weakly's extension, the interpreter, or the C library. What the interpreter
does for weakly, such as creating a weak reference and calling its callback, bounds what weakly can
reach.
"""

import gc
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ..cases import fixtures, references
from .measurement import CONTAINERS, operations
from .timer import compiled

SIZE = 1_000
REPEATS = 20

#: The operations to count, by group and name.
COUNTED = [
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
CONTENDERS = ("weakly", "weakref")


def is_possible():
    """Whether there is a valgrind to count with."""
    return shutil.which("valgrind") is not None


def records(wanted=lambda group, name: True):
    """One record for each counted operation: instructions by contender and owner."""
    cases = [case for case in COUNTED if wanted(*case)]
    # Other work on the machine changes no count.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(lambda case: record(*case), cases)


def record(group, name):
    """The instructions of one operation."""
    counts = {contender: count(group, name, contender) for contender in CONTENDERS}
    return {"group": group, "case": name, "size": SIZE, "instructions": counts}


def count(group, name, contender):
    """Instructions per operation of one contender, by owner."""
    _, done = find(group, name, contender)
    run, idle = (
        instructions("-m", "benches", "do", group, name, contender, *more)
        for more in ([], ["--idle"])
    )
    run.subtract(idle)
    return {owner: round(total / (REPEATS * done), 1) for owner, total in sorted(run.items())}


def instructions(*arguments):
    """The instructions of this interpreter with some arguments, by owner."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "callgrind.out")
        subprocess.run(
            [
                *("valgrind", "--tool=callgrind", "--quiet", f"--callgrind-out-file={output}"),
                *(sys.executable, *arguments),
            ],
            check=True,
            env=dict(os.environ, PYTHONHASHSEED="0"),
        )
        return by_owner(output.read_text())


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


def find(group, name, contender):
    """A counted case and by how many operations to divide its count."""
    case, namespace = prepared(group, name, contender)
    return case, operations(case, namespace) if group in CONTAINERS else len(namespace["rounds"])


def prepared(group, name, contender):
    """A case and the namespace of one contender."""
    from .contenders import contenders

    module = {contender: contenders()[contender]}
    if group in CONTAINERS:
        namespace = fixtures.build(group, module, fixtures.Plain, SIZE)[contender]
        cases = CONTAINERS[group]
    else:
        namespace = references.names(module[contender])
        cases = [case for its_group, case in references.CASES if its_group == group]
    return next(case for case in cases if case.name == name), namespace


def do(group, name, contender, idle):
    """Repeats a case, or only what surrounds it, and ends the process at once."""
    case, namespace = prepared(group, name, contender)
    statement, prepare = case.statement_for(contender), case.prepare
    if idle:
        statement = case.without
        prepare = case.prepare if case.prepare_without is None else case.prepare_without
    # What a round leaves is kept in both runs, because dropping it is not part of the operation.
    kept = []
    run = compiled(
        case.loop, prepare, statement, namespace | {"kept": kept}, "kept.append(locals())"
    )
    gc.disable()
    for _ in range(REPEATS):
        run(**namespace, kept=kept)
    os._exit(0)
