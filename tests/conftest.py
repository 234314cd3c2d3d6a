"""Fixtures shared by all tests."""

import gc

import implementations
import pytest


def pytest_addoption(parser):
    parser.addoption(
        "--implementation",
        choices=[*implementations.MODULES, "both"],
        default="both",
        help="run the behaviour suite on the standard library's module, on weakly, or on both",
    )


def pytest_generate_tests(metafunc):
    """A test with the argument `weakref` runs once per implementation."""
    if "weakref" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--implementation")
        marked = metafunc.definition.get_closest_marker("only")
        names = [*implementations.MODULES] if chosen == "both" else [chosen]
        if marked is not None:
            names = [name for name in names if name in marked.args]
        metafunc.parametrize("weakref", names, indirect=True)


@pytest.fixture(scope="module", autouse=True)
def frozen():
    """The tests collect garbage thousands of times: not what pytest, hypothesis and the modules
    before have made, each time."""
    gc.collect()
    # Without the GIL, CPython up to 3.13.0 crashes in a collection of what was frozen (gh-126312).
    if implementations.HAS_GIL:
        gc.freeze()


@pytest.fixture
def weakref(request):
    return implementations.load(request.param)


@pytest.fixture
def stock():
    return implementations.load("stock")


@pytest.fixture
def weakly():
    return implementations.load("weakly")


@pytest.fixture
def no_gc():
    """The test shows that something happens by reference counts alone."""
    gc.collect()
    enabled = gc.isenabled()
    gc.disable()
    yield
    if enabled:
        gc.enable()
