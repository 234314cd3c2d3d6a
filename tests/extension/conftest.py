"""The extension that the tests of this folder attack."""

import importlib

import extensions
import pytest


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """Where the extensions are."""
    extensions.skip_without_tools()
    folder = tmp_path_factory.mktemp("extensions")
    extensions.build("tests/extension", folder)
    extensions.build("examples/scene", folder)
    return folder


@pytest.fixture
def maps(folder, monkeypatch):
    """The module of the maps."""
    monkeypatch.syspath_prepend(folder)
    return importlib.import_module("weakly_test_extension")


@pytest.fixture
def scene(folder, monkeypatch):
    """The module of the example."""
    monkeypatch.syspath_prepend(folder)
    return importlib.import_module("scene")
