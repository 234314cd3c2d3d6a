"""The Rust crate's families of containers and owners have the same methods, or the reason is here."""

import re
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
METHOD = re.compile(
    r"weakly::(?P<type>[\w:]+): (?P<impl>impl.*)\{ pub (const |async )?fn (?P<name>\w+)"
)

#: For each type of several threads, where those of the others have their methods.
CONTAINERS = {
    "map::weak_key::WeakKeyMap": ("owners::WeakKeyMap", "local::WeakKeyMap"),
    "map::weak_value::WeakValueMap": ("owners::WeakValueMap", "local::WeakValueMap"),
    "map::weak_key_value::WeakKeyValueMap": ("owners::WeakKeyValueMap", "local::WeakKeyValueMap"),
    "set::WeakSet": ("owners::WeakSet", "local::WeakSet"),
}
OWNERS = {
    name: (f"local::{name}",)
    for name in (
        *("Strong", "WeakRef", "Proxy", "CallableProxy"),
        *("WeakMethod", "BoundMethod", "Finalizer"),
    )
}

#: What only the family of several threads has.
ONLY_SHARED = {
    "ptr_eq": "a clone of another family's container is another container",
    "get_or_insert_with_async": "futures that wait for one another need a family that threads share",
    "get_or_try_insert_with_async": "as get_or_insert_with_async",
    "at_exit": "a process may end on any thread, so finalizers of one thread do not run then",
    "set_at_exit": "as at_exit",
}
#: What only the others have.
ONLY_OTHERS = {
    "borrowing": "objects that threads share borrow nothing",
    "borrowing_with_hasher": "as borrowing",
    "len_alive": "no entry of a Strong is dead: it would be len",
    "remove_expired": "no entry of a Strong is dead",
    "load_factor": "weak-table's name for len / capacity, for programs that come from there",
    "into_keys": "a map is one of several handles, and gives itself up for none: keys",
    "into_values": "as into_keys: values",
}
#: What containers of both kinds of `Strong` have, and those of `Arc` and `Rc` have not.
ONLY_OF_STRONG = {
    "refs": "a container of Arc or Rc hands out owners, which have downgrade",
    "key_refs": "as refs",
    "value_refs": "as refs",
    "insert_with": "as refs: a value that needs a Weak of its key takes one before",
}


@pytest.fixture(scope="module")
def methods():
    found = defaultdict(set)
    for line in (ROOT / "docs" / "api" / "rust.txt").read_text().splitlines():
        if match := METHOD.match(line):
            # What the containers of `local` add to those of `owners` is listed with both.
            is_local = "Pointer<" in match["impl"]
            path = match["type"].replace("owners::", "local::") if is_local else match["type"]
            found[path].add(match["name"])
    return found


def together(methods, names):
    assert all(name in methods for name in names), "a type was moved or renamed"
    return set().union(*(methods[name] for name in names))


@pytest.mark.parametrize("shared", CONTAINERS | OWNERS)
def test_one_thread_has_the_methods_of_several(methods, shared):
    others = together(methods, (CONTAINERS | OWNERS)[shared])
    assert methods[shared] - others <= ONLY_SHARED.keys()
    assert others - methods[shared] <= ONLY_OTHERS.keys()


@pytest.mark.parametrize("shared", CONTAINERS)
def test_arc_and_rc_have_the_methods_of_strong(methods, shared):
    plain = together(methods, CONTAINERS[shared][:1])
    assert methods[shared] - plain <= ONLY_SHARED.keys() | ONLY_OF_STRONG.keys()


def test_each_exception_is_one(methods):
    """So that none stays when its method has come."""
    pairs = [
        (methods[shared], together(methods, others))
        for shared, others in (CONTAINERS | OWNERS).items()
    ]
    plain = [(methods[shared], methods[others[0]]) for shared, others in CONTAINERS.items()]
    assert ONLY_SHARED.keys() == set().union(*(shared - others for shared, others in pairs))
    assert ONLY_OTHERS.keys() == set().union(*(others - shared for shared, others in pairs))
    missing = set().union(*(shared - others for shared, others in plain))
    assert ONLY_OF_STRONG.keys() == missing - ONLY_SHARED.keys()
