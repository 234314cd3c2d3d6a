"""The rules that the models of all containers share: objects come, die and are collected."""

import copy
import gc

import twins
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
        self.objects = [kind(number % 4) for number, kind in enumerate(twins.KINDS)]
        self.pairs = [self.make_twins()]
        self.walks = []

    def make_twins(self, cls=None):
        return twins.Twins(self.make(twins.stock), self.make(twins.weakly))

    def adopt(self, in_stock, in_weakly):
        """Two containers that one operation made from a pair become a pair themselves."""
        self.pairs = [*self.pairs[-2:], twins.Twins(in_stock, in_weakly)]

    def object(self, index):
        return self.objects[index % len(self.objects)]

    def several(self, indices):
        return [self.object(index) for index in indices]

    def pair(self, index):
        return self.pairs[index % len(self.pairs)]

    # Objects

    @rule(kind=st.sampled_from(twins.KINDS), value=st.integers(0, 4))
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

    # The containers as wholes

    @rule(index=INDEX)
    def clear(self, index):
        pair = self.pair(index)
        pair.forget_serials()
        pair.compare(lambda container: container.clear())

    @rule(index=INDEX, how=st.sampled_from(["copy", "copy.copy", "copy.deepcopy"]))
    def copy(self, index, how):
        pair = self.pair(index)
        copies = {}  # of the keys and values: the two containers are to hold the same ones
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
        self.pairs = [*self.pairs[-2:], self.make_twins()]

    @rule(index=INDEX)
    @precondition(lambda self: len(self.pairs) > 1)
    def drop_a_container(self, index):
        del self.pairs[index % len(self.pairs)]

    # Iterators, which hold weakly's container and nothing of the other

    @rule(index=INDEX, data=st.data())
    def start_iterating(self, index, data):
        method = data.draw(st.sampled_from(sorted(self.methods)))
        self.walks = [*self.walks[-3:], twins.Walk(self.pair(index), method, self.methods[method])]

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

    # What always holds

    def number_all(self):
        for pair in {
            id(p): p for p in [*self.pairs, *(walk.twins for walk in self.walks)]
        }.values():
            pair.number_entries(self.entry_names(pair))

    @invariant()
    def both_hold_the_same(self):
        for pair in self.pairs:
            expected, actual = twins.describe(pair.stock), twins.describe(pair.weakly)
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
            expected, actual = twins.describe(pair.stock), twins.describe(pair.weakly)
            assert actual == expected, (
                f"at the end: weakly {actual}, the standard library {expected}"
            )
        self.pairs.clear()
        if self.was_gc_enabled:
            gc.enable()
