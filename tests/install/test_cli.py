"""`python -m weakly` runs a program as plain `python` does."""

import os
import re
import signal
import subprocess
import sys
import textwrap
import zipfile
from importlib.util import MAGIC_NUMBER

import pytest
import weakly

ADDRESS = re.compile(r"0x[0-9a-fA-F]+")


def python(*arguments, cwd=None, stdin="", **environment):
    """Runs the interpreter; returns the status, the output and the errors."""
    done = subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        check=False,
        text=True,
        env={**os.environ, **environment},
        timeout=120,
    )
    return done.returncode, ADDRESS.sub("0x", done.stdout), ADDRESS.sub("0x", done.stderr)


def assert_same(*arguments, options=(), **how):
    """Runs a program both ways, compares everything visible from outside, and returns it."""
    plain = python(*options, *arguments, **how)
    assert python(*options, "-m", "weakly", *arguments, **how) == plain
    return plain


@pytest.fixture
def write(tmp_path):
    def write(text, name="program.py"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(textwrap.dedent(text))
        return path

    return write


SHOW_ALL = """
    import sys
    print(list(globals()), type(__builtins__), globals().get("__file__"), __spec__, __loader__)
    print(__package__, __doc__, __name__, globals().get("__cached__"))
    print(sys.argv, sys.path, sys.flags)
    print(vars(sys.modules["__main__"]) is globals())
"""


def test_a_program_gets_the_classes_of_weakly(write):
    program = write("import weakref, threading; print(weakref.WeakSet is threading.WeakSet)")
    assert python("-m", "weakly", program) == (0, "True\n", "")
    code = "import weakly, weakref; print(weakly.finalize is weakref.finalize)"
    assert python("-m", "weakly", "-c", code) == (0, "True\n", "")


def test_a_script_sees_the_same_world(write):
    path = write(SHOW_ALL)
    assert_same(path, "one", "-m", "--help")
    assert_same("./program.py", cwd=path.parent)
    assert_same(os.path.join("..", path.parent.name, "program.py"), cwd=path.parent)


def test_the_path_starts_with_the_folder_of_the_script_that_a_link_points_to(write, tmp_path):
    path = write(SHOW_ALL, "folder/program.py")
    (tmp_path / "link.py").symlink_to(path)
    assert_same("link.py", cwd=tmp_path)


def test_an_isolated_interpreter_gets_no_path_of_the_program(write):
    code = "import sys; print(sys.path)"
    assert assert_same("-c", code, options=["-I"])[0] == 0
    assert assert_same(write(code), options=["-I"])[0] == 0


@pytest.mark.skipif(sys.version_info < (3, 11), reason="-P is new in Python 3.11")
def test_a_safe_path_is_kept(write):
    path = write(SHOW_ALL)
    assert_same(path, options=["-P"])
    write(SHOW_ALL, "folder/__main__.py")
    assert_same("folder", options=["-P"], cwd=path.parent)


def test_a_module_sees_the_same_world(write):
    path = write(SHOW_ALL)
    write(SHOW_ALL, "package/__main__.py")
    assert_same("-m", "program", "one", cwd=path.parent)
    assert_same("-mprogram", cwd=path.parent)
    assert_same("-m", "package", "one", cwd=path.parent)


def test_code_sees_the_same_world():
    code = textwrap.dedent(SHOW_ALL)
    assert_same("-c", code, "one")
    assert_same("-c" + code)


def test_code_on_standard_input_sees_the_same_world():
    assert_same("-", "one", stdin=textwrap.dedent(SHOW_ALL))


def test_a_folder_and_a_zip_file_see_the_same_world(write, tmp_path):
    write(SHOW_ALL, "folder/__main__.py")
    assert_same("folder", "one", cwd=tmp_path)
    assert_same("./folder/", cwd=tmp_path)
    with zipfile.ZipFile(tmp_path / "program.zip", "w") as archive:
        archive.write(tmp_path / "folder" / "__main__.py", "__main__.py")
    assert_same("program.zip", "one", cwd=tmp_path)


def test_compiled_code_sees_the_same_world(write, tmp_path):
    write(SHOW_ALL)
    python("-m", "compileall", "-b", "-q", "program.py", cwd=tmp_path)
    (tmp_path / "program.py").unlink()
    assert_same("program.pyc", cwd=tmp_path)


@pytest.mark.parametrize(
    "content",
    [b"\0\1\2\3 no code", MAGIC_NUMBER + bytes(12) + b"no code", MAGIC_NUMBER + bytes(13)],
    ids=["another magic number", "no code", "an empty object"],
)
def test_a_broken_compiled_file_is_reported_without_the_frames_of_weakly(tmp_path, content):
    path = tmp_path / "broken.pyc"
    path.write_bytes(content)
    status, output, errors = python("-m", "weakly", path)
    assert (status, output) == (1, "")
    assert re.fullmatch(r"RuntimeError: Bad (magic number|code object) in \.pyc file\n", errors)
    if MAGIC_NUMBER not in content:
        assert python(path)[2] == errors


def test_the_first_line_is_skipped_if_the_interpreter_was_told_to(write):
    path = write("print('first')\nprint('second')\nwhat")
    for options in (["-x"], ["-ux"], ["-W", "ignore", "-x"]):
        plain = python(*options, path)
        assert plain[1] == "second\n"
        if sys.version_info >= (3, 10):  # before, nothing says how the interpreter was started
            assert python(*options, "-m", "weakly", path) == plain
    assert_same(path, "-x", options=["-X", "dev"])


def test_no_name_is_the_current_folder(write, tmp_path):
    write("import sys; print(sys.argv)", "__main__.py")
    assert assert_same("", "one", cwd=tmp_path)[0] == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["missing.py"],
        ["-m", "missing"],
        ["-m", "package"],
        ["-m", "package.missing"],
        ["empty"],
        ["-m", "empty"],
        ["-c", "what is this"],
        ["-"],
    ],
    ids=" ".join,
)
def test_a_program_that_cannot_run_is_reported_the_same_way(write, tmp_path, arguments):
    write("", "package/__init__.py")
    (tmp_path / "empty").mkdir()
    status, _, errors = assert_same(*arguments, cwd=tmp_path, stdin="nor this")
    assert status != 0
    assert errors


def test_a_script_that_does_not_compile_is_reported_the_same_way(write):
    assert_same(write("x = = 1"))
    assert_same(write('"no end'))


def test_the_encoding_of_a_script_is_honoured(write):
    path = write("")
    path.write_bytes(b"# coding: latin-1\nprint(ascii('\xe9'))")
    assert assert_same(path)[1] == "'\\xe9'\n"


@pytest.mark.parametrize(
    "ending",
    [
        "sys.exit()",
        "sys.exit(3)",
        "sys.exit('a message')",
        "raise SystemExit(None)",
        "os._exit(4)",
        "raise KeyboardInterrupt",
        "os.kill(os.getpid(), signal.SIGINT)",
        "raise ValueError('a message')",
        "raise ValueError('a message') from OSError()",
        "os.abort()",
    ],
)
def test_a_program_ends_the_same_way(write, ending):
    path = write(f"import atexit, os, signal, sys\natexit.register(print, 'exit')\n{ending}")
    assert_same(path)


def test_an_interrupted_program_dies_of_the_signal(write):
    assert assert_same(write("raise KeyboardInterrupt"))[0] == -signal.SIGINT


RAISE_DEEPLY = """
    def outer():
        try:
            inner()
        except ZeroDivisionError as error:
            raise RuntimeError("wrapped") from error

    def inner():
        1 / 0

    outer()
"""


def test_a_traceback_shows_the_frames_of_the_program_only(write):
    path = write(RAISE_DEEPLY)
    _, _, errors = assert_same(path)
    assert "weakly" not in errors.replace(str(path.parent), "")
    assert_same("-m", "program", cwd=path.parent)
    assert_same("-c", textwrap.dedent(RAISE_DEEPLY))
    assert_same("-", stdin=textwrap.dedent(RAISE_DEEPLY))


def test_a_hook_of_the_program_gets_the_frames_of_the_program_only(write):
    path = write("""
        import sys, traceback

        def hook(kind, error, trace):
            print(kind, error, traceback.extract_tb(trace), error.__traceback__ is trace)
            print(sys.excepthook is hook)

        sys.excepthook = hook
        raise ValueError("a message")
    """)
    assert "True\nTrue" in assert_same(path)[1]


def test_a_program_without_a_hook_is_reported_by_the_interpreter(write):
    path = write("import sys; del sys.excepthook; raise ValueError('a message')")
    status, output, errors = python("-m", "weakly", path)
    assert (status, output) == (1, "")
    assert "sys.excepthook is missing" in errors
    assert "ValueError: a message" in errors


def test_the_prompt_after_the_program_knows_its_names(write):
    path = write("answer = 42")
    assert assert_same(path, options=["-i", "-q"], stdin="print(answer)")[1] == "42\n"


def test_the_prompt_after_the_program_does_not_know_its_file(write):
    ask = "print({'__file__', '__cached__'} & {*globals()})"
    path = write("import atexit; atexit.register(lambda: print('__file__' in globals()))")
    assert_same(path, options=["-i", "-q"], stdin=ask)
    assert assert_same(path)[1] == "False\n"


def test_classes_of_the_program_can_be_pickled(write):
    path = write("""
        import pickle, copy

        class Point:
            def __init__(self, x):
                self.x = x

        print(pickle.loads(pickle.dumps(Point(3))).x, Point.__module__)
    """)
    assert_same(path)
    assert_same("-m", "program", cwd=path.parent)


def test_main_lives_until_the_exit_handlers_have_run(write):
    path = write("""
        import atexit, sys, threading, weakref

        class Thing: pass

        thing = Thing()
        weakref.finalize(thing, lambda: print("finalized", __name__, Thing.__name__))
        atexit.register(lambda: print("exit", vars(sys.modules["__main__"]) is globals()))
        threading.Thread(target=lambda: print("thread", Thing.__name__)).start()
    """)
    assert "finalized __main__ Thing" in assert_same(path)[1]


def test_features_from_the_future_do_not_leak_into_the_program(write):
    assert_same(write("def f(x: 1 + 1): pass\nprint(f.__annotations__)"))


def test_options_of_the_interpreter_reach_the_program(write):
    path = write("""
        import sys, warnings
        assert False, "not reached under -O"
    """)
    assert assert_same(path)[0] == 1
    assert assert_same(path, options=["-O"])[0] == 0
    show = "import sys; print(sys.flags, sys._xoptions, sys.warnoptions)"
    assert_same("-c", show, options=["-O", "-X", "utf8", "-W", "error"])
    warn = "import warnings; warnings.warn('a message', DeprecationWarning)"
    assert assert_same("-c", warn, options=["-W", "error"])[0] == 1
    assert "DeprecationWarning" in assert_same("-c", warn)[2]


@pytest.mark.parametrize("method", ["spawn", "fork", "forkserver"])
def test_child_processes_find_the_program(write, method):
    path = write("""
        import multiprocessing, sys

        def double(x):
            return 2 * x

        if __name__ == "__main__":
            with multiprocessing.get_context(sys.argv[1]).Pool(1) as pool:
                print(pool.map(double, [1, 2, 3]))
    """)
    assert python("-W", "ignore", "-m", "weakly", path, method) == (0, "[2, 4, 6]\n", "")
    arguments = ["-W", "ignore", "-m", "weakly", "-m", "program", method]
    assert python(*arguments, cwd=path.parent) == (0, "[2, 4, 6]\n", "")


def test_help_and_version_are_printed():
    status, output, errors = python("-m", "weakly", "--help")
    assert (status, errors) == (0, "")
    assert output.startswith("usage: python")
    assert python("-m", "weakly", "-h")[1] == output
    version = f"weakly {weakly.__version__}\n"
    assert python("-m", "weakly", "--version") == (0, version, "")
    assert python("-m", "weakly", "-V") == (0, version, "")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "no program given"),
        (["-m"], "argument expected for the -m option"),
        (["-c"], "argument expected for the -c option"),
        (["-O", "program.py"], "unknown option -O"),
        (["--what"], "unknown option --what"),
    ],
)
def test_a_wrong_command_line_is_explained(arguments, message):
    status, output, errors = python("-m", "weakly", *arguments)
    assert (status, output) == (2, "")
    assert message in errors
    assert "usage:" in errors


IS_INSTALLED = "import weakly, weakref; print(weakref.WeakSet is weakly.WeakSet)\n"


def test_it_runs_under_the_debugger(write):
    path = write(IS_INSTALLED + "answer = 42\nprint(answer)\n")
    commands = f"import weakly\nbreak {path}:3\ncontinue\np 'answer', answer\ncontinue\nquit\n"
    status, output, _ = python("-m", "pdb", "-m", "weakly", path, stdin=commands)
    assert status == 0
    assert "True\n" in output
    assert "('answer', 42)" in output


def test_it_runs_under_the_profiler(write):
    path = write(IS_INSTALLED + "import sys\nprint(sys.argv[1:])\n")
    status, output, errors = python("-m", "cProfile", "-m", "weakly", path, "one")
    assert (status, errors) == (0, "")
    assert output.startswith("True\n['one']\n")
    assert "program.py:1(<module>)" in output


def test_it_runs_under_coverage(write):
    pytest.importorskip("coverage")
    path = write(IS_INSTALLED + "def never_called():\n    pass\n")
    data = f"--data-file={path.parent / 'data'}"
    run = python("-m", "coverage", "run", data, "-m", "weakly", path, cwd=path.parent)
    assert run == (0, "True\n", "")
    _, report, _ = python("-m", "coverage", "report", data, "-m", path, cwd=path.parent)
    assert re.search(r"program\.py +3 +1 +67% +3", report)


def test_the_pytest_plugin_installs_before_collection(write):
    write("from weakref import WeakSet\n", "conftest.py")
    path = write("""
        from conftest import WeakSet
        import weakly, threading

        def test_it():
            assert WeakSet is threading.WeakSet is weakly.WeakSet
    """)
    pytest_command = ["-m", "pytest", "-p", "no:cacheprovider"]
    status, output, _ = python(*pytest_command, "-p", "weakly.pytest_plugin", path, cwd=path.parent)
    assert status == 0, output
    assert f"weakref: weakly {weakly.__version__}" in output
    status, output, _ = python(*pytest_command, path, cwd=path.parent)
    assert status == 1, "the test above would pass without the plugin"
