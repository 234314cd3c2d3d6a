"""Iterating over `WeakKeyDictionary` and `WeakValueDictionary`."""

import gc

import pytest


class TestIteration:
    @pytest.mark.parametrize("method", ["keys", "values", "items", "__iter__"])
    def test_gives_iterators(self, kind, method):
        d, pairs = kind.filled()
        iterator = getattr(d, method)()
        assert iter(iterator) is iterator
        next(iterator)
        assert len(list(iterator)) == 2
        with pytest.raises(StopIteration):
            next(iterator)
        with pytest.raises(StopIteration):
            next(iterator)

    def test_in_insertion_order(self, kind):
        d, pairs = kind.filled(20)
        assert list(d) == list(d.keys()) == [key for key, _ in pairs]
        assert list(d.values()) == [value for _, value in pairs]
        assert list(d.items()) == pairs

    def test_skips_what_dies_on_the_way(self, kind):
        d, pairs = kind.filled(6)
        iterator = d.items()
        seen = [next(iterator)]
        del pairs[2:4]
        seen += iterator
        assert seen == pairs

    def test_pairs_that_are_kept_stay_as_they_are(self, kind):
        d, pairs = kind.filled(5)
        iterator = d.items()
        first = next(iterator)
        second = next(iterator)
        assert first is not second
        assert [first, second, *iterator] == pairs
        kept = list(d.items())
        assert len({id(pair) for pair in kept}) == 5

    def test_pairs_are_tracked_by_the_collector(self, kind, weakref):
        """A pair that is in a cycle is collected, even if its tuple was reused."""
        d, pairs = kind.filled(5)
        for pair in d.items():
            box = [pair]
            box.append(box)
            watch = weakref.ref(pair[0] if kind.weak_keys else pair[1])
        pairs.clear()
        del pair, box
        gc.collect()
        assert watch() is None
        assert len(d) == 0

    def test_replacing_values_on_the_way(self, kind):
        d, pairs = kind.filled(3)
        value = kind.missing_value()
        for key in d:
            d[key] = value
        assert list(d.values()) == [value] * 3

    @pytest.mark.parametrize("method", ["keys", "values", "items"])
    def test_keeps_at_most_one_item_alive(self, kind, method, no_gc):
        d, pairs = kind.filled(10)
        iterator = getattr(d, method)()
        next(iterator)
        pairs.clear()
        assert len(d) <= 1
        del iterator
        assert len(d) == 0

    def test_reversed_is_refused(self, kind):
        d, _ = kind.filled()
        with pytest.raises(
            TypeError, match="^'Weak(Key|Value)Dictionary' object is not reversible$"
        ):
            reversed(d)

    def test_an_iterator_outlives_the_dictionary_variable(self, kind):
        d, pairs = kind.filled(3)
        iterator = d.items()
        first = next(iterator)
        del d
        assert [first, *iterator] == pairs

    def test_the_iteration_begins_with_its_first_step(self, kind):
        d, pairs = kind.filled(3)
        iterator = d.items()
        d.clear()
        d.update(pairs[1:])
        assert list(iterator) == pairs[1:]

    def test_iterators_are_independent(self, kind):
        d, pairs = kind.filled(3)
        one, two = d.items(), d.items()
        assert next(one) == pairs[0]
        assert next(one) == pairs[1]
        assert list(two) == pairs
        assert list(one) == pairs[2:]
