"""What is public is listed with its signature, so that a break shows in the change that makes it."""

import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ADVICE = "run `python -m tools.public_api`, look at what changes in docs/api, and commit it"


@pytest.fixture(autouse=True)
def public_api(monkeypatch):
    monkeypatch.syspath_prepend(ROOT)
    from tools import public_api

    return public_api


def test_pythons_list_is_that_of_the_code(public_api):
    assert public_api.python() == public_api.read("python.txt"), ADVICE


@pytest.mark.skipif(
    Path(sys.prefix).parent == ROOT / ".build",
    reason="the same on each interpreter, and takes long: `make test` runs it",
)
def test_rusts_list_is_that_of_the_code(public_api):
    if shutil.which("cargo") is None:
        pytest.skip("no cargo to make the documentation")
    assert public_api.rust() == public_api.read("rust.txt"), ADVICE
    assert public_api.pyo3() == public_api.read("pyo3.txt"), ADVICE


def test_each_public_name_of_python_is_listed(public_api):
    import weakly

    text = "\n".join(public_api.read("python.txt"))
    assert not [name for name in weakly.__all__ if f"weakly.{name}" not in text]


def test_the_lists_have_the_signatures(public_api):
    lines = public_api.read("python.txt") | public_api.read("rust.txt")
    assert "weakly.WeakSet.add(self, item: _T) -> None" in lines
    assert "weakly.WeakKeyDictionary.popitem(self) -> tuple[_K, _V]" in lines
    assert "weakly.install(*, rebind: _Rebind=False, ephemerons: bool=False) -> None" in lines
    assert any("pub fn upgrade(&self) -> Option<Strong<T>>" in line for line in lines)
    assert any(line.endswith("Send for Strong<T> where T: Sync + Send + ?Sized,") for line in lines)


@pytest.mark.skipif(sys.version_info < (3, 11), reason="tomllib is new in Python 3.11")
def test_the_supported_versions_are_the_same_everywhere():
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    cargo = tomllib.loads((ROOT / "Cargo.toml").read_text())
    prefix = "Programming Language :: Python :: 3."
    minors = [c[len(prefix) :] for c in project["classifiers"] if c.startswith(prefix)]
    assert project["requires-python"] == f">=3.{minors[0]}"
    policy = (ROOT / "docs" / "policies.md").read_text()
    assert f"CPython 3.{minors[0]} to 3.{minors[-1]}." in policy
    assert f"Rust {cargo['workspace']['package']['rust-version']} or later." in policy
    release = (ROOT / ".github" / "workflows" / "release.yml").read_text()
    for minor in minors:
        assert f'"3.{minor}"' in release and f" 3.{minor} " in release, "wheels for each version"
