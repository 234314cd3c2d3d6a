"""The folders of a crate stand in an order, and each imports only from those below it.

In all crates, no file imports, by whatever way round, from one that imports it. What a folder only
exports under a shorter path (`pub use`) it does not import.
"""

import re
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

CRATES = Path(__file__).parents[2] / "crates"
CORE = CRATES / "weakly" / "src"
LIBRARY = CRATES / "weakly-pyo3" / "src"
EXTENSION = CRATES / "weakly-python" / "src"

# From the lowest to the highest. `lib.rs` stands above all: nothing imports from it.
ORDER_OF_CORE = [
    "table",
    "room",
    "hasher",
    "type_names",
    "sync",
    "locked",
    "owner_conversions",
    "owner_traits",
    "caught_panic",
    "death",
    "strong",
    "reference",
    "finalizer",
    "container",
    "map",
    "set",
    "owners",
    "arc",
    "rc",
    "local",
    "cache",
    "interner",
    "queue",
    "serde",
    "docs",
    "races",
]
ORDER_OF_LIBRARY = [
    "interpreter",
    "references",
    "ephemerons",
    "lookup",
    "content",
    "prepare",
    "map",
]
ORDER_OF_EXTENSION = ["classes"]

COMMENT = re.compile(r"^\s*//.*$", re.MULTILINE)
GROUP = re.compile(r"((?:\w+::)+)\{([^{}]*)\}")
# A macro's `$crate::` names what users see.
FROM_THE_ROOT = re.compile(r"(?<!\$)\bcrate::(\w+(?:::\w+)*)")
FROM_THE_PARENT = re.compile(r"^(?:pub(?:\(crate\))? )?use super::(\w+(?:::\w+)*)", re.MULTILINE)
FROM_A_CHILD = re.compile(r"^use (\w+)::", re.MULTILINE)


def modules_of(source):
    """The files of a crate by their modules: `interpreter/lock/mod.rs` is `interpreter::lock`."""

    def module_of(file):
        path = file.relative_to(source).with_suffix("")
        return path.parts[:-1] if path.name in {"mod", "lib"} else path.parts

    return {module_of(file): file for file in source.rglob("*.rs")}


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


def imports(modules):
    """For each module of a crate, the others that it imports from."""

    def found(module):
        text = ungrouped(COMMENT.sub("", modules[module].read_text()))
        paths = [tuple(path.split("::")) for path in FROM_THE_ROOT.findall(text)]
        paths += [module[:-1] + tuple(path.split("::")) for path in FROM_THE_PARENT.findall(text)]
        children = [(*module, name) for name in FROM_A_CHILD.findall(text)]
        paths += [child for child in children if child in modules]
        for path in paths:
            while path not in modules:
                path = path[:-1]
            yield path

    return {module: {*found(module)} - {module} for module in modules}


IN_CORE = imports(modules_of(CORE))
IN_LIBRARY = imports(modules_of(LIBRARY))
IN_EXTENSION = imports(modules_of(EXTENSION))


each_crate = pytest.mark.parametrize(
    ("imported", "order"),
    [
        (IN_CORE, ORDER_OF_CORE),
        (IN_LIBRARY, ORDER_OF_LIBRARY),
        (IN_EXTENSION, ORDER_OF_EXTENSION),
    ],
    ids=["core", "library", "extension"],
)


@each_crate
def test_each_folder_has_a_place_in_the_order(imported, order):
    assert {module[0] for module in imported if module} == set(order)


@each_crate
def test_imports_go_down(imported, order):
    upward = [
        f"{'::'.join(module)} imports from {'::'.join(used) or 'lib.rs'}"
        for module, all_used in imported.items()
        if module
        for used in all_used
        if not used or order.index(used[0]) > order.index(module[0])
    ]
    assert not upward


def test_the_imports_were_found():
    assert ("content", "callback") in IN_LIBRARY["content",]
    assert ("container", "keep") in IN_CORE["container", "side"]
    assert ("interpreter", "hang") in IN_LIBRARY["interpreter", "call"]
    assert ("lookup", "hash") in IN_LIBRARY["content", "payload"]
    assert ("classes", "dictionary") in IN_EXTENSION["classes", "weak_key_dictionary"]


@each_crate
def test_imports_go_in_no_circle(imported, order):
    try:
        TopologicalSorter(imported).prepare()
    except CycleError as error:
        circle = ["::".join(module) for module in error.args[1]]
        raise AssertionError(" -> ".join(circle)) from None
