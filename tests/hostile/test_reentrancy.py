"""A container survives whatever keys, values and callbacks do in the middle of an operation.

The result of the operation is not specified then. But it does not crash, and it raises nothing but
what the hooks raised, or KeyError where they removed the key.
"""

import functools
import gc

import pytest
import reentrant_actions
from referents import Failure, Hooked, Thing, things

ROUNDS = 8
CONTAINERS = ["WeakKeyDictionary", "WeakValueDictionary", "WeakSet"]


def perform(scene, operation):
    """One operation on a present and on an absent key."""
    for make in (lambda: Hooked(3, reentrant_actions.COLLIDING), lambda: scene.outside[0]):
        key, value = make(), scene.outside[1]
        if scene.name == "WeakSet":
            key = scene.inside[-1] if scene.inside else key
        try:
            operation(scene.container, key, value)
        except (KeyError, Failure):
            pass


class Garbage:
    """Calls a function when it is collected, and creates garbage that does the same, a few
    times."""

    def __init__(self, function, rounds=1):
        self.function, self.rounds = function, rounds
        self.cycle = self

    def __del__(self):
        if self.rounds > 1:
            Garbage(self.function, self.rounds - 1)
        self.function()


def once(function, scene):
    """A hook that does harm the first time and then every fifth time."""
    calls = []

    def hook(*arguments):
        calls.append(None)
        if len(calls) % 5 == 1 and len(calls) < 50:
            function(scene)

    return hook


@pytest.mark.parametrize("harm", reentrant_actions.ACTIONS)
@pytest.mark.parametrize("name", CONTAINERS)
class TestReentrantActions:
    def test_in_eq(self, weakly, name, harm):
        for operation in reentrant_actions.operations(name).values():
            scene = reentrant_actions.Scene(weakly, name)
            hook = once(reentrant_actions.ACTIONS[harm], scene)
            for thing in scene.keys():
                thing.eq_hook = hook
            perform(scene, operation)
            reentrant_actions.disarm(scene)
            reentrant_actions.assert_consistent(scene)

    def test_in_hash(self, weakly, name, harm):
        for operation in reentrant_actions.operations(name).values():
            scene = reentrant_actions.Scene(weakly, name)
            hook = once(reentrant_actions.ACTIONS[harm], scene)
            for thing in [*scene.keys(), *scene.everything()]:
                thing.hash_hook = hook
            perform(scene, operation)
            reentrant_actions.disarm(scene)
            reentrant_actions.assert_consistent(scene)

    def test_in_del(self, weakly, name, harm, monkeypatch):
        """In `__del__` of keys and values that the operation or a death drops."""
        monkeypatch.setattr("sys.unraisablehook", lambda error: None)
        for operation in reentrant_actions.operations(name).values():
            scene = reentrant_actions.Scene(weakly, name)
            hook = once(reentrant_actions.ACTIONS[harm], scene)
            owned = [*scene.container.data, *getattr(scene.container, "values", list)()]
            for thing in [*scene.everything(), *owned]:
                if isinstance(thing, Hooked):
                    thing.del_hook = hook
            del thing, owned
            perform(scene, operation)
            del scene.inside[2:3]
            perform(scene, operation)
            reentrant_actions.disarm(scene)
            reentrant_actions.assert_consistent(scene)

    def test_in_a_callback(self, weakly, name, harm, monkeypatch):
        """In callbacks of other references, when objects of the container die in the middle of an
        operation."""
        monkeypatch.setattr("sys.unraisablehook", lambda error: None)
        for operation in reentrant_actions.operations(name).values():
            scene = reentrant_actions.Scene(weakly, name)
            do_harm = functools.partial(self.harm, scene, reentrant_actions.ACTIONS[harm])
            refs = [weakly.ref(thing, do_harm) for thing in scene.inside[::2]]
            for thing in scene.keys():
                thing.eq_hook = functools.partial(self.let_the_first_die, scene)
            del thing
            perform(scene, operation)
            del scene.inside[:1]
            perform(scene, operation)
            reentrant_actions.disarm(scene)
            reentrant_actions.assert_consistent(scene)
            del refs

    @staticmethod
    def harm(scene, function, ref):
        function(scene)

    @staticmethod
    def let_the_first_die(scene, *compared):
        del scene.inside[:1]

    def test_in_a_collection(self, weakly, name, harm, monkeypatch, no_gc):
        """That an operation starts itself, at any object that it makes (up to CPython 3.11; later
        ones collect between the steps of Python code)."""
        monkeypatch.setattr("sys.unraisablehook", lambda error: None)
        threshold = gc.get_threshold()
        for operation in reentrant_actions.operations(name).values():
            for size in (0, 6):
                scene = reentrant_actions.Scene(weakly, name, size)
                function = functools.partial(reentrant_actions.ACTIONS[harm], scene)
                Garbage(function, ROUNDS)
                gc.set_threshold(1)
                gc.enable()
                try:
                    perform(scene, operation)
                finally:
                    gc.disable()
                    gc.set_threshold(*threshold)
                for _ in range(ROUNDS):
                    gc.collect()
                reentrant_actions.disarm(scene)
                reentrant_actions.assert_consistent(scene)

    def test_in_a_source(self, weakly, name, harm):
        """In the iterables of `update`, the constructor and all operations that take one."""
        scene = reentrant_actions.Scene(weakly, name)
        method_names = ["update", "__init__", "__ior__"]
        if name == "WeakSet":
            method_names += ["union", "intersection", "difference", "symmetric_difference"]
            method_names += ["intersection_update", "difference_update", "__ixor__"]
            method_names += ["issubset", "issuperset", "isdisjoint", "__lt__", "__gt__"]
        for method in method_names:
            scene = reentrant_actions.Scene(weakly, name)

            def source(scene=scene):
                for number, thing in enumerate([*scene.inside, *scene.outside]):
                    if number % 3 == 1:
                        reentrant_actions.ACTIONS[harm](scene)
                    yield {
                        "WeakSet": thing,
                        "WeakKeyDictionary": (thing, number),
                        "WeakValueDictionary": (number, thing),
                    }[name]

            class Items:
                def items(self, source=source):
                    return source()

            try:
                getattr(scene.container, method)(source() if name == "WeakSet" else Items())
            except (Failure, KeyError):
                pass
            reentrant_actions.disarm(scene)
            reentrant_actions.assert_consistent(scene)

    def test_between_the_steps_of_an_iteration(self, weakly, name, harm):
        scene = reentrant_actions.Scene(weakly, name, size=20)
        seen = []
        try:
            for step, item in enumerate(scene.container):
                seen.append(item.value)
                if step % 4 == 1:
                    reentrant_actions.ACTIONS[harm](scene)
                assert step < 1000
        except Failure:
            pass
        item = None
        assert len(set(seen)) == len(seen)
        reentrant_actions.disarm(scene)
        reentrant_actions.assert_consistent(scene)


class TestInterruptedLookups:
    @pytest.mark.parametrize("name", ["WeakKeyDictionary", "WeakValueDictionary"])
    def test_a_key_that_went_and_came_back_is_compared_again(self, weakly, name):
        """A `dict` may store an equal key twice here."""
        container, value = getattr(weakly, name)(), Thing()
        keys = [Hooked(number, reentrant_actions.COLLIDING) for number in range(2)]
        wanted, asked = Hooked("wanted", reentrant_actions.COLLIDING), []

        def compare(own, other):
            if other is not wanted:
                return own is other
            asked.append(own)
            if len(asked) == 1:
                del container[own]
            elif len(asked) == 2:
                container[asked[0]] = value
            return own is asked[0]

        for key in keys:
            container[key] = value
            key.eq_hook = compare
        container[wanted] = value
        assert [*container] == [asked[1], asked[0]]


class TestExceptions:
    """Errors of `__eq__` and `__hash__` propagate unchanged and leave the content as it was."""

    @pytest.mark.parametrize("name", CONTAINERS)
    @pytest.mark.parametrize("hook", ["eq_hook", "hash_hook"])
    @pytest.mark.parametrize("error", [Failure, IndexError, AttributeError, KeyboardInterrupt])
    def test_from_lookups(self, weakref, name, hook, error):
        def fail(*arguments):
            raise error

        lookups = {
            "WeakSet": ["contains", "add", "discard", "remove", "update"],
            "WeakKeyDictionary": ["get_item", "contains", "get", "set_item", "delete_item"]
            + ["pop", "setdefault", "update"],
            "WeakValueDictionary": ["contains", "set_item", "delete_item", "update"],
        }[name]
        for operation in lookups:
            scene = reentrant_actions.Scene(weakref, name)
            before = [item.value for item in scene.container]
            key = Hooked("key", reentrant_actions.COLLIDING)
            setattr(key, hook, fail)
            if hook == "eq_hook":
                for thing in scene.keys():
                    thing.eq_hook = fail
            with pytest.raises(error):
                reentrant_actions.operations(name)[operation](
                    scene.container, key, scene.outside[0]
                )
            reentrant_actions.disarm(scene)
            key.hash_hook = None
            assert [item.value for item in scene.container] == before
            reentrant_actions.assert_consistent(scene)

    @pytest.mark.parametrize("name", CONTAINERS)
    def test_from_the_truth_of_what_eq_returns(self, weakref, name):
        class Untrue:
            def __bool__(self):
                raise Failure

        scene = reentrant_actions.Scene(weakref, name)
        for thing in scene.keys():
            thing.eq_hook = lambda *_: Untrue()
        with pytest.raises(Failure):
            Hooked("key", reentrant_actions.COLLIDING) in scene.container
        reentrant_actions.disarm(scene)
        reentrant_actions.assert_consistent(scene)

    @pytest.mark.parametrize("name", CONTAINERS)
    @pytest.mark.parametrize("answer", ["", "yes", 0, 2.5, [], NotImplemented])
    def test_odd_answers_count_by_their_truth(self, weakref, name, answer):
        if answer is NotImplemented:
            expected = False
        else:
            expected = bool(answer)
        scene = reentrant_actions.Scene(weakref, name, size=1)
        for thing in scene.keys():
            thing.eq_hook = lambda *_: answer
        key = Hooked("key", reentrant_actions.COLLIDING)
        key.eq_hook = lambda *_: answer
        assert (key in scene.container) is expected

    def test_a_hash_that_is_no_integer(self, weakref):
        class Bad:
            def __hash__(self):
                return "text"  # noqa: PLE0309

        for container in (weakref.WeakSet(), weakref.WeakKeyDictionary()):
            with pytest.raises(TypeError, match="should return an integer"):
                Bad() in container

    def test_huge_and_negative_hashes(self, weakref):
        objects = [Hooked(number, number) for number in (-1, -2, 2**200, -(2**63), 0)]
        s = weakref.WeakSet(objects)
        assert all(thing in s for thing in objects)
        assert len(s) == len(objects)


@pytest.mark.parametrize("form", ["dict", "pairs", "same class"])
@pytest.mark.parametrize("name", CONTAINERS)
def test_what_garbage_stores_during_an_update_of_an_empty_container_stays(weakly, name, form):
    """Creating references in an update may start the collector (up to CPython 3.11)."""
    container = getattr(weakly, name)()
    many, extra = things(200), Thing("extra")
    if name == "WeakSet":
        source, store = many, lambda: container.add(extra)
    elif name == "WeakKeyDictionary":
        source, store = [(thing, 1) for thing in many], lambda: container.__setitem__(extra, 1)
    else:
        source, store = list(enumerate(many)), lambda: container.__setitem__("extra", extra)
    if form == "same class":
        source = getattr(weakly, name)(source)
    elif form == "dict" and name != "WeakSet":
        source = dict(source)
    Garbage(store)
    threshold = gc.get_threshold()
    gc.set_threshold(50)
    try:
        container.update(source)
    finally:
        gc.set_threshold(*threshold)
    gc.collect()
    assert len(container) == 201
    held = container if name != "WeakValueDictionary" else container.values()
    assert {thing.name for thing in held} == {*range(200), "extra"}
