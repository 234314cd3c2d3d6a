"""The one table of what can happen in a world.

An operation takes a world and a source of random numbers, which says the same in both worlds.
"""

import copy
import operator
import pickle

from . import objects, sources, traps
from .worlds import CONTAINERS

OPERATIONS = {}  # name -> function
WEIGHTS = {}
ANEW = set()  # those after which all entries of a container may be other ones than before


def operation(weight=1, anew=False):
    def add(function):
        OPERATIONS[function.__name__] = function
        WEIGHTS[function.__name__] = weight
        if anew:
            ANEW.add(function.__name__)
        return function

    return add


def kept(world, result):
    """A container that an operation has made becomes one of the world's."""
    for name in CONTAINERS:
        if isinstance(result, getattr(world.library, name)):
            world.keep(result)
    world.level_keys()
    return result


# Objects


@operation(6)
def make(world, random):
    return world.make(random)


@operation(6)
def let_die(world, random):
    if world.objects:
        world.objects.pop(random.randrange(len(world.objects)))


@operation(1)
def let_die_in_a_cycle(world, random):
    if world.objects:
        thing = world.objects.pop(random.randrange(len(world.objects)))
        if hasattr(thing, "__dict__"):
            thing.cycle = thing


@operation(0.5)
def let_die_with_a_container(world, random):
    """In one cycle of garbage."""
    thing, container = world.thing(random), world.pick(random)
    world.objects = [other for other in world.objects if other is not thing]
    world.containers = [other for other in world.containers if other is not container]
    if hasattr(thing, "__dict__") and hasattr(container, "__dict__"):
        thing.cycle, container.cycle = container, thing


@operation(0.5)
def let_many_die(world, random):
    del world.objects[random.randrange(len(world.objects) + 1) :]


@operation(0.5)
def collect(world, random):
    world.collect()


@operation(1)
def change(world, random):
    """What an object is equal to, while it is in containers: nothing any more. (Of two entries that
    have become equal, which one is found depends on the table.)"""
    changing = [thing for thing in world.objects if isinstance(thing, objects.Changing)]
    if changing:
        thing = random.choice(changing)
        thing.value = -thing.number


# Containers as wholes


@operation(1)
def make_container(world, random):
    name = random.choice(CONTAINERS)
    base = getattr(world.library, name)
    if random.random() < 0.5:
        container = base()
    else:
        container = type("My" + name, (base,), {})()
        container.note = random.randrange(5)
    world.keep(container)


@operation(1, anew=True)
def drop_container(world, random):
    if world.containers:
        world.containers.pop(random.randrange(len(world.containers)))


@operation(0.5, anew=True)
def clear(world, random):
    """The standard's pops one after another: what dies of that takes others along."""
    world.is_unordered = True
    return world.pick(random).clear()


def holds_sets(world, container, depth=5):
    """Whether a deep copy would copy a weak set, too: the rule `copies_of_weak_sets_are_independent`."""
    return depth == 0 or any(
        isinstance(value, world.library.WeakSet)
        or (
            isinstance(value, world.library.WeakKeyDictionary)
            and holds_sets(world, value, depth - 1)
        )
        for value in container.values()
    )


@operation(1)
def copied(world, random):
    container = world.pick(random)
    how = world.choose(random, ["copy", "copy.copy", "copy.deepcopy"])
    if how == "copy":
        return kept(world, container.copy())
    if world.name == "stock" and isinstance(container, world.library.WeakSet):
        # The rule `copies_of_weak_sets_are_independent`.
        result = type(container)(container)
        if hasattr(container, "__dict__") and "note" in container.__dict__:
            result.note = container.note
        return kept(world, result)
    is_deep = how == "copy.deepcopy" and isinstance(container, world.library.WeakKeyDictionary)
    if is_deep and holds_sets(world, container):
        return None
    return kept(world, getattr(copy, how[5:])(container))


@operation(0.3)
def pickled(world, random):
    """Which of its parts refuses, depends on what the parts are."""
    try:
        pickle.dumps(world.pick(random))
    except (TypeError, AttributeError, pickle.PicklingError):
        return "refused"


@operation(1)
def looked_at(world, random):
    container = world.pick(random)
    if isinstance(container, world.library.WeakSet):
        return set(container.data), len(container), bool(container)
    views = list(container), list(container.keys()), list(container.values())
    return (*views, list(container.items()), container.data, len(container))


@operation(0.5, anew=True)
def given_data(world, random):
    container = world.pick(random)
    if random.random() < 0.3:
        container.data = type(container.data)()
    else:
        container.data = container.data


# Dictionaries

ONE_KEY = {
    "getitem": lambda d, key, value: d[key],
    "get": lambda d, key, value: d.get(key),
    "get with default": lambda d, key, value: d.get(key, value),
    "contains": lambda d, key, value: key in d,
    "setitem": lambda d, key, value: operator.setitem(d, key, value),
    "delitem": lambda d, key, value: operator.delitem(d, key),
    "pop": lambda d, key, value: d.pop(key),
    "pop with default": lambda d, key, value: d.pop(key, value),
    "popitem": lambda d, key, value: d.popitem(),
    "setdefault": lambda d, key, value: d.setdefault(key),
    "setdefault with default": lambda d, key, value: d.setdefault(key, value),
}


@operation(12)
def one_key(world, random):
    container = world.mapping(random)
    key, value = world.key(random, container), world.value(random, container)
    return ONE_KEY[world.choose(random, ONE_KEY)](container, key, value)


@operation(8)
def set_item(world, random):
    container = world.mapping(random)
    key, value = world.key(random, container), world.value(random, container)
    container[key] = value


@operation(4)
def update(world, random):
    container = world.mapping(random)
    source = sources.pairs(world, random, container)
    if random.random() < 0.5:
        return container.update(source)
    return operator.ior(container, source) is container


@operation(0.5)
def update_with_keywords(world, random):
    container = world.mapping(random)
    names = random.sample(["self", "other", "dict", "a"], 2)
    return container.update(**{name: world.value(random, container) for name in names})


@operation(0.5, anew=True)
def begin_again(world, random):
    container = world.pick(random)
    if isinstance(container, world.library.WeakSet):
        return container.__init__(sources.items(world, random))
    return container.__init__(sources.pairs(world, random, container))


@operation(1)
def united(world, random):
    container = world.mapping(random)
    source = sources.pairs(world, random, container)
    if random.random() < 0.5:
        return kept(world, container | source)
    return kept(world, source | container)


@operation(1)
def compared(world, random):
    one = world.pick(random)
    if isinstance(one, world.library.WeakSet):
        other = world.pick(random, "WeakSet")
    else:
        other = sources.pairs(world, random, one)
    return random.choice([operator.eq, operator.ne])(one, other)


@operation(0.5)
def references_in(world, random):
    container = world.mapping(random)
    if isinstance(container, world.library.WeakKeyDictionary):
        return container.keyrefs()
    return container.valuerefs(), list(container.itervaluerefs())


# Sets

ONE_ITEM = ("add", "add", "add", "discard", "remove", "__contains__")
MADE = {
    "union": "__or__",
    "intersection": "__and__",
    "difference": "__sub__",
    "symmetric_difference": "__xor__",
}
IN_PLACE = {
    "update": operator.ior,
    "difference_update": operator.isub,
    "symmetric_difference_update": operator.ixor,
    "intersection_update": operator.iand,
}
QUESTIONS = ("issubset", "issuperset", "isdisjoint")
COMPARISONS = (operator.le, operator.lt, operator.ge, operator.gt)


@operation(10)
def one_item(world, random):
    container = world.pick(random, "WeakSet")
    item = world.key(random, container)  # lives as long as an error's traceback does
    return getattr(container, world.choose(random, ONE_ITEM))(item)


@operation(1)
def pop_item(world, random):
    """Which one, is not specified: the standard's gives up the one that weakly chose."""
    container = world.pick(random, "WeakSet")
    if world.name == "weakly" or not container:
        item = container.pop()
        world.shared["popped"] = repr(item)
        return item
    (ref,) = (ref for ref in container.data if repr(ref()) == world.shared["popped"])
    container.data.discard(ref)
    return ref()


@operation(4)
def set_made(world, random):
    container = world.pick(random, "WeakSet")
    name = world.choose(random, MADE)
    source = sources.items(world, random)
    name = random.choice([name, MADE[name]])
    return kept(world, getattr(container, name)(source))


@operation(4)
def set_changed(world, random):
    container = world.pick(random, "WeakSet")
    name = world.choose(random, IN_PLACE)
    source = sources.items(world, random)
    if name == "intersection_update":
        world.forget()  # what stays is in the order of the source
    if name in ("symmetric_difference_update", "intersection_update"):
        world.trap = None  # a set of the source is made, and is read in any order
    try:
        if random.random() < 0.5:
            result = getattr(container, name)(source)
        else:
            result = IN_PLACE[name](container, source) is container
    except Exception:
        world.trap = None
        container.clear()  # for the same reason, which items were done before the error is not known
        raise
    if world.name == "stock" and name == "intersection_update":
        # The rule `intersection_updates_forget_the_dead`.
        world.trap = None
        container.data = {world.library.ref(item, container._remove) for item in container}
    return result


@operation(3)
def set_asked(world, random):
    container = world.pick(random, "WeakSet")
    source = sources.items(world, random)
    if random.random() < 0.5:
        return getattr(container, world.choose(random, QUESTIONS))(source)
    return world.choose(random, COMPARISONS)(container, source)


# References and finalizers


@operation(2)
def refer(world, random):
    thing, callback = world.thing(random), world.callback(random)
    kind = world.choose(random, ["ref", "KeyedRef", "WeakMethod", "proxy", "finalize", "finalize"])
    make = getattr(world.library, kind)
    if kind == "KeyedRef":
        return world.refer(make(thing, callback, random.randrange(3)))
    if kind == "WeakMethod":
        return world.refer(make(getattr(thing, "method", len), callback))
    if kind == "finalize":
        arguments = range(random.randrange(3))
        finalizer = make(thing, callback or world.nothing, *arguments, **world.keywords)
        finalizer.atexit = False
        return world.refer(finalizer)
    return world.refer(make(thing, callback))


USES = {
    "call": lambda one, other: one(),
    "equal": lambda one, other: (one == other, one != other),
    "hash": lambda one, other: hash(one) == hash(one),
    "repr": lambda one, other: len(repr(one)) > 0,
    "bool": lambda one, other: bool(one),
    "key": lambda one, other: one.key,
    "peek": lambda one, other: one.peek() is not None,
    "detach": lambda one, other: one.detach() is not None,
    "alive": lambda one, other: one.alive,
    "atexit": lambda one, other: one.atexit,
    "set atexit": lambda one, other: setattr(one, "atexit", 0),
    "copy": lambda one, other: "proxy" in type(one).__name__.lower() or copy.copy(one) is one,
    "callback": lambda one, other: one.__callback__ is None,
    "attribute": lambda one, other: one.value,
}


@operation(4)
def use_reference(world, random):
    if world.references:
        one, other = random.choice(world.references), random.choice(world.references)
        use = world.choose(random, USES)
        if use == "hash" and type(one) in (world.library.ref, world.library.finalize):
            # By address; and one that is shared with the lookups of a container remembers the hash.
            return None
        return USES[use](one, other)


@operation(1)
def drop_reference(world, random):
    if world.references:
        reference = world.references.pop(random.randrange(len(world.references)))
        if isinstance(reference, world.library.finalize):
            reference.detach()


@operation(1)
def count_references(world, random):
    if world.objects:
        thing = random.choice(world.objects)
        found = world.library.getweakrefs(thing)
        return sorted(type(reference).__name__ for reference in found)


# In all others, the standard's make and compare more items than weakly's do: copies, for one.
TRAPPED = (
    "one_key",
    "one_item",
    "set_item",
    "update",
    "update_with_keywords",
    "set_changed",
    "begin_again",
    "clear",
    "let_die",
    "drop_container",
    "refer",
    "use_reference",
)


def compares_as_values_die(dictionary):
    """The standard's looks up the key of a value that has died; weakly knows the entry."""
    return sum(isinstance(key, objects.Trapped) for key in dictionary) > 1


@operation(4)
def set_trap(world, random):
    """Another operation, in which the first hook to be called does harm."""
    name = random.choices(TRAPPED, [WEIGHTS[name] for name in TRAPPED])[0]
    if any(map(compares_as_values_die, world.value_dictionaries())):
        return None
    harms = traps.TRAPS
    if name in ("one_item", "set_changed", "begin_again"):
        harms = traps.OF_SETS
    world.trap = traps.trap(world, random, harms)
    world.log.append(("with a trap", name))
    return OPERATIONS[name](world, random)


ANEW.add("set_trap")
