"""What governance comes to: each rule's state, the freezes, and the verdict with its reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from opsrail.findings import Location
from opsrail.governance.changes import Change


class RuleState(StrEnum):
    """How it stands with an approval rule."""

    APPROVED = "approved"
    PENDING = "pending"
    SKIPPED = "skipped"
    """Nothing that changes needs it."""
    ERROR = "error"
    """It cannot be answered: an unknown group, nobody left who could agree."""


@dataclass(frozen=True, slots=True)
class Approval:
    """One person's yes that counts. `at` is when it was given."""

    person: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Discounted:
    """A yes that does not count, and why: “wrote part of it”, “refunds.md changed since”."""

    person: str
    why: str


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """One approval rule, for one team where it asks owners.

    `groups` are those it may come from, `needed` how many people, `given` those who agreed,
    `missing` how many are left, `candidates` who could still give it (sorted ids of people).
    `changes` are those that need it. `place` is the rule's line in the policy. `problem` says
    what is wrong if it is an error. `is_for_risk` if no tier asks for it, and the risk does.
    """

    rule: str
    place: Location
    state: RuleState
    groups: tuple[str, ...] = ()
    needed: int = 0
    given: tuple[Approval, ...] = ()
    discounted: tuple[Discounted, ...] = ()
    candidates: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    problem: str = ""
    is_for_risk: bool = False

    @property
    def missing(self) -> int:
        """How many people are still wanted."""
        return max(self.needed - len(self.given), 0)

    @property
    def team(self) -> str:
        """The groups in words: `risk-owners`, `billing-support or trust-desk`."""
        return " or ".join(self.groups)


@dataclass(frozen=True, slots=True)
class Frozen:
    """A freeze that holds now for something that changes, until when, and where it is said."""

    name: str
    title: str
    until: datetime
    place: Location


@dataclass(frozen=True, slots=True)
class Ahead:
    """The next freeze that would hold for this change, and when it begins."""

    name: str
    begins: datetime


@dataclass(frozen=True, slots=True)
class GlassBroken:
    """Break-glass as it stands: by whom, why, until when it counts; `holds` if it opens now."""

    people: tuple[str, ...]
    needed: int
    reason: str
    expires: datetime | None
    review_by: datetime | None
    holds: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """May this land, as far as people decide? `proofs` are another matter.

    `tier` is the gravest tier of any change, with its `title`; `tiers` maps each tier to the
    changes in it. `objections` are people who asked for changes, and may. `problems` are reasons
    for no that no approval mends: a missing policy, a change that no tier fits, an unowned file.
    `decides_again` is the next instant at which the answer can change by itself, None if only
    people can change it.
    """

    is_open: bool
    tier: int | None = None
    title: str = ""
    tiers: Mapping[int, tuple[Change, ...]] | None = None
    outcomes: tuple[RuleOutcome, ...] = ()
    objections: tuple[str, ...] = ()
    frozen: tuple[Frozen, ...] = ()
    ahead: Ahead | None = None
    glass: GlassBroken | None = None
    problems: tuple[str, ...] = ()
    decides_again: datetime | None = None
    unknown: tuple[str, ...] = ()
    """Names in commits that the directory does not have."""
    rolls_back: str = ""

    @property
    def active(self) -> tuple[RuleOutcome, ...]:
        """The rules that something needs."""
        return tuple(one for one in self.outcomes if one.state is not RuleState.SKIPPED)

    @property
    def needed(self) -> int:
        """How many approvals there must be in all."""
        return sum(one.needed for one in self.active)

    @property
    def have(self) -> int:
        """How many of them are there."""
        return sum(min(len(one.given), one.needed) for one in self.active)
