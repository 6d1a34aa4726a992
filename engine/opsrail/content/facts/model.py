"""The value this package is about: one typed, comparable statement inside a sentence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

FactKey = tuple["FactKind", str, str, str]


class FactKind(StrEnum):
    """What sort of thing a fact states."""

    MONEY = "money"
    DURATION = "duration"
    PERCENT = "percent"
    NUMBER = "number"
    DATE = "date"
    """Calendar dates, weekdays, clock times and round-the-clock cover (`24/7`)."""
    URL = "url"
    EMAIL = "email"
    CODE = "code"
    """Inline code, versions, status codes, and the labels `P1`, `SEV2`, `tier 1`, `level 2`."""
    HANDLE = "handle"
    """`@person`, `#channel`."""
    DEONTIC = "deontic"


@dataclass(frozen=True, slots=True)
class Fact:
    """One typed, normalised value in a block of Markdown."""

    kind: FactKind
    value: str
    """One spelling per quantity: "two weeks" and "14-day" are both `14 days`."""
    comparator: str
    """`<=`, `>=`, `<`, `>`, `=`, `~`, or nothing."""
    noun: str
    """The lower-cased words the value is about ("charge", "refund window", "requests per
    minute"), or nothing. A deontic word is about its subject and verb: "tier 1 refund"."""
    text: str
    """The words a person would quote: "within 30 days of the charge"."""
    start: int
    """First character of the value itself in the text that was read."""
    end: int
    """Character after the value."""
    amount: float | None
    """For raised and lowered. Durations in seconds (a month counts as 30.4375 days, a business
    day as one day and a business hour as one hour: good for order, not for arithmetic), money
    in its own currency, the upper end of a range. None where more and less mean nothing."""

    label: str = ""
    """What the quote stands beside and does not name itself: the first cell of a table's row."""

    @property
    def quoted(self) -> str:
        """The words to quote, behind their label: `House: 1,200`."""
        return f"{self.label}: {self.text}" if self.label else self.text

    def labelled(self, label: str) -> Fact:
        """The same fact with a label, unless its own words name that already."""
        return self if label.lower() in self.text.lower() else replace(self, label=label)

    @property
    def key(self) -> FactKey:
        """What makes two facts the same statement, wherever they stand."""
        return (self.kind, self.comparator, self.value, self.noun)


@dataclass(frozen=True, slots=True)
class Value:
    """A fact before it is bound to the words around it."""

    kind: FactKind
    value: str
    start: int
    end: int
    amount: float | None = None
