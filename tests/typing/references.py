"""What type checkers must say of references, methods and finalizers. Checked, never run.

They must say the same when `weakly` is the standard `weakref`.
"""

from __future__ import annotations

from typing import Optional

import weakly
from typing_extensions import assert_type


class Node:
    def rename(self, name: str, /) -> int:
        return len(name)


def references(node: Node, anything: object) -> None:
    assert_type(weakly.ref(node), "weakly.ref[Node]")
    assert_type(weakly.ref(node, lambda dead: print(dead()))(), Optional[Node])
    assert_type(weakly.getweakrefcount(node), int)
    assert_type(isinstance(anything, weakly.ProxyTypes), bool)
    view: Node = weakly.proxy(node)
    del view
    reference: weakly.ReferenceType[Node] = weakly.ref(node)
    print(reference.missing)  # type: ignore[attr-defined]


def keyed_references(node: Node) -> None:
    reference = weakly.KeyedRef(node, print, "key")
    assert_type(reference.key, str)
    assert_type(reference(), Optional[Node])
    as_reference: weakly.ref[Node] = reference
    del as_reference


def weak_methods(node: Node) -> None:
    method = weakly.WeakMethod(node.rename)
    found = method()
    if found is not None:
        assert_type(found("a"), int)
    method()("a")  # type: ignore[misc]
    weakly.WeakMethod(1)  # type: ignore[type-var]


def free(path: str, *, missing_ok: bool = False) -> None:
    print(path, missing_ok)


def finalizers(node: Node) -> None:
    finalizer = weakly.finalize(node, free, "path", missing_ok=True)
    assert_type(finalizer.alive, bool)
    finalizer.atexit = False
    finalizer()
    details = finalizer.peek() or finalizer.detach()
    if details is not None:
        assert_type(details[0], Node)
    weakly.finalize(node, free, 1)  # type: ignore[arg-type]
    weakly.finalize(node, free)  # type: ignore[call-arg]
    finalizer.alive = True  # type: ignore[misc]
