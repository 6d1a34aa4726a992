"""What the judge of derived text says: where it departs from its source, and how far."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from opsrail.content.facts import FactKind


class Kind(StrEnum):
    """In what way a derived text departs from its source."""

    FACT_LOST = "fact-lost"
    FACT_ADDED = "fact-added"
    FACT_CHANGED = "fact-changed"
    DEONTIC = "deontic"
    """A word that obliges, permits, forbids or limits became another one, went or came."""
    NEGATION = "negation"
    """A "not", "no" or "without" went or came."""
    ENTITY_NEW = "entity-new"
    """A name, address, menu or piece of code that the source does not have."""
    OBLIGATION_LOST = "obligation-lost"
    """A rule or step of the source stands nowhere in the derived text."""
    STEP_ORDER = "step-order"
    LINK_TARGET = "link-target"
    WORDING = "wording"
    """Words that the source does not support."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one of the two texts, as a person would quote it.

    `line` and `column` count from 1 within that text; `column` is None where only the line is
    known.
    """

    text: str
    line: int = 1
    column: int | None = None


@dataclass(frozen=True, slots=True)
class Departure:
    """One way in which the derived text does not say what its source says.

    `source` is None for what only the derived text has, `derived` for what only the source has.
    `message` is one plain sentence. A grave one changes what a reader would do; the others are
    for information.
    """

    kind: Kind
    source: Span | None
    derived: Span | None
    message: str
    is_grave: bool = True
    values: frozenset[tuple[FactKind, str]] = frozenset()
    """Kind and value of the facts it is about, so that nobody reports the same fact twice."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What came of judging a derived text. `departures` are in order of the derived text.

    `score` is in [0, 1]: of the source's statements that had to be there (those with a fact, a
    rule or a step) the share that nothing grave is said about, with every grave addition
    counted as one more statement that isn't kept.
    """

    departures: tuple[Departure, ...]
    score: float

    @property
    def is_faithful(self) -> bool:
        """Whether nothing grave was found."""
        return not any(departure.is_grave for departure in self.departures)
