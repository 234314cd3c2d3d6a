"""Races of two threads for one thing: `python races.py NAME [--seconds S]`.

Each is named for what once went wrong without the GIL. With it they pass easily.
"""

import argparse
import faulthandler
import gc
import random
import sys
import sysconfig
import threading
import time

import weakly


class Thing:
    def method(self):
        pass


def together(seconds, *functions):
    """Calls each function again and again in a thread of its own, until the time is over."""
    end, errors = time.monotonic() + seconds, []

    def work(function):
        try:
            while time.monotonic() < end and not errors:
                function()
        except BaseException as error:  # noqa: BLE001 - raised again when all have stopped
            errors.append(error)

    threads = [threading.Thread(target=work, args=(function,)) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def one_object_is_the_value_of_two_dictionaries(seconds):
    thing = Thing()

    def churn():
        d = weakly.WeakValueDictionary()
        for key in range(100):
            d[key] = thing
        for key in range(100):
            del d[key]

    together(seconds, churn, churn)
    assert weakly.getweakrefcount(thing) == 0


def one_object_has_weak_methods_in_two_threads(seconds):
    thing = Thing()
    method = thing.method

    def churn():
        for _ in range(100):
            weakly.WeakMethod(method)

    together(seconds, churn, churn)
    assert weakly.getweakrefcount(thing) == 0


def weak_methods_die_while_their_own_references_call(seconds):
    thing, called = Thing(), []

    def churn():
        for number in range(20):
            method = weakly.WeakMethod(thing.method)
            watches = [weakly.ref(method, called.append) for _ in range(3)]
            if number % 2:
                watches.append(weakly.WeakMethod(thing.method, called.append))
            called.clear()
            del method

    together(seconds, churn, churn, lambda: [ref() for ref in weakly.getweakrefs(thing)])
    assert weakly.getweakrefcount(thing) == 0


def new_weak_methods_are_found_before_they_are_done(seconds):
    thing = Thing()

    def make():
        for _ in range(20):
            assert weakly.WeakMethod(thing.method)() == thing.method

    def find():
        for ref in weakly.getweakrefs(thing):
            assert ref() in (thing, thing.method, None)
            assert (ref == ref) is True

    together(seconds, make, find)


def values_die_while_an_iterator_holds_them(seconds):
    by_key, by_value = weakly.WeakKeyDictionary(), weakly.WeakValueDictionary()

    def churn():
        things = [Thing() for _ in range(50)]
        for number, thing in enumerate(things):
            by_key[thing] = number
            by_value[number] = thing
        while things:
            things.pop()

    def walk():
        for iterator in by_key.values(), by_value.keys(), by_value.itervaluerefs(), by_key.items():
            for item in iterator:
                del item

    together(seconds, churn, walk)
    assert len(by_key) == len(by_value) == 0


def data_is_assigned_by_two_threads(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        things = [Thing() for _ in range(400)]
        d = weakly.WeakValueDictionary(enumerate(things))

        def assign(d=d):
            items = list(d.data.items())
            random.shuffle(items)
            d.data = dict(items)

        together(0.05, assign, assign)
        things.clear()
        gc.collect()
        assert len(d) == 0, "ghosts"


def the_key_of_a_reference_is_replaced_while_it_is_read(seconds):
    class Key:
        pass

    thing, key = Thing(), Key()
    d = weakly.WeakValueDictionary({key: thing})
    ref = d.data[key]

    def replace():
        for _ in range(100):
            ref.key = Key()

    def assign():
        d.data = {key: ref}
        d.data = {key: d.data[key]}

    together(seconds, replace, assign)
    assert len(d) == 1


def references_die_while_the_collector_clears_them(seconds):
    thing = Thing()

    def cycles():
        for _ in range(50):
            ref = weakly.KeyedRef(thing, None, None)
            ref.key = ref
            method = weakly.WeakMethod(thing.method, callback := Thing())
            callback.method = method
        del ref, method, callback

    def collect():
        gc.collect()
        # Up to CPython 3.11 the interpreter's own `getweakrefs` crashes if a collection shortens the
        # list that it goes through.
        gc.disable()
        refs = weakly.getweakrefs(thing)
        gc.enable()
        for ref in refs:
            ref()

    together(seconds, cycles, cycles, collect)
    gc.collect()
    assert weakly.getweakrefcount(thing) == 0


def ephemerons_of_living_keys_while_the_collector_runs_by_itself(seconds):
    d, recent, revived = weakly.WeakIdKeyDictionary(), [None] * 20, []

    def revive(phase, info):
        # As another library may: after the analysis unless that comes last.
        if phase == "start" and info["generation"] == 2:
            revived[:] = [thing for thing in (ref() for ref in recent if ref) if thing is not None]
            for thing in revived:
                assert d[thing][0] is thing

    def churn(seed):
        chance, held = random.Random(seed), []

        def step():
            for _ in range(200):
                thing = Thing()
                value = [thing, *(chance.choice(held)[:1] if held else ())]
                if chance.random() < 0.5:
                    thing.value = value
                d[thing] = value
                recent[chance.randrange(len(recent))] = weakly.ref(thing)
                held.append((thing, id(value)))
                if len(held) > 30:
                    held.pop(chance.randrange(len(held)))
                kept, value = chance.choice(held)
                assert id(d[kept]) == value and d[kept][0] is kept

        return step

    gc.callbacks.append(revive)
    gc.set_threshold(300, 2, 2)
    together(seconds, churn(1), churn(2), churn(3))
    gc.callbacks.remove(revive)
    revived.clear()
    weakly.collect_ephemerons()
    assert not d or sysconfig.get_config_var("Py_GIL_DISABLED")


RACES = {
    name: value
    for name, value in list(globals().items())
    if getattr(value, "__module__", None) == __name__ and name not in ("Thing", "together")
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=RACES)
    parser.add_argument("--seconds", type=float, default=10)
    options = parser.parse_args()
    # A deadlock shows where it is, and ends.
    faulthandler.dump_traceback_later(options.seconds + 100, exit=True)
    sys.setswitchinterval(1e-6)
    RACES[options.name](options.seconds)


if __name__ == "__main__":
    main()
