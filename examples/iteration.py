"""A container may change, and its objects may die, while somebody iterates over it.

1: 3 live
3: 3 live
in the end: [1, 3, 4]
"""

import weakly


class Task:
    def __init__(self, number: int) -> None:
        self.number = number


tasks = {number: Task(number) for number in (1, 2, 3)}
running = weakly.WeakSet(tasks.values())

for task in running:
    tasks.pop(2, None)  # dies at once, so that the loop does not come to it
    if 4 not in tasks:
        tasks[4] = Task(4)
        running.add(tasks[4])  # comes too late for this loop
    print(f"{task.number}: {len(running)} live")

print("in the end:", [task.number for task in running])
