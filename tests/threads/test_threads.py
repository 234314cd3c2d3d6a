"""Several threads use the same containers, objects and finalizers at once."""

import itertools
import pathlib
import subprocess
import sys
import threading

import pytest
import races
from referents import Thing, things

STRESS = pathlib.Path(__file__).with_name("stress.py")


def run_program(program, *options, flags=(), timeout=140):
    command = [sys.executable, "-X", "faulthandler", *flags, str(program), *options]
    process = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)
    assert process.returncode == 0, process.stdout + process.stderr
    assert process.stderr == ""


def stress(seconds, threads, *flags):
    options = ["--seconds", str(seconds), "--threads", str(threads)]
    run_program(STRESS, *options, flags=flags, timeout=seconds + 120)


def test_stress_quick():
    stress(3, 4)


@pytest.mark.long
@pytest.mark.parametrize("threads", [2, 4, 16])
def test_stress_thorough(threads):
    stress(40, threads)


@pytest.mark.long
def test_stress_under_development_mode():
    stress(40, 4, "-X", "dev")


@pytest.mark.parametrize("name", races.RACES)
def test_race(name):
    run_program(races.__file__, name, "--seconds", "1")


@pytest.mark.long
@pytest.mark.parametrize("name", races.RACES)
def test_race_thorough(name):
    run_program(races.__file__, name, "--seconds", "20")


def at_once(count, function):
    """Calls the function in several threads that start together; what they returned."""
    barrier, results, errors = threading.Barrier(count), [], []

    def work(number):
        try:
            barrier.wait()
            results.append(function(number))
        except Exception as error:  # noqa: BLE001 - whatever it is, the test must see it
            errors.append(error)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert errors == []
    return results


def name_of(item):
    return item.name if isinstance(item, Thing) else item


class TestAtomicity:
    """Single calls are atomic, as they are with the standard library's containers under the GIL."""

    def test_setdefault_gives_all_threads_the_same_value(self, weakly):
        for _ in range(50):
            key = Thing()
            d = weakly.WeakKeyDictionary()
            results = at_once(4, lambda number, d=d, key=key: d.setdefault(key, object()))
            assert len(set(results)) == 1

    def test_setdefault_of_weak_values(self, weakly):
        for _ in range(50):
            values = things(4)
            d = weakly.WeakValueDictionary()
            results = at_once(
                4, lambda number, d=d, values=values: d.setdefault("key", values[number])
            )
            assert len(set(results)) == 1
            assert d["key"] is results[0]

    @pytest.mark.parametrize("name", ["WeakKeyDictionary", "WeakValueDictionary"])
    def test_popitem_gives_each_entry_to_one_thread(self, weakly, name):
        objects = things(400)
        pairs = [(thing, thing) for thing in objects]
        d = getattr(weakly, name)(pairs)
        results = at_once(4, lambda number: [d.popitem()[0].name for _ in range(100)])
        assert sorted(itertools.chain(*results)) == list(range(400))
        assert len(d) == 0

    def test_pop_of_a_set_gives_each_member_to_one_thread(self, weakly):
        objects = things(400)
        s = weakly.WeakSet(objects)
        results = at_once(4, lambda number: [s.pop().name for _ in range(100)])
        assert sorted(itertools.chain(*results)) == list(range(400))

    def test_one_iterator_shared_by_threads_yields_each_entry_once(self, weakly):
        objects = things(400)
        for container in (
            weakly.WeakSet(objects),
            weakly.WeakKeyDictionary((thing, 1) for thing in objects),
        ):
            iterator = iter(container)
            results = at_once(4, lambda number, it=iterator: [thing.name for thing in it])
            assert sorted(itertools.chain(*results)) == list(range(400))

    def test_pairs_of_a_shared_iterator_are_never_mixed_up(self, weakly):
        objects = things(400)
        for d in (
            weakly.WeakKeyDictionary((thing, thing.name) for thing in objects),
            weakly.WeakValueDictionary((thing.name, thing) for thing in objects),
        ):
            iterator = d.items()
            results = at_once(4, lambda number, it=iterator: [sorted(map(name_of, p)) for p in it])
            names = [pair[0] for pair in itertools.chain(*results) if pair[0] == pair[1]]
            assert sorted(names) == list(range(400))

    def test_a_finalizer_called_by_all_threads_runs_once(self, weakly):
        for _ in range(50):
            thing, calls = Thing(), []
            finalizer = weakly.finalize(thing, calls.append, 1)
            at_once(4, lambda number, finalizer=finalizer: finalizer())
            assert calls == [1]

    def test_detach_by_all_threads_succeeds_once(self, weakly):
        for _ in range(50):
            thing = Thing()
            finalizer = weakly.finalize(thing, print)
            results = at_once(4, lambda number, finalizer=finalizer: finalizer.detach())
            assert len([result for result in results if result is not None]) == 1

    def test_objects_that_die_in_other_threads(self, weakly):
        objects = things(1000)
        containers = (
            weakly.WeakSet(objects),
            weakly.WeakKeyDictionary((thing, 1) for thing in objects),
            weakly.WeakValueDictionary(enumerate(objects)),
        )

        def kill(number):
            for _ in range(250):
                objects.pop()

        at_once(4, kill)
        assert [len(container) for container in containers] == [0, 0, 0]
