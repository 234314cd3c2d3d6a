"""What hooks do to the very containers that are calling them."""

import gc
from random import Random

from . import objects
from .worlds import Failure


def fail(world, random):
    raise Failure("sprung")


def clear(world, random):
    world.pick(random).clear()


def newcomer(world, random, thing):
    """The thing, or one that equals nothing, so that it is not what is looked for: whether a lookup
    finds what its own comparison inserts, depends on which slots of the table are free."""
    if isinstance(thing, objects.Trapped):
        thing = world.make(random, [objects.Trapped])
        thing.value = -thing.number
    return thing


def insert(world, random):
    container = world.pick(random)
    thing = newcomer(world, random, world.thing(random))
    if isinstance(container, world.library.WeakSet):
        container.add(thing)
    elif isinstance(container, world.library.WeakKeyDictionary):
        container[thing] = "trap"
    else:
        container["trap"] = thing


def insert_many(world, random):
    """Enough for the table to be made anew."""
    container = world.pick(random)
    things = [newcomer(world, random, world.make(random)) for _ in range(12)]
    if isinstance(container, world.library.WeakSet):
        container.update(things)
    elif isinstance(container, world.library.WeakKeyDictionary):
        container.update((thing, 1) for thing in things)
    else:
        container.update(enumerate(things))


def remove(world, random):
    container = world.pick(random)
    if not isinstance(container, world.library.WeakSet) and container:
        container.popitem()


def let_die(world, random):
    del world.objects[random.randrange(len(world.objects) + 1) :]


def lose(world, random):
    del world.containers[random.randrange(len(world.containers) + 1) :]


def iterate(world, random):
    list(world.pick(random))


def nothing(world, random):
    pass


# Not `__init__` and not `data`: the standard's operation goes on with the `dict` that was replaced.
TRAPS = (fail, fail, clear, insert, insert_many, remove, let_die, lose, iterate, nothing)


# A `set` does not add what equals an item that was there when the comparison began, even if that one
# was removed meanwhile: the standard's loses it.
OF_SETS = (fail, insert, insert_many, iterate, nothing)


def collect(world, random):
    gc.collect()


def trap(world, random, harms):
    """A function for `world.trap`. It has random numbers of its own: it may run at any moment."""
    harm, own = world.choose(random, harms), Random(random.random())
    return lambda: harm(world, own)
