"""Cases of ephemerons that other runtimes got wrong once, or that the interpreter makes hard."""

import gc
import io
import sys

import implementations
import pytest
import weakly
from referents import Thing, things

pytestmark = pytest.mark.skipif(
    not implementations.HAS_GIL, reason="without the GIL there are no ephemerons"
)


@pytest.fixture(autouse=True)
def no_automatic_collection():
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.fixture
def d():
    return weakly.WeakIdKeyDictionary()


class Named:
    """Says when it is finalized."""

    def __init__(self, name, log):
        self.name, self.log = name, log

    def __del__(self):
        self.log.append(self.name)


class TestValueThatLeadsToItsDictionary:
    @pytest.mark.parametrize("order", [1, -1])
    def test_goes_with_it(self, order):
        d, key = weakly.WeakIdKeyDictionary(), Thing()
        d[key] = [key, d][::order]
        ref = weakly.ref(d)
        gc.collect()
        assert ref() is d and d[key] is not None
        del key, d
        gc.collect()
        assert ref() is None

    def test_goes_with_it_while_the_key_lives(self):
        d, key = weakly.WeakIdKeyDictionary(), Thing()
        d[key] = [key, d]
        ref = weakly.ref(d)
        del d
        gc.collect()
        assert ref() is None
        del key

    def test_keeps_the_entries_of_living_keys(self, d):
        one, two = things(2)
        d[one], d[two] = [one, d], two
        gc.collect()
        assert list(d) == [one, two] and d[two] is two

    def test_may_be_beside_other_entries(self, d):
        one, two = things(2)
        d[one], d[two] = [one, d], two
        del one, two
        gc.collect()
        assert not d

    @pytest.mark.parametrize("wrap", [lambda d: d, lambda d: [d]], ids=["itself", "list"])
    def test_may_be_the_key_too(self, wrap):
        d, key = weakly.WeakIdKeyDictionary(), Thing()
        d[key], d[d] = "value", wrap(d)
        ref = weakly.ref(d)
        gc.collect()
        assert len(d) == 2
        del d
        gc.collect()
        assert ref() is None


class TestEntryOfADictionaryThatOnlyAValueLeadsTo:
    """It needs its dictionary as well as its key: one that lives does not keep the value."""

    def test_does_not_keep_the_key_of_that_value(self, d):
        key, living = things(2)
        inner = weakly.WeakIdKeyDictionary()
        d[key], inner[living] = inner, key
        ref = weakly.ref(key)
        gc.collect()
        assert inner[living] is key
        del key, inner
        gc.collect()
        assert ref() is None and not d

    def test_is_kept_by_both(self, d):
        key, living = things(2)
        inner = weakly.WeakIdKeyDictionary()
        d[key], inner[living] = inner, [key]
        held = d[key]
        del inner
        ref = weakly.ref(key)
        del key
        gc.collect()
        assert held[living] == [ref()] and d[ref()] is held
        del held
        gc.collect()
        assert not d

    def test_goes_in_a_chain_of_dictionaries(self, d):
        key, living = things(2)
        ref = weakly.ref(key)
        inner = d
        for _ in range(100):
            inner[living] = inner = weakly.WeakIdKeyDictionary()
        inner[living] = [key]
        d[key] = d.pop(living)
        del key, inner
        gc.collect()
        assert ref() is None and not d


def test_moving_the_references_changes_nothing(d):
    key = Thing()
    d[key] = key
    gc.collect()
    other, key = key, None
    gc.collect()
    assert d[other] is other


def test_finalizers_run_once_and_all_in_one_collection(d):
    log = []
    container, inner = Named("container", log), Named("inner", log)
    container.inner = inner
    d[inner] = container
    del container, inner
    gc.collect()
    assert sorted(log) == ["container", "inner"] and not d


def test_a_finalizer_that_raises_hurts_nobody(d, monkeypatch):
    seen = []
    monkeypatch.setattr(sys, "unraisablehook", lambda unraisable: seen.append(unraisable.exc_value))

    class Raising(Thing):
        def __del__(self):
            raise ValueError(self.name)

    for number in range(3):
        key = Raising(number)
        d[key] = [key]
    del key
    gc.collect()
    assert sorted(error.args for error in seen) == [(0,), (1,), (2,)] and not d


def test_the_finalizer_of_a_value_may_use_the_key_in_other_dictionaries(d):
    refs = []

    class Value:
        def __del__(self):
            key = self.key
            for _ in range(8):
                other = weakly.WeakIdKeyDictionary()
                other[key] = 1
                refs.append(other)
            d[key] = "again"

    key, value = Thing(), Value()
    d[key], value.key = value, key
    ref = weakly.ref(key)
    del key, value
    gc.collect()
    gc.collect()
    assert ref() is None and not d and not any(refs)


class TestDeathOfASharedKey:
    """What the value in one dictionary does when it dies, while the key is in another."""

    @pytest.mark.parametrize("run", [gc.collect, weakly.collect_ephemerons])
    def test_with_a_collection_meanwhile(self, run):
        class Collecting:
            def __del__(self):
                run()

        one, two = weakly.WeakIdKeyDictionary(), weakly.WeakIdKeyDictionary()
        key, keep = things(2)
        one[key], two[key] = Collecting(), keep
        del key
        assert not one and not two and keep.name == 1

    def test_with_an_iteration_meanwhile(self):
        seen = []

        class Iterating:
            def __del__(self):
                seen.append(list(two.items()))

        one, two = weakly.WeakIdKeyDictionary(), weakly.WeakIdKeyDictionary()
        key = Thing()
        one[key], two[key] = Iterating(), 1
        del key
        assert seen == [[]] and not two


def test_a_borrowed_reference_in_a_frame_is_not_counted(d):
    def generator(value):
        # While it waits, `value` is on its stack as well as in its variable.
        print(value, value, (yield), file=io.StringIO())

    key, value = things(2)
    value.generator = generator(value)
    next(value.generator)
    ref = weakly.WeakMethod(value.method)
    d[key] = value
    for _ in range(3):
        references = [value] * sys.getrefcount(value)
        assert gc.collect() is not None and d[key] is value
        del references[1:]
    weak = weakly.ref(key)
    value.key = key
    del key
    gc.collect()
    assert d[weak()] is value and ref() is not None
    del value, references
    gc.collect()
    assert weak() is None and not d


def test_a_key_in_a_waiting_frame_lives_as_long_as_somebody_holds_it(d):
    def generator(key):
        print(key, key, key, (yield), file=io.StringIO())

    keys = things(4)
    for number, key in enumerate(keys):
        d[key] = generator(key)
        next(d[key])
        key.references = number
    more = [[key] * key.references for key in keys]
    del key
    gc.collect()
    assert list(d) == keys and None not in d.values()
    refs = [weakly.ref(key) for key in keys]
    del keys
    gc.collect()
    assert [ref() is None for ref in refs] == [True, False, False, False]
    assert None not in d.values()
    del more
    gc.collect()
    assert not d


def test_nothing_happens_when_the_collector_reports(d, monkeypatch):
    key = Thing()
    d[key] = [key]
    ref, seen = weakly.ref(key), []

    class Reviving(io.StringIO):
        def write(self, text):
            if ref() is not None:
                seen.append(d[ref()])
            return len(text)

    monkeypatch.setattr(sys, "stderr", Reviving())
    del key
    gc.set_debug(gc.DEBUG_STATS)
    try:
        gc.collect()
    finally:
        gc.set_debug(0)
    assert seen and seen[0] == [ref()] and d[ref()] == [ref()]
    seen.clear()
    gc.collect()
    assert not d


def test_a_program_may_call_the_callbacks_of_gc(d):
    key = Thing()
    d[key] = [key]
    ref = weakly.ref(key)
    del key
    for callback in list(gc.callbacks):
        callback("start", {"generation": 2, "collected": 0, "uncollectable": 0})
    assert d[ref()] == [ref()]
    gc.collect(0)
    assert d[ref()] == [ref()]
    gc.collect()
    assert not d


def test_collecting_ends_though_finalizers_store_new_entries(d):
    made = []

    class Phoenix(Thing):
        def __del__(self):
            if len(made) < 1000:
                made.append(None)
                key = Phoenix()
                d[key] = [key]

    key = Phoenix()
    d[key] = [key]
    del key
    gone = weakly.collect_ephemerons()
    assert 0 < gone < 1000 and len(d) == 1
    made.extend([None] * 1000)
    gc.collect()
    assert not d


def test_collecting_in_a_callback_does_nothing(d):
    seen, key = [], Thing()
    ref = weakly.ref(key, lambda _: seen.append((weakly.collect_ephemerons(), gc.collect())))
    d[key] = [key]
    del key
    gc.collect()
    assert ref() is None and seen == [(0, 0)] and not d


def test_the_dictionary_may_be_used_in_a_callback_of_the_key(d):
    other, seen = Thing(), []
    d[other] = [other]

    def use(_):
        new = Thing()
        d[new] = [new]
        seen.append((sorted(map(repr, d.values())), len(d.copy()), d[other] == [other]))
        d.update({other: [other]})

    keys = things(5)
    refs = [weakly.ref(key, use) for key in keys]
    d.update((key, [key]) for key in keys)
    del keys
    gc.collect()
    assert len(seen) == 5 and len(refs) == 5
    assert all("None]" not in values and here for (*values, _, here) in seen)
    gc.collect()
    assert list(d) == [other]


def test_an_iteration_goes_on_over_a_collection(d):
    keys = things(10)
    d.update((key, [key]) for key in keys)
    items = iter(d.items())
    assert next(items) == (keys[0], [keys[0]])
    del keys[5:]
    gc.collect()
    assert list(items) == [(key, [key]) for key in keys[1:]]


def test_a_long_chain_of_entries_goes_at_once(d):
    count = 20_000
    keys = things(count)
    for one, two in zip(keys, keys[1:] + keys[:1]):
        d[one] = [two]
    del one, two, keys[1:]
    gc.collect()
    assert len(d) == count
    del keys
    gc.collect()
    assert not d


def test_what_was_too_much_to_look_at_goes_once_it_is_less(d):
    key = Thing()
    value = [key, [[] for _ in range(300_000)]]
    d[key] = value
    del key
    for _ in range(12):  # each in vain, and the next one looks at fewer
        gc.collect()
    assert len(d) == 1
    value[1] = [[] for _ in range(100_000)]
    del value
    for _ in range(9):
        gc.collect()
    assert len(d) == 0
