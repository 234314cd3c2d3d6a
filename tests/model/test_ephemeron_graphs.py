"""Random graphs keep what is alive, and nothing else."""

import gc
import random

import ephemeron_graphs
import implementations
import pytest

pytestmark = pytest.mark.skipif(
    not implementations.HAS_GIL, reason="without the GIL there are no ephemerons"
)


def run(seeds):
    gc.collect()
    gc.disable()
    try:
        for seed in seeds:
            try:
                ephemeron_graphs.run(seed)
            except Exception as error:
                raise AssertionError(f"seed {seed}") from error
    finally:
        gc.enable()


@pytest.mark.parametrize("first", range(0, 100, 20))
def test_quick(first):
    run(range(first, first + 20))


@pytest.mark.long
@pytest.mark.parametrize("part", range(20))
def test_thorough(part):
    run(random.randrange(1 << 48) for _ in range(1000))
