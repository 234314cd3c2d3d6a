"""What the weak containers of a run did: `weakly.report()`, and `python -m weakly --report`.

The classes that record are subclasses of the ordinary ones and take their names only when asked
to. So recording costs nothing while it is off.
"""

from __future__ import annotations

import gc
import os
import sys
from _weakref import ref

from ._install import is_installed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType
    from typing import Any, Callable, Optional, Union

    _Method = Callable[..., Any]
    _Cell = Union[str, int, None]
    _Place = tuple[str, int]  # a file and a line
    _Group = tuple[str, Optional[_Place]]  # a kind, and where containers of it were made

# Methods after which a container may hold more, or fewer, than before for another reason than a
# death. Those of one class only are looked for in all.
_ADDING = ("__init__", "__setitem__", "setdefault", "update", "add", "__ior__", "get_or_create")
_REMOVING = (
    *("__delitem__", "pop", "popitem", "clear", "remove", "discard", "difference_update"),
    *("intersection_update", "symmetric_difference_update", "__iand__", "__isub__", "__ixor__"),
)
# Methods that return a container of the class that was recorded, not of the recording one.
_COPYING = ("copy", "__copy__", "__or__", "__ror__")

# Whose frames are passed over in the search for the place that makes a container.
_PASSED_OVER = ("weakly", "weakly._report", "weakref", "copy", "functools", "dataclasses")

_recording: dict[str, tuple[type, type]] = {}  # by name: the ordinary class, the recording one
_used: dict[_Group, _Use] = {}


class _Use:
    """What the containers of one kind that were made at one place did so far."""

    __slots__ = ("deaths", "ephemerons", "living", "made", "most")

    def __init__(self) -> None:
        self.made = self.most = self.deaths = 0
        self.ephemerons = 0  # those of containers that are gone
        self.living: dict[int, ref[Any]] = {}


class _Record:
    """What is known of one container: how many entries it had when it was last looked at."""

    __slots__ = ("entries", "use")

    def __init__(self, use: _Use) -> None:
        self.use = use
        self.entries = 0

    def look(self, entries: int, removed: bool = False) -> None:
        """Takes what is missing for dead, unless it was `removed`."""
        if entries < self.entries and not removed:
            self.use.deaths += self.entries - entries
        self.entries = entries
        self.use.most = max(self.use.most, entries)


class Report:
    """What the weak containers did: see `report`.

    `str(report)` is a table for people, `report.as_dict()` and `report.as_json()` are for programs.
    """

    def __init__(self, recorded: bool, rows: list[dict[str, _Cell]]) -> None:
        self.recorded = recorded
        self.containers = rows

    def __repr__(self) -> str:
        return f"<weakly.Report of {len(self.containers)} kinds and places>"

    def __str__(self) -> str:
        rows = [[_shown(row[key]) for key in _KEYS.values()] for row in self.containers]
        here = os.path.join(os.getcwd(), "")
        rows = [
            [cell[len(here) :] if cell.startswith(here) else cell for cell in row] for row in rows
        ]
        lines = table([list(_KEYS), *rows], left=2) if rows else ["(none)"]
        if not self.recorded:
            lines.append(
                "Not recorded: call weakly.record() first, or use python -m weakly --report."
            )
        return "\n".join(["Weak containers:", "", *lines, ""])

    def as_dict(self) -> dict[str, Any]:
        """The report as plain lists and dictionaries."""
        return {"recorded": self.recorded, "containers": self.containers}

    def as_json(self) -> str:
        """The report as JSON."""
        import json

        return json.dumps(self.as_dict(), indent=2)


_KEYS = {
    "kind": "kind",
    "made at": "made_at",
    "made": "containers_made",
    "living": "containers_living",
    "alive": "alive",
    "most alive": "most_alive",
    "deaths": "deaths",
    "ephemerons": "ephemerons_collected",
}


def report() -> Report:
    """What the weak containers of this program did so far.

    The report has a row for each kind of container and each place of the program that makes such
    containers: how many were made and are living, how many entries are alive in the living ones, the
    most that one of them held, how many entries left because an object died, and how many of those were
    ephemerons: only values of weak dictionaries led to their keys, so they would have leaked.

    All this is known of containers that were made after `weakly.record()`. Of others the report
    knows only those that are living, how many entries are alive in them, and how many were collected.

    `print(weakly.report())` prints a table; `.as_dict()` and `.as_json()` have the same for programs.
    Takes time proportional to the number of objects in the program.
    """
    rows: list[dict[str, _Cell]] = []
    for (kind, place), use in list(_used.items()):
        living = [each for each in (r() for r in list(use.living.values())) if each is not None]
        for each in living:
            each._weakly_record.look(len(each))
        rows.append(_row(kind, place, living, use))
    rows += _unrecorded()
    rows.sort(key=lambda row: (-int(row["alive"] or 0), str(row["kind"]), str(row["made_at"])))
    return Report(bool(_recording), rows)


def record() -> None:
    """Make containers note where they are made, and what happens in them, for `weakly.report()`.

    From now on the container classes of the module `weakly` are subclasses that count. They behave
    as the ordinary ones and are several times slower. Call it at the very start of the program,
    before `weakly.install()` and before anything is imported that takes classes out of `weakly`:
    containers of the ordinary classes are not recorded. `python -m weakly --report` does so.

    Calling it again does nothing. Raises `RuntimeError` if weakly is installed already.
    """
    if _recording:
        return
    if is_installed():
        raise RuntimeError("weakly.record() must be called before weakly.install()")
    import weakly

    for name, ordinary in containers():
        _recording[name] = (ordinary, _recording_class(ordinary))
    for name, (_, recording) in _recording.items():
        setattr(weakly, name, recording)


def write_at_exit(as_json: bool, output: str | None) -> None:
    """Writes the report to a file, or to standard error, when the program has come to its end."""
    import atexit

    def write() -> None:
        made = report()
        text = made.as_json() + "\n" if as_json else str(made)
        if output is None:
            sys.stderr.write(text if as_json else "\n" + text)
        else:
            with open(output, "w", encoding="utf-8") as file:
                file.write(text)

    atexit.register(write)  # the first one, so it runs after those of the program


def containers() -> Iterator[tuple[str, type]]:
    """The container classes of the package, by name."""
    import weakly

    for name in weakly.__all__:
        each = getattr(weakly, name)
        if getattr(each, "__module__", "") == "weakly" and hasattr(each, "__iter__"):
            yield name, each


def _modules() -> list[ModuleType]:
    """The modules of the package, whose own containers are not the program's."""
    return [module for name, module in sys.modules.items() if name.startswith("weakly.")]


def _unrecorded() -> Iterator[dict[str, _Cell]]:
    """Rows for the living containers of the ordinary classes."""
    ordinary = {pair[0] for pair in _recording.values()} or {each for _, each in containers()}
    recording = {pair[1] for pair in _recording.values()}
    found: dict[str, list[Any]] = {}
    own = {id(value) for module in _modules() for value in vars(module).values()}
    for each in gc.get_objects():
        bases = type(each).__mro__
        is_ordinary = not ordinary.isdisjoint(bases) and recording.isdisjoint(bases)
        if is_ordinary and id(each) not in own:
            found.setdefault(_kind(type(each)), []).append(each)
    for kind_name, living in found.items():
        yield _row(kind_name, None, living)


def _row(
    kind: str, place: _Place | None, living: list[Any], use: _Use | None = None
) -> dict[str, _Cell]:
    ephemerons = sum(map(_ephemerons_collected, living))
    return {
        "kind": kind,
        "made_at": f"{place[0]}:{place[1]}" if place else None,
        "containers_made": use.made if use else None,
        "containers_living": len(living),
        "alive": sum(map(len, living)),
        "most_alive": use.most if use else None,
        "deaths": use.deaths if use else None,
        "ephemerons_collected": ephemerons + use.ephemerons if use else ephemerons,
    }


def _ephemerons_collected(container: Any) -> int:
    """How many entries went with keys that only values of such containers led to."""
    for base in type(container).__mro__:
        if collected := getattr(vars(base).get("ephemeron"), "collected", None):
            return int(collected(container))
    return 0


def _kind(cls: Any) -> str:
    """The name of a class; of a subclass that a program made, with that of the container."""
    name: str = cls.__name__
    for base in cls.__mro__:
        if base.__module__ == "weakly":
            return name if base is cls else f"{name} ({base.__name__})"
    return name


def _recording_class(ordinary: Any) -> type:
    """A subclass that looks like its base and records."""
    length: Callable[[object], int] = ordinary.__len__

    def __new__(cls: type, /, *args: Any, **kwargs: Any) -> Any:
        made: Any = ordinary.__new__(cls, *args, **kwargs)
        use = _used.setdefault((_kind(cls), _place_of_making()), _Use())
        use.made += 1
        use.living[id(made)] = ref(made)
        made._weakly_record = _Record(use)
        return made

    def __del__(self: Any) -> None:
        self._weakly_record.look(length(self))
        use: _Use = self._weakly_record.use
        use.living.pop(id(self), None)
        use.ephemerons += _ephemerons_collected(self)

    namespace: dict[str, Any] = {
        "__slots__": ("_weakly_record",),
        "__doc__": ordinary.__doc__,
        "__module__": ordinary.__module__,
        "__qualname__": ordinary.__qualname__,
        "__new__": __new__,
        "__del__": __del__,
    }
    for name in (*_ADDING, *_REMOVING):
        if hasattr(ordinary, name) and getattr(ordinary, name) is not getattr(object, name, None):
            namespace[name] = _recorded(getattr(ordinary, name), length, name in _REMOVING)
    recording: type = type(ordinary)(ordinary.__name__, (ordinary,), namespace)
    for name in _COPYING:
        if hasattr(ordinary, name):
            setattr(recording, name, _converted(getattr(ordinary, name), ordinary, recording))
    return recording


def _recorded(method: _Method, length: Callable[[object], int], removes: bool) -> _Method:
    """A method that looks at the container before and after."""

    def call(self: Any, /, *args: Any, **kwargs: Any) -> Any:
        record: _Record = self._weakly_record
        record.look(length(self))
        try:
            return method(self, *args, **kwargs)
        finally:
            record.look(length(self), removes)

    return _named_as(method, call)


def _converted(method: _Method, ordinary: type, recording: type) -> _Method:
    """A method whose result, if it is of the ordinary class, becomes one of the recording class."""

    def call(self: Any, /, *args: Any) -> Any:
        result = method(self, *args)
        return recording(result) if type(result) is ordinary else result

    return _named_as(method, call)


def _named_as(method: _Method, call: Any) -> _Method:
    call.__name__ = method.__name__
    call.__qualname__ = method.__qualname__
    call.__doc__ = method.__doc__
    call.__wrapped__ = method  # `inspect.signature` looks here
    return call  # type: ignore[no-any-return]


def _place_of_making() -> _Place | None:
    """The line of the program that makes a container."""
    frame: Any = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]
    while frame is not None:
        if frame.f_globals.get("__name__") not in _PASSED_OVER:
            return frame.f_code.co_filename, frame.f_lineno
        frame = frame.f_back
    return None


def _shown(cell: _Cell) -> str:
    return "?" if cell is None else str(cell)


def table(rows: list[list[str]], left: int) -> list[str]:
    """Rows as lines, with the first `left` columns to the left and the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows)]
    return [
        "  ".join(
            cell.ljust(width) if at < left else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths))
        ).rstrip()
        for row in rows
    ]
