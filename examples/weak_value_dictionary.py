"""A WeakValueDictionary caches objects for as long as somebody uses them.

loading map.png
one object: True
cached: 1
cached when nobody uses it: 0
"""

import weakly


class Image:
    def __init__(self, path: str) -> None:
        print("loading", path)
        self.path = path


cache: weakly.WeakValueDictionary[str, Image] = weakly.WeakValueDictionary()


def load(path: str) -> Image:
    image = cache.get(path)
    if image is None:
        image = cache[path] = Image(path)
    return image


one, two = load("map.png"), load("map.png")
print("one object:", one is two)
print("cached:", len(cache))

del one, two
print("cached when nobody uses it:", len(cache))
