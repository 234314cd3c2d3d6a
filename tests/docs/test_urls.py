"""All addresses of the project follow from one line of `Cargo.toml`."""

from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_all_addresses_name_one_organisation(monkeypatch):
    monkeypatch.syspath_prepend(ROOT)
    from tools import urls

    stale = [path for path, text in urls.texts() if path.read_text() != text]
    assert not stale, "run `python -m tools.urls`"


def test_only_files_that_the_command_writes_have_such_addresses(monkeypatch):
    monkeypatch.syspath_prepend(ROOT)
    from tools import urls

    files = [*ROOT.glob("*.md"), *ROOT.glob("*.toml"), *ROOT.glob("crates/**/*.toml")]
    files += [*ROOT.glob("docs/**/*.md"), *ROOT.glob("crates/*/src/**/*.rs")]
    files += [*ROOT.glob("python/**/*.py"), *ROOT.glob(".github/**/*.yml")]
    for file in files:
        if urls.ADDRESS.search(file.read_text()):
            assert file.relative_to(ROOT).as_posix() in urls.FILES
