"""No operation leaks Python objects or memory of the tables."""

import gc
import sys

import operations
import pytest


def allocated_blocks():
    gc.collect()
    gc.collect()  # Without the GIL something may be left to the second.
    return sys.getallocatedblocks()


def resident_bytes():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096


def repeat(function, count):
    for _ in range(count):
        function()


@pytest.mark.parametrize("name", operations.OPERATIONS)
def test_no_objects_are_left(name):
    """A leak of one object per call would show as `count` blocks."""
    function, count = operations.OPERATIONS[name], 1000
    repeat(function, 200)
    before = allocated_blocks()
    repeat(function, count)
    assert allocated_blocks() - before < count / 10


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("name", operations.OPERATIONS)
def test_no_memory_is_left_after_a_hundred_thousand_times(name):
    """A leak of 16 bytes per call would show as 1.6 MB."""
    function, count = operations.OPERATIONS[name], 100_000
    repeat(function, count // 10)
    blocks, memory = allocated_blocks(), resident_bytes()
    repeat(function, count)
    assert allocated_blocks() - blocks < 100
    assert resident_bytes() - memory < 1_000_000
