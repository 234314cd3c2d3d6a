"""Finalizers that are alive when the program ends run then, newest first, unless told not to.

the program ends
removing scratch space
closing the log
"""

import weakly


class Resource:
    pass


log, scratch, memory = Resource(), Resource(), Resource()
weakly.finalize(log, print, "closing the log")
weakly.finalize(scratch, print, "removing scratch space")
weakly.finalize(memory, print, "freeing memory").atexit = False

print("the program ends")
