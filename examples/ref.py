"""A weak reference finds an object without keeping it alive.

reading ok
gone: None
"""

import weakly


class Sensor:
    def read(self) -> str:
        return "ok"


sensor = Sensor()
reference = weakly.ref(sensor)

found = reference()  # the object, or None when it is dead
if found is not None:
    print("reading", found.read())

del sensor, found
print("gone:", reference())
