"""What finds a value that was made before: each beside what a program would use that holds everything."""

from functools import lru_cache

#: What ours is called, how a program calls it, what it is compared with, and how that is called.
CASES = [
    ("cached_method", "owner.method()", "lru_cache", "function(owner)"),
    ("cached_method, an argument", "owner.method(1)", "lru_cache", "function(owner, 1)"),
    ("cached_method, a keyword", "owner.method(x=1)", "lru_cache", "function(owner, x=1)"),
    ("cached_method(maxsize=128)", "owner.bounded(1)", "lru_cache(128)", "bounded(owner, 1)"),
    ("weak_cache", "weak(owner)", "lru_cache(128)", "bounded(owner)"),
    ("WeakCache", "cache['key']", "lru_cache(128)", "bounded('key')"),
    ("WeakCache.get", "cache.get('key')", "lru_cache(128)", "bounded('key')"),
    ("Interner.intern", "interner.intern(owner)", "dict.setdefault", "plain.setdefault(owner, owner)"),
    ("get_or_create, weak keys", "keys.get_or_create(owner, make)", "dict.get", "plain.get(owner)"),
    ("get_or_create, weak values", "values.get_or_create('key', make)", "dict.get", "plain.get('key')"),
]  # fmt: skip


def names():
    """What the statements see."""
    import weakly

    class Owner:
        @weakly.cached_method
        def method(self, x=0):
            return x

        @weakly.cached_method(maxsize=128)
        def bounded(self, x=0):
            return x

    owner = Owner()
    cache = weakly.WeakCache(8)
    cache["key"] = owner
    interner = weakly.Interner()
    return {
        "owner": owner,
        "function": lru_cache(maxsize=None)(lambda owner, x=0: x),
        "bounded": lru_cache(maxsize=128)(lambda owner, x=0: x),
        "weak": weakly.weak_cache(lambda owner: 1),
        "cache": cache,
        "interner": interner,
        "keys": weakly.WeakKeyDictionary({owner: 1}),
        "values": weakly.WeakValueDictionary({"key": owner}),
        "plain": {owner: owner, "key": owner},
        "make": Owner,
    }
