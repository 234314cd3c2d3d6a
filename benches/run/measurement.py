"""All measurements of one interpreter, as records."""

import gc

from ..cases import dictionaries, fixtures, references, sets
from .quiet import QuietMachine
from .timer import measure

CONTAINERS = {
    "WeakKeyDictionary": dictionaries.KEY_CASES,
    "WeakValueDictionary": dictionaries.VALUE_CASES,
    "WeakSet": sets.CASES,
}
SIZES = (10, 1_000, 100_000, 1_000_000)
#: With a comparison in Python the container hardly matters, so one size is enough.
CUSTOM_SIZE = 1_000


def operations(case, namespace):
    """By how many operations the time of a case is divided."""
    if not case.loop:
        return namespace["n"] if case.shared else 1
    _, _, iterable = case.loop.partition(" in ")
    known = {"enumerate(order)": "rounds"}
    size = len(namespace[known.get(iterable, iterable)])
    return min(size, namespace["n"]) if iterable in known else size


def seconds_for(size):
    """Time for a case and contender: large containers need few repeats, but long ones."""
    return 0.02 if size <= 1_000 else 0.04


def container_records(contenders, sizes, wanted, quiet):
    """One record for each case of each container at each size."""
    for container, cases in CONTAINERS.items():
        for size in sizes:
            is_compared = size == CUSTOM_SIZE and container != "WeakValueDictionary"
            for kind in [fixtures.Plain] + [fixtures.Custom] * is_compared:
                chosen = [
                    case for case in cases if size <= case.largest and wanted(container, case)
                ]
                if not chosen:
                    continue
                found = best_times(container, contenders, kind, size, chosen, quiet)
                for case, times in zip(chosen, found):
                    yield record(container, case, size, kind.__name__, times)


def best_times(container, contenders, kind, size, cases, quiet):
    """The times of each case. Each contender builds its containers once before the others and once
    after them, and the better time counts: the place in memory matters for large ones."""
    best = [{} for _ in cases]
    for names in (list(contenders), list(reversed(contenders))):
        ordered = {name: contenders[name] for name in names}
        built = fixtures.build(container, ordered, kind, size)
        for case, times in zip(cases, best):
            count = operations(case, next(iter(built.values())))
            for name, time in measure(case, built, count, quiet, seconds_for(size)).items():
                times[name] = min(time, times.get(name, time))
        built = None
        gc.collect()
    return best


def reference_records(contenders, wanted, quiet):
    """One record for each case of the references."""
    built = {
        name: references.names(module)
        for name, module in contenders.items()
        if all(hasattr(module, each) for each in ("finalize", "WeakMethod", "KeyedRef"))
    }
    for group, case in references.CASES:
        if wanted(group, case):
            times = measure(case, built, 1000, quiet)
            yield record(group, case, 1, "Plain", times)
    for namespace in built.values():
        namespace["finalizer"].detach()


def record(group, case, size, kind, times):
    """A measurement as it is stored."""
    loop = times.pop("loop")
    return {
        "group": group,
        "case": case.name,
        "size": size,
        "equality": "default" if kind == "Plain" else "custom",
        "budget": case.budget,
        "loop_ns": loop,
        "ns": times,
    }


def records(contenders, sizes=SIZES, wanted=lambda group, case: True, patience=0):
    """All records of this interpreter, or of the wanted cases only.

    It waits for a quiet machine, for ``patience`` seconds in all.
    """
    quiet = QuietMachine(patience)
    yield from container_records(contenders, sizes, wanted, quiet)
    yield from reference_records(contenders, wanted, quiet)
