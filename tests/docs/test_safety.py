"""`SAFETY.md` lists the files of the extension that have `unsafe` code, and no others have any."""

import re
from pathlib import Path

EXTENSION = Path(__file__).parents[2] / "crates" / "weakly-python"
SOURCE = EXTENSION / "src"
COMMENT = re.compile(r"//.*$", re.MULTILINE)
FOLDER = re.compile(r"^`src/(\w+/)` ", re.MULTILINE)
ROW = re.compile(r"^\| (`.*?`) \|", re.MULTILINE)


def listed():
    """The files by the tables, of which each begins with its folder."""
    _, *parts = FOLDER.split((EXTENSION / "SAFETY.md").read_text())
    for folder, text in zip(parts[::2], parts[1::2]):
        for row in ROW.findall(text):
            yield from (folder + file for file in re.findall(r"`([^`]*)`", row))


def test_unsafe_code_stands_where_the_document_says():
    unsafe = [
        file.relative_to(SOURCE).as_posix()
        for file in SOURCE.rglob("*.rs")
        if re.search(r"\bunsafe\b", COMMENT.sub("", file.read_text()))
    ]
    assert sorted(listed()) == sorted(unsafe)


def test_unsafe_code_stands_in_two_folders():
    assert {file.split("/")[0] for file in listed()} == {"interpreter", "references"}
