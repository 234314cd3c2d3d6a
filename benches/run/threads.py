"""What a second thread adds that looks up in the same container."""

import bisect
import math
import os
import sys
import threading
import time
import weakref

from ..cases.fixtures import Plain
from .contenders import contenders

SIZE = 1_000
CHUNK = 1_000  # steps
CHUNKS = 300
WINDOW = 10  # chunks
REPEATS = 5

#: What a step of the loop does with the key `k`, the container `d` and its method `f`: which method
#: that is, and the statement. The first ones take and drop a reference to the container at each
#: step, as most programs do. A bound method that the thread has made for itself leaves the
#: container's count of references alone.
STEPS = {
    "d[k]": ("__getitem__", "d[k]"),
    "d.get(k)": ("get", "d.get(k)"),
    "k in d": ("__contains__", "k in d"),
    "len(d)": ("__len__", "len(d)"),
    "f = d.__getitem__; f(k)": ("__getitem__", "f(k)"),
    "f = d.get; f(k)": ("get", "f(k)"),
    "f = d.__contains__; f(k)": ("__contains__", "f(k)"),
    "f = d.__len__; f()": ("__len__", "f()"),
}


def containers(module):
    """Containers of a module, or the builtin ones, each with the keys to look up."""
    objects = [Plain() for _ in range(SIZE)]
    if module is None:
        yield "dict", dict(zip(objects, objects)), objects
        yield "dict of int", dict(enumerate(objects)), list(range(SIZE))
        yield "set", set(objects), objects
    else:
        yield "WeakKeyDictionary", module.WeakKeyDictionary(zip(objects, objects)), objects
        yield "WeakValueDictionary", module.WeakValueDictionary(enumerate(objects)), range(SIZE)
        yield "WeakSet", module.WeakSet(objects), objects


def loop(statement):
    """A function that does a step for each key."""
    names = {}
    exec(f"def run(d, f, keys):\n for k in keys: {statement}", names)
    return names["run"]


def rates(container, keys, step):
    """Million steps per second of one thread and of two together."""
    found = {1: [], 2: []}
    for _ in range(REPEATS):
        for count in found:
            found[count] += windows(logs(container, keys, step, count))
    # Others may use the processors, too, so a high percentile counts.
    return [sorted(each)[len(each) * 9 // 10] if each else math.nan for each in found.values()]


def logs(container, keys, step, count):
    """When each of ``count`` threads was done with each of its chunks."""
    keys = list(keys)
    method, statement = STEPS[step]
    function = loop(statement)
    cores = sorted(os.sched_getaffinity(0))
    barrier = threading.Barrier(count)
    found = [[] for _ in range(count)]

    def work(number):
        os.sched_setaffinity(0, {cores[number]})
        own = (keys * CHUNK)[number::count][:CHUNK]
        bound = getattr(container, method)
        log, now = found[number], time.perf_counter
        barrier.wait()
        for _ in range(CHUNKS):
            function(container, bound, own)
            log.append(now())

    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def windows(found):
    """The rates over spans of ``WINDOW`` chunks in which each thread did its part."""
    first, *others = found
    for begin, end in zip(first, first[WINDOW:]):
        chunks = [WINDOW, *(done(other, end) - done(other, begin) for other in others)]
        if min(chunks) * len(chunks) > 0.8 * sum(chunks):
            yield sum(chunks) * CHUNK / (end - begin) / 1e6


def done(log, time):
    """How many chunks were done at a time, with a fraction."""
    after = bisect.bisect(log, time)
    if after in (0, len(log)):
        return math.nan
    return after + (time - log[after - 1]) / (log[after] - log[after - 1])


def run():
    """Prints the rates and their ratios. For an interpreter without the GIL."""
    print(f"CPython {sys.version.split()[0]}: million steps per second of 1 thread, of 2, ratio")
    modules = {"builtin": None, "weakly": contenders().get("weakly"), "weakref": weakref}
    for name, module in modules.items():
        for kind, container, keys in containers(module):
            for step, (method, _) in STEPS.items():
                if hasattr(container, method):
                    one, two = rates(container, keys, step)
                    line = f"{name:8} {kind:20} {step:26} {one:6.1f} {two:6.1f} {two / one:5.2f}"
                    print(line, flush=True)
