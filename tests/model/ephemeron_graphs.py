"""Random graphs of objects and dictionaries with ephemerons, beside a model that says what must live."""

import functools
import gc
import random

import weakly
from referents import Thing

THINGS, TABLES = 24, 5
ENTRIES = 20
# Most go in one collection. Garbage that holds a key takes one more, and so may each dictionary
# without ephemerons.
MOST_COLLECTIONS = 16


class Table(weakly.WeakIdKeyDictionary):
    """As its base class. A dictionary may be a key, a value, and what is held."""


class StrongTable(Table):
    ephemeron = False


def closure(target):
    return lambda: target


def suspended(target):
    def generator(target):
        print(target, target, (yield))

    generator = generator(target)
    next(generator)
    return generator


def local_class(target):
    class Local:
        attribute = target

    return Local()


WAYS = [
    lambda target: [target],
    lambda target: {"a": [(target,)]},
    lambda target: functools.partial(print, target),
    lambda target: ValueError(target),
    lambda target: Thing(target).method,
    lambda target: iter([target]),
    closure,
    suspended,
    local_class,
]


class Graph:
    """Objects that hold each other, entries of dictionaries, and what is held from outside.

    In the model an object is a number, `edges` are those it holds, `entries` of a dictionary map the
    number of a key to that of what the value leads to. Of the value itself the address is known.
    """

    def __init__(self, seed):
        self.random = random.Random(seed)
        objects = [Thing(number) for number in range(THINGS)]
        objects += [self.random.choice([Table, Table, StrongTable])() for _ in range(TABLES)]
        self.numbers = range(len(objects))
        self.edges = {number: set() for number in self.numbers}
        self.entries = {number: {} for number in self.numbers[THINGS:]}
        self.values = {}
        self.strong = {number for number in self.entries if not objects[number].ephemeron}
        self.refs = [weakly.WeakIdRef(thing) for thing in objects]
        for thing in objects:
            thing.others = []
        for _ in range(self.random.randrange(10, 40)):
            source, target = self.any(), self.any()
            objects[source].others.append(self.lead_to(objects[target]))
            self.edges[source].add(target)
        for _ in range(ENTRIES):
            table, key, target = self.random.choice(self.numbers[THINGS:]), self.any(), self.any()
            objects[table][objects[key]] = value = self.value(objects[target])
            self.entries[table][key] = target
            self.values[table, key] = id(value)
        held = self.random.sample(self.numbers, self.random.randrange(6))
        if self.random.random() < 0.7:
            held.append(self.numbers[-1])
        self.held = {number: objects[number] for number in held}

    def any(self):
        return self.random.choice(self.numbers)

    def lead_to(self, target):
        return self.random.choice(WAYS)(target)

    def value(self, target):
        return self.random.choice([lambda target: target, self.lead_to])(target)

    def let_go(self):
        """Some of what is held is no longer."""
        for number in list(self.held):
            if self.random.random() < 0.5:
                del self.held[number]

    def reached(self):
        """What can be reached from what is held."""
        alive = set(self.held)
        while True:
            more = set().union(*(self.edges[number] for number in alive))
            for table in alive & self.entries.keys():
                entries = self.entries[table].items()
                more |= {to for key, to in entries if key in alive or table in self.strong}
            if more <= alive:
                return alive
            alive |= more

    def expected(self):
        """What must live. Entries of dead keys go, and what their values alone led to goes with them."""
        while True:
            alive = self.reached()
            dead = [
                (table, key)
                for table in alive & self.entries.keys()
                for key in self.entries[table]
                if key not in alive
            ]
            if not dead:
                return alive
            for table, key in dead:
                del self.entries[table][key]

    def remaining(self):
        return {number for number, ref in enumerate(self.refs) if ref() is not None}

    def check(self):
        """Collects until nothing goes. All that must live does at each moment."""
        alive = self.expected()
        for _ in range(MOST_COLLECTIONS):
            gc.collect()
            remaining = self.remaining()
            assert alive <= remaining, f"lost: {alive - remaining}"
            self.check_entries(alive)
            if remaining == alive:
                break
        assert remaining == alive, f"left: {remaining - alive}"
        for table in alive & self.entries.keys():
            assert len(self.refs[table]()) == len(self.entries[table])

    def check_entries(self, alive):
        for table in alive & self.entries.keys():
            entries = self.refs[table]()
            for key in self.entries[table]:
                value = entries[self.refs[key]()]
                assert id(value) == self.values[table, key], f"another value: {table}, {key}"


def run(seed):
    """Makes one graph, and lets go of what is held in some steps."""
    graph = Graph(seed)
    for _ in range(3):
        graph.check()
        graph.let_go()
    graph.held.clear()
    graph.check()
