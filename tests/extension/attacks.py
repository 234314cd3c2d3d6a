"""Worlds with one map each, and what hooks do to it in the middle of an operation."""

import gc
import weakref

COLLIDING = 7  # all keys have this hash, so every lookup by equality calls `__eq__`
SIZE = 6
KINDS = ["KeyMap", "IdKeyMap", "ValueMap", "IdValueMap"]


class Hook:
    """Runs an action at one of the moments that it is told of, and counts them."""

    # For the last keys of a world that the collector has cleared: an error there would keep the
    # frames that it came through, and with them keys, alive.
    calls, at = 0, None

    def __init__(self):
        self.calls, self.at, self.action, self.errors = 0, None, None, []

    def __call__(self, *_):
        self.calls += 1
        if self.calls == self.at:
            try:
                self.action()
            except BaseException as error:  # also where nobody would be told
                self.errors.append(error)


class Key:
    """An object whose methods tell the hook."""

    def __init__(self, number, hook):
        self.number, self.hook = number, hook

    def __hash__(self):
        self.hook()
        return COLLIDING

    def __eq__(self, other):
        self.hook()
        return self.number == other.number

    def __del__(self):
        self.hook()


class World:
    """A map of one kind with entries, and what these refer to."""

    def __init__(self, maps, kind):
        self.hook, self.by_key = Hook(), "KeyMap" in kind
        self.map = getattr(maps, kind)()
        self.tokens = [maps.Token(number) for number in range(2 * SIZE)]
        self.is_by_token = kind == "IdValueMap"
        self.live = {number: Key(number, self.hook) for number in range(2 * SIZE)}
        self.watchers = [weakref.ref(self.live[0], self.hook)]
        for number in range(SIZE):
            self.put(number)
        self.watchers += [weakref.ref(self.live[number], self.hook) for number in range(SIZE)]

    def key(self, number):
        if self.is_by_token:
            return self.tokens[number].same()
        if self.by_key:
            return self.live.get(number) or Key(number, self.hook)
        return Key(number, self.hook)

    def put(self, number):
        if self.by_key:
            self.map.insert(self.key(number), number, self.hook)
        elif number in self.live:
            self.map.insert(self.key(number), self.live[number])

    def make(self, number):
        """What a factory returns."""
        self.hook()
        if self.by_key:
            return number
        return self.live.setdefault(number, Key(number, self.hook))

    def get_or_insert(self, number):
        return self.map.get_or_insert(self.key(number), lambda: self.make(number))

    def entries(self):
        """The number in each entry, by what is alive there."""
        if self.by_key:
            return [(key.number, value) for key, value in self.map.items()]
        return [(object.number, object.number) for object in self.map.objects()]

    def check(self):
        """What is in the map is found, once, and nothing else is."""
        self.hook.at = None
        assert not self.hook.errors
        entries = self.entries()
        assert len(self.map) == len(entries)
        assert len({number for number, _ in entries}) == len(entries)
        for number, value in entries:
            assert number == value
            assert self.key(number) in self.map
            found = self.map.get(self.key(number))
            assert found == number if self.by_key else found is self.live[number]
        absent = {*range(2 * SIZE)} - {number for number, _ in entries}
        assert not any(self.key(number) in self.map for number in absent)


def put_others(world):
    for number in range(SIZE, 2 * SIZE):
        world.put(number)


def put_again(world):
    for number in range(SIZE):
        world.put(number)


def remove_all(world):
    for number in range(2 * SIZE):
        world.map.remove(world.key(number))


def get_all(world):
    for number in range(2 * SIZE):
        world.map.get(world.key(number))


def get_or_insert_all(world):
    for number in range(2 * SIZE):
        world.get_or_insert(number)


def clear(world):
    world.map.clear()


def let_die(world):
    world.live.clear()


def let_some_die(world):
    for number in range(0, SIZE, 2):
        world.live.pop(number, None)


def list_all(world):
    world.entries()


def collect(world):
    gc.collect()


def nest(world):
    """Each hook that the action runs into does it once more, two deep."""
    world.hook.at = world.hook.calls + 1
    world.hook.action = lambda: get_or_insert_all(world)
    put_again(world)


ACTIONS = [
    put_others,
    put_again,
    remove_all,
    get_all,
    get_or_insert_all,
    clear,
    let_die,
    let_some_die,
    list_all,
    collect,
    nest,
]
