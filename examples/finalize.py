"""A finalizer cleans up when an object dies, or earlier on demand, and only once.

alive: True
closing port 8080
alive: False
closing port 9090
again: None
"""

import weakly


class Server:
    def __init__(self, port: int) -> None:
        # The function must not refer to `self`: that would keep the server alive.
        self.close = weakly.finalize(self, print, "closing port", port)


server = Server(8080)
close = server.close
print("alive:", close.alive)
del server
print("alive:", close.alive)

server = Server(9090)
server.close()
print("again:", server.close())
