"""A case: one operation, written as the statement a program would contain."""

from dataclasses import dataclass
from typing import Optional


@dataclass(frozen=True)
class Case:
    """One operation on one kind of container (or on none), to be timed for each contender.

    The statements see the names that ``fixtures`` builds. ``loop`` repeats the statement for the items
    of an iterable. Without it the statement runs once, and the time is divided by the ``n`` entries of
    the container, unless ``shared`` is false.
    """

    name: str
    statement: str
    #: ``k in keys``: the head of the loop around the statement.
    loop: Optional[str] = None
    #: What the loop does without the operation; its time is subtracted.
    without: str = "pass"
    #: Runs before each repeat, outside the timed part.
    prepare: str = "pass"
    #: What prepares the loop without the operation, if something else.
    prepare_without: Optional[str] = None
    #: The same for dict and set where it is spelled differently; ``None``: they have no such thing.
    builtin: Optional[str] = ""
    #: Whether a statement without loop is divided by the number of entries.
    shared: bool = True
    #: Whether the statement takes the newest entry and stores it again, which stays the same one then.
    takes_newest: bool = False
    #: The row of the budget table that the case belongs to.
    budget: Optional[str] = None
    #: The sizes at which the case is worth its time.
    largest: int = 1_000_000

    def statement_for(self, contender):
        """The statement for a contender, or ``None`` where it has no such operation."""
        if contender == "builtin" and self.builtin != "":
            return self.builtin
        return self.statement
