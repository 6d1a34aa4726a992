"""Alerts that stay silent: another one already says so, or maintenance was announced.

A silenced alert is kept and counted. It only reaches nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from opsrail.detection.model import Alert, Rule
from opsrail.detection.policies import Maintenance


def silenced(
    rule: Rule,
    alerts: Iterable[Alert],
    others: Mapping[str, Sequence[Alert]],
    maintenance: Sequence[Maintenance],
) -> tuple[Alert, ...]:
    """The alerts of a rule, each with what keeps it silent, if anything does.

    `others` holds the alerts of the rules that inhibit this one. What was decided when an alert
    was raised stands, however long it lasts.
    """
    inhibitors = [a for name in rule.inhibitors for a in others.get(name, ())]
    return tuple(
        alert
        if alert.suppressed
        else replace(alert, suppressed=_reason(alert, inhibitors, maintenance))
        for alert in alerts
    )


def _reason(alert: Alert, inhibitors: Sequence[Alert], maintenance: Sequence[Maintenance]) -> str:
    for other in inhibitors:
        lasts = other.at <= alert.at < other.until
        if lasts and other.scope == alert.scope and _agree(alert, other):
            return other.rule
    for planned in maintenance:
        if _covers(planned, alert):
            return planned.name
    return ""


def _agree(alert: Alert, other: Alert) -> bool:
    """Whether two alerts say the same of every field that both are grouped by."""
    theirs = dict(other.group)
    return all(theirs[name] == value for name, value in alert.group if name in theirs)


def _covers(planned: Maintenance, alert: Alert) -> bool:
    group = dict(alert.group)
    return (
        moment_of(planned.from_) <= alert.at < moment_of(planned.to)
        and (not planned.rules or alert.rule in planned.rules)
        and all(name in group and group[name] == value for name, value in planned.where.items())
    )


def moment_of(moment: datetime) -> int:
    """Microseconds since 1970 of a moment; one without a zone is UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    since = aware - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
