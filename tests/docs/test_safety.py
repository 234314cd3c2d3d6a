"""`SAFETY.md` lists the files of `weakly-pyo3` that have `unsafe` code, and no others have any.

Each comment on such code names the invariants of that document that it uses.
"""

import re
from pathlib import Path

CRATES = Path(__file__).parents[2] / "crates"
LIBRARY = CRATES / "weakly-pyo3"
SOURCE = LIBRARY / "src"
DOCUMENT = LIBRARY / "SAFETY.md"
EXTENSION = CRATES / "weakly-python" / "src"
COMMENT = re.compile(r"//.*$", re.MULTILINE)
FOLDER = re.compile(r"^`src/(\w+/)` ", re.MULTILINE)
INVARIANT = re.compile(r"^\*\*(\d+)\. ", re.MULTILINE)
REASON = re.compile(r"// SAFETY:(?: \((\d+(?:, \d+)*)\) )?")
ROW = re.compile(r"^\| (`.*?`) \|", re.MULTILINE)


def listed():
    """The files by the tables, of which each begins with its folder."""
    _, *parts = FOLDER.split(DOCUMENT.read_text())
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


def test_no_other_crate_has_unsafe_code_but_the_one_for_it():
    others = {*CRATES.iterdir()} - {LIBRARY, CRATES / "weakly-unsafe"}
    sources = [file for crate in others for file in (crate / "src").rglob("*.rs")]
    assert sources
    assert not [*filter(has_unsafe_code, sources)]


def named_invariants():
    """For each comment on unsafe code its file and the numbers that it names."""
    for file in SOURCE.rglob("*.rs"):
        for numbers in REASON.findall(file.read_text()):
            yield file.relative_to(SOURCE), {int(number) for number in re.findall(r"\d+", numbers)}


def test_the_invariants_are_numbered():
    numbers = [int(number) for number in INVARIANT.findall(DOCUMENT.read_text())]
    assert numbers == [*range(1, len(numbers) + 1)]


def test_each_comment_on_unsafe_code_names_invariants():
    assert not [file for file, numbers in named_invariants() if not numbers]


def test_each_named_invariant_exists_and_each_is_named():
    exist = {int(number) for number in INVARIANT.findall(DOCUMENT.read_text())}
    assert set().union(*(numbers for _, numbers in named_invariants())) == exist


def test_no_lock_of_pyo3_is_used_that_gives_up_the_gil_half_set():
    """A child would wait for ever, if another thread forks then: see `ReentrantOnce`."""
    locks = re.compile(r"\b(?:PyOnceLock|GILOnceCell|OnceLockExt|OnceExt)\b")
    files = [*SOURCE.rglob("*.rs"), *EXTENSION.rglob("*.rs")]
    assert not [file for file in files if locks.search(COMMENT.sub("", file.read_text()))]
