"""The model of `WeakSet`."""

import machine
import side_by_side
from hypothesis import strategies as st
from hypothesis.stateful import rule
from machine import INDEX, SEVERAL

OPERATIONS = ["union", "intersection", "difference", "symmetric_difference"]
OPERATORS = ["__or__", "__and__", "__sub__", "__xor__"]
IN_PLACE = ["update", "difference_update", "symmetric_difference_update"]
IN_PLACE_OPERATORS = ["__ior__", "__isub__", "__ixor__"]
QUESTIONS = ["issubset", "issuperset", "isdisjoint", "__le__", "__lt__", "__ge__", "__gt__"]
FORMS = st.sampled_from(["list", "set", "iterator", "stock", "weakly"])


class WeakSetMachine(machine.ContainerMachine):
    methods = {"__iter__": side_by_side.describe}
    subclassed = False

    def make(self, library):
        return type("WeakSet", (library.WeakSet,), {})() if self.subclassed else library.WeakSet()

    def item(self, index):
        odd_ones = {29: side_by_side.Unhashable(1), 30: 7}
        return odd_ones[index] if index in odd_ones else self.object(index)

    def source(self, form, indices):
        objects = self.several(indices)
        forms = {"list": list, "set": set, "iterator": iter}
        make = forms[form] if form in forms else getattr(side_by_side, form).WeakSet
        return lambda: make(objects)

    def entry_names(self, pair):
        """The members in weakly's order, which must be the order of their insertion."""
        names = [side_by_side.describe(item) for item in pair.weakly]
        survivors = [name for name in pair.serials if name in names]
        assert names[: len(survivors)] == survivors, f"{names} does not begin with {survivors}"
        return names

    def copy_of_stock(self, container, copier):
        """The standard library's `copy.copy` shares the table, its `deepcopy` the callback."""
        return container.copy()

    # One member

    @rule(
        index=INDEX, item=INDEX, how=st.sampled_from(["add", "discard", "remove", "__contains__"])
    )
    def one(self, index, item, how):
        item = self.item(item)
        self.pair(index).compare(lambda s: getattr(s, how)(item))

    @rule(index=INDEX, item=INDEX)
    def add(self, index, item):
        item = self.object(item)
        self.pair(index).compare(lambda s: s.add(item))

    @rule(index=INDEX)
    def pop(self, index):
        """It is not specified which member is taken, so the one that weakly takes is removed from
        both."""
        pair = self.pair(index)
        if len(pair.stock) == 0:
            pair.compare(lambda s: s.pop())
        else:
            item = pair.weakly.pop()
            assert item in pair.stock
            assert item not in pair.weakly
            pair.stock.remove(item)

    @rule(index=INDEX, item=INDEX)
    def with_an_eq_that_raises(self, index, item):
        item = self.object(item)
        pair = self.pair(index)
        side_by_side.Fragile.armed = True
        try:
            for how in ("__contains__", "add", "discard", "remove"):
                pair.compare(lambda s, how=how: getattr(s, how)(item))
        finally:
            side_by_side.Fragile.armed = False

    # Many members

    @rule(index=INDEX, indices=SEVERAL, form=FORMS, how=st.sampled_from(OPERATIONS + OPERATORS))
    def operation(self, index, indices, form, how):
        pair, source = self.pair(index), self.source(form, indices)
        pair.compare(lambda s: getattr(s, how)(source()))
        self.adopt(getattr(pair.stock, how)(source()), getattr(pair.weakly, how)(source()))

    @rule(
        index=INDEX, indices=SEVERAL, form=FORMS, how=st.sampled_from(IN_PLACE + IN_PLACE_OPERATORS)
    )
    def in_place(self, index, indices, form, how):
        source = self.source(form, indices)
        self.pair(index).compare(lambda s: getattr(s, how)(source()) is s)

    @rule(index=INDEX, indices=SEVERAL, form=FORMS, operator=st.booleans())
    def intersection_update(self, index, indices, form, operator):
        """The standard set keeps references that never die, so it is built again."""
        pair, source = self.pair(index), self.source(form, indices)
        kept = [item for item in source() if item in pair.stock]
        before = pair.serials
        pair.stock.clear()
        pair.stock.update(kept)
        result = (
            pair.weakly.__iand__(source())
            if operator
            else pair.weakly.intersection_update(source())
        )
        assert result is (pair.weakly if operator else None)
        names = [side_by_side.describe(item) for item in pair.weakly]
        pair.serials = {name: before[name] for name in names if name in before}
        pair.number_entries(names)
        self.walks = [walk for walk in self.walks if walk.pair is not pair]

    @rule(index=INDEX, how=st.sampled_from(IN_PLACE + IN_PLACE_OPERATORS + OPERATIONS + QUESTIONS))
    def with_itself(self, index, how):
        self.pair(index).compare(lambda s: getattr(s, how)(s))

    @rule(index=INDEX, indices=SEVERAL, form=FORMS, how=st.sampled_from(QUESTIONS))
    def question(self, index, indices, form, how):
        source = self.source(form, indices)
        self.pair(index).compare(lambda s: getattr(s, how)(source()))

    @rule(
        index=INDEX,
        what=st.sampled_from([1, None, [1], "text", [[]], [side_by_side.Unhashable(1)]]),
        how=st.sampled_from([*OPERATIONS, *OPERATORS, *IN_PLACE, *IN_PLACE_OPERATORS, *QUESTIONS]),
    )
    def nonsense(self, index, what, how):
        self.pair(index).compare(lambda s: getattr(s, how)(what))

    @rule(index=INDEX, indices=SEVERAL)
    def init_again(self, index, indices):
        pair, objects = self.pair(index), self.several(indices)
        pair.forget_serials()
        pair.compare(lambda s: s.__init__(objects))

    @rule(index=INDEX, other=INDEX)
    def order(self, index, other):
        one, two = self.pair(index), self.pair(other)
        assert (one.weakly <= two.stock) == (one.stock <= two.weakly) == (one.stock <= two.stock)

    @rule(index=INDEX)
    def data(self, index):
        self.pair(index).compare(lambda s: set(s.data))


class WeakSetSubclassMachine(WeakSetMachine):
    subclassed = True
