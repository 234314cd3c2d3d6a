"""What type checkers must say of the containers. Checked, never run.

They must say the same when `weakly` is the standard `weakref`: what is typed against one is typed
against the other. A line with `# type: ignore[...]` must be an error, or the ignore is one.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping, MutableSet
from typing import Any, Optional

import weakly
from typing_extensions import assert_type


class Node:
    pass


def weak_key_dictionaries(
    node: Node, table: weakly.WeakKeyDictionary[Node, int], pairs: list[tuple[Node, int]]
) -> None:
    assert_type(weakly.WeakKeyDictionary(pairs), weakly.WeakKeyDictionary[Node, int])
    assert_type(weakly.WeakKeyDictionary({node: 1}), weakly.WeakKeyDictionary[Node, int])
    assert_type(table[node], int)
    assert_type(table.get(node), Optional[int])
    assert_type(table.get(node, 0), int)
    assert_type(table.get(node, "none"), "int | str")
    assert_type(table.pop(node), int)
    assert_type(table.pop(node, None), Optional[int])
    assert_type(table.popitem(), tuple[Node, int])
    assert_type(table.setdefault(node, 1), int)
    assert_type(table.keys(), Iterator[Node])
    assert_type(table.values(), Iterator[int])
    assert_type(table.items(), Iterator[tuple[Node, int]])
    assert_type(list(table), list[Node])
    assert_type(table.keyrefs(), list[weakly.ReferenceType[Node]])
    assert_type(table.copy(), weakly.WeakKeyDictionary[Node, int])
    assert_type(table | {node: "x"}, "weakly.WeakKeyDictionary[Node, int | str]")
    table |= pairs
    table.update(pairs)
    table.update({node: 2})
    as_mapping: MutableMapping[Node, int] = table
    del as_mapping
    table[node] = "one"  # type: ignore[assignment]
    table["node"] = 1  # type: ignore[index]


def weak_value_dictionaries(
    node: Node, table: weakly.WeakValueDictionary[str, Node], pairs: list[tuple[str, Node]]
) -> None:
    assert_type(weakly.WeakValueDictionary(pairs), weakly.WeakValueDictionary[str, Node])
    assert_type(weakly.WeakValueDictionary(a=node), weakly.WeakValueDictionary[str, Node])
    assert_type(table["a"], Node)
    assert_type(table.get("a"), Optional[Node])
    assert_type(table.get("a", 0), "Node | int")
    assert_type(table.pop("a"), Node)
    assert_type(table.pop("a", None), Optional[Node])
    assert_type(table.setdefault("a", node), Node)
    assert_type(table.popitem(), tuple[str, Node])
    assert_type(table.keys(), Iterator[str])
    assert_type(table.values(), Iterator[Node])
    assert_type(table.items(), Iterator[tuple[str, Node]])
    assert_type(table.valuerefs(), list[weakly.KeyedRef[str, Node]])
    assert_type(table.itervaluerefs(), Iterator[weakly.KeyedRef[str, Node]])
    assert_type(table.valuerefs()[0].key, str)
    assert_type(table.valuerefs()[0](), Optional[Node])
    assert_type(table | {1: node}, "weakly.WeakValueDictionary[str | int, Node]")
    table |= pairs
    table.update(pairs, b=node)
    table.setdefault("a")  # type: ignore[call-arg]
    table[1] = node  # type: ignore[index]


def weak_sets(node: Node, nodes: weakly.WeakSet[Node]) -> None:
    assert_type(weakly.WeakSet([node]), weakly.WeakSet[Node])
    assert_type(nodes.pop(), Node)
    assert_type(nodes.copy(), weakly.WeakSet[Node])
    assert_type(nodes & [node, 1], weakly.WeakSet[Node])
    assert_type(nodes - [1], weakly.WeakSet[Node])
    assert_type(nodes | {"a"}, "weakly.WeakSet[Node | str]")
    assert_type(nodes.union(["a"]), "weakly.WeakSet[Node | str]")
    assert_type(nodes ^ {"a"}, "weakly.WeakSet[Node | str]")
    assert_type(nodes <= {node}, bool)
    assert_type(list(nodes), list[Node])
    nodes |= [node]
    as_set: MutableSet[Node] = nodes
    del as_set
    nodes.add(1)  # type: ignore[arg-type]


class Registry(weakly.WeakSet[Node]):
    label = "nodes"


def subclasses(registry: Registry) -> None:
    assert_type(registry.copy(), Registry)
    assert_type((registry & []).label, str)


def anything_goes_into_an_untyped_container(table: weakly.WeakKeyDictionary[Any, Any]) -> None:
    table[Node()] = 1
