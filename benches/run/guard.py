"""The guard: tells a regression of the main operations from the noise of a busy machine.

Ratios within one process stay the same on a slow or busy machine, and the bounds are generous: a
budget may be missed by a factor of ``SLACK``. What misses it is measured again before it counts.
Of an operation that is known to miss its budget, what it reaches is the bound.
"""

import sys
from dataclasses import replace

from ..cases.budgets import BUDGETS, SIZE
from . import measurement

SLACK = 1.6
ATTEMPTS = 3

#: What operations reach that miss their budgets even on a quiet machine.
REACHED = {("WeakSet", "s.symmetric_difference_update(list)"): 2.3}


def run(contenders):
    """Checks every budget; returns the exit status."""
    if "weakly" not in contenders:
        print("guard: weakly is not installed for this interpreter", file=sys.stderr)
        return 1
    failing = None
    for _ in range(ATTEMPTS):
        failing = list(failures(contenders, failing))
        if not failing:
            print("guard: every main operation is within its bound")
            return 0
    for _, _, message in failing:
        print(f"guard: {message}")
    return 1


def failures(contenders, again):
    """The operations beyond their bounds: of all, or of those that failed before."""
    only = None if again is None else {(group, case) for group, case, _ in again}
    for record in measurement.records(
        contenders,
        sizes=(SIZE,),
        wanted=lambda group, case: (
            case.budget is not None and (only is None or (group, case.name) in only)
        ),
    ):
        for budget in BUDGETS:
            ratio = budget.ratio(record) if budget.applies(record) else None
            reached = REACHED.get((record["group"], record["case"]))
            if reached is not None:
                budget = replace(budget, bound=reached)
            if ratio is None or budget.is_met(ratio, SLACK):
                continue
            message = (
                f"{record['group']} {record['case']}: {ratio:.2f}, "
                f"the bound is {budget.kind} {budget.bound:g} (slack {SLACK})"
            )
            yield record["group"], record["case"], message
