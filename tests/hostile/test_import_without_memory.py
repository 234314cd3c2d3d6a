"""The import of the extension, with allocations of the interpreter that fail."""

import processes
import pytest

pytest.importorskip("_testcapi", reason="this interpreter has no _testcapi")

# Each attempt is made by a child, for which nothing is imported yet.
PROGRAM = """
import builtins, collections.abc, copyreg, fnmatch, functools, gc, importlib.machinery, importlib.util
import itertools, operator, os, signal, sys
from _testcapi import set_nomemory, remove_mem_hooks

STARTS, FOR_EVER = eval(sys.argv[1]), eval(sys.argv[2])
found = importlib.machinery.PathFinder.find_spec(
    "weakly._weakly", importlib.util.find_spec("weakly").submodule_search_locations
)

def load():
    module = found.loader.create_module(found)
    found.loader.exec_module(module)
    return module

def fail(start):
    set_nomemory(start, 0 if FOR_EVER else start + 1)

LOST = "attempted to fetch exception but none was set"  # as of PyType_FromSpec up to CPython 3.11
# To set an attribute of a class without memory is this error from CPython 3.13 on.
UNSET = "type object 'weakly.*' has no attribute '__*__'"
COMPILING = {"eval": eval, "exec": exec}

def with_memory(function, start, *arguments):
    remove_mem_hooks()  # Some interpreters' compiler frees memory twice where there is none.
    result = function(*arguments)
    fail(start)
    return result

class Thing: pass

def attempt(start):
    error = None
    for name, function in COMPILING.items():
        setattr(builtins, name, functools.partial(with_memory, function, start))
    fail(start)
    try:
        load()
    except Exception as caught:
        error = caught
    finally:
        remove_mem_hooks()
    vars(builtins).update(COMPILING)
    if error is not None:  # Without some things the interpreter does.
        while error.__cause__ is not None:
            error = error.__cause__
        is_unset = sys.version_info >= (3, 13) and isinstance(error, AttributeError) and fnmatch.fnmatch(str(error), UNSET)
        assert isinstance(error, MemoryError) or str(error) == LOST or is_unset
    use(load())

def use(weakly):
    thing = Thing()
    keys, values = weakly.WeakKeyDictionary({thing: 1}), weakly.WeakValueDictionary(key=thing)
    every = weakly.WeakSet([thing])
    assert isinstance(keys, collections.abc.MutableMapping)
    assert keys.setdefault(key=thing) == 1 and values.pop("key") is thing and thing in every
    for wrong in (lambda: keys.get(1, 2, 3), lambda: values.pop(), lambda: every.add(item=1, x=2)):
        try:
            wrong()
        except TypeError:
            continue
        raise AssertionError
    del thing
    assert not keys and not values and not every

for start in STARTS:
    child = os.fork()
    if not child:
        signal.alarm(60)
        os.close(2)  # What a panic says there.
        attempt(start)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    if status:
        print(start, status)
"""


# Of CPython 3.13.0 this breaks a `dict`, so also the making of a class.
INTERPRETER_ALONE = """
from _testcapi import set_nomemory, remove_mem_hooks
names = [f"name {number}" for number in range(60)]
for start in range(8):
    names_only = {}
    set_nomemory(start, start + 1)
    try:
        for name in names: names_only.setdefault(name, name)
    except MemoryError:
        pass
    finally:
        remove_mem_hooks()
    for name in names: names_only.setdefault(name, name)
"""


# A class takes some hundred allocations; what comes after the last of them is few.
STARTS = {
    "few": "range(0, 2000, 29)",
    "all": "range(3000)",
}


@pytest.mark.skipif("not hasattr(__import__('os'), 'fork')", reason="needs os.fork")
@pytest.mark.parametrize("for_ever", [False, True])
@pytest.mark.parametrize("starts", ["few", pytest.param("all", marks=pytest.mark.long)])
def test_an_import_without_memory_fails_and_can_be_tried_again(starts, for_ever):
    # Without the sanitizer, which would report that crash.
    alone = {"LD_PRELOAD": "", "PYTHONMALLOC": "pymalloc"}
    if processes.run("stock", INTERPRETER_ALONE, env=alone).returncode:
        pytest.skip("without memory a dict of this interpreter breaks")
    arguments = (STARTS[starts], str(for_ever))
    process = processes.run("stock", PROGRAM, *arguments, timeout=600)
    assert (process.returncode, process.stdout) == (0, ""), process.stderr
