"""Memory per entry: how much the process grows, as the operating system sees it.

Each figure has a process of its own, because memory that was freed before hides growth. No tool inside
the interpreter sees all of it: ``sys.getsizeof`` stops at the container, ``tracemalloc`` at Python's
own allocator.
"""

import gc
import os
import subprocess
import sys

from ..cases import fixtures
from .contenders import contenders

#: How many entries all containers of a measurement hold together.
ENTRIES = 400_000
SIZES = (10, 1_000, 100_000)


def resident():
    """Bytes of this process that are in memory."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def measure_here(container, contender, size):
    """Bytes per entry of a container. For a process that has done nothing else."""
    gc.disable()
    cls = getattr(contenders()[contender], container)
    objects = fixtures.make_objects(fixtures.Plain, size)
    content = objects
    if container == "WeakKeyDictionary":
        content = dict.fromkeys(objects, 1)
    elif container == "WeakValueDictionary":
        content = {f"name {number}": each for number, each in enumerate(objects)}
    kept = [cls(content)]  # what the first container allocates once per process
    count = ENTRIES // size
    kept = [None] * count
    before = resident()
    for number in range(count):
        kept[number] = cls(content)
    return (resident() - before) / (count * size)


def measure(container, contender, size):
    """Bytes per entry, measured in a new process."""
    command = [sys.executable, "-m", "benches", "memory", container, contender, str(size)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def records(found):
    """One record for each container and size; nothing where the system does not say."""
    if not os.path.exists("/proc/self/statm"):
        print("memory is not measured: this system has no /proc", file=sys.stderr)
        return
    for container in fixtures.BUILDERS:
        for size in SIZES:
            yield {
                "group": container,
                "size": size,
                "bytes": {
                    name: round(measure(container, name, size), 1)
                    for name, module in found.items()
                    if hasattr(module, container)
                },
            }
