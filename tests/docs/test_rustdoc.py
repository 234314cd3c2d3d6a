"""Every public function of the crate says what it costs and shows its use.

rustc demands a description of each, and cargo runs the examples. The functions of `table`, and those
that `local` adds to its containers, share the example of their module.
"""

import re
from pathlib import Path

import pytest

CRATES = Path(__file__).parents[2] / "crates"
SOURCES = CRATES / "weakly" / "src"
MAPS = CRATES / "weakly-pyo3" / "src" / "map"
FOLDERS = (
    "cache",
    "finalizer",
    "interner",
    "local",
    "map",
    "owners",
    "queue",
    "reference",
    "set",
    "strong",
)
FUNCTION = re.compile(
    r"(?P<doc>(?:^ *(?:///|#\[doc = ).*\n)+)(?:^ *#\[.*\n)*^ *(?:pub fn|fn(?=.*;$)) (?P<name>\w+)",
    re.MULTILINE,
)


def functions():
    files = [file for folder in FOLDERS for file in sorted((SOURCES / folder).rglob("*.rs"))]
    for file in [*files, SOURCES / "caught_panic.rs"]:
        if file.name not in ("exit.rs", "registry.rs", "containers.rs"):  # not public, or shared
            for found in FUNCTION.finditer(file.read_text()):
                name = f"{file.relative_to(SOURCES)}: {found['name']}"
                yield pytest.param(found["doc"], id=name)


def test_there_are_functions():
    assert len(list(functions())) > 130


@pytest.mark.parametrize("doc", list(functions()))
def test_it_says_its_cost_and_has_an_example(doc):
    assert "O(" in doc
    assert "/// ```" in doc


def methods_of_maps():
    for file in sorted(MAPS.glob("*_map.rs")):
        for found in FUNCTION.finditer(file.read_text()):
            yield pytest.param(found["doc"], id=f"{file.name}: {found['name']}")


@pytest.mark.parametrize("doc", list(methods_of_maps()))
def test_a_map_for_extensions_says_its_cost(doc):
    assert "O(" in doc
