"""A pytest plugin that tests a project on weakly: `pytest -p weakly.pytest_plugin`.

It installs weakly before pytest imports the first `conftest.py`, and in all modules that pytest
itself has imported by then.
"""

from . import __version__, install


def pytest_load_initial_conftests() -> None:
    """Installs weakly, when the plugin was named on the command line."""
    install(rebind=True)


def pytest_configure() -> None:
    """Installs weakly, when the plugin was named in a `conftest.py`."""
    install(rebind=True)


def pytest_report_header() -> str:
    """Tells that the tests ran on weakly."""
    return f"weakref: weakly {__version__}"
