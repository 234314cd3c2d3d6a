"""Copied into an environment of a comparison, this runs first in each of its processes.

On the side "weakly" it puts weakly in the place of the standard module, on the side "stock" it
changes nothing. On both it adds one line to the environment's log of processes, which is how the
runner knows that a subprocess did not fall back to the standard module unnoticed. An environment's
own folder is the one place that no option (-I, -E) and no cleared `os.environ` hides.
"""

import os
import sys

CLASSES = (
    "WeakKeyDictionary",
    "WeakValueDictionary",
    "KeyedRef",
    "WeakSet",
    "WeakMethod",
    "finalize",
)
stock = {}
ran = []


def run(side):
    """Swaps if `side` says so, and logs the result."""
    if ran:  # The interpreter reads the start files of a virtual environment twice.
        return
    ran.append(side)
    try:
        if side == "weakly":
            swap()
            left = remains()
            report = "swapped" if not left else "LEFT " + " ".join(left)
        else:
            report = "stock"
    except ImportError as reason:
        # A module that does not support subinterpreters refuses to load in one.
        report = "subinterpreter" if in_subinterpreter() else f"FAILED {reason!r}"
    except BaseException as reason:
        report = f"FAILED {reason!r}"
    log("start", report)


def swap():
    """Installs weakly everywhere, after noting which classes it replaces."""
    import weakref

    stock.update({name: getattr(weakref, name) for name in CLASSES})
    import weakly

    weakly.install(rebind=True)


def remains():
    """Where a replaced class, or one that is not weakly's, can still be reached by name."""
    import weakly

    places = ["weakref", "_weakrefset"]
    left = [
        f"{place}.{name}"
        for place in places
        for name in CLASSES
        if hasattr(sys.modules[place], name)
        and getattr(sys.modules[place], name) is not getattr(weakly, name)
    ]
    replaced = {id(value) for value in stock.values()}
    for place, module in list(sys.modules.items()):
        if place in (__name__, "weakly") or place.startswith("weakly."):
            continue
        for name, value in list(getattr(module, "__dict__", {}).items()):
            if id(value) in replaced:
                left.append(f"{place}.{name}")
    return left


def in_subinterpreter():
    """Whether this is not the process's main interpreter."""
    for name in ("_interpreters", "_xxsubinterpreters"):
        try:
            interpreters = __import__(name)
        except ImportError:
            continue
        current, main = interpreters.get_current(), interpreters.get_main()
        return current != main
    return False


def log(moment, report):
    """Writes a line in one call, so that lines of processes that start together do not mix."""
    mode = "isolated" if sys.flags.isolated else "plain"
    line = f"{os.getpid()}\t{mode}\t{moment}\t{report}\n"
    descriptor = os.open(
        os.path.join(sys.prefix, "processes.log"), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666
    )
    try:
        os.write(descriptor, line.encode())
    finally:
        os.close(descriptor)


def run_module(name):
    """Runs a module as `python -m` does, then looks again whether the swap still holds."""
    import runpy

    try:
        runpy.run_module(name, run_name="__main__", alter_sys=True)
    finally:
        if stock:
            left = remains()
            log("end", "swapped" if not left else "LEFT " + " ".join(left))
