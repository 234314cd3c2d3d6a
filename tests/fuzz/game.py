"""Plays steps in both worlds, and makes the sequence of a difference as short as it can be."""

import gc
from random import Random

from . import walks
from .operations import ANEW, OPERATIONS, WEIGHTS
from .worlds import World


class Difference(Exception):
    """What was not the same, at which step."""

    def __init__(self, position, text):
        super().__init__(text)
        self.position = position


def steps(seed, count):
    """A game: names of operations, each with the seed of its random numbers."""
    random = Random(seed)
    names = random.choices(list(OPERATIONS), list(WEIGHTS.values()), k=count)
    return [(name, random.randrange(10**6)) for name in names]


def play(game, tell=lambda *what: None):
    """Raises Difference if the two worlds do not agree."""
    ours, theirs = World("weakly"), World("stock")
    theirs.shared = ours.shared
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        for position, step in enumerate(game):
            tell(step, take(position, step, ours, theirs))
        for world in (ours, theirs):
            world.do(World.end)
        for world in (ours, theirs):
            world.collect()
        compare(len(game), "at the end", [world.picture() for world in (ours, theirs)])
    finally:
        for world in (ours, theirs):
            world.do(World.end)
        gc.collect()
        if was_enabled:
            gc.enable()


def take(position, step, *worlds):
    name, seed = step
    results, pictures = [], []
    for world in worlds:
        if name in ANEW:
            world.forget()
        results.append(world.do(lambda world: OPERATIONS[name](world, Random(seed))))
    if results[0] != results[1]:
        name = f"{name} ({worlds[0].log})"
    compare(position, name, results)
    for world in worlds:
        world.do(World.let_the_oldest_die)
        try:
            walks.note_orders(world)
        except AssertionError as error:
            raise Difference(position, f"{name}: {error}") from None
        pictures.append(world.picture())
    compare(position, name, pictures)
    return results[0], pictures[0]


def compare(position, name, pictures):
    ours, theirs = pictures
    if ours == theirs:
        return
    if isinstance(ours, dict):
        (part, ours, theirs) = next((p, ours[p], theirs[p]) for p in ours if ours[p] != theirs[p])
        name = f"{name}, {part} ({pictures[0]['happened']})"
    raise Difference(position, f"{name}\n  weakly   {ours}\n  standard {theirs}")


def difference_of(game):
    try:
        play(game)
    except Difference as difference:
        return difference
    return None


def shrink(game):
    """The shortest sequence found that shows a difference, by leaving out ever smaller parts."""
    size = len(game) // 2 or 1
    while size >= 1:
        position = 0
        while position < len(game):
            shorter = game[:position] + game[position + size :]
            difference = difference_of(shorter)
            if difference is None:
                position += size
            else:
                game = shorter[: difference.position + 1]
        size //= 2
    return game
