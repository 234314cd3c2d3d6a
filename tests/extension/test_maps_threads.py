"""Threads in one map, and the end of the interpreter."""

import gc
import threading

import attacks
import daemons
import processes
import pytest

THREADS, STEPS = 4, 400


@pytest.mark.parametrize("kind", attacks.KINDS)
def test_threads_in_one_map(maps, kind):
    world = attacks.World(maps, kind)
    errors = []

    def work(seed):
        try:
            for step in range(STEPS):
                number = (seed + step * 7) % (2 * attacks.SIZE)
                world.put(number)
                world.get_or_insert(number)
                world.map.get(world.key(number))
                if step % 3 == 0:
                    world.map.remove(world.key(number))
                if step % 50 == 0:
                    world.entries()
                if step % 100 == 99:
                    world.map.clear()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    world.check()


def test_all_threads_get_the_same_object(maps):
    table, got = maps.ValueMap(), []
    barrier = threading.Barrier(THREADS)

    def make():
        barrier.wait()  # so that each thread is in its factory at once
        return attacks.Key(1, attacks.Hook())

    def work():
        got.append(table.get_or_insert("key", make))

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == THREADS
    assert all(one is got[0] for one in got)
    assert len(table) == 1
    got.clear()
    gc.collect()
    assert len(table) == 0


def run(folder, program):
    """The finished process of a program that finds the extensions."""
    prelude = "import attacks, weakly_test_extension as maps\n"
    env = {"PYTHONPATH": f"{folder}:{attacks.__file__.rpartition('/')[0]}"}
    return processes.run("stock", prelude + program, env=env)


def test_maps_are_alive_at_the_end_of_the_interpreter(folder):
    program = """
worlds = [attacks.World(maps, kind) for kind in attacks.KINDS]
for world in worlds:
    world.itself = world
cycle = maps.KeyMap()
key = attacks.Key(1, attacks.Hook())
key.cycle = cycle
cycle.insert(key, [cycle, key], print)
import scene
tree = scene.Scene()
root = tree.root
tree.watch(root, print)
print("end")
"""
    process = run(folder, program)  # it may report that hooks have lost their class
    assert (process.returncode, process.stdout.split()) == (0, ["end"]), process.stderr


NAMES = """
class Thing: pass

first, second, thing = Equal(), Equal(), Thing()
table, objects, token = maps.KeyMap(), maps.ValueMap(), maps.Token(1)
"""

INSIDE = {
    "factory": "table.get_or_insert(thing, stay)",
    "factory of an object": "objects.get_or_insert(thing, stay)",
    "factory by identity": "maps.IdValueMap().get_or_insert(token, stay)",
    "__eq__": "table.insert(first, 1); table.get(second)",
    "__hash__": "table.get(Hashed())",
    "Eq": "objects.insert(first, thing); objects.get(second)",
    "Hash": "objects.get(Hashed())",
    "Drop at a death": "key = Thing(); table.insert(key, 1, stay); del key",
    "Drop in clear": "table.insert(thing, 1, stay); table.clear()",
    "Drop of the map": "own = maps.KeyMap(); own.insert(thing, 1, stay); del own",
}


@pytest.mark.parametrize("moment", INSIDE)
def test_a_daemon_thread_in_a_map_ends_with_the_interpreter(folder, moment):
    process = run(folder, daemons.program(NAMES, INSIDE[moment]))
    assert (process.returncode, process.stdout, process.stderr) == (0, "inside", "")
