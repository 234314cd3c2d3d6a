"""Programs with a daemon thread that is inside a call when the interpreter ends.

The thread is in `stay()` when the main thread ends, and asks for the GIL while the interpreter clears
its modules. Up to CPython 3.13 it is ended there.
"""

STAY = """
import os, sys, threading, time

reading, writing = os.pipe()
started = threading.Event()

def stay(*_):
    started.set()
    os.read(reading, 1)

class Late:
    def __del__(self, write=os.write, writing=writing, sleep=time.sleep, started=started):
        write(1, b"inside" if started.is_set() else b"not inside")
        write(writing, b"x")
        sleep(0.1)

class Equal:
    def __hash__(self): return 1
    def __eq__(self, other): stay()

class Hashed:
    def __hash__(self): stay()
"""

RUN = """
def inside():
    {inside}

threading.Thread(target=inside, daemon=True).start()
started.wait()
sys.modules["zz_late"] = Late()
"""


def program(names, inside):
    """A program in whose daemon thread the statements `inside` call `stay`. `names` defines what they use."""
    return STAY + names + RUN.replace("{inside}", inside)
