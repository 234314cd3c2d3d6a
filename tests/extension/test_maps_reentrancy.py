"""Code that comes back into a map in the middle of each of its operations."""

import gc
import weakref

import attacks
import pytest

MOMENTS = [1, 2, 3, 5, 8, 13, 21]
OPERATIONS = [action for action in attacks.ACTIONS if action is not attacks.nest]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.__name__)
@pytest.mark.parametrize("kind", attacks.KINDS)
def test_a_map_is_consistent_whatever_a_hook_does_to_it(maps, kind, operation):
    for action in attacks.ACTIONS:
        for at in MOMENTS:
            world = attacks.World(maps, kind)
            world.hook.at = world.hook.calls + at
            world.hook.action = lambda world=world, action=action: action(world)
            operation(world)
            world.check()


@pytest.mark.parametrize("kind", attacks.KINDS)
def test_a_hook_may_drop_the_map(maps, kind):
    for at in range(1, 20):
        world = attacks.World(maps, kind)
        dead = weakref.ref(world.map)
        world.hook.at = world.hook.calls + at
        world.hook.action = lambda world=world: setattr(world, "map", None)
        try:
            attacks.get_or_insert_all(world)
            attacks.let_die(world)
        except AttributeError:
            pass  # there is no map any more
        world.map = None
        assert dead() is None


@pytest.mark.parametrize("kind", attacks.KINDS)
class TestFactories:
    def test_one_that_raises_stores_nothing(self, maps, kind):
        world = attacks.World(maps, kind)
        with pytest.raises(ZeroDivisionError):
            world.map.get_or_insert(world.key(9), lambda: 1 / 0)
        assert len(world.map) == attacks.SIZE
        assert world.key(9) not in world.map
        world.check()

    def test_one_that_comes_back_gets_what_it_stored_before(self, maps, kind):
        world = attacks.World(maps, kind)
        kept = []

        class Made(attacks.Key):
            pass

        def make(depth):
            if depth:
                kept.append(world.map.get_or_insert(world.live[9], lambda: make(depth - 1)))
            return depth if world.by_key else Made(9, world.hook)

        if not world.by_key:
            world.live[9] = world.key(9)
        got = world.map.get_or_insert(world.live[9], lambda: make(5))
        assert len(kept) == 5
        assert all(one is got for one in kept)

    def test_one_that_stores_and_raises_has_stored(self, maps, kind):
        world = attacks.World(maps, kind)

        def make():
            world.put(9)
            raise KeyError

        with pytest.raises(KeyError):
            world.map.get_or_insert(world.key(9), make)
        assert world.key(9) in world.map
        world.check()

    def test_one_that_clears_the_map(self, maps, kind):
        world = attacks.World(maps, kind)

        def make():
            world.map.clear()
            return world.make(9)

        world.map.get_or_insert(world.key(9), make)
        assert len(world.map) == 1
        world.check()


def test_a_value_map_finds_one_object_for_equal_keys(maps):
    table, thing = maps.ValueMap(), attacks.Key(1, attacks.Hook())
    assert table.get_or_insert("one", lambda: thing) is thing
    assert table.get_or_insert("o" + "ne", object) is thing
    assert table.insert("one", thing) is thing
    other = attacks.Key(2, attacks.Hook())
    assert table.insert("one", other) is thing
    assert table.remove("one") is other
    assert table.remove("one") is None


def test_an_identity_is_owned_as_long_as_its_object_lives(maps):
    table, token, thing = maps.IdValueMap(), maps.Token(1), attacks.Key(1, attacks.Hook())
    table.insert(token, thing)
    assert token.owners == 2
    assert table.get(token.same()) is thing
    assert table.get(maps.Token(1)) is None
    del thing
    assert token.owners == 1
    assert len(table) == 0


@pytest.mark.parametrize("kind", ["ValueMap", "IdValueMap"])
def test_what_cannot_be_weakly_referenced_is_refused(maps, kind):
    world = attacks.World(maps, kind)
    with pytest.raises(TypeError, match="cannot create weak reference to 'int' object"):
        world.map.insert(world.key(1), 1)
    with pytest.raises(TypeError, match="cannot create weak reference to 'int' object"):
        world.map.get_or_insert(world.key(9), lambda: 1)
    world.check()


@pytest.mark.parametrize("kind", ["KeyMap", "IdKeyMap"])
def test_a_key_that_cannot_be_weakly_referenced_is_refused(maps, kind):
    table = getattr(maps, kind)()
    for use in (table.get, table.remove, lambda key: table.insert(key, 1)):
        with pytest.raises(TypeError, match="cannot create weak reference to 'int' object"):
            use(1)
    assert 1 not in table


class TestErrors:
    def test_a_key_that_cannot_be_compared_changes_nothing(self, maps):
        class Bad:
            def __hash__(self):
                return 1

            def __eq__(self, other):
                raise ZeroDivisionError

        table, keys = maps.KeyMap(), [Bad(), Bad()]
        table.insert(keys[0], 1)
        for use in (table.get, table.remove, lambda key: table.insert(key, 2)):
            with pytest.raises(ZeroDivisionError):
                use(keys[1])
        assert [value for _, value in table.items()] == [1]
        keys.clear()
        assert len(table) == 0

    def test_a_panic_of_a_rust_key_leaves_the_map_as_it_was(self, maps, capfd):
        class Bad:
            fails = False

            def __hash__(self):
                return 1

            def __eq__(self, other):
                if Bad.fails:
                    raise ZeroDivisionError
                return self is other

        table, thing = maps.ValueMap(), attacks.Key(1, attacks.Hook())
        key = Bad()
        table.insert(key, thing)
        Bad.fails = True
        for use in (table.get, table.remove, lambda key, kept=thing: table.insert(key, kept)):
            with pytest.raises(BaseException, match="the comparison of keys") as raised:
                use(Bad())
            assert type(raised.value).__name__ == "PanicException"
        Bad.fails = False
        assert table.get(key) is thing
        assert len(table) == 1
        del thing, raised, use
        assert len(table) == 0

    def test_a_drop_that_fails_at_a_death_is_reported_and_stops_nothing(self, maps, monkeypatch):
        reported = []
        monkeypatch.setattr("sys.unraisablehook", lambda report: reported.append(report.exc_type))
        world = attacks.World(maps, "KeyMap")
        world.map.insert(world.live[0], 0, lambda: 1 / 0)
        world.map.insert(world.live[1], 1, lambda: 1 / 0)
        world.live.clear()
        assert reported == [ZeroDivisionError] * 2
        assert len(world.map) == 0


class TestGarbage:
    @pytest.mark.parametrize("kind", ["KeyMap", "IdKeyMap"])
    def test_a_map_that_its_value_leads_to_is_collected(self, maps, kind):
        world = attacks.World(maps, kind)
        key = world.live[0]
        world.map.insert(key, [world.map], None)
        dead = weakref.ref(world.map)
        world.map = None
        gc.collect()
        assert dead() is None

    def test_a_map_that_its_rust_key_leads_to_is_collected(self, maps):
        class Name:
            pass

        table, name, thing = maps.ValueMap(), Name(), attacks.Key(1, attacks.Hook())
        name.table = table
        table.insert(name, thing)
        dead = weakref.ref(table)
        del table, name
        gc.collect()
        assert dead() is None

    @pytest.mark.parametrize("kind", attacks.KINDS)
    def test_entries_of_garbage_are_gone(self, maps, kind):
        world = attacks.World(maps, kind)
        for thing in world.live.values():
            thing.itself = thing
        world.live.clear()
        del thing
        gc.collect()
        assert len(world.map) == 0
        world.check()


@pytest.mark.parametrize("has_entries", [False, True])
def test_a_map_may_be_dropped_without_the_gil(maps, has_entries):
    hook = attacks.Hook()
    key = attacks.Key(1, hook)
    maps.drop_without_gil(key if has_entries else None, hook)
    assert hook.calls >= has_entries
    assert weakref.getweakrefcount(key) == 0
