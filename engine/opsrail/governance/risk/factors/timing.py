"""Timing: a freeze or a peak that holds now, or begins before anybody could have seen enough."""

from __future__ import annotations

from datetime import datetime, timedelta

from opsrail.governance.formats import RiskLevel, RiskPolicy
from opsrail.governance.risk.evidence import Evidence, Occasion
from opsrail.governance.risk.levels import gravest
from opsrail.governance.risk.registry import Weighed, factor
from opsrail.governance.risk.words import length, moment
from opsrail.streams.spans import micros


@factor("timing", 5)
def timing(evidence: Evidence, policy: RiskPolicy, now: datetime) -> Weighed:
    """High while a freeze or a peak holds, medium if one begins within the policy's lookahead."""
    ahead = timedelta(microseconds=micros(policy.lookahead))
    near = sorted(one for one in evidence.occasions if one.ends > now and one.begins <= now + ahead)
    level = gravest(_level(one, now) for one in near)
    if not near:
        return Weighed(level, (f"no freeze and no peak in the next {length(ahead)}",))
    sentences = tuple(_said(one, now) for one in near)
    return Weighed(level, sentences, dict.fromkeys(evidence.paths, level))


def _level(one: Occasion, now: datetime) -> RiskLevel:
    return RiskLevel.HIGH if one.begins <= now else RiskLevel.MEDIUM


def _said(one: Occasion, now: datetime) -> str:
    kind = "freeze" if one.is_freeze else "peak"
    title = f" ({one.title})" if one.title else ""
    if one.begins <= now:
        return f"the {kind} {one.name} holds until {moment(one.ends)}{title}"
    return (
        f"the {kind} {one.name} begins in {length(one.begins - now)}, {moment(one.begins)}{title}"
    )
