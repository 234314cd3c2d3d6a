"""Random operations on weakly's containers and the standard library's give equal results.

A failure prints the steps that lead to it and a line that repeats it.
"""

import mappings
import pytest
import sets
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

MACHINES = [
    mappings.WeakKeyDictionaryMachine,
    mappings.WeakValueDictionaryMachine,
    sets.WeakSetMachine,
    mappings.WeakKeySubclassMachine,
    mappings.WeakValueSubclassMachine,
    sets.WeakSetSubclassMachine,
]


def run(machine, examples, steps, derandomize=False):
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            # Always the same examples; in the long form new ones each time.
            derandomize=derandomize,
            database=None,
            print_blob=True,
            # Shrinking a failure takes minutes, so its steps are printed as they are.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.parametrize("machine", MACHINES[:3])
def test_quick(machine):
    run(machine, 40, 30, derandomize=True)


@pytest.mark.long
@pytest.mark.parametrize("machine", MACHINES)
def test_thorough(machine):
    run(machine, 250, 60)
