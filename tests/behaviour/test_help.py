"""`help(weakly)` reads well: everything public says what it is and how it is called."""

import inspect
import sys
import weakref

import implementations
import pytest
import weakly

OURS = sorted(
    name
    for name in weakly.__all__
    if callable(getattr(weakly, name)) and getattr(weakly, name) is not getattr(weakref, name, None)
)


def public_members():
    for name in OURS:
        owner = getattr(weakly, name)
        if inspect.isclass(owner):
            for member, value in vars(owner).items():
                if not member.startswith("_") and not isinstance(value, type):
                    yield pytest.param(value, id=f"{name}.{member}")


def test_what_is_ours_is_known():
    functions = {"install", "uninstall", "record", "report", "Report"}
    assert set(OURS) == {*implementations.CLASSES, *implementations.BEYOND, *functions}


@pytest.mark.parametrize("name", OURS)
def test_it_has_a_docstring(name):
    assert inspect.getdoc(getattr(weakly, name))


@pytest.mark.parametrize("member", list(public_members()))
def test_the_member_has_a_docstring(member):
    assert inspect.getdoc(member)


# Made from a specification, from which Python 3.9 drops the signature.
from_3_10 = pytest.mark.skipif(sys.version_info < (3, 10), reason="Python 3.9 drops the signature")


@pytest.mark.parametrize(
    ("name", "signature"),
    [
        pytest.param("KeyedRef", "(ob, callback, key)", marks=from_3_10),
        ("WeakKeyDictionary", "(dict=None)"),
        pytest.param("WeakMethod", "(meth, callback=None)", marks=from_3_10),
        ("WeakSet", "(data=None)"),
        ("WeakValueDictionary", "(other=(), /, **kw)"),
        ("finalize", "(obj, func, /, *args, **kwargs)"),
        ("uninstall", "()"),
    ],
)
def test_it_shows_its_signature(name, signature):
    found = inspect.signature(getattr(weakly, name))
    assert str(found.replace(return_annotation=inspect.Signature.empty)) == signature


@pytest.mark.parametrize("member", [p for p in public_members() if callable(p.values[0])])
def test_the_method_shows_its_signature(member):
    names = list(inspect.signature(member).parameters)
    assert names[0] == "self"
    assert not any(name.startswith("_") for name in names)
