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
