"""What type checkers must say of a program that installs weakly, with its stub of `weakref`."""

from __future__ import annotations

import weakref

import weakly
from typing_extensions import assert_type


class Node:
    pass


def ours(nodes: weakly.WeakSet[Node], sizes: weakly.WeakKeyDictionary[Node, int]) -> None: ...


def theirs(nodes: weakref.WeakSet[Node], sizes: weakref.WeakKeyDictionary[Node, int]) -> None: ...


def the_classes_are_the_same(
    nodes: weakref.WeakSet[Node], sizes: weakly.WeakKeyDictionary[Node, int]
) -> None:
    ours(nodes, sizes)
    theirs(nodes, sizes)
    assert_type(weakref.WeakValueDictionary(a=Node()), weakly.WeakValueDictionary[str, Node])


def references_too(node: Node) -> None:
    assert_type(weakref.ref(node)(), "Node | None")
    assert_type(weakly.ref(node), weakref.ReferenceType[Node])
