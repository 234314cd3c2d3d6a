"""Two worlds in which the same happens: one has the standard library's classes, one weakly's."""

import gc
import re
import sys
import types
import weakref as standard

from ..support import implementations
from . import objects

CONTAINERS = ("WeakKeyDictionary", "WeakValueDictionary", "WeakSet")
MOST_CONTAINERS, MOST_REFERENCES, MOST_OBJECTS = 5, 6, 24
ADDRESS = re.compile(r"0x[0-9a-f]+")
LIBRARIES = {name: implementations.load(name) for name in implementations.MODULES}


class Failure(Exception):
    """Raised by hooks on purpose."""


class World:
    def __init__(self, name):
        self.name, self.library = name, LIBRARIES[name]
        self.foreign = LIBRARIES["stock" if name == "weakly" else "weakly"]
        self.objects, self.containers, self.references = [], [], []
        self.ever_kept = []  # references to all containers that were ever in `containers`
        self.log = []
        self.watchers = {}  # number -> a reference that tells of the death
        self.trap = None  # what the next hook does, once
        self.is_unordered = False
        self.keywords = {"a": 1}  # those that finalizers call with
        self.registered = 0
        self.walks = []
        self.orders = {}  # of a container of weakly: what names its entries, and when they came
        self.shared = {}  # what weakly's world tells the other

    def choose(self, random, options):
        """One of the options; the log says which."""
        chosen = random.choice(list(options))
        self.log.append(("chosen", ADDRESS.sub("0x", str(chosen))))
        return chosen

    # Objects

    def register(self, thing):
        """Gives the thing its number, and notes its death."""
        self.registered += 1
        number, log, watchers = self.registered, self.log, self.watchers

        def died(_):
            log.append(("died", number))
            watchers.pop(number, None)

        watchers[number] = standard.ref(thing, died)
        return number

    def make(self, random, kinds=objects.KINDS):
        """A new object that lives until something lets it die."""
        thing = random.choice(kinds)(self, random.randrange(5))
        self.objects.append(thing)
        return thing

    def let_the_oldest_die(self):
        """Between two steps: nothing is at work, so nothing depends on who dies."""
        del self.objects[:-MOST_OBJECTS]

    def take_back(self, thing):
        """It is where it was: of several that come back from one container, any may be first."""
        self.objects.append(thing)
        self.objects.sort(key=lambda thing: thing.number)

    def thing(self, random):
        """An object of this world: often one that is there, sometimes a new or an odd one."""
        chance = random.random()
        if not self.objects or chance < 0.08:
            return self.make(random)
        if chance < 0.10:
            return random.choice(objects.RARE)(self, random.randrange(3))  # dies at once
        return random.choice(self.objects)

    def key(self, random, container):
        """A key for a container, or rarely something that cannot be one."""
        if isinstance(container, self.library.WeakValueDictionary):
            if random.random() < 0.6:
                return random.choice(objects.CONSTANTS)
            return [] if random.random() < 0.02 else self.thing(random)
        return 7 if random.random() < 0.02 else self.thing(random)

    def value(self, random, container):
        if isinstance(container, self.library.WeakValueDictionary):
            chance = random.random()
            if chance < 0.05:
                return random.choice([7, None, *self.containers])
            return self.thing(random)
        return self.thing(random) if random.random() < 0.3 else random.randrange(5)

    # Containers and references

    def pick(self, random, kind=None):
        """A container, of a kind if that matters; there is always one."""
        kind = kind or random.choice(CONTAINERS)
        found = [c for c in self.containers if isinstance(c, getattr(self.library, kind))]
        return random.choice(found) if found else self.keep(getattr(self.library, kind)())

    def mapping(self, random):
        return self.pick(random, random.choice(CONTAINERS[:2]))

    def keep(self, container):
        """Makes a container one of this world's."""
        if all(container is not other for other in self.containers):
            self.containers.append(container)
            del self.containers[:-MOST_CONTAINERS]
            self.ever_kept.append(standard.ref(container))
        return container

    def value_dictionaries(self):
        """All that live, also those that something else keeps alive or that are garbage."""
        self.ever_kept = [ref for ref in self.ever_kept if ref() is not None]
        containers = [ref() for ref in self.ever_kept]
        return [c for c in containers if isinstance(c, self.library.WeakValueDictionary)]

    def refer(self, reference):
        self.references.append(reference)
        del self.references[:-MOST_REFERENCES]
        return reference

    def callback(self, random):
        """A callback that writes to the log; now and then it fails, or there is none."""
        chance, label, log = random.random(), random.randrange(1000), self.log

        def called(*arguments, **keywords):
            log.append(("callback", label, len(arguments), sorted(keywords)))
            if chance > 0.9:
                raise Failure(label)
            return label

        return None if chance < 0.1 else called

    def nothing(self, *arguments, **keywords):
        pass

    def forget(self):
        """Entries may be about to be made anew: what was known of them is no longer so."""
        self.walks.clear()
        self.orders.clear()

    # Hooks

    def spring(self, where):
        """Called by every hook: does what the trap says, if one is set."""
        trap, self.trap = self.trap, None
        if trap is not None:
            # What a trap lets die may be held by what an operation is at work with, in any order.
            self.is_unordered = True
            self.log.append(("sprung", where))
            trap()

    def collect(self):
        """Also the other world's garbage, whose errors are not ours. In which order it is found,
        depends on addresses."""
        hook, sys.unraisablehook = sys.unraisablehook, lambda error: None
        try:
            gc.collect()
        finally:
            sys.unraisablehook = hook
        self.is_unordered = True

    # What can be compared

    def is_container(self, value):
        return any(
            isinstance(value, getattr(library, name))
            for library in (self.library, self.foreign)
            for name in CONTAINERS
        )

    def describe(self, value, depth=3):
        """A picture of a value, equal to that of its twin. It keeps nothing alive."""
        kind = type(value)
        if kind in (self.library.ProxyType, self.library.CallableProxyType):
            return ("proxy", kind.__name__)
        if isinstance(value, objects.NUMBERED):
            return repr(value)
        if self.is_container(value):
            return self.describe_container(value, depth)
        if isinstance(value, (standard.WeakMethod, LIBRARIES["weakly"].WeakMethod)):
            return ("WeakMethod", self.describe(value()))
        if isinstance(value, standard.ref):
            key = self.describe(value.key) if hasattr(value, "key") else ()
            return (kind.__name__, self.describe(value()), key)
        if isinstance(value, (standard.finalize, LIBRARIES["weakly"].finalize)):
            return ("finalize", value.alive)
        if isinstance(value, types.MethodType):
            return ("method", value.__name__, self.describe(value.__self__))
        if kind is dict:
            return ("dict", [(self.describe(k), self.describe(v)) for k, v in value.items()])
        if kind in (set, frozenset):
            return (kind.__name__, sorted(map(str, map(self.describe, value))))
        if kind in (list, tuple):
            return (kind.__name__, [self.describe(item, depth) for item in value])
        if isinstance(value, (int, float, str, bytes, type(None), type(NotImplemented))):
            return (kind.__name__, ADDRESS.sub("0x", repr(value)))
        if isinstance(value, type):
            return ("class", value.__name__)
        return kind.__name__

    def describe_container(self, container, depth):
        if depth == 0:
            return type(container).__name__
        picture = [type(container).__name__, len(container), bool(container)]
        if isinstance(container, (self.library.WeakSet, self.foreign.WeakSet)):
            # The rule `weak_sets_keep_insertion_order`: the standard's have none.
            picture.append(sorted(map(self.describe, container)))
        else:
            # An item that dies while the other one is described is no concern of ours.
            picture.append(
                [
                    (self.describe(key), self.describe(value, depth - 1))
                    for key, value in container.items()
                ]
            )
        if hasattr(container, "__dict__") and "note" in container.__dict__:
            picture.append(self.describe(container.note))
        return tuple(map(str, picture))

    def repr(self, container):
        text = ADDRESS.sub("0x", repr(container))
        if not isinstance(container, self.library.WeakSet):
            return text
        return sorted(text.strip("{}").split(", "))

    def level_keys(self):
        """The rule `storing_the_same_value_again_keeps_its_reference`: which of two equal keys a
        `KeyedRef` has and keeps alive, is not compared."""
        for container in self.containers:
            if isinstance(container, self.library.WeakValueDictionary):
                for key, ref in container.data.items():
                    ref.key = key

    def picture(self):
        """All there is in this world, and what has happened since the last picture."""
        trap, self.trap = self.trap, None
        try:
            self.level_keys()
            happened, self.log[:] = list(self.log), []
            # The rule `storing_the_same_value_again_keeps_its_reference`: the standard's has a new
            # one, which is called before others. What dies of that, dies in another order. And the
            # rule `dying_containers_forget_to_the_end`: they can be values.
            if self.is_unordered or self.value_dictionaries():
                happened.sort(key=str)
                self.is_unordered = False
            return {
                "happened": happened,
                "alive": sorted(self.watchers),
                "objects": [repr(thing) for thing in self.objects],
                "containers": [self.describe(container) for container in self.containers],
                "data": [self.describe(container.data) for container in self.containers],
                "reprs": [self.repr(container) for container in self.containers],
                "references": [self.describe(reference) for reference in self.references],
            }
        finally:
            self.trap = trap

    def end(self):
        """Lets everything go."""
        self.walks.clear()
        self.references.clear()
        self.objects.clear()

    def do(self, step):
        """Takes a step; what came of it, as a picture. Errors in callbacks go into the log."""
        self.is_unordered |= bool(self.value_dictionaries())  # they may be gone after the step

        def note(error):
            self.log.append(("unraisable", self.describe_error(error.exc_value)))

        hook, sys.unraisablehook = sys.unraisablehook, note
        try:
            return ("returned", self.describe(step(self)))
        except Exception as error:  # noqa: BLE001 - whatever it is, both must raise it
            return ("raised", *self.describe_error(error))
        finally:
            self.trap = None
            sys.unraisablehook = hook

    def describe_error(self, error):
        arguments = error.args if isinstance(error, KeyError) else (str(error),)
        return (type(error).__name__, [self.describe(argument) for argument in arguments])
