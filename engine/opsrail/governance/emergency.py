"""Break-glass: landing in an emergency, by two people's word, for a short time, on record."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from opsrail.governance.approvals import Votes
from opsrail.governance.formats import BreakGlass, Part
from opsrail.governance.model import GlassBroken
from opsrail.governance.request import Review, ReviewState
from opsrail.governance.standing import changed_since
from opsrail.streams.spans import micros

_CALL: Final = re.compile(r"^/break-glass[ \t]+(\S.*)$", re.MULTILINE)
"""The line of a review that calls for it, with the reason."""
_REFUSING: Final = (ReviewState.CHANGES_REQUESTED, ReviewState.DISMISSED)


@dataclass(frozen=True, slots=True)
class _Call:
    person: str
    at: datetime
    reason: str


def broken_glass(
    policy: BreakGlass | None, reviews: Iterable[Review], votes: Votes, now: datetime
) -> GlassBroken | None:
    """How it stands with break-glass; None where nobody called for it, or nobody may.

    A call counts for exactly what the caller saw, from the moment it was made until the policy's
    time is up, if the caller had no part in the change.
    """
    if policy is None or (
        Part.LAST_PUSHER in policy.distinct_from and not any(votes.parts[Part.LAST_PUSHER])
    ):
        return None
    may = votes.directory.members(policy.from_) - votes.barred(policy.distinct_from).keys()
    calls = _latest(_calls(reviews, votes, now, may))
    if not calls:
        return None
    lasting = timedelta(microseconds=micros(policy.valid_for))
    valid = [call for call in calls if now < call.at + lasting]
    holds = len(valid) >= policy.count
    complete = sorted(call.at for call in calls)[policy.count - 1 :]
    return GlassBroken(
        tuple(call.person for call in sorted(valid or calls, key=lambda call: call.person)),
        policy.count,
        calls[0].reason,
        # With the count-th newest call gone, too few are left.
        sorted((call.at for call in valid), reverse=True)[policy.count - 1] + lasting
        if holds
        else None,
        complete[0] + timedelta(microseconds=micros(policy.review_within)) if complete else None,
        holds,
    )


def _calls(
    reviews: Iterable[Review], votes: Votes, now: datetime, may: frozenset[str]
) -> Iterable[_Call]:
    for review in reviews:
        who = votes.directory.person(review.by)
        found = _CALL.search(review.text)
        if who is None or found is None or who not in may or review.at > now:
            continue
        standing = votes.standings.get(who)
        if review.state in _REFUSING or (standing is not None and standing.objects):
            continue
        if not changed_since(review.covers, votes.shares):
            yield _Call(who, review.at, found[1].strip())


def _latest(calls: Iterable[_Call]) -> list[_Call]:
    """Each person's last call, by time."""
    last: dict[str, _Call] = {}
    for call in sorted(calls, key=lambda one: (one.at, one.person, one.reason)):
        last[call.person] = call
    return sorted(last.values(), key=lambda one: (one.at, one.person))
