"""What the documents say is true: their programs run, their links lead somewhere."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import implementations
import pytest

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "guide"
PATTERNS = ("*.md", "*/README.md", "docs/**/*.md", "crates/*/*.md")
FILES = {file for pattern in PATTERNS for file in ROOT.glob(pattern)}
DOCUMENTS = sorted(file for file in FILES if not file.is_symlink())


FENCED = re.compile(r"^```(?P<kind>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\((?P<inline>[^)\s]+)\)|^\[[^\]]+\]: (?P<defined>\S+)$", re.MULTILINE)
HEADING = re.compile(r"^#+ (?P<title>.+)$", re.MULTILINE)


def name_of(document):
    return str(document.relative_to(ROOT))


def blocks(kind):
    """All fenced blocks of a kind, named by their places."""
    for document in DOCUMENTS:
        text = document.read_text()
        for block in FENCED.finditer(text):
            if block["kind"] == kind:
                line = text.count("\n", 0, block.start()) + 1
                yield pytest.param(block["text"], id=f"{name_of(document)}:{line}")


def commands():
    """All lines of shell blocks."""
    for block in blocks("sh"):
        for line in block.values[0].splitlines():
            yield pytest.param(line, id=line)


def anchors(document):
    """The anchors of a document's headings, as usual viewers generate them."""
    titles = HEADING.findall(FENCED.sub("", document.read_text()))
    return {re.sub(r"[^\w\- ]", "", title).strip().lower().replace(" ", "-") for title in titles}


def run(*command):
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False, text=True)


@pytest.mark.parametrize("program", list(blocks("python")))
def test_the_program_runs(program):
    if "ephemeron" in program and not implementations.HAS_GIL:
        pytest.skip("without the GIL there are no ephemerons")
    done = run(sys.executable, "-W", "error", "-c", program)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("command", list(commands()))
def test_the_command_runs(command):
    program, *arguments = shlex.split(command)
    assert program == "python", "only commands that run anywhere stand in such a block"
    done = run(sys.executable, *arguments)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_the_links_lead_somewhere(document, monkeypatch):
    monkeypatch.syspath_prepend(ROOT)
    from tools import urls

    text = FENCED.sub("", document.read_text())
    for inline, defined in LINK.findall(text):
        target = inline or defined
        path, _, anchor = target.partition("#")
        if target.startswith("https://"):
            file = urls.file_behind(path)
            if file is None:
                continue  # not ours
        else:
            file = document.parent / path if path else document
        assert file.exists(), target
        assert not anchor or anchor in anchors(file), target


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_the_make_targets_exist(document):
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"(?:^ *|`)make ([a-z]+)", document.read_text(), re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_the_example_programs_exist(document):
    for name in re.findall(r"`python (examples/\w+\.py)`", document.read_text()):
        assert (ROOT / name).exists(), name


def test_the_architecture_names_what_exists():
    text = (ROOT / "docs" / "architecture.md").read_text()
    picture = "\n".join(line for line in text.splitlines() if line.startswith("    "))
    names = set(re.findall(r"`([\w./-]+(?:/|\.(?:rs|pyi?|md)))`", text))
    names |= set(re.findall(r"(?<!\S)([\w-]+(?:/[\w-]+)*/)(?!\S)", picture))
    assert len(names) > 25
    for name in names:
        places = (
            ROOT / name,
            *ROOT.glob(f"crates/*/src/{name}"),
            *ROOT.glob(f"crates/*/src/*/{name}"),
        )
        assert any(place.exists() for place in (*places, ROOT / "python" / "weakly" / name)), name


def test_the_architecture_names_each_folder():
    text = (ROOT / "docs" / "architecture.md").read_text()
    picture = text.partition("## The picture")[2].partition("##")[0]
    sources = (ROOT / "crates").glob("*/src/*/")
    folders = {folder.name for folder in sources if folder.is_dir()}
    assert len(folders) > 15
    assert folders <= set(re.findall(r"([\w-]+)/", picture))


def test_the_generated_pages_are_those_of_the_recorded_figures(monkeypatch):
    monkeypatch.syspath_prepend(ROOT)
    from benches.report import pages

    made = pages.pages()
    stale = [name_of(path) for path, text in made.items() if path.read_text() != text]
    assert not stale, "run `python -m benches report`"
    generated = {
        path for path in (ROOT / "docs" / "benchmarks").iterdir() if path.suffix != ".json"
    }
    assert generated <= set(made)


@pytest.mark.parametrize(("page", "words"), [("performance", 600), ("architecture", 1500)])
def test_the_page_is_short(page, words):
    assert len((ROOT / "docs" / f"{page}.md").read_text().split()) <= words


def test_the_rust_programs_are_those_that_cargo_runs():
    """Cargo tests those of the guide and of the crate's README, and pytest the extensions. All others
    must be copies of these."""
    extensions = [*ROOT.glob("tests/extension/src/*.rs"), *ROOT.glob("examples/*/*.rs")]
    tested = "".join(
        file.read_text() for file in (ROOT / "crates" / "weakly" / "README.md", *extensions)
    )
    for document in DOCUMENTS:
        for block in FENCED.finditer(document.read_text()):
            if block["kind"] == "rust" and document.parent != GUIDE:
                assert block["text"] in tested, name_of(document)


@pytest.mark.parametrize("page", sorted(GUIDE.glob("*.md")), ids=name_of)
def test_the_guide_is_in_both_languages_and_in_the_crate(page):
    kinds = {block["kind"] for block in FENCED.finditer(page.read_text())}
    assert {"rust", "python"} <= kinds
    copies = (ROOT / "crates" / "weakly" / "docs").iterdir()
    assert page.resolve() in {copy.resolve() for copy in copies}


READMES = [ROOT / "README.md", ROOT / "crates" / "weakly" / "README.md"]


@pytest.mark.parametrize("readme", READMES, ids=name_of)
def test_the_readme_is_shown_elsewhere_so_its_links_are_absolute(readme):
    text = FENCED.sub("", readme.read_text())
    targets = [inline or defined for inline, defined in LINK.findall(text)]
    assert targets
    assert not [target for target in targets if not target.startswith(("https://", "#"))]


@pytest.mark.parametrize("readme", READMES, ids=name_of)
def test_every_figure_of_the_readme_is_generated(readme):
    text = FENCED.sub("", readme.read_text())
    text = re.sub(
        r"<!-- begin generated: (.*?) -->.*?<!-- end generated: \1 -->", "", text, flags=re.DOTALL
    )
    text = re.sub(r"\]\([^)]*\)|`[^`]*`", "", text)
    text = re.sub(r"\b(?:Python|CPython|Rust|Apache License) \d\.\d+(?: to \d\.\d+)?", "", text)
    assert not re.findall(
        r"\w*\d+(?:[.,]\d+)*|\b(?:twice|\w+ times|per cent|half)\b", text.replace("O(1)", "")
    )
