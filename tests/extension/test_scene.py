"""The example extension does what its documentation says."""

import gc
import weakref


class Owner:
    """An object of somebody else."""


def test_a_node_has_one_object_while_it_is_used(scene):
    tree = scene.Scene()
    root = tree.root
    child = root.add("child")
    assert tree.root is root
    assert root.children[0] is child
    assert tree.counts() == (2, 0)
    del child
    assert tree.counts() == (1, 0)
    assert root.children[0].name == "child"


def test_watchers_are_called_as_long_as_their_owner_lives(scene):
    tree, owner, seen = scene.Scene(), Owner(), []
    tree.watch(owner, seen.append)
    root = tree.root
    root.name = "renamed"
    assert seen == [root]
    assert tree.calls(owner) == 1
    del owner
    root.name = "again"
    assert seen == [root]
    assert tree.counts() == (1, 0)


def test_a_watcher_without_a_hash_is_told_by_identity(scene):
    class Unhashable(Owner):
        __hash__ = None

    tree, owner = scene.Scene(), Unhashable()
    tree.watch(owner, print)
    assert tree.calls(owner) == 0


def test_a_scene_that_its_watcher_leads_to_is_collected(scene):
    tree, owner = scene.Scene(), Owner()
    owner.tree = tree
    tree.watch(owner, lambda node, own=tree: own)
    dead = weakref.ref(owner)
    del tree, owner
    gc.collect()
    assert dead() is None


def test_a_watcher_may_end_the_watching(scene):
    tree, owners = scene.Scene(), [Owner(), Owner()]
    for owner in owners:
        tree.watch(owner, lambda node: owners.clear())
    del owner
    tree.root.name = "renamed"
    assert tree.counts() == (0, 0)


def test_it_works_beside_weakly_and_another_extension(scene, maps, weakly):
    """Each has its own copy of all that `weakly-pyo3` is made of."""
    tree, table = scene.Scene(), maps.ValueMap()
    root = tree.root
    table.insert("root", root)
    names, notes = weakly.WeakValueDictionary(root=root), weakly.WeakKeyDictionary({root: "note"})
    tree.watch(root, print)
    assert table.get("root") is names["root"] is tree.root
    assert weakref.getweakrefcount(root) == 5
    del root
    assert tree.counts() == (0, 0)
    assert (len(table), len(names), len(notes)) == (0, 0, 0)
