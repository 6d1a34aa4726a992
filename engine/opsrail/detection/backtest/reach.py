"""How far a rule was from raising an alert about an incident that it missed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import ibis.expr.types as ir

from opsrail.detection.backtest.incidents import Incident
from opsrail.detection.evaluate import Evaluation, Ground, Interval, evaluate_on
from opsrail.detection.library import Library
from opsrail.detection.model import (
    COUNTING,
    Correlation,
    Operator,
    Rule,
    Threshold,
    holds,
)
from opsrail.detection.words.nouns import number
from opsrail.streams.engines.model import Engine


@dataclass(frozen=True, slots=True)
class Nearest:
    """The highest value that the rule computed about an incident, and what it asks for."""

    value: float
    wanted: Threshold
    at: int

    @property
    def is_enough(self) -> bool:
        """Whether the threshold was reached, so that something else held the alert back."""
        return holds(self.wanted, self.value)

    def __str__(self) -> str:
        limit = "more than" if self.wanted.operator is Operator.GT else "at least"
        told = f"it came to {number(self.value)}, and the rule asks for {limit} "
        told += number(self.wanted.value)
        if self.is_enough:
            told += ": its baseline, its minimum or an earlier alert held it back"
        return told


def nearest(
    library: Library,
    engine: Engine,
    events: Mapping[str, ir.Table],
    rule: Rule,
    incident: Incident,
    early: int,
    *,
    seconds: float | None = None,
) -> Nearest | None:
    """How far the rule got while the incident lasted; None for rules that count nothing.

    The rule is run with a threshold of one and without what holds alerts back: its baseline,
    its minimum, its dedupe, what inhibits it.
    """
    body = rule.body
    if not isinstance(body, Correlation) or body.type not in COUNTING:
        return None
    wanted = [one for one in body.thresholds if one.operator in (Operator.GT, Operator.GTE)]
    if len(wanted) != 1 or len(body.thresholds) != 1:
        return None
    loosely = _loosely(library, engine, events, rule, incident, early, seconds)
    if loosely.failed:
        return None
    alerts = loosely.of(rule.name)
    about = [one for one in alerts if incident.covers(one, early) and one.value is not None]
    if not about:
        return Nearest(0, wanted[0], incident.started)
    best = max(about, key=lambda alert: (alert.value or 0, -alert.at))
    return Nearest(best.value or 0, wanted[0], best.at)


def _loosely(
    library: Library,
    engine: Engine,
    events: Mapping[str, ir.Table],
    rule: Rule,
    incident: Incident,
    early: int,
    seconds: float | None,
) -> Evaluation:
    assert isinstance(rule.body, Correlation)
    body = replace(rule.body, thresholds=(Threshold(Operator.GTE, 1),))
    held = {"baseline": None, "minimum": None, "dedupe": None, "inhibited_by": (), "severities": ()}
    ops = rule.ops.model_copy(update=held) if rule.ops else None
    loose = replace(rule, body=body, ops=ops, logic=f"{rule.logic} loosened")
    loosened = replace(library, rules={**library.rules, rule.name: loose})
    interval = Interval(incident.started - early - 1, incident.ended)
    ground = Ground(loosened, engine, events, seconds=seconds, maintained=False)
    return evaluate_on(ground, [rule.name], interval)
