"""Running a program so that it cannot tell the difference from plain `python`."""

from __future__ import annotations

import builtins
import marshal
import os
import runpy
import sys
from importlib.machinery import BuiltinImporter, SourceFileLoader, SourcelessFileLoader
from importlib.util import MAGIC_NUMBER
from io import open_code
from types import CodeType, ModuleType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any, Callable

# The name of a module's `__main__`, for `runpy` to run it in the module we have made for it. Of
# that name it makes what `python -m` and `python FOLDER` do, error messages and all.
_run_as_main: Callable[..., Any] = runpy._run_module_as_main  # type: ignore[attr-defined]


def run(program: list[str]) -> None:
    """Runs what stands on a command line: `-m` or `-c` with its argument, a file or a dash."""
    first, rest = program[0], program[1:]
    if first[:2] in ("-m", "-c"):
        arguments = [first[2:], *rest] if first[2:] else rest  # also -mMODULE
        (run_module if first[:2] == "-m" else run_code)(*arguments)
    elif first == "-":
        run_standard_input(*program)
    else:
        run_file(*program)


def run_module(name: str, *arguments: str) -> None:
    """Runs a module or package like `python -m NAME ARGUMENTS`."""
    sys.argv = ["-m", *arguments]  # `runpy` puts the module's path in the first place
    _new_main()
    _call(_run_as_main, name)


def run_code(source: str, *arguments: str) -> None:
    """Runs code like `python -c SOURCE ARGUMENTS`."""
    sys.argv = ["-c", *arguments]
    _set_first_path("")
    if sys.version_info >= (3, 14):
        from textwrap import dedent

        source = dedent(source)
    namespace = _new_main()
    code = _compile(source, "<string>")
    if sys.version_info >= (3, 13):
        import linecache

        # Tracebacks show the lines. A later 3.13 wants the code, as 3.14 does.
        key = code if hasattr(linecache, "_interactive_cache") else "<string>"
        linecache._register_code(key, source, "<string>")  # type: ignore[attr-defined]
    _call(exec, code, namespace)


def run_standard_input(*arguments: str) -> None:
    """Runs the code on standard input like `python -`; the first argument is the dash."""
    sys.argv = list(arguments)
    _set_first_path("")
    namespace = _new_main("<stdin>")
    _call(exec, _compile(sys.stdin.read(), "<stdin>"), namespace)
    _forget_file(namespace)


def run_file(name: str, *arguments: str) -> None:
    """Runs a script, a folder or a zip file like `python NAME ARGUMENTS`.

    Leaves with status 2 and a message if the file cannot be read.
    """
    sys.argv = [name, *arguments]
    path = os.path.join(os.getcwd(), name)  # `python` does not normalise it either
    if _is_import_path(path):
        _set_first_path(path, always=True)
        _new_main()
        _call(_run_as_main, "__main__", False)
        return
    source = _read(path)
    if _skips_first_line():
        source = source[source.find(b"\n") :] if b"\n" in source else b""
    _set_first_path(os.path.dirname(os.path.realpath(path)))
    if path.endswith(".pyc"):
        namespace = _new_main(path, SourcelessFileLoader("__main__", path))
        code = _call(_load, source)
    else:
        namespace = _new_main(path, SourceFileLoader("__main__", path))
        code = _compile(source, path)
    _call(exec, code, namespace)
    _forget_file(namespace)


def _load(source: bytes) -> CodeType:
    """The code in a `.pyc` file; errors have the interpreter's messages."""
    if source[:4] != MAGIC_NUMBER:
        raise RuntimeError("Bad magic number in .pyc file")
    try:
        code = marshal.loads(source[16:])
    except (EOFError, TypeError, ValueError):
        code = None
    if not isinstance(code, CodeType):
        raise RuntimeError("Bad code object in .pyc file") from None
    return code


def _skips_first_line() -> bool:
    """Whether the interpreter was started with `-x`. It says so nowhere but in its command line."""
    arguments: list[str] = getattr(sys, "orig_argv", [])
    options = iter(arguments[1:])
    for option in options:
        if option[:1] != "-" or option[:2] == "--":
            return False
        for at, letter in enumerate(option[1:], 2):
            if letter == "x":
                return True
            if letter in "cm":
                return False
            if letter in "WX":
                if at == len(option):
                    next(options, None)
                break
    return False


def _forget_file(namespace: dict[str, Any]) -> None:
    """Plain `python` does it when a script has come to its end: the prompt of `-i` and the exit
    handlers do not see these names."""
    for name in ("__file__", "__cached__"):
        namespace.pop(name, None)


def _compile(source: str | bytes, filename: str) -> Any:
    # `True`: the features that this file imports from `__future__` are not the program's.
    return _call(compile, source, filename, "exec", 0, True)


def _read(path: str) -> bytes:
    try:
        with open_code(path) as file:
            return file.read()
    except OSError as error:
        reason = f"[Errno {error.errno}] {error.strerror}"
        sys.stderr.write(f"{sys.executable}: can't open file {path!r}: {reason}\n")
        raise SystemExit(2) from None


def _is_import_path(path: str) -> bool:
    """Whether modules can be imported from `path`: a folder, a zip file, or what a hook knows."""
    for hook in sys.path_hooks:
        try:
            hook(path)
        except ImportError:
            continue
        return True
    return False


def _set_first_path(path: str, always: bool = False) -> None:
    """Puts `path` where `python -m` has put the current folder, unless it was told not to."""
    if not getattr(sys.flags, "safe_path", sys.flags.isolated):
        sys.path[:1] = [path]
    elif always:
        sys.path.insert(0, path)


def _new_main(file: str | None = None, loader: object = BuiltinImporter) -> dict[str, Any]:
    """Makes a new `__main__`, as it stands when plain `python` begins; returns its namespace."""
    main = ModuleType("__main__")
    namespace = vars(main)
    namespace["__loader__"] = loader
    if sys.version_info < (3, 14):
        namespace["__annotations__"] = {}
    namespace["__builtins__"] = builtins
    if file is not None:
        namespace["__file__"] = file
        if sys.version_info < (3, 15):
            namespace["__cached__"] = None
    sys.modules["__main__"] = main
    return namespace


def _call(function: Callable[..., Any], *arguments: object) -> Any:
    """Calls a part of the program. Its exceptions are shown without the frames above this call."""
    try:
        return function(*arguments)
    except SystemExit:
        raise
    except BaseException:
        show = getattr(sys, "excepthook", None)  # the program may have deleted it
        if show is None:
            raise

        def show_frames_of_program(
            kind: type[BaseException], error: BaseException, trace: TracebackType | None
        ) -> None:
            sys.excepthook = show
            trace = _frames_of_program(trace)
            show(kind, error.with_traceback(trace), trace)

        sys.excepthook = show_frames_of_program
        raise


def _frames_of_program(trace: TracebackType | None) -> TracebackType | None:
    """The part of a traceback below the call of the program."""
    rest = trace
    while rest is not None:
        if rest.tb_frame.f_code is _call.__code__:
            rest = rest.tb_next
            return rest.tb_next if rest and rest.tb_frame.f_code is _load.__code__ else rest
        rest = rest.tb_next
    return trace
