"""The references: ``finalize``, ``WeakMethod`` and ``KeyedRef``."""

from .case import Case


class Speaker:
    """An object with a method and a finalizer's function."""

    def speak(self):
        """Does nothing."""


def do_nothing(*_arguments):
    """A callback that does nothing."""


def names(module):
    """The namespace of a contender."""
    speaker = Speaker()
    namespace = {
        "module": module,
        "finalize": module.finalize,
        "WeakMethod": module.WeakMethod,
        "KeyedRef": module.KeyedRef,
        "Speaker": Speaker,
        "o": speaker,
        "f": do_nothing,
        "rounds": range(1000),
        "method": module.WeakMethod(speaker.speak),
        "same": module.WeakMethod(speaker.speak),
        "gone": module.WeakMethod(Speaker().speak),
        "finalizer": module.finalize(speaker, do_nothing),
    }
    return namespace


def _case(group, name, statement, without="pass", budget=None):
    case = Case(name, statement, "_ in rounds", without=without, builtin=None, budget=budget)
    return group, case


CASES = [
    _case("finalize", "finalize(o, f).detach()", "finalize(o, f).detach()", budget="finalize"),
    _case("finalize", "finalize(o, f)()", "finalize(o, f)()"),
    _case("finalize", "finalize(new, f); new dies", "finalize(Speaker(), f)", "Speaker()"),
    _case("finalize", "finalizer.alive", "finalizer.alive"),
    _case("finalize", "finalizer.atexit", "finalizer.atexit"),
    _case("finalize", "finalizer.peek()", "finalizer.peek()"),
    _case("WeakMethod", "WeakMethod(o.m)", "WeakMethod(o.speak)", budget="WeakMethod"),
    _case("WeakMethod", "WeakMethod(o.m, f)", "WeakMethod(o.speak, f)", budget="WeakMethod"),
    _case(
        "WeakMethod",
        "WeakMethod(new.m); new dies",
        "x = Speaker(); m = WeakMethod(x.speak)",
        "x = Speaker(); m = x.speak",
    ),
    _case("WeakMethod", "method()", "method()"),
    _case("WeakMethod", "method()()", "method()()"),
    _case("WeakMethod", "method(), dead", "gone()"),
    _case("WeakMethod", "method == same", "method == same"),
    _case("WeakMethod", "hash(method)", "hash(method)"),
    _case("KeyedRef", "KeyedRef(o, f, key)", "KeyedRef(o, f, 1)"),
]
