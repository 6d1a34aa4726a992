"""Freshness: whether what the change rests on was read again when it had to be."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from opsrail.governance.formats import RiskLevel, RiskPolicy
from opsrail.governance.risk.evidence import Evidence, Review
from opsrail.governance.risk.levels import by_file, gravest
from opsrail.governance.risk.registry import Weighed, factor
from opsrail.governance.risk.words import count, days_ago

LONG_OVERDUE: Final = 90
"""Days after which nobody can lean on a document any more: a whole quarter went by."""


@factor("freshness", 6)
def freshness(evidence: Evidence, _policy: RiskPolicy, now: datetime) -> Weighed:
    """Medium if a document that the change rests on is overdue for review or names no day for
    it, high if it has been overdue for more than a quarter.
    """
    today = now.date()
    stale = [one for one in evidence.reviews if one.due is None or one.due < today]
    files = by_file((one.path, _level(one, today)) for one in stale)
    if not stale:
        return Weighed(RiskLevel.LOW, (_all_fresh(evidence.reviews),))
    told = sorted(stale, key=lambda one: (one.due or date.max, one.path))
    return Weighed(gravest(files.values()), tuple(_said(one, today) for one in told), files)


def _level(one: Review, today: date) -> RiskLevel:
    is_long = one.due is not None and (today - one.due).days > LONG_OVERDUE
    return RiskLevel.HIGH if is_long else RiskLevel.MEDIUM


def _said(one: Review, today: date) -> str:
    if one.due is None:
        return f"nothing says when {one.path} is read again"
    return f"{one.path} was to be read again on {one.due}, {days_ago(one.due, today)}"


def _all_fresh(reviews: tuple[Review, ...]) -> str:
    if not reviews:
        return "it rests on no source document"
    first = min(one.due for one in reviews if one.due is not None)
    documents = count(len(reviews), "document")
    return f"{documents} it rests on, the next to be read again on {first}"
