"""`keep_alive`: an object that must not die before another one."""

import gc
import subprocess
import sys

import pytest
import weakly
from weakly import keep_alive


class Logged:
    """Has neither a `__dict__` nor a hash."""

    __slots__ = ("__weakref__", "log", "name", "other")
    __hash__ = None

    def __init__(self, name, log):
        self.name, self.log, self.other = name, log, None

    def __del__(self):
        self.log.append(self.name)


def pair():
    log = []
    patient = Logged("patient", log)  # the collector comes to the older one first
    return Logged("owner", log), patient, log


def test_it_lives_as_long_as_its_owner(no_gc):
    owner, patient, log = pair()
    assert keep_alive(owner, patient) is None
    del patient
    assert log == []
    del owner
    assert log == ["owner", "patient"]


def test_it_goes_after_its_owner_in_a_collection_too():
    owner, patient, log = pair()
    keep_alive(owner, patient)
    owner.other = owner
    del owner, patient
    gc.collect()
    assert log == ["owner", "patient"]


def test_the_del_of_the_owner_finds_it_alive_in_a_collection():
    seen = []

    class Owner:
        def __del__(self):
            seen.append(found() is not None)

    owner, patient = Owner(), Logged("patient", [])
    found = weakly.ref(patient)
    owner.itself = owner
    keep_alive(owner, patient)
    del owner, patient
    gc.collect()
    assert seen == [True]
    assert found() is None


def test_several_are_kept_for_one_owner_each_once(no_gc):
    log = []
    owner = Logged("owner", log)
    patients = [Logged(name, log) for name in "abc"]
    counts = [sys.getrefcount(patient) for patient in patients]
    for patient in patients * 3:
        keep_alive(owner, patient)
    del patient
    assert [sys.getrefcount(patient) for patient in patients] == [count + 1 for count in counts]
    patients.clear()
    assert log == []
    del owner
    assert log == ["owner", "a", "b", "c"]


def test_one_is_kept_for_several_owners(no_gc):
    log = []
    patient = Logged("patient", log)
    owners = [Logged(name, log) for name in "abc"]
    for owner in owners:
        keep_alive(owner, patient)
    del patient, owner
    while owners:
        assert "patient" not in log
        owners.pop()
    assert log[-1] == "patient"


def test_an_object_does_not_keep_itself_alive(no_gc):
    owner, _, log = pair()
    keep_alive(owner, owner)
    del owner
    assert "owner" in log


def test_anything_can_be_kept(no_gc):
    owner = Logged("owner", [])
    for patient in (None, 5, [owner.log]):
        keep_alive(owner, patient)


@pytest.mark.parametrize("owner", [5, None, []])
def test_an_owner_that_cannot_be_referenced_weakly_is_refused(owner):
    with pytest.raises(TypeError, match=f"'{type(owner).__name__}' object"):
        keep_alive(owner, 1)


def test_it_works_without_the_callbacks_of_the_collector(monkeypatch, no_gc):
    monkeypatch.setattr(gc, "callbacks", [])
    owner, patient, log = pair()
    keep_alive(owner, patient)
    del patient
    gc.callbacks.clear()
    del owner
    assert log == ["owner", "patient"]


def test_both_are_finalized_at_exit():
    program = """
import os
from weakly import keep_alive
class Logged:
    def __init__(self, name): self.name = name
    def __del__(self, write=os.write): write(1, self.name.encode())
owner = Logged("owner ")
keep_alive(owner, Logged("patient "))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (sorted(done.stdout.split()), done.stderr) == (["owner", "patient"], "")
