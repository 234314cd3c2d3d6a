"""The two sides of a comparison: an environment with weakly in front, one with the stock module."""

import shutil
from pathlib import Path

from tools import wheel
from tools.environment import Environment

STOCK, WEAKLY = "stock", "weakly"
AT_START = Path(__file__).with_name("at_start.py")


class Side(Environment):
    """An environment whose every process starts with `at_start.run(name)`."""

    def __init__(self, folder, name):
        super().__init__(folder)
        self.name = name
        self.log = self.folder / "processes.log"

    def prepare(self, built):
        """Puts the start file in place and, on the side that swaps, the wheel `built`."""
        if self.name == WEAKLY:
            self.unpack(built)
        shutil.copy(AT_START, self.site_packages)
        start = self.site_packages / "aaa_at_start.pth"
        start.write_text(f"import at_start; at_start.run({self.name!r})\n")

    def clear_log(self):
        """Empties the log of processes."""
        self.log.unlink(missing_ok=True)

    def processes(self):
        """How many processes started since, and the log lines of those where the swap failed."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        wanted = {STOCK: ("stock",), WEAKLY: ("swapped", "subinterpreter")}[self.name]
        started, bad = 0, []
        for line in lines:
            _, _, moment, report = line.split("\t", 3)
            started += moment == "start"
            if report not in wanted:
                bad.append(line)
        return started, bad


def pair(interpreter, purpose, wheels=None, install_requirements=None):
    """The stock and the swapped environment of an interpreter, ready to run.

    `purpose` names their folders; `install_requirements(side)` installs what the suites need;
    `wheels` is a folder of wheels to test instead of building one.
    """
    built = wheel.prebuilt(interpreter, wheels) if wheels else wheel.build_for_tests(interpreter)
    sides = []
    for name in (STOCK, WEAKLY):
        side = Side(wheel.BUILD / purpose / f"{name}-{interpreter.version}", name)
        side.create(interpreter, pip=install_requirements is not None)
        if install_requirements:
            install_requirements(side)
        side.prepare(built)
        sides.append(side)
    return sides
