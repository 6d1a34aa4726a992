"""Freezes as they bear on one change: those that hold now, when they end, and the next one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from opsrail.governance.calendar import holds_at, next_after
from opsrail.governance.changes import Change
from opsrail.governance.formats import Freeze
from opsrail.governance.model import Ahead, Frozen
from opsrail.governance.policy import Policy
from opsrail.governance.predicates import fits
from opsrail.governance.request import Request

_LINKED: Final = 50
"""Freezes that may follow each other without a gap before the end is no longer looked for."""


@dataclass(frozen=True, slots=True)
class Frost:
    """The freezes that hold now; the next to begin; and when those of now, with all that follow
    without a gap, are over (None if nothing is frozen, or no end is in sight).
    """

    frozen: tuple[Frozen, ...] = ()
    ahead: Ahead | None = None
    thaws: datetime | None = None


def frost(policy: Policy, changes: Iterable[Change], request: Request, now: datetime) -> Frost:
    """How freezes bear on these changes. A proved rollback is exempt where the policy says so."""
    if request.rolls_back and policy.file.rollbacks.freezes == "exempt":
        return Frost()
    covering = tuple(_covering(policy.file.freezes, tuple(changes)))
    frozen = tuple(
        Frozen(one.name, one.title, span.ends, policy.freeze_place(one.name))
        for one in covering
        if (span := holds_at(one, now)) is not None
    )
    return Frost(frozen, _ahead(covering, now), _thaws(covering, now) if frozen else None)


def _covering(freezes: Iterable[Freeze], changes: tuple[Change, ...]) -> Iterator[Freeze]:
    for freeze in freezes:
        if any(fits(word, change) for word in freeze.covers for change in changes):
            yield freeze


def _ahead(covering: tuple[Freeze, ...], now: datetime) -> Ahead | None:
    spans = ((one, next_after(one, now)) for one in covering)
    coming = [Ahead(one.name, span.begins) for one, span in spans if span is not None]
    return min(coming, key=lambda one: (one.begins, one.name), default=None)


def _thaws(covering: tuple[Freeze, ...], now: datetime) -> datetime | None:
    instant = now
    for _ in range(_LINKED):
        spans = [span for one in covering if (span := holds_at(one, instant)) is not None]
        if not spans:
            return instant
        instant = max(span.ends for span in spans)
    return None
