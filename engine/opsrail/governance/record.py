"""The decision record: what a landed change's commit says about why it could land.

A record is a claim in a commit message, and anybody can write one. Whether it is true of the
commit it stands in is another question, answered where Git is at hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from opsrail.governance.formats import RiskLevel
from opsrail.report.escaping import shortened, visible

LONGEST: Final = 200
"""Characters that one value may have. Lines of a commit message are read on terminals."""
PREFIX: Final = "Opsrail-"
OPEN: Final = "open"
BREAK_GLASS: Final = "break-glass"
ROLLBACK_OF: Final = "rollback of "
KNOWN: Final = (
    "Opsrail-Plan",
    "Opsrail-Verdict",
    "Opsrail-Tier",
    "Opsrail-Risk",
    "Opsrail-Policy",
    "Opsrail-Pull-Request",
    "Opsrail-Approved-By",
    "Opsrail-Proved-By",
    "Opsrail-Changed",
    "Opsrail-Break-Glass",
    "Opsrail-Reason",
    "Opsrail-Review-By",
)
"""The names of the trailers, in the order in which they are written."""

_PLAN = re.compile(r"[0-9a-f]{64}")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_OTHER = re.compile(r"Opsrail-[A-Za-z0-9][A-Za-z0-9-]{0,60}")
_NAMED = frozenset(name.lower() for name in KNOWN)


def one_line(text: str, most: int = LONGEST) -> str:
    """What a person wrote, fit for a trailer: one line of at most `most` characters in which
    nothing acts or hides. Doing it twice changes nothing more.
    """
    flat = re.sub(r"[\r\n\t]+", " ", text)
    return shortened(" ".join(visible(flat).split()), most)


@dataclass(frozen=True, slots=True)
class Agreed:
    """One person's yes: for which team it counted, and when it was given."""

    person: str
    team: str
    at: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "person", one_line(self.person) or "somebody")
        team = self.team.translate({ord("("): "[", ord(")"): "]"})
        object.__setattr__(self, "team", one_line(team))
        object.__setattr__(self, "at", _second(self.at))


@dataclass(frozen=True, slots=True)
class Emergency:
    """Break-glass: who broke it, why, and until when somebody looks at it."""

    people: tuple[str, ...]
    reason: str
    review_by: datetime | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "people", tuple(sorted(set(_lines(self.people)))))
        object.__setattr__(self, "reason", one_line(self.reason))
        object.__setattr__(self, "review_by", self.review_by and _second(self.review_by))
        if not self.people:
            raise ValueError("nobody broke the glass")


@dataclass(frozen=True, slots=True)
class Record:
    """What decided on a landed change. However it is made, its texts are fit for trailers.

    `plan` is the digest that approvals bound to (64 hex digits), `policy` the commit whose policy
    judged (40, or empty), `request` the pull request's number as people say it. `proofs` and
    `changes` are in words. `rolls_back` names the landed commit that it takes back. `others` are
    trailers of later versions, (name, value), kept as they are.
    """

    plan: str
    policy: str = ""
    tier: int | None = None
    risk: RiskLevel | None = None
    request: str = ""
    approvals: tuple[Agreed, ...] = ()
    proofs: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    glass: Emergency | None = None
    rolls_back: str = ""
    others: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if not _PLAN.fullmatch(self.plan):
            raise ValueError("a plan's digest has 64 hex digits")
        for commit in (self.policy, self.rolls_back):
            if commit and not _COMMIT.fullmatch(commit):
                raise ValueError("a commit has 40 hex digits")
        for name, _ in self.others:
            if not _OTHER.fullmatch(name) or name.lower() in _NAMED:
                raise ValueError(f"{one_line(name)} is no name of another trailer")
        if self.tier is not None and not 0 <= self.tier <= 9:
            raise ValueError("tiers go from 0 to 9")
        given = sorted(set(self.approvals), key=lambda one: (one.at, one.person, one.team))
        object.__setattr__(self, "approvals", tuple(given))
        object.__setattr__(self, "request", one_line(self.request, 40))
        object.__setattr__(self, "proofs", _lines(self.proofs))
        object.__setattr__(self, "changes", _lines(self.changes))
        others = sorted((name, one_line(value)) for name, value in self.others)
        object.__setattr__(self, "others", tuple(others))

    @property
    def verdict(self) -> str:
        """Why it could land, in words: `open`, `break-glass`, `rollback of` a commit."""
        said = [BREAK_GLASS] if self.glass else []
        said += [f"{ROLLBACK_OF}{self.rolls_back}"] if self.rolls_back else []
        return ", ".join(said) or OPEN


def _lines(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(line for text in texts if (line := one_line(text)))


def _second(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a time needs a time zone")
    return at.astimezone(UTC).replace(microsecond=0)
