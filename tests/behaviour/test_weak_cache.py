"""`WeakCache` finds what anybody holds, and holds what was used last."""

import collections.abc
import copy
import gc
import itertools
import pickle
import random
import sys
import threading

import pytest
import weakly
from referents import Equal, Failure, Hooked, Thing


def filled(maxsize, count, **options):
    cache = weakly.WeakCache(maxsize, **options)
    for number in range(count):
        cache[number] = Thing(number)
    return cache


class TestHolding:
    def test_the_last_ones_live_and_the_others_die(self, no_gc):
        cache = filled(2, 5)
        assert list(cache) == [3, 4]
        assert len(cache) == 2

    def test_what_somebody_holds_is_found(self):
        thing, cache = Thing(), weakly.WeakCache(1)
        cache["held"] = thing
        cache["other"] = Thing()
        assert cache["held"] is thing

    def test_what_was_found_is_held_again(self, no_gc):
        cache = weakly.WeakCache(1)
        thing = cache["held"] = Thing()
        cache["other"] = Thing()
        cache["held"]  # noqa: B018 - it is a use
        del thing
        assert list(cache) == ["held"]

    @pytest.mark.parametrize("use", ["getitem", "get", "setdefault", "get_or_create", "setitem"])
    def test_a_use_makes_it_the_newest(self, use, no_gc):
        cache = filled(3, 3)
        {
            "getitem": lambda: cache[0],
            "get": lambda: cache.get(0),
            "setdefault": lambda: cache.setdefault(0, Thing()),
            "get_or_create": lambda: cache.get_or_create(0, pytest.fail),
            "setitem": lambda: cache.__setitem__(0, cache.pop(0)),
        }[use]()
        cache["new"] = Thing()
        assert set(cache) == {0, 2, "new"}

    def test_in_and_iteration_use_nothing(self, no_gc):
        cache = filled(3, 3)
        assert 0 in cache
        assert [*cache, *cache.keys(), *cache.values(), *cache.items()]
        cache["new"] = Thing()
        assert 0 not in cache

    def test_none_holds_everything_and_zero_nothing(self, no_gc):
        assert len(filled(None, 100)) == 100
        assert len(filled(0, 100)) == 0

    def test_deleted_popped_replaced_and_cleared_values_are_let_go(self, no_gc):
        cache = filled(10, 5)
        watch = [weakly.ref(cache[number]) for number in range(5)]
        del cache[0]
        cache.pop(1)
        cache[2] = Thing()
        cache.popitem()
        assert [ref() is None for ref in watch] == [True, True, True, False, True]
        cache.clear()
        assert watch[3]() is None
        assert cache.cache_info() == (0, 0, 10, 0, 0)

    def test_a_value_of_two_keys_is_held_once(self):
        cache, thing = weakly.WeakCache(2), Thing()
        cache[1] = cache[2] = thing
        assert cache.cache_info() == (0, 0, 2, 2, 1)

    def test_what_it_holds_dies_with_it(self, no_gc):
        cache = filled(2, 2)
        watch = weakly.ref(cache[0])
        del cache
        assert watch() is None

    def test_a_cycle_through_it_is_collected(self):
        cache = filled(2, 1)
        cache[0].cache = cache
        watch = weakly.ref(cache)
        del cache
        gc.collect()
        assert watch() is None

    def test_against_a_model(self):
        """The order of use decides who lives."""
        seed = random.randrange(2**32)
        print("seed", seed)
        chance, cache, recent = random.Random(seed), weakly.WeakCache(5), []
        for _ in range(3000):
            key = chance.randrange(12)
            if chance.random() < 0.1:
                assert (cache.pop(key, None) is None) == (key not in recent)
                recent = [own for own in recent if own != key]
                continue
            assert (key in cache) == (key in recent)
            if cache.get(key) is None:
                cache[key] = Thing(key)
            recent = [*(own for own in recent if own != key), key][-5:]
            assert set(cache) == set(recent)
            assert cache.cache_info().held == len(recent)


class TestValuesOfSeveralKeys:
    """A value is held as long as any of its keys is there, and not longer."""

    REMOVALS = {
        "del": lambda cache, key: cache.__delitem__(key),
        "pop": lambda cache, key: cache.pop(key),
        "replace": lambda cache, key: cache.__setitem__(key, Thing()),
    }

    @pytest.mark.parametrize("removal", REMOVALS)
    @pytest.mark.parametrize("order", [(1, 2, 3), (3, 1, 2)])
    def test_it_goes_with_the_last_key(self, order, removal, no_gc):
        cache = weakly.WeakCache(10)
        cache[1] = cache[2] = cache[3] = Thing()
        watch = weakly.ref(cache[1])
        for key in order[:2]:
            self.REMOVALS[removal](cache, key)
            assert cache.get(order[2]) is watch() is not None
        self.REMOVALS[removal](cache, order[2])
        assert watch() is None

    def test_popitem_leaves_it_to_the_other_key(self, no_gc):
        cache = weakly.WeakCache(10)
        cache[1] = cache[2] = Thing()
        assert cache.popitem()[0] == 2
        assert 1 in cache
        del cache[1]
        assert cache.cache_info().held == 0

    def test_a_removal_uses_nothing(self, no_gc):
        cache = weakly.WeakCache(2)
        cache[1] = cache[2] = Thing()
        cache["newer"] = Thing()
        del cache[2]
        cache["newest"] = Thing()
        assert set(cache) == {"newer", "newest"}

    def test_each_of_its_keys_uses_it(self, no_gc):
        cache = weakly.WeakCache(2)
        cache[1] = cache[2] = Thing()
        cache["other"] = Thing()
        cache[1]  # noqa: B018 - it is a use
        cache["newest"] = Thing()
        assert set(cache) == {1, 2, "newest"}

    def test_all_its_keys_go_when_it_is_evicted(self, no_gc):
        cache = weakly.WeakCache(1)
        cache[1] = cache[2] = Thing()
        cache["other"] = Thing()
        assert list(cache) == ["other"]

    def test_what_was_evicted_and_lives_is_held_again(self, no_gc):
        cache, kept = weakly.WeakCache(1), Thing()
        cache[1] = cache[2] = kept
        cache["other"] = Thing()
        del cache[2]
        assert cache.cache_info().held == 1
        assert cache[1] is kept
        del kept
        assert list(cache) == [1]

    def test_it_weighs_once(self, no_gc):
        cache = weakly.WeakCache(5, weigher=lambda thing: thing.name)
        cache[1] = cache[2] = Thing(3)
        cache["two"] = Thing(2)
        assert set(cache) == {1, 2, "two"}
        del cache[1]
        cache["one"] = Thing(1)  # now it is too much
        assert set(cache) == {"two", "one"}

    def test_clear_lets_it_go(self, no_gc):
        cache = weakly.WeakCache(5)
        cache[1] = cache[2] = Thing()
        watch = weakly.ref(cache[1])
        cache.clear()
        assert watch() is None

    def test_keys_of_other_caches_and_other_references_hold_nothing(self, no_gc):
        one, other = weakly.WeakCache(5), weakly.WeakCache(0)
        one[1] = other[1] = thing = Thing()
        references = weakly.getweakrefs(thing)
        watch = weakly.ref(thing)
        del thing, one[1]
        assert watch() is None
        assert references

    @pytest.mark.parametrize("weigher", [None, lambda thing: thing.name[1]])
    def test_against_a_model(self, weigher, no_gc):
        """Only the cache holds the values: the model knows their names."""
        seed = random.randrange(2**32)
        print("seed", seed)
        chance, room, numbers = random.Random(seed), 5, itertools.count()
        cache, names, recent = weakly.WeakCache(room, weigher), {}, []

        def weigh(name):
            return 1 if weigher is None else name[1]

        def use(name):
            if name in recent:
                recent.remove(name)
            if weigh(name) <= room:
                recent.append(name)
            while sum(map(weigh, recent)) > room:
                recent.pop(0)

        def store(key, thing):
            cache[key] = thing
            names[key] = thing.name
            use(thing.name)

        def look_up(key):
            found = cache.get(key)
            assert (found and found.name) == names.get(key)
            if found:
                use(found.name)
            return found

        def store_again(key):
            found = look_up(key)
            if found:
                store(chance.randrange(8), found)

        def delete(key):
            if names.pop(key, None):
                del cache[key]

        def pop(key):
            found = cache.pop(key, None)
            assert (found and found.name) == names.pop(key, None)

        def clear(_key):
            if chance.random() < 0.05:
                cache.clear()
                names.clear()

        steps = [
            lambda key: store(key, Thing((next(numbers), chance.randrange(7)))),
            store_again,
            store_again,
            look_up,
            delete,
            pop,
            lambda _key: names.pop(cache.popitem()[0]) if cache else None,
            clear,
        ]
        for _ in range(2000):
            chance.choice(steps)(chance.randrange(8))
            # Who has no key is not held, and who is not held is dead.
            recent[:] = [name for name in recent if name in names.values()]
            names = {key: name for key, name in names.items() if name in recent}
            assert {key: thing.name for key, thing in cache.items()} == names
            assert cache.cache_info().held == len(recent)


class TestWeigher:
    def test_maxsize_is_what_all_may_weigh(self, no_gc):
        cache = filled(6, 5, weigher=lambda thing: thing.name)
        assert list(cache) == [4]  # 3 and 4 are more than 6
        cache["two"] = Thing(2)
        assert set(cache) == {4, "two"}

    def test_what_is_too_heavy_is_not_held_and_drives_nobody_out(self, no_gc):
        cache = filled(6, 4, weigher=lambda thing: thing.name)
        before = set(cache)
        cache["heavy"] = Thing(7)
        assert set(cache) == before
        kept = cache["heavy"] = Thing(7)
        assert cache["heavy"] is kept

    def test_what_weighs_nothing_is_always_held(self, no_gc):
        assert len(filled(0, 10, weigher=lambda _: 0)) == 10

    def test_a_weigher_that_fails_changes_nothing(self):
        def fail(_):
            raise Failure

        cache = weakly.WeakCache(5, weigher=fail)
        thing = Thing()
        with pytest.raises(Failure):
            cache["key"] = thing
        assert len(cache) == 0

    @pytest.mark.parametrize(
        ("weight", "error", "text"),
        [
            ("x", TypeError, "the weight must be an int, not 'str'"),
            (1.5, TypeError, "the weight must be an int, not 'float'"),
            (-1, ValueError, "the weight must not be negative"),
        ],
    )
    def test_a_bad_weight_is_refused(self, weight, error, text):
        with pytest.raises(error, match=text):
            weakly.WeakCache(5, weigher=lambda _: weight)["key"] = Thing()

    def test_a_huge_weight_is_too_heavy(self, no_gc):
        cache = weakly.WeakCache(10**30, weigher=lambda thing: thing.name)
        cache["key"] = Thing(10**40)
        cache["other"] = Thing(1)
        assert "other" in cache


class TestMapping:
    def test_it_is_a_mutable_mapping(self):
        assert isinstance(weakly.WeakCache(1), collections.abc.MutableMapping)
        assert issubclass(weakly.WeakCache, collections.abc.MutableMapping)

    def test_it_counts_hits_and_misses(self):
        cache = filled(2, 2)
        cache[0], cache.get(1), cache.get("no"), cache.setdefault(0, 1)
        with pytest.raises(KeyError, match="no"):
            cache["no"]
        kept = cache.get_or_create("new", Thing)
        info = cache.cache_info()
        assert info == (3, 3, 2, 2, 2)
        assert (info.hits, info.misses, info.maxsize, info.alive, info.held) == info
        assert kept is cache["new"]

    def test_update_and_comparison(self):
        cache, things = weakly.WeakCache(2), {"a": Thing(), "b": Thing()}
        cache.update(things)
        assert cache == things
        assert cache != {}
        assert dict(cache) == things

    def test_keys_that_are_missing(self):
        cache = weakly.WeakCache(2)
        for attempt in (cache.__delitem__, cache.pop, cache.__getitem__):
            with pytest.raises(KeyError, match="'key'"):
                attempt("key")
        with pytest.raises(KeyError, match="dictionary is empty"):
            cache.popitem()
        assert cache.pop("key", 1) == 1

    def test_bad_keys_and_values(self):
        cache = weakly.WeakCache(2)
        with pytest.raises(TypeError, match="unhashable type: 'list'"):
            cache[[]] = Thing()
        with pytest.raises(TypeError, match="cannot create weak reference to 'int' object"):
            cache["key"] = 5
        assert cache.cache_info().held == 0

    def test_a_subclass_may_define_missing(self):
        class Sub(weakly.WeakCache):
            def __missing__(self, key):
                return key

        assert Sub(1)["key"] == "key"

    @pytest.mark.parametrize(
        ("arguments", "error", "text"),
        [
            ((), TypeError, "missing 1 required positional argument: 'maxsize'"),
            (("x",), TypeError, "maxsize must be an int, not 'str'"),
            ((-1,), ValueError, "maxsize must not be negative"),
            ((1, 5), TypeError, "the weigher must be callable, not 'int'"),
            ((1, None, 2), TypeError, "takes from 2 to 3 positional arguments but 4 were given"),
        ],
    )
    def test_bad_arguments(self, arguments, error, text):
        with pytest.raises(error, match=text):
            weakly.WeakCache(*arguments)

    def test_it_is_neither_pickled_nor_copied(self):
        for attempt in (pickle.dumps, copy.copy):
            with pytest.raises(TypeError, match="cannot pickle 'WeakCache' object"):
                attempt(weakly.WeakCache(1))

    def test_init_again_begins_anew(self, no_gc):
        cache = filled(5, 5)
        cache.__init__(maxsize=1)
        assert cache.cache_info() == (0, 0, 1, 0, 0)


class TestReentrancy:
    def test_what_is_evicted_may_use_the_cache_when_it_dies(self, no_gc):
        cache, died = weakly.WeakCache(1), []

        def use(thing):
            died.append(thing.value)
            if thing.value < 50:
                cache[thing.value + 100] = Hooked(thing.value + 100)

        for value in range(20):
            thing = Hooked(value)
            thing.del_hook = use
            cache[value] = thing
            del thing
        assert died == [*range(20)] or sorted(died) == [*range(20)]
        assert cache.cache_info().held == 1

    def test_a_comparison_that_deletes_the_key(self):
        cache = weakly.WeakCache(4)
        key = Hooked(1)
        cache[key] = Thing()
        key.eq_hook = lambda *_: cache.clear() or True
        assert cache.get(Hooked(1)) is None

    @pytest.mark.parametrize("lookup", ["get", "setdefault", "get_or_create", "setitem"])
    @pytest.mark.parametrize("removal", ["del", "pop", "popitem", "clear", "replace", "init"])
    def test_what_is_removed_while_it_is_looked_up_is_not_held(self, lookup, removal, no_gc):
        """The weigher runs between the two, as another thread may."""

        def remove(_thing):
            if removals:
                removals.pop()()

        remove_key = {
            "del": lambda: cache.__delitem__("key"),
            "pop": lambda: cache.pop("key"),
            "popitem": lambda: cache.popitem(),
            "clear": lambda: cache.clear(),
            "replace": lambda: cache.__setitem__("key", other),
            "init": lambda: cache.__init__(8, weigher),
        }[removal]
        removals, other = [], Thing()

        def weigher(thing):
            remove(thing)
            return 1 if thing is other or is_light else 9

        is_light = False  # what is too heavy is not held
        cache = weakly.WeakCache(8, weigher)
        things = [Thing()]
        cache["key"] = things[0]
        is_light, removals[:] = True, [remove_key]
        {
            "get": lambda: cache.get("key"),
            "setdefault": lambda: cache.setdefault("key", things[0]),
            "get_or_create": lambda: cache.get_or_create("key", pytest.fail),
            "setitem": lambda: cache.__setitem__("other", things[0]),
        }[lookup]()
        watch = weakly.ref(things.pop())
        assert cache.get("key") is (other if removal == "replace" else None)
        cache.pop("other", None)
        assert watch() is None

    def test_threads(self):
        cache, errors = weakly.WeakCache(8), []

        def work(number):
            chance = random.Random(number)
            try:
                for _ in range(2000):
                    key = Equal(chance.randrange(16), hash_value=chance.randrange(2))
                    assert isinstance(cache.get_or_create(key.value, Thing), Thing)
                    if chance.random() < 0.1:
                        cache.pop(key.value, None)
            except Exception as error:  # noqa: BLE001 - whatever it is, the test must see it
                errors.append(error)

        interval = sys.getswitchinterval()
        sys.setswitchinterval(1e-6)
        try:
            threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        finally:
            sys.setswitchinterval(interval)
        assert errors == []
        assert cache.cache_info().held <= 8
