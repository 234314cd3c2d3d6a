"""No operation leaves anything behind: neither Python objects nor memory of the tables."""

import gc
import sys

import pytest
import rounds


def allocated_blocks():
    gc.collect()
    return sys.getallocatedblocks()


def resident_bytes():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096


def repeat(function, count):
    for _ in range(count):
        function()


@pytest.mark.parametrize("name", rounds.ROUNDS)
def test_no_objects_are_left(name):
    """A leak of one object a round would show as `count` blocks."""
    function, count = rounds.ROUNDS[name], 1000
    repeat(function, 200)
    before = allocated_blocks()
    repeat(function, count)
    assert allocated_blocks() - before < count / 10


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("name", rounds.ROUNDS)
def test_no_memory_is_left_after_a_hundred_thousand_rounds(name):
    """A leak of 16 bytes a round would show as 1.6 MB."""
    function, count = rounds.ROUNDS[name], 100_000
    repeat(function, count // 10)
    blocks, memory = allocated_blocks(), resident_bytes()
    repeat(function, count)
    assert allocated_blocks() - blocks < 100
    assert resident_bytes() - memory < 1_000_000
