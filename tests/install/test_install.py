"""`weakly.install()` puts weakly in weakref's place; `weakly.uninstall()` takes it out again."""

import _weakrefset
import subprocess
import sys
import threading
import types
import weakref
from pathlib import Path

import pytest
import weakly
from implementations import CLASSES

STOCK = {name: getattr(weakref, name) for name in CLASSES}
STOCK_NAMESPACE = dict(vars(weakref))


@pytest.fixture(autouse=True)
def uninstalled():
    """Each test begins and ends with the standard classes in place."""
    was_installed = weakref.WeakSet is weakly.WeakSet
    weakly.uninstall()
    yield
    weakly.uninstall()
    if was_installed:
        weakly.install(rebind=True)


@pytest.fixture
def make_module():
    """Makes a module that is in `sys.modules` for the time of the test."""
    made = []

    def make(name, **contents):
        module = types.ModuleType(name)
        vars(module).update(contents)
        sys.modules[name] = module
        made.append(name)
        return module

    yield make
    for name in made:
        del sys.modules[name]


def run(code, *options):
    command = [sys.executable, *options, "-c", code]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def is_stock():
    return all(getattr(weakref, name) is STOCK[name] for name in CLASSES)


def is_installed():
    return all(getattr(weakref, name) is getattr(weakly, name) for name in CLASSES)


def test_install_replaces_the_classes_of_weakref():
    weakly.install()
    assert is_installed()


def test_both_modules_hold_the_same_weakset():
    weakly.install()
    assert _weakrefset.WeakSet is weakref.WeakSet is weakly.WeakSet


def test_everything_else_in_weakref_stays():
    weakly.install()
    for name, value in vars(weakref).items():
        assert name in CLASSES or value is STOCK_NAMESPACE[name], name
    assert weakly.ref is weakref.ref
    assert weakref._remove_dead_weakref
    if sys.version_info < (3, 14):
        assert _weakrefset._IterationGuard is weakref._IterationGuard


def test_uninstall_restores_what_was_there():
    weakly.install(rebind=True)
    weakly.uninstall()
    assert is_stock()
    assert vars(weakref) == STOCK_NAMESPACE
    assert _weakrefset.WeakSet is STOCK["WeakSet"]


def test_uninstall_without_install_does_nothing():
    weakly.uninstall()
    assert is_stock()


def test_installing_twice_is_installing_once():
    weakly.install()
    weakly.install()
    assert is_installed()
    weakly.uninstall()
    assert is_stock()


def test_it_can_be_installed_again_after_uninstall():
    weakly.install()
    weakly.uninstall()
    weakly.install()
    assert is_installed()
    weakly.uninstall()
    assert is_stock()


def test_modules_imported_earlier_are_left_alone_unless_asked(make_module):
    module = make_module("early", WeakSet=STOCK["WeakSet"])
    weakly.install()
    assert module.WeakSet is STOCK["WeakSet"]


def test_rebind_reaches_every_module_whatever_the_name_there(make_module):
    module = make_module("early", Renamed=STOCK["WeakSet"], finalize=STOCK["finalize"], number=1)
    weakly.install(rebind=True)
    assert module.Renamed is weakly.WeakSet
    assert module.finalize is weakly.finalize
    assert module.number == 1
    assert threading.WeakSet is weakly.WeakSet
    weakly.uninstall()
    assert module.Renamed is STOCK["WeakSet"]
    assert module.finalize is STOCK["finalize"]
    assert threading.WeakSet is STOCK["WeakSet"]


def test_rebind_reaches_the_named_modules_only(make_module):
    one = make_module("early_one", WeakSet=STOCK["WeakSet"])
    two = make_module("early_two", WeakSet=STOCK["WeakSet"])
    weakly.install(rebind=["early_one", "not_imported"])
    assert one.WeakSet is weakly.WeakSet
    assert two.WeakSet is STOCK["WeakSet"]


def test_a_second_install_may_rebind_more(make_module):
    module = make_module("early", WeakSet=STOCK["WeakSet"])
    weakly.install()
    weakly.install(rebind=True)
    assert module.WeakSet is weakly.WeakSet
    weakly.uninstall()
    assert module.WeakSet is STOCK["WeakSet"]


def test_uninstall_keeps_what_others_have_put_there(make_module):
    module = make_module("early", WeakSet=STOCK["WeakSet"], finalize=STOCK["finalize"])
    weakly.install(rebind=True)
    module.WeakSet = set
    del module.finalize
    weakly.uninstall()
    assert module.WeakSet is set
    assert not hasattr(module, "finalize")


def test_odd_entries_of_sys_modules_are_passed_over(make_module, monkeypatch):
    class Holder:
        WeakSet = STOCK["WeakSet"]

    monkeypatch.setitem(sys.modules, "nothing", None)
    monkeypatch.setitem(sys.modules, "a_class", Holder)
    monkeypatch.setitem(sys.modules, "an_object", object())
    weakly.install(rebind=True)
    assert is_installed()


def test_a_lazy_module_is_not_woken_up(make_module):
    class Lazy(types.ModuleType):
        def __getattribute__(self, name):
            raise AssertionError(f"{name} was asked for")

    sys.modules["lazy"] = Lazy("lazy")
    try:
        weakly.install(rebind=True)
    finally:
        del sys.modules["lazy"]
    assert is_installed()


def test_values_with_odd_equality_do_no_harm(make_module):
    class Odd:
        __hash__ = None

        def __eq__(self, other):
            raise AssertionError("was compared")

    make_module("early", odd=Odd())
    weakly.install(rebind=True)
    assert is_installed()


@pytest.mark.parametrize("rebind", ["threading", b"threading", 1, None, [5], [None]])
def test_a_wrong_rebind_is_refused_and_changes_nothing(rebind):
    with pytest.raises(TypeError):
        weakly.install(rebind=rebind)
    assert is_stock()


def test_an_error_half_way_changes_nothing(make_module):
    class Full(dict):
        def __setitem__(self, name, value):
            raise MemoryError

    class Module(types.ModuleType):
        __dict__ = Full(WeakSet=STOCK["WeakSet"])

    sys.modules["full"] = Module("full")
    module = make_module("early", WeakSet=STOCK["WeakSet"])
    try:
        with pytest.raises(MemoryError):
            weakly.install(rebind=True)
    finally:
        del sys.modules["full"]
    assert is_stock()
    assert module.WeakSet is STOCK["WeakSet"]
    weakly.install()
    assert STOCK["WeakMethod"].__eq__.__globals__["WeakMethod"] is STOCK["WeakMethod"]


def test_threads_may_install_and_uninstall_at_once():
    errors = []
    start = threading.Barrier(4)

    def work(action):
        start.wait()
        try:
            for _ in range(25):
                action()
        except Exception as error:
            errors.append(error)

    actions = [weakly.install, lambda: weakly.install(rebind=True), weakly.uninstall] * 2
    threads = [threading.Thread(target=work, args=[action]) for action in actions[:4]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert is_stock() or is_installed()
    weakly.uninstall()
    assert is_stock()
    assert threading.WeakSet is STOCK["WeakSet"]


def test_objects_made_before_stay_what_they_are():
    before = STOCK["WeakSet"]()
    weakly.install(rebind=True)
    assert type(before) is STOCK["WeakSet"]
    assert not isinstance(before, weakref.WeakSet)
    assert isinstance(weakref.WeakSet(), weakly.WeakSet)


def test_standard_containers_made_before_go_on_working():
    class Thing:
        pass

    one, two = Thing(), Thing()
    values, keys, items = STOCK["WeakValueDictionary"](one=one), STOCK["WeakKeyDictionary"](), set()
    weakly.install(rebind=True)
    values["two"] = keys[two] = two
    keys[one] = 1
    assert [*values] == ["one", "two"]
    assert [*keys] == [two, one]
    assert dict(values.copy()) == dict(values)
    assert dict(values | {"three": one}) == {"one": one, "two": two, "three": one}
    items.update(STOCK["WeakSet"]([one]) | weakref.WeakSet([two]))
    assert items == {one, two}
    items.clear()
    del one
    assert [*values] == ["two"]
    assert [*keys] == [two]


def test_standard_weak_methods_made_before_still_compare():
    class Screen:
        def show(self):
            pass

        def hide(self):
            pass

    screen = Screen()
    show, again, hide = map(STOCK["WeakMethod"], (screen.show, screen.show, screen.hide))
    weakly.install(rebind=True)
    assert show == again
    assert not show != again  # noqa: SIM202
    assert show != hide


def test_standard_containers_made_before_stay_standard_when_copied():
    weakly.install(rebind=True)
    for name in ("WeakKeyDictionary", "WeakValueDictionary", "WeakSet"):
        assert type(STOCK[name]().copy()) is STOCK[name]


def test_uninstall_restores_the_methods_of_the_standard_classes():
    before = {name: dict(vars(cls)) for name, cls in STOCK.items()}
    weakly.install()
    weakly.uninstall()
    after = {name: dict(vars(cls)) for name, cls in STOCK.items()}
    for name in STOCK:
        for attribute, value in before[name].items():
            if attribute not in ("__abstractmethods__", "_abc_impl"):
                assert after[name][attribute] is value, (name, attribute)


def test_finalizers_of_standard_classes_made_before_run_once_at_exit():
    output = run("""if True:
        import atexit, weakref
        class Before(weakref.finalize): pass
        class Thing: pass
        thing = Thing()
        import weakly; weakly.install()
        before = atexit._ncallbacks()
        for number in range(3):
            Before(thing, print, "standard", number)
        print(atexit._ncallbacks() - before)
        weakref.finalize(thing, print, "ours")
    """)
    assert output == "1\nours\nstandard 2\nstandard 1\nstandard 0\n"


def test_objects_made_while_installed_outlive_it():
    class Thing:
        pass

    weakly.install()
    things = weakref.WeakSet()
    weakly.uninstall()
    thing = Thing()
    things.add(thing)
    assert list(things) == [thing]
    del thing
    assert len(things) == 0


def test_a_module_imported_after_it_gets_the_new_classes():
    output = run("""if True:
        import weakly; weakly.install()
        import tempfile, concurrent.futures.thread, asyncio, functools, copy, weakref
        assert tempfile._weakref.finalize is weakly.finalize
        assert type(concurrent.futures.thread._threads_queues) is weakly.WeakKeyDictionary
        class Thing: pass
        thing = Thing()
        reference = weakref.ref(thing)
        assert copy.copy(reference) is reference
        with tempfile.TemporaryDirectory(): pass
        async def main(): return len(asyncio.all_tasks())
        print(asyncio.run(main()))
    """)
    assert output == "1\n"


def test_importing_weakly_imports_nothing_that_needs_weak_references():
    # `-S`: what site-packages has there may import anything.
    code = (
        f"import sys; sys.path.insert(0, {str(Path(weakly.__file__).parents[1])!r}); import weakly"
    )
    output = run(
        f"{code}; print({{'weakref', 'threading', 'collections'}} & set(sys.modules))", "-S"
    )
    assert output == "set()\n"


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_child_processes_install_what_the_program_installs_at_its_top(tmp_path, method):
    program = tmp_path / "program.py"
    program.write_text(f"""if True:
        import weakly; weakly.install()
        import multiprocessing, weakref

        def is_installed():
            return weakref.WeakSet is weakly.WeakSet

        if __name__ == "__main__":
            with multiprocessing.get_context({method!r}).Pool(1) as pool:
                print(pool.apply(is_installed))
    """)
    command = [sys.executable, "-W", "ignore", program]
    done = subprocess.run(command, capture_output=True, check=False, text=True, timeout=120)
    assert (done.stdout, done.stderr) == ("True\n", "")


def test_it_installs_as_early_as_sitecustomize(tmp_path):
    (tmp_path / "sitecustomize.py").write_text("import weakly; weakly.install(rebind=True)")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import site; site.main()"
    output = run(f"{code}; import threading, weakly; print(threading.WeakSet is weakly.WeakSet)")
    assert output == "True\n"
