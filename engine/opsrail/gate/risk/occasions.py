"""Freezes that would hold for a change, and peaks, now and within the policy's lookahead."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from opsrail.governance.calendar import occurrences
from opsrail.governance.changes import ChangeSet
from opsrail.governance.formats import Freeze, GovernanceFile, Recurring
from opsrail.governance.predicates import fits
from opsrail.governance.risk.evidence import Occasion
from opsrail.streams.spans import micros


def occasions(policy: GovernanceFile, change: ChangeSet, now: datetime) -> tuple[Occasion, ...]:
    """Every occurrence of a freeze that covers something of the change, and of every peak, that
    holds now or begins within the lookahead, in its own time zone.
    """
    end = now + timedelta(microseconds=micros(policy.risk.lookahead))
    found: list[Recurring] = [*_covering(policy, change), *policy.risk.peaks]
    return tuple(
        Occasion(
            span.begins.astimezone(ZoneInfo(one.time_zone)),
            span.ends.astimezone(ZoneInfo(one.time_zone)),
            one.name,
            one.title,
            isinstance(one, Freeze),
        )
        for one in found
        for span in occurrences(one, now, end)
    )


def _covering(policy: GovernanceFile, change: ChangeSet) -> Iterator[Freeze]:
    for freeze in policy.freezes:
        if any(fits(word, one) for word in freeze.covers for one in change.changes):
            yield freeze
