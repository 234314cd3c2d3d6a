"""The folders of the extension stand in an order, and each imports only from those below it.

Within a folder no file imports, by whatever way round, from one that imports it.
"""

import re
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "crates" / "weakly-python" / "src"

# From the lowest to the highest. `lib.rs` stands above all: nothing imports from it.
ORDER = ["interpreter", "references", "lookup", "content", "classes"]

COMMENT = re.compile(r"^\s*//.*$", re.MULTILINE)
GROUP = re.compile(r"((?:\w+::)+)\{([^{}]*)\}")
FROM_THE_ROOT = re.compile(r"\bcrate::(\w+(?:::\w+)*)")
FROM_THE_PARENT = re.compile(r"^(?:pub\(crate\) )?use super::(\w+(?:::\w+)*)", re.MULTILINE)
FROM_A_CHILD = re.compile(r"^(?:pub\(crate\) )?use (\w+)::", re.MULTILINE)


def module_of(file):
    """`interpreter/lock/mod.rs` is the module `interpreter::lock`."""
    path = file.relative_to(SOURCE).with_suffix("")
    return path.parts[:-1] if path.name in {"mod", "lib"} else path.parts


MODULES = {module_of(file): file for file in SOURCE.rglob("*.rs")}


def ungrouped(text):
    """The text with `a::{b, c::d}` written as `a::b, a::c::d`."""
    while True:
        text, count = GROUP.subn(
            lambda group: ", ".join(
                group[1] + item.strip() for item in group[2].split(",") if item.strip()
            ),
            text,
        )
        if not count:
            return text


def imports(module):
    """The modules that a module imports from."""
    text = ungrouped(COMMENT.sub("", MODULES[module].read_text()))
    paths = [tuple(path.split("::")) for path in FROM_THE_ROOT.findall(text)]
    paths += [module[:-1] + tuple(path.split("::")) for path in FROM_THE_PARENT.findall(text)]
    children = [(*module, name) for name in FROM_A_CHILD.findall(text)]
    paths += [child for child in children if child in MODULES]
    found = set()
    for path in paths:
        while path not in MODULES:
            path = path[:-1]
        found.add(path)
    return found - {module}


def test_each_folder_has_a_place_in_the_order():
    assert {module[0] for module in MODULES if module} == set(ORDER)


def test_imports_go_down():
    upward = [
        f"{'::'.join(module)} imports from {'::'.join(used) or 'lib.rs'}"
        for module in MODULES
        if module
        for used in imports(module)
        if not used or ORDER.index(used[0]) > ORDER.index(module[0])
    ]
    assert not upward


def test_imports_go_in_no_circle():
    graph = {"::".join(it): {"::".join(used) for used in imports(it)} for it in MODULES}
    assert "content::callback" in graph["content"], "the imports were found"
    assert "interpreter::call" in graph["interpreter"]
    assert "interpreter::hang" in graph["interpreter::call"]
    assert "lookup::hash" in graph["content::by_key"]
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        raise AssertionError(" -> ".join(error.args[1])) from None
