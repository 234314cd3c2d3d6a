"""The rules that the models of all containers share: objects come, die and are collected."""

import copy
import gc

import side_by_side
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

INDEX = st.integers(0, 30)
SEVERAL = st.lists(INDEX, max_size=6)


class ContainerMachine(RuleBasedStateMachine):
    """Subclasses say how to make a container (`make`), what names an entry (`entry_names`), how to
    tell it from a yielded item (`methods`: method -> function), and add their own operations."""

    methods = {}

    def __init__(self):
        super().__init__()
        # Cycles die when the rule `collect` says so: the same steps must always do the same.
        self.was_gc_enabled = gc.isenabled()
        gc.disable()
        self.objects = [kind(number % 4) for number, kind in enumerate(side_by_side.KINDS)]
        self.pairs = [self.make_pair()]
        self.walks = []

    def make_pair(self, cls=None):
        return side_by_side.Pair(self.make(side_by_side.stock), self.make(side_by_side.weakly))

    def adopt(self, in_stock, in_weakly):
        """Two containers that one operation made from a pair become a pair themselves."""
        self.pairs = [*self.pairs[-2:], side_by_side.Pair(in_stock, in_weakly)]

    def object(self, index):
        return self.objects[index % len(self.objects)]

    def several(self, indices):
        return [self.object(index) for index in indices]

    def pair(self, index):
        return self.pairs[index % len(self.pairs)]

    # Objects

    @rule(kind=st.sampled_from(side_by_side.KINDS), value=st.integers(0, 4))
    def make_object(self, kind, value):
        self.objects.append(kind(value))

    @rule(index=INDEX)
    @precondition(lambda self: len(self.objects) > 1)
    def let_die(self, index):
        del self.objects[index % len(self.objects)]

    @rule(index=INDEX)
    @precondition(lambda self: len(self.objects) > 1)
    def let_die_in_a_cycle(self, index):
        doomed = self.objects.pop(index % len(self.objects))
        doomed.cycle = doomed

    @rule()
    def let_most_die(self):
        del self.objects[2:]

    @rule()
    def collect(self):
        gc.collect()

    # Whole containers

    @rule(index=INDEX)
    def clear(self, index):
        pair = self.pair(index)
        pair.forget_serials()
        pair.compare(lambda container: container.clear())

    @rule(index=INDEX, how=st.sampled_from(["copy", "copy.copy", "copy.deepcopy"]))
    def copy(self, index, how):
        pair = self.pair(index)
        copies = {}  # copies of keys and values, which both containers must share
        copiers = {
            "copy": lambda c: c.copy(),
            "copy.copy": copy.copy,
            "copy.deepcopy": lambda c: copy.deepcopy(c, copies),
        }
        self.adopt(self.copy_of_stock(pair.stock, copiers[how]), copiers[how](pair.weakly))
        assert type(self.pairs[-1].weakly).__name__ == type(self.pairs[-1].stock).__name__

    def copy_of_stock(self, container, copier):
        return copier(container)

    @rule(index=INDEX, other=INDEX)
    def equality(self, index, other):
        one, two = self.pair(index), self.pair(other)
        expected = one.stock == two.stock
        assert (one.weakly == two.weakly) == expected
        assert (one.weakly != two.weakly) != expected

    @rule(index=INDEX)
    def make_another(self, index):
        self.pairs = [*self.pairs[-2:], self.make_pair()]

    @rule(index=INDEX)
    @precondition(lambda self: len(self.pairs) > 1)
    def drop_a_container(self, index):
        del self.pairs[index % len(self.pairs)]

    # Iterators over weakly's container

    @rule(index=INDEX, data=st.data())
    def start_iterating(self, index, data):
        method = data.draw(st.sampled_from(sorted(self.methods)))
        self.walks = [
            *self.walks[-3:],
            side_by_side.Walk(self.pair(index), method, self.methods[method]),
        ]

    @rule(index=INDEX, steps=st.integers(1, 4))
    @precondition(lambda self: self.walks)
    def advance(self, index, steps):
        walk = self.walks[index % len(self.walks)]
        for _ in range(steps):
            self.number_all()
            if not walk.advance():
                self.walks.remove(walk)
                break

    @rule(index=INDEX)
    @precondition(lambda self: self.walks)
    def drop_iterator(self, index):
        del self.walks[index % len(self.walks)]

    # Invariants

    def number_all(self):
        for pair in {id(p): p for p in [*self.pairs, *(walk.pair for walk in self.walks)]}.values():
            pair.number_entries(self.entry_names(pair))

    @invariant()
    def both_hold_the_same(self):
        for pair in self.pairs:
            expected, actual = side_by_side.describe(pair.stock), side_by_side.describe(pair.weakly)
            assert actual == expected, f"weakly {actual}, the standard library {expected}"
            assert len(pair.weakly) == len(pair.stock) == len(list(pair.weakly))
        self.number_all()

    def teardown(self):
        """Without the collector to the end: one in the middle of the death of a `KeyedRef` crashes
        the interpreter, if that is the standard library's."""
        self.walks.clear()
        self.objects.clear()
        gc.collect()
        for pair in self.pairs:
            expected, actual = side_by_side.describe(pair.stock), side_by_side.describe(pair.weakly)
            assert actual == expected, (
                f"at the end: weakly {actual}, the standard library {expected}"
            )
        self.pairs.clear()
        if self.was_gc_enabled:
            gc.enable()
