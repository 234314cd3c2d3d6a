"""The models of the two dictionaries."""

import machine
import side_by_side
from hypothesis import strategies as st
from hypothesis.stateful import rule
from machine import INDEX

NAN = float("nan")
FORMS = st.sampled_from(["dict", "pairs", "iterator", "stock", "weakly"])


class MappingMachine(machine.ContainerMachine):
    """Subclasses give `key(index)` and `value(index)`, some of which are invalid on purpose."""

    name = None
    subclassed = False

    def make(self, library):
        base = getattr(library, self.name)
        return type(self.name, (base,), {})() if self.subclassed else base()

    def source(self, form, indices):
        """The entries of some indices, in one of the forms that `update` takes."""
        entries = [(self.key(index), self.value(index + 1)) for index in indices]
        if form == "pairs":
            return lambda: entries
        if form == "iterator":
            return lambda: iter(entries)
        if form == "dict":
            return lambda: dict(entries)
        return lambda: getattr(getattr(side_by_side, form), self.name)(entries)

    # One entry

    @rule(index=INDEX, key=INDEX)
    def get_item(self, index, key):
        key = self.key(key)
        self.pair(index).compare(lambda d: (d[key], d.get(key), key in d))

    @rule(index=INDEX, key=INDEX)
    def get(self, index, key):
        key = self.key(key)
        self.pair(index).compare(lambda d: (d.get(key, "default"), d.get(key)))

    @rule(index=INDEX, key=INDEX)
    def contains(self, index, key):
        key = self.key(key)
        self.pair(index).compare(lambda d: key in d)

    @rule(index=INDEX, key=INDEX, value=INDEX)
    def set_item(self, index, key, value):
        key, value = self.key(key), self.value(value)
        self.pair(index).compare(lambda d: d.__setitem__(key, value))

    @rule(index=INDEX, key=INDEX)
    def delete_item(self, index, key):
        key = self.key(key)
        self.pair(index).compare(lambda d: d.__delitem__(key))

    @rule(index=INDEX, key=INDEX, default=st.booleans())
    def pop(self, index, key, default):
        key, default = self.key(key), ("default",) if default else ()
        self.pair(index).compare(lambda d: d.pop(key, *default))

    @rule(index=INDEX)
    def popitem(self, index):
        self.pair(index).compare(lambda d: d.popitem())

    @rule(index=INDEX, key=INDEX, value=INDEX, default=st.booleans())
    def setdefault(self, index, key, value, default):
        key, default = self.key(key), (self.value(value),) if default else ()
        self.pair(index).compare(lambda d: d.setdefault(key, *default))

    @rule(index=INDEX, key=INDEX, value=INDEX)
    def with_an_eq_that_raises(self, index, key, value):
        key, value = self.key(key), self.value(value)
        pair = self.pair(index)
        side_by_side.Fragile.armed = True
        try:
            for operation in (
                lambda d: d[key],
                lambda d: key in d,
                lambda d: d.get(key),
                lambda d: d.pop(key),
                lambda d: d.__setitem__(key, value),
                lambda d: d.setdefault(key, value),
                lambda d: d.__delitem__(key),
            ):
                pair.compare(operation)
                self.number_all()  # an entry that was removed and inserted again is another entry
        finally:
            side_by_side.Fragile.armed = False

    # Many entries

    @rule(
        index=INDEX, indices=machine.SEVERAL, form=FORMS, how=st.sampled_from(["update", "__ior__"])
    )
    def update(self, index, indices, form, how):
        def operate(d, source):
            return getattr(d, how)(source()) is d

        try:
            source = self.source(form, indices)
            source()
        except TypeError:
            return  # a source cannot be made of such keys or values
        self.pair(index).compare(operate, source)

    @rule(index=INDEX, indices=machine.SEVERAL)
    def init_again(self, index, indices):
        pair = self.pair(index)
        pair.forget_serials()
        source = self.source("pairs", indices)
        pair.compare(lambda d: d.__init__(source()))

    @rule(index=INDEX, other=INDEX, how=st.sampled_from(["__or__", "__ror__"]))
    def union_of_a_pair(self, index, other, how):
        one, two = self.pair(index), self.pair(other)
        self.adopt(getattr(one.stock, how)(two.stock), getattr(one.weakly, how)(two.weakly))

    @rule(index=INDEX, other=INDEX)
    def union_across_implementations(self, index, other):
        one, two = self.pair(index), self.pair(other)
        self.adopt(one.stock | two.weakly, one.weakly | two.stock)

    @rule(index=INDEX, other=INDEX)
    def equality_with_a_dict(self, index, other):
        one, two = self.pair(index), self.pair(other)
        expected = one.stock == two.stock
        assert (one.weakly == dict(two.weakly.items())) == expected
        assert (dict(one.weakly.items()) == two.weakly) == expected

    @rule(index=INDEX, what=st.sampled_from([1, [1], [(1, 2, 3)], "text", object()]))
    def update_with_nonsense(self, index, what):
        self.pair(index).compare(lambda d: d.update(what))

    @rule(index=INDEX)
    def views(self, index):
        self.pair(index).compare(
            lambda d: (list(d), list(d.keys()), list(d.values()), list(d.items()), dict(d.data))
        )


def name_of_item(item):
    return side_by_side.describe(item[0])


class WeakKeyDictionaryMachine(MappingMachine):
    name = "WeakKeyDictionary"
    methods = {
        "keys": side_by_side.describe,
        "__iter__": side_by_side.describe,
        "items": name_of_item,
    }

    def key(self, index):
        odd_ones = {29: side_by_side.Unhashable(1), 30: 7}
        return odd_ones[index] if index in odd_ones else self.object(index)

    def value(self, index):
        return index if index % 3 else self.object(index)

    def entry_names(self, pair):
        return [side_by_side.describe(key) for key in pair.stock]

    @rule(index=INDEX)
    def keyrefs(self, index):
        pair = self.pair(index)
        pair.compare(lambda d: d.keyrefs())
        assert all(x is y for x, y in zip(pair.weakly.keyrefs(), pair.weakly.data))


class WeakValueDictionaryMachine(MappingMachine):
    name = "WeakValueDictionary"
    methods = {
        "keys": side_by_side.describe,
        "__iter__": side_by_side.describe,
        "items": name_of_item,
        "itervaluerefs": lambda ref: side_by_side.describe(ref.key),
    }

    def key(self, index):
        constants = (0, 1, 1.0, "a", (1, 2), None, NAN, True, frozenset())
        if index < len(constants):
            return constants[index]
        return [] if index == 30 else self.object(index)

    def value(self, index):
        return 7 if index == 30 else self.object(index)

    def entry_names(self, pair):
        return [side_by_side.describe(key) for key in pair.stock]

    @rule(index=INDEX)
    def valuerefs(self, index):
        pair = self.pair(index)
        pair.compare(lambda d: (d.valuerefs(), list(d.itervaluerefs())))
        for ref, key in zip(pair.weakly.valuerefs(), pair.weakly):
            assert ref.key is key or ref.key == key

    @rule(index=INDEX, names=st.dictionaries(st.sampled_from(["self", "other", "a"]), INDEX))
    def update_with_keywords(self, index, names):
        keywords = {name: self.value(number) for name, number in names.items()}
        self.pair(index).compare(lambda d: d.update(**keywords))


class WeakKeySubclassMachine(WeakKeyDictionaryMachine):
    subclassed = True


class WeakValueSubclassMachine(WeakValueDictionaryMachine):
    subclassed = True
