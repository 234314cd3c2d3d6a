"""Actions that hooks of keys and values run in the middle of an operation."""

import copy
import gc

from referents import Failure, Hooked

COLLIDING = 7  # all objects have this hash, so every lookup calls `__eq__`


class Scene:
    """One container, the objects in it, and objects that are not."""

    def __init__(self, library, name, size=6):
        self.library, self.name = library, name
        self.inside = [Hooked(number, COLLIDING) for number in range(size)]
        self.outside = [Hooked(number, COLLIDING) for number in range(100, 103)]
        self.container = self.build(self.inside)

    def build(self, objects):
        cls = getattr(self.library, self.name)
        if self.name == "WeakKeyDictionary":
            return cls([(thing, Hooked(("value", thing.value))) for thing in objects])
        if self.name == "WeakValueDictionary":
            return cls([(Hooked(thing.value, COLLIDING), thing) for thing in objects])
        return cls(objects)

    def everything(self):
        return [*self.inside, *self.outside]

    def keys(self):
        """The objects that are compared when something is looked up."""
        if self.name == "WeakValueDictionary":
            return list(self.container)
        return self.everything()

    def insert(self, thing):
        if self.name == "WeakSet":
            self.container.add(thing)
        elif self.name == "WeakKeyDictionary":
            self.container[thing] = "inserted"
        else:
            self.container[Hooked(thing.value, COLLIDING)] = thing

    def remove_something(self):
        try:
            self.container.pop() if self.name == "WeakSet" else self.container.popitem()
        except KeyError:
            pass


def insert_many(scene):
    for number in range(200, 300):
        scene.outside.append(Hooked(number))
        scene.insert(scene.outside[-1])


def iterate(scene):
    list(scene.container)
    iterator = iter(scene.container)
    next(iterator, None)
    scene.iterator = iterator


def let_die(scene):
    del scene.inside[1:4]


def let_all_die(scene):
    scene.inside.clear()


def lose(scene):
    """The container loses all references but that of the running operation."""
    cls = type(scene.container)
    scene.container = cls()


def fail(scene):
    raise Failure


ACTIONS = {
    "clear": lambda scene: scene.container.clear(),
    "init": lambda scene: scene.container.__init__(),
    "remove": Scene.remove_something,
    "insert": insert_many,
    "iterate": iterate,
    "let_die": let_die,
    "let_all_die": let_all_die,
    "lose": lose,
    "collect": lambda scene: gc.collect(),
    "copy": lambda scene: (scene.container.copy(), copy.deepcopy(scene.container)),
    "assign_data": lambda scene: setattr(scene.container, "data", type(scene.container.data)()),
    "fail": fail,
}

MAPPING_OPERATIONS = {
    "get_item": lambda d, key, value: d[key],
    "contains": lambda d, key, value: key in d,
    "get": lambda d, key, value: d.get(key),
    "set_item": lambda d, key, value: d.__setitem__(key, value),
    "delete_item": lambda d, key, value: d.__delitem__(key),
    "pop": lambda d, key, value: d.pop(key),
    "pop_default": lambda d, key, value: d.pop(key, None),
    "popitem": lambda d, key, value: d.popitem(),
    "setdefault": lambda d, key, value: d.setdefault(key, value),
    "update": lambda d, key, value: d.update([(key, value)]),
    "update_from_itself": lambda d, key, value: d.update(d),
    "init": lambda d, key, value: d.__init__([(key, value)]),
    "ior": lambda d, key, value: d.__ior__([(key, value)]),
    "or": lambda d, key, value: d | d,
    "ror": lambda d, key, value: {key: value} | d,
    "eq": lambda d, key, value: d == d,
    "copy": lambda d, key, value: d.copy(),
    "deepcopy": lambda d, key, value: copy.deepcopy(d),
    "clear": lambda d, key, value: d.clear(),
    "items": lambda d, key, value: list(d.items()),
    "values": lambda d, key, value: list(d.values()),
    "data": lambda d, key, value: d.data,
    "assign_data": lambda d, key, value: setattr(d, "data", d.data),
    "repr": lambda d, key, value: repr(d),
}
SET_OPERATIONS = {
    "contains": lambda s, key, _: key in s,
    "add": lambda s, key, _: s.add(key),
    "discard": lambda s, key, _: s.discard(key),
    "remove": lambda s, key, _: s.remove(key),
    "pop": lambda s, key, _: s.pop(),
    "clear": lambda s, key, _: s.clear(),
    "update": lambda s, key, _: s.update([key]),
    "update_from_itself": lambda s, key, _: s.update(s),
    "init": lambda s, key, _: s.__init__([key]),
    "data": lambda s, key, _: s.data,
    "assign_data": lambda s, key, _: setattr(s, "data", s.data),
    "repr": lambda s, key, _: repr(s),
    "copy": lambda s, key, _: s.copy(),
    "copy_copy": lambda s, key, _: copy.copy(s),
    "deepcopy": lambda s, key, _: copy.deepcopy(s),
    **{
        name: lambda s, key, _, name=name: getattr(s, name)([key])
        for name in [
            "union",
            "intersection",
            "difference",
            "symmetric_difference",
            "difference_update",
            "__or__",
            "__and__",
            "intersection_update",
            "symmetric_difference_update",
            "issubset",
            "issuperset",
            "isdisjoint",
            "__sub__",
            "__xor__",
            "__lt__",
            "__gt__",
            "__le__",
            "__ge__",
            "__ior__",
            "__iand__",
            "__isub__",
            "__ixor__",
        ]
    },
    **{
        f"self_{name}": lambda s, key, _, name=name: getattr(s, name)(s)
        for name in [
            "__eq__",
            "__or__",
            "__and__",
            "__sub__",
            "__xor__",
            "__lt__",
            "__ior__",
            "__iand__",
        ]
    },
}


def operations(name):
    return SET_OPERATIONS if name == "WeakSet" else MAPPING_OPERATIONS


def disarm(scene):
    for thing in [*scene.everything(), *scene.keys()]:
        if isinstance(thing, Hooked):
            thing.eq_hook = thing.hash_hook = thing.del_hook = None


def assert_consistent(scene):
    """The container reports exactly what it holds, and still works."""
    container = scene.container
    contents = list(container)
    assert len(container) == len(contents)
    assert all(item in container for item in contents)
    if scene.name == "WeakSet":
        assert len(set(contents)) == len(contents)
        assert len(container.data) == len(contents)
    else:
        assert list(container.keys()) == contents
        assert [container[key] for key in contents] == list(container.values())
        assert list(container.items()) == list(zip(contents, container.values()))
    del contents
    new = Hooked("new", COLLIDING)
    before = len(container)
    scene.insert(new)
    assert len(container) == before + 1
    del new
    assert len(container) == before
    scene.inside.clear()
    scene.outside.clear()
    scene.iterator = None
    gc.collect()
    assert len(container) == 0
    assert list(container) == []
