"""Operations that leave nothing behind: whatever they make is gone when they return."""

import copy

import implementations
from referents import Equal, Failure, Hooked, Thing, Unhashable

weakly = implementations.load("weakly")
KEPT = [Equal(number, hash_value=number % 3) for number in range(12)]


class Sub(weakly.WeakKeyDictionary):
    pass


class SlottedSet(weakly.WeakSet):
    __slots__ = ("extra",)


class SubFinalize(weakly.finalize):
    pass


def quietly(function, *arguments, **keywords):
    """Calls a function that may raise."""
    try:
        return function(*arguments, **keywords)
    except (TypeError, KeyError, ValueError, Failure, AttributeError, StopIteration):
        return None


def failing(*arguments):
    raise Failure


def key_dictionary():
    return weakly.WeakKeyDictionary((thing, number) for number, thing in enumerate(KEPT))


def value_dictionary():
    return weakly.WeakValueDictionary(enumerate(KEPT))


def weak_set():
    return weakly.WeakSet(KEPT)


def mapping_operations(make, pair, missing):
    """Operations on a dictionary that `make` fills with KEPT; `pair()` makes an entry that dies."""
    return {
        "make": make,
        "make_from_dict": lambda: type(make())(dict(make())),
        "init_again": lambda d=make(): d.__init__(dict(d)),
        "insert_and_die": lambda d=make(): d.__setitem__(*pair()),
        "insert_and_delete": lambda d=make(): insert_and_delete(d, pair()),
        "replace": lambda d=make(): d.update(list(d.items())),
        "get": lambda d=make(): (d.get(missing), [d[key] for key in d]),
        "missing": lambda d=make(): (quietly(d.__getitem__, missing), quietly(d.pop, missing)),
        "delete_missing": lambda d=make(): quietly(d.__delitem__, missing),
        "contains": lambda d=make(): (missing in d, [] in [d], quietly(d.__contains__, [])),
        "bad_key": lambda d=make(): [quietly(d.setdefault, Unhashable(), 1), quietly(d.get, [])],
        "bad_value": lambda d=make(): quietly(d.__setitem__, 1, 1),
        "pop_and_insert": lambda d=make(): d.update([d.popitem()]),
        "pop_default": lambda d=make(): d.pop(missing, None),
        "setdefault": lambda d=make(): d.setdefault(*pair()),
        "update_bad": lambda d=make(): (quietly(d.update, 1), quietly(d.update, [(1, 2, 3)])),
        "clear": lambda: make().clear(),
        "copy": lambda d=make(): (d.copy(), copy.copy(d)),
        "deepcopy": lambda d=make(): copy.deepcopy(d),
        "union": lambda d=make(): (d | d, {} | d, quietly(lambda: d | 1)),
        "in_place_union": lambda d=make(): d.__ior__(d),
        "equality": lambda d=make(): (d == d, d != {}, d == 1),
        "iterate": lambda d=make(): (list(d), list(d.values()), list(d.items())),
        "iterate_a_bit": lambda d=make(): (next(iter(d)), next(d.items()), d.values()),
        "iterate_and_die": lambda: iterate_and_die(make(), pair),
        "data": lambda d=make(): d.data,
        "assign_data": lambda d=make(): setattr(d, "data", d.data),
        "remove": lambda d=make(): quietly(d._remove, weakly.ref(Thing())),
        "repr": lambda d=make(): repr(d),
        "attributes": lambda: setattr(make(), "attribute", []),
        "weak_reference": lambda: weakly.ref(make()),
        "cycle": lambda: make().__setattr__("cycle", make()),
        "eq_that_raises": lambda d=make(): raising_eq(d, lambda key: quietly(d.get, key)),
    }


def insert_and_delete(d, pair):
    d[pair[0]] = pair[1]
    del d[pair[0]]


def iterate_and_die(container, pair):
    kept = [pair() for _ in range(5)]
    for entry in kept:
        container.update([entry])
    iterator = iter(container)
    next(iterator)
    kept.clear()
    return len(list(iterator))


def raising_eq(container, look_up):
    stored, wanted = Hooked("stored", 99), Hooked("wanted", 99)
    if isinstance(container, weakly.WeakSet):
        container.add(stored)
    elif isinstance(container, weakly.WeakKeyDictionary):
        container[stored] = 1
    else:
        container[stored] = KEPT[0]
    stored.eq_hook = failing
    look_up(wanted)
    stored.eq_hook = None
    if isinstance(container, weakly.WeakValueDictionary):
        del container[stored]


def set_operations(make=weak_set):
    other = set(KEPT[::2])
    return {
        "make": make,
        "init_again": lambda s=make(): s.__init__(KEPT),
        "add_and_die": lambda s=make(): s.add(Thing()),
        "add_again": lambda s=make(): s.add(KEPT[0]),
        "discard": lambda s=make(): (s.discard(KEPT[0]), s.add(KEPT[0]), s.discard(Thing())),
        "remove_missing": lambda s=make(): quietly(s.remove, Thing()),
        "bad_member": lambda s=make(): (quietly(s.add, 1), quietly(s.add, Unhashable()), 1 in s),
        "pop": lambda s=make(): s.add(s.pop()),
        "pop_empty": lambda: quietly(weakly.WeakSet().pop),
        "clear": lambda: make().clear(),
        "copies": lambda s=make(): (s.copy(), copy.copy(s), copy.deepcopy(s), s.__reduce__()),
        "operators": lambda s=make(): (s | other, s & other, s - other, s ^ other),
        "in_place": lambda s=make(): [
            s.__isub__(other),
            s.__ior__(KEPT),
            s.__ixor__(other),
            s.__iand__(other),
            s.update(KEPT),
        ],
        "bad_operand": lambda s=make(): [quietly(getattr(s, n), 1) for n in ("union", "__le__")],
        "comparisons": lambda s=make(): (s <= other, s < other, s >= other, s > other, s == s),
        "questions": lambda s=make(): (s.isdisjoint(other), s.issubset(KEPT), s.issuperset([])),
        "iterate": lambda s=make(): (list(s), next(iter(s)), iter(s)),
        "iterate_and_die": lambda: iterate_and_die(make(), Thing),
        "data": lambda s=make(): s.data,
        "assign_data": lambda s=make(): setattr(s, "data", s.data),
        "repr": lambda s=make(): repr(s),
        "eq_that_raises": lambda s=make(): raising_eq(s, lambda key: quietly(s.discard, key)),
        "slots": lambda: setattr(SlottedSet(KEPT), "extra", []),
        "source_that_raises": lambda s=make(): quietly(s.update, map(failing, KEPT)),
    }


def finalize_and_let_die():
    thing = Thing()
    weakly.finalize(thing, abs, -1)


def finalize_twice():
    thing = Thing()
    finalizer = weakly.finalize(thing, abs, -1)
    finalizer.__init__(thing, max, 1, 2, key=None)
    finalizer()


def finalize_with_arguments():
    finalizer = weakly.finalize(KEPT[0], quietly, failing, Thing(), keyword=Thing())
    finalizer.atexit = False
    return finalizer.peek(), repr(finalizer), finalizer()


def finalize_in_a_cycle():
    thing = Thing()
    thing.finalizer = SubFinalize(thing, print)
    thing.finalizer.thing = [thing.finalizer]
    thing.finalizer.detach()


def method_with_callback():
    thing = Thing()
    method = weakly.WeakMethod(thing.method, [].append)
    hash(method)
    return method(), method == method, method != weakly.WeakMethod(thing.other_method), repr(method)


def keyed_reference():
    reference = weakly.KeyedRef(KEPT[0], print, Thing())
    reference.key = [reference.key]
    return reference(), reference == reference


def errors(container, value):
    """Operations that fail. No other operation runs that could clean up after them."""
    new = Thing
    operations = {
        "contains_number": lambda: 1 in container,
        "contains_unhashable": lambda: quietly(container.__contains__, Unhashable()),
        "update_number": lambda: quietly(container.update, 1),
        "init_number": lambda: quietly(container.__init__, 1),
        "too_many": lambda: quietly(container.pop, 1, 2, 3, 4),
    }
    if isinstance(container, weakly.WeakSet):
        names = ["add", "remove", "discard", "union", "__ior__", "__le__", "isdisjoint"]
        operations.update(
            {f"{n}_number": lambda n=n: quietly(getattr(container, n), 1) for n in names}
        )
        operations["remove_new"] = lambda: quietly(container.remove, new())
        operations["pop_empty"] = lambda empty=weakly.WeakSet(): quietly(empty.pop)
        return operations
    for name in ("__getitem__", "__delitem__", "pop", "get"):
        method = getattr(container, name)
        operations[f"{name}_new"] = lambda method=method: quietly(method, new())
        operations[f"{name}_unhashable"] = lambda method=method: quietly(method, Unhashable())
        operations[f"{name}_number"] = lambda method=method: quietly(method, 1)
    for name in ("__setitem__", "setdefault"):
        method = getattr(container, name)
        operations[f"{name}_unhashable"] = lambda method=method: quietly(
            method, Unhashable(), value
        )
        operations[f"{name}_numbers"] = lambda method=method: quietly(method, 1, 1)
    operations["popitem_empty"] = lambda empty=type(container)(): quietly(empty.popitem)
    operations["or_number"] = lambda: quietly(container.__or__, 1)
    return operations


OTHER_ROUNDS = {
    "finalize_and_detach": lambda: weakly.finalize(KEPT[0], print).detach(),
    "finalize_and_let_die": finalize_and_let_die,
    "finalize_twice": finalize_twice,
    "finalize_with_arguments": finalize_with_arguments,
    "finalize_in_a_cycle": finalize_in_a_cycle,
    "finalize_nothing": lambda: quietly(weakly.finalize),
    "finalize_a_number": lambda: quietly(weakly.finalize, 1, print),
    "finalize_copied": lambda finalizer=weakly.finalize(KEPT[0], print): copy.copy(finalizer),
    "method": lambda: weakly.WeakMethod(KEPT[0].__hash__),
    "method_with_callback": method_with_callback,
    "method_of_a_number": lambda: quietly(weakly.WeakMethod, 1),
    "method_of_nothing": lambda: quietly(weakly.WeakMethod),
    "method_with_a_keyword": lambda: quietly(weakly.WeakMethod, KEPT[0].__hash__, callback=1),
    "keyed_reference": keyed_reference,
    "keyed_reference_wrongly": lambda: [quietly(weakly.KeyedRef, *[1] * n) for n in range(5)],
    "subclass": lambda: setattr(Sub({KEPT[0]: 1}), "attribute", []),
}

OPERATIONS = {
    **{
        f"WeakKeyDictionary-{name}": function
        for name, function in mapping_operations(
            key_dictionary, lambda: (Thing(), Thing()), Thing()
        ).items()
    },
    **{
        f"WeakValueDictionary-{name}": function
        for name, function in mapping_operations(
            value_dictionary, lambda: (object(), Thing()), object()
        ).items()
    },
    **{f"WeakSet-{name}": function for name, function in set_operations().items()},
    **{
        f"{type(container).__name__}-error-{name}": function
        for container in (key_dictionary(), value_dictionary(), weak_set())
        for name, function in errors(container, KEPT[0]).items()
    },
    **OTHER_ROUNDS,
}
