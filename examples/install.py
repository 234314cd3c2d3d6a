"""install() makes everybody who imports weakref use weakly; uninstall() undoes it.

before: weakref has ours: False, threading has ours: False
installed: weakref has ours: True, threading has ours: False
rebound: weakref has ours: True, threading has ours: True
uninstalled: weakref has ours: False, threading has ours: False
"""

import threading
import weakref

import weakly


def show(when: str) -> None:
    in_weakref = vars(weakref)["WeakSet"] is weakly.WeakSet
    in_threading = vars(threading)["WeakSet"] is weakly.WeakSet
    print(f"{when}: weakref has ours: {in_weakref}, threading has ours: {in_threading}")


show("before")
weakly.install()
show("installed")
weakly.install(rebind=True)  # also what was taken out of weakref earlier
show("rebound")
weakly.uninstall()
show("uninstalled")
