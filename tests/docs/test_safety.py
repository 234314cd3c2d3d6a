"""`SAFETY.md` lists the files of `weakly-pyo3` that have `unsafe` code, and no others have any."""

import re
from pathlib import Path

CRATES = Path(__file__).parents[2] / "crates"
LIBRARY = CRATES / "weakly-pyo3"
SOURCE = LIBRARY / "src"
EXTENSION = CRATES / "weakly-python" / "src"
COMMENT = re.compile(r"//.*$", re.MULTILINE)
FOLDER = re.compile(r"^`src/(\w+/)` ", re.MULTILINE)
ROW = re.compile(r"^\| (`.*?`) \|", re.MULTILINE)


def listed():
    """The files by the tables, of which each begins with its folder."""
    _, *parts = FOLDER.split((LIBRARY / "SAFETY.md").read_text())
    for folder, text in zip(parts[::2], parts[1::2]):
        for row in ROW.findall(text):
            yield from (folder + file for file in re.findall(r"`([^`]*)`", row))


def has_unsafe_code(file):
    return re.search(r"\bunsafe\b", COMMENT.sub("", file.read_text())) is not None


def test_unsafe_code_stands_where_the_document_says():
    unsafe = filter(has_unsafe_code, SOURCE.rglob("*.rs"))
    assert sorted(listed()) == sorted(file.relative_to(SOURCE).as_posix() for file in unsafe)


def test_unsafe_code_stands_in_two_folders():
    assert {file.split("/")[0] for file in listed()} == {"interpreter", "references"}


def test_the_classes_have_no_unsafe_code():
    assert not [*filter(has_unsafe_code, EXTENSION.rglob("*.rs"))]
