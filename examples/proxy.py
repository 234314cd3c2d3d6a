"""A proxy is used like the object itself, until that dies.

12 plants
ReferenceError: weakly-referenced object no longer exists
"""

import weakly


class Garden:
    def __init__(self) -> None:
        self.plants = ["fern"] * 12

    def __len__(self) -> int:
        return len(self.plants)


garden = Garden()
view = weakly.proxy(garden)
print(len(view), "plants")

del garden
try:
    print(len(view))
except ReferenceError as error:
    print(f"{type(error).__name__}: {error}")
