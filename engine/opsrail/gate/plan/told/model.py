"""A told plan: the verdict, then parts with a label and lines. Every face lays out the same."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from opsrail.gate.plan.told.quoting import cut, plural

MOST_LINES: Final = 60
"""Lines on the screen that a plan is read on."""

MOST_CHARACTERS: Final = 60_000
"""A comment on GitHub holds 65,536."""

COLUMNS: Final = 100
"""Characters on a line of that screen."""

LABEL: Final = 14
"""Characters before each line, for the label of its part."""

MOST_IN_LINE: Final = 3 * (COLUMNS - LABEL)
"""Characters of one told line: three rows of the screen."""


class State(StrEnum):
    """What the verdict comes to."""

    OPEN = "open"
    WAITING = "waiting"
    """For people, and for nothing else."""
    CLOSED = "closed"
    """Whoever agrees, it may not land as it is now."""


class Look(StrEnum):
    """How the beginning of a line is shown where colours are."""

    PLAIN = ""
    GOOD = "good"
    CARE = "care"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class ToldLine:
    """One line: `lead` stands out, `text` follows it as it is. Both may hold words of other
    people; they are on one line already, and still have to be escaped by each face.

    `counts` says how many things it tells.
    """

    text: str
    lead: str = ""
    look: Look = Look.PLAIN
    counts: int = 1

    @property
    def words(self) -> str:
        """All of it."""
        return self.lead + self.text

    @property
    def rows(self) -> int:
        """Rows of the screen that it takes."""
        return max(-(-len(self.words) // (COLUMNS - LABEL)), 1)


def line(text: str, lead: str = "", look: Look = Look.PLAIN, counts: int = 1) -> ToldLine:
    """A line that takes three rows at the most, cut at a word."""
    lead = cut(lead, MOST_IN_LINE)
    return ToldLine(cut(text, max(MOST_IN_LINE - len(lead), 1)), lead, look, counts)


@dataclass(frozen=True, slots=True)
class ToldPart:
    """One subject: a headline with its figures, and lines of which the first weigh most.

    `hidden` counts what is not told, by its `noun`, and `elsewhere` says where it is. A part that
    `is_whole` is never cut; of another, the first `kept` lines are not.
    """

    label: str
    head: ToldLine
    lines: tuple[ToldLine, ...] = ()
    hidden: int = 0
    noun: str = ""
    is_whole: bool = False
    kept: int = 0
    elsewhere: str = ""

    @property
    def told(self) -> tuple[ToldLine, ...]:
        """The lines under the headline, and how many more there are."""
        if not self.hidden or not self.lines:
            return self.lines
        more = f"and {plural(self.hidden, f'more {self.noun}')}{self.elsewhere}"
        return (*self.lines, ToldLine(more))

    @property
    def rows(self) -> int:
        """Rows of the screen that it takes."""
        return self.head.rows + sum(one.rows for one in self.told)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a plan was made of: a label and its value. `is_id` for a commit or digest."""

    label: str
    value: str
    is_id: bool = False


@dataclass(frozen=True, slots=True)
class ToldPlan:
    """A plan in words. `rest` says where to find what is hidden; empty if nothing is."""

    state: State
    title: str
    stamps: tuple[Stamp, ...]
    verdict: tuple[ToldLine, ...]
    parts: tuple[ToldPart, ...]
    rest: str = ""
