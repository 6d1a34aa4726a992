"""From evidence to risk: each factor weighed, mitigations held against it, and what it demands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from opsrail.governance.formats import RiskLevel, RiskPolicy
from opsrail.governance.risk.evidence import Evidence
from opsrail.governance.risk.levels import level_of
from opsrail.governance.risk.mitigating import Filed, cover
from opsrail.governance.risk.model import Factor, Risk
from opsrail.governance.risk.registry import KnownFactor, factors


def assess(
    evidence: Evidence, policy: RiskPolicy, mitigations: Sequence[Filed], now: datetime
) -> Risk:
    """What a change risks, under this policy.

    Each factor adds the rank of its level (0, 1 or 2) to the score, and the score has limits of
    its own. A mitigation lowers no level: it says that somebody takes care, and until when.
    `now` is an instant with a time zone; the calendar date that counts is that of its zone.
    """
    weighed = tuple(_factor(known, evidence, policy, mitigations, now) for known in factors())
    score = sum(one.level.rank for one in weighed)
    level = level_of(score, policy.score)
    needs, stages = demanded(policy, level)
    return Risk(level, score, weighed, needs, stages)


def _factor(
    known: KnownFactor,
    evidence: Evidence,
    policy: RiskPolicy,
    mitigations: Sequence[Filed],
    now: datetime,
) -> Factor:
    found = known.weigh(evidence, policy, now)
    on_file = cover(known.name, found.files, mitigations, policy.mitigate, now.date())
    gone = (
        f"“{one.entry.what}” ({one.place.path} line {one.place.line}) ran out on {one.entry.until}"
        " and does not count"
        for one in on_file.past
    )
    return Factor(
        known.name,
        found.level,
        (*found.evidence, *gone),
        tuple(sorted(found.files)),
        tuple(one.told() for one in on_file.counting),
        on_file.without,
    )


def demanded(policy: RiskPolicy, level: RiskLevel) -> tuple[tuple[str, ...], int]:
    """What this level and all below it need: approval rules, and the most stages of any."""
    asked = [policy.demands[one] for one in _up_to(level) if one in policy.demands]
    needs = dict.fromkeys(name for demand in asked for name in demand.needs)
    return tuple(needs), max((demand.stages for demand in asked), default=1)


def _up_to(level: RiskLevel) -> Iterable[RiskLevel]:
    return (one for one in RiskLevel if one.rank <= level.rank)
