"""Which methods of a subclass an operation asks, and in which order, as with the standard module.

A subclass that records each call of a method runs every operation on both implementations. The
records must be the same.
"""

import copy
import operator

import pytest
from referents import Thing

# Not those that one of the two leaves to `object`. Not the reflected operators, which a builtin class
# has from one slot with the others: see `operators_are_those_of_a_builtin_class`.
SPECIAL = [
    "__and__",
    "__contains__",
    "__delitem__",
    "__eq__",
    "__ge__",
    "__getitem__",
    "__gt__",
    "__iand__",
    "__ior__",
    "__isub__",
    "__iter__",
    "__ixor__",
    "__le__",
    "__len__",
    "__lt__",
    "__or__",
    "__reduce__",
    "__repr__",
    "__setitem__",
    "__sub__",
    "__xor__",
]


def recording(cls, calls):
    """A subclass whose instances record each call of a method."""

    def recorded(name):
        method = getattr(cls, name)

        def call(self, *args, **kwargs):
            calls.append(name)
            return method(self, *args, **kwargs)

        return call

    public = [
        name for name in dir(cls) if not name.startswith("_") and callable(getattr(cls, name))
    ]
    special = [name for name in SPECIAL if callable(getattr(cls, name, None))]
    namespace = {name: recorded(name) for name in [*public, *special]}
    return type("Recording", (cls,), {**namespace, "__hash__": None})


OPERATORS = [
    "and_",
    "or_",
    "sub",
    "xor",
    "iand",
    "ior",
    "isub",
    "ixor",
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
]
NAMED = [
    "union",
    "intersection",
    "difference",
    "symmetric_difference",
    "update",
    "intersection_update",
    "difference_update",
    "symmetric_difference_update",
    "issubset",
    "issuperset",
    "isdisjoint",
]
# Of a set `s` with the things 0 to 2, and `other`, which holds 1 and 2 or is the set itself.
SET_OPERATIONS = {
    **{name: lambda s, other, of=getattr(operator, name): of(s, other) for name in OPERATORS},
    **{f"reflected {n}": lambda s, other, of=getattr(operator, n): of(other, s) for n in OPERATORS},
    **{name: lambda s, other, name=name: getattr(s, name)(other) for name in NAMED},
    "init": lambda s, other: s.__init__(other),
    "construct": lambda s, other: type(s)(other),
    "contains": lambda s, other: [item in s for item in other],
    "add": lambda s, other: [s.add(item) for item in list(other)],
    "discard": lambda s, other: [s.discard(item) for item in list(other)],
    "remove": lambda s, other: [s.remove(item) for item in list(other)],
    "pop": lambda s, other: s.pop(),
    "clear": lambda s, other: s.clear(),
    "copy": lambda s, other: s.copy(),
    "copy.copy": lambda s, other: copy.copy(s),
    "reduce": lambda s, other: s.__reduce__(),
    "list": lambda s, other: list(s),
    "len": lambda s, other: len(s),
    "bool": lambda s, other: bool(s),
    "repr": lambda s, other: repr(s),
}
SET_OTHERS = ["list", "iterator", "set", "plain", "recording", "itself", "unhashable", "number"]

# Of a dictionary `d` with three entries, and `other` with the last two of them or `d` itself.
MAPPING_OPERATIONS = {
    **{
        n: lambda d, other, of=getattr(operator, n): of(d, other)
        for n in ["or_", "ior", "eq", "ne"]
    },
    **{
        f"reflected {n}": lambda d, other, of=getattr(operator, n): of(other, d)
        for n in ["or_", "ior", "eq", "ne"]
    },
    "update": lambda d, other: d.update(other),
    "init": lambda d, other: d.__init__(other),
    "construct": lambda d, other: type(d)(other),
    "copy": lambda d, other: d.copy(),
    "copy.copy": lambda d, other: copy.copy(d),
    "copy.deepcopy": lambda d, other: copy.deepcopy(d),
    "clear": lambda d, other: d.clear(),
    "popitem": lambda d, other: d.popitem(),
    "pop": lambda d, other: [d.pop(key, None) for key in list(dict(other))],
    "get": lambda d, other: [d.get(key) for key in list(dict(other))],
    "setdefault": lambda d, other: [d.setdefault(*item) for item in list(dict(other).items())],
    "getitem": lambda d, other: [d[key] for key in list(dict(other))],
    "setitem": lambda d, other: [operator.setitem(d, *item) for item in dict(other).items()],
    "delitem": lambda d, other: [operator.delitem(d, key) for key in list(dict(other))],
    "contains": lambda d, other: [key in d for key in list(dict(other))],
    "iterate": lambda d, other: [list(each()) for each in (d.keys, d.values, d.items, d.__iter__)],
    "len": lambda d, other: len(d),
    "bool": lambda d, other: bool(d),
    "repr": lambda d, other: repr(d),
}
MAPPING_OTHERS = ["dict", "pairs", "plain", "recording", "itself", "number"]


def outcome(operation, own, other, calls):
    """The recorded calls, and how the operation ended."""
    calls.clear()
    try:
        result = operation(own, other)
    except Exception as error:
        return [*calls], type(error)
    asked = [*calls]
    kind = type(result).__name__
    if kind in ("Recording", "WeakSet", "WeakKeyDictionary", "WeakValueDictionary"):
        return asked, kind, len(result)
    return asked, result if isinstance(result, bool) else kind


def after_set_operation(weakref, operation, other):
    calls, things = [], [Thing(number) for number in range(3)]
    cls = recording(weakref.WeakSet, calls)
    own = cls(things)
    others = {
        "list": lambda: things[1:],
        "iterator": lambda: iter(things[1:]),
        "set": lambda: set(things[1:]),
        "plain": lambda: weakref.WeakSet(things[1:]),
        "recording": lambda: cls(things[1:]),
        "itself": lambda: own,
        "unhashable": lambda: [things[1], [], things[2]],
        "number": lambda: 5,
    }
    ended = outcome(SET_OPERATIONS[operation], own, others[other](), calls)
    if other not in ("list", "iterator", "unhashable", "number"):
        ended = (sorted(ended[0]), *ended[1:])  # a standard set has an order of its own
    left = [thing.name for thing in things if weakref.WeakSet.__contains__(own, thing)]
    return ended, left if operation != "pop" else len(left)  # the order is another


def after_mapping_operation(weakref, name, operation, other):
    calls, things = [], [Thing(number) for number in range(3)]
    plain = getattr(weakref, name)
    cls = recording(plain, calls)
    pairs = [(t, t.name) if name == "WeakKeyDictionary" else (t.name, t) for t in things]
    own = cls(pairs)
    others = {
        "dict": lambda: dict(pairs[1:]),
        "pairs": lambda: pairs[1:],
        "plain": lambda: plain(pairs[1:]),
        "recording": lambda: cls(pairs[1:]),
        "itself": lambda: own,
        "number": lambda: 5,
    }
    ended = outcome(MAPPING_OPERATIONS[operation], own, others[other](), calls)
    return ended, [plain.__contains__(own, key) for key, _ in pairs]


@pytest.mark.parametrize("operation", SET_OPERATIONS)
@pytest.mark.parametrize("other", SET_OTHERS)
def test_weak_set(stock, weakly, operation, other):
    expected = after_set_operation(stock, operation, other)
    assert after_set_operation(weakly, operation, other) == expected


@pytest.mark.parametrize("operation", MAPPING_OPERATIONS)
@pytest.mark.parametrize("other", MAPPING_OTHERS)
@pytest.mark.parametrize("name", ["WeakKeyDictionary", "WeakValueDictionary"])
def test_dictionaries(stock, weakly, name, operation, other):
    expected = after_mapping_operation(stock, name, operation, other)
    assert after_mapping_operation(weakly, name, operation, other) == expected


class TestWhatTheHookSaysCounts:
    """The same for single operations."""

    def test_contains_in_intersections(self, weakref):
        class Sub(weakref.WeakSet):
            def __contains__(self, item):
                return False

        thing = Thing()
        assert len(Sub([thing]).intersection([thing])) == 0
        assert len(Sub([thing]) & [thing]) == 0

    def test_iter_in_unions_and_copies(self, weakref):
        class Sub(weakref.WeakSet):
            def __iter__(self):
                return iter(())

        thing = Thing()
        own = Sub([thing])
        assert len(own | []) == len(own.union([])) == len(own.copy()) == 0
        assert own.__reduce__()[1] == ([],)

    def test_intersection_in_isdisjoint(self, weakref):
        class Sub(weakref.WeakSet):
            def intersection(self, other):
                return other

        assert Sub().isdisjoint([])
        assert not Sub().isdisjoint([1])

    @pytest.mark.parametrize(
        "method, operator",
        [
            ("intersection_update", "__iand__"),
            ("difference_update", "__isub__"),
            ("symmetric_difference_update", "__ixor__"),
        ],
    )
    def test_operators_in_updates(self, weakref, method, operator):
        asked = []
        namespace = {operator: lambda self, other: asked.append(other)}
        own = type("Sub", (weakref.WeakSet,), namespace)()
        assert getattr(own, method)([1]) is None
        assert asked == [[1]]

    @pytest.mark.parametrize("name", ["WeakSet", "WeakKeyDictionary", "WeakValueDictionary"])
    @pytest.mark.parametrize("answer", [True, False, NotImplemented, [], [1]], ids=repr)
    def test_eq_in_not_equal(self, weakref, name, answer):
        namespace = {"__eq__": lambda self, other: answer}
        own = type("Sub", (getattr(weakref, name),), namespace)()
        assert (own != 5) is (True if answer is NotImplemented else not answer)


def test_isdisjoint_reads_to_the_end(weakref):
    thing, iterator = Thing(), iter(range(3))
    read = (thing if number == 0 else number for number in iterator)
    assert not weakref.WeakSet([thing]).isdisjoint(read)
    assert list(iterator) == []


def test_isdisjoint_raises_for_items_after_a_common_one(weakref):
    class Unhashable:
        __hash__ = None

    thing = Thing()
    with pytest.raises(TypeError, match="unhashable"):
        weakref.WeakSet([thing]).isdisjoint([thing, Unhashable()])
