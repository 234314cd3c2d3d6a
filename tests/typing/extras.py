"""What type checkers must say of what the standard stubs do not know. Checked, never run."""

from __future__ import annotations

import weakly
from typing_extensions import assert_type


class Node:
    pass


def installing() -> None:
    weakly.install()
    weakly.install(rebind=True)
    weakly.install(rebind=["threading"])
    weakly.install(rebind={"threading"})
    weakly.uninstall()
    weakly.install(True)  # type: ignore[call-arg]
    weakly.install(rebind=1)  # type: ignore[arg-type]
    assert_type(weakly.__version__, str)


def snapshots(
    keyed: weakly.WeakKeyDictionary[Node, int],
    valued: weakly.WeakValueDictionary[str, Node],
    nodes: weakly.WeakSet[Node],
) -> None:
    assert_type(keyed.data, dict[weakly.ReferenceType[Node], int])
    assert_type(valued.data, dict[str, weakly.KeyedRef[str, Node]])
    assert_type(nodes.data, set[weakly.ReferenceType[Node]])
    keyed.data = dict.fromkeys(keyed.keyrefs(), 0)


class Graph:
    @weakly.cached_method
    def degree(self, node: Node, *, weighted: bool = False) -> int:
        return len(str(node)) + weighted

    @weakly.cached_method(maxsize=3, typed=True)
    def name(self) -> str:
        return "graph"


@weakly.weak_cache(maxsize=None, weak=1, by="eq")
def layout(graph: Graph, steps: int) -> list[float]:
    return [0.0] * steps


@weakly.weak_cache
def size(graph: Graph) -> int:
    return 1


def caches(graph: Graph, node: Node) -> None:
    assert_type(graph.degree(node, weighted=True), int)
    assert_type(graph.name(), str)
    assert_type(Graph.degree(graph, node), int)
    assert_type(graph.degree.cache_info().hits, int)
    graph.degree.cache_clear()
    Graph.degree.cache_clear()
    graph.degree(5)  # type: ignore[arg-type]
    assert_type(layout(graph, 3), list[float])
    assert_type(size(graph), int)
    layout(graph, "a")  # type: ignore[arg-type]
    layout.evict(graph)
    weakly.weak_cache(by="hash")  # type: ignore[call-overload]


def callables(node: Node) -> None:
    reference = weakly.WeakCallable(len, owner=node)
    found = reference()
    if found is not None:
        assert_type(found([1]), int)
    weakly.WeakCallable(5)  # type: ignore[type-var]
    weakly.keep_alive(node, [node])
