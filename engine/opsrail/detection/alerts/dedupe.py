"""From crossings to alerts: what is folded into one.

A pass in the order of time over what is left of the events once they have become crossings,
which are few; so it needs no engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

from opsrail.detection.formats import Level, Severity
from opsrail.detection.model import Alert, Crossing, Group, Key, Rule
from opsrail.streams.spans import micros

FOR_EVER = 10**18
"""Microseconds, some 30,000 years: what lasts longer no store could hold."""


def fold(
    rule: Rule, crossings: Sequence[Crossing], earlier: Iterable[Alert] = (), grace: int = 0
) -> tuple[Alert, ...]:
    """The rule's alerts, in order: new ones, and those of `earlier` that grew.

    With a cooldown, what crosses within so long of an alert's first crossing folds into it;
    with `quiet`, what crosses within so long of its last one. An end does not belong to the
    interval. `grace` is how long late records are waited for, in microseconds.
    """
    lasting = _Lasting(rule, grace)
    for alert in sorted(earlier, key=lambda alert: alert.at):
        lasting.remember(alert)
    for crossing in lasting.in_order(crossings):
        lasting.take(crossing)
    return tuple(sorted(lasting.alerts(), key=lambda alert: alert.order))


@dataclass(slots=True)
class _Standing:
    """An alert while it lasts. Crossings are many more than alerts, so it grows in place."""

    alert: Alert
    last: int
    until: int
    folded: int
    level: Level
    is_touched: bool

    def settled(self) -> Alert:
        return replace(
            self.alert, last=self.last, until=self.until, folded=self.folded, level=self.level
        )


class _Lasting:
    """The alert that each dedupe key is in, as time passes."""

    def __init__(self, rule: Rule, grace: int) -> None:
        self.rule = rule
        self.grace = grace
        self.graded = bool(rule.ops and rule.ops.severities)
        dedupe = rule.ops.dedupe if rule.ops else None
        self.cooldown = _length(dedupe.cooldown) if dedupe else 0
        self.quiet = _length(dedupe.quiet) if dedupe else 0
        named = dedupe.key if dedupe and dedupe.key is not None else rule.group_by
        self.key = frozenset(named)
        self.keys: dict[Group, tuple[Key, ...]] = {}
        self.open: dict[tuple[str, tuple[Key, ...]], _Standing] = {}
        self.all: list[_Standing] = []

    def alerts(self) -> list[Alert]:
        """Those that were raised or grew."""
        return [standing.settled() for standing in self.all if standing.is_touched]

    def in_order(self, crossings: Sequence[Crossing]) -> Sequence[Crossing]:
        """By time. At one instant groups that fold together come in the order of their text:
        they may hold NULLs and values of several types, which have no other order.
        """
        if self.key >= frozenset(self.rule.group_by):
            return sorted(crossings, key=itemgetter(0))
        spelled = {group: str(group) for group in {crossing.group for crossing in crossings}}
        return sorted(crossings, key=lambda one: (one.at, one.scope, spelled[one.group]))

    def remember(self, alert: Alert) -> None:
        """Take up an alert of an earlier run, into which crossings may still fold."""
        self._stand(alert, is_touched=False)

    def take(self, crossing: Crossing) -> None:
        """Fold a crossing into the alert it falls in, or raise a new one."""
        standing = self.open.get((crossing.scope, self._key(crossing.group)))
        if standing is None or crossing.at >= standing.until:
            self._stand(self._raised(crossing), is_touched=True)
            return
        standing.last = crossing.at
        standing.folded += 1
        standing.is_touched = True
        if self.quiet:
            standing.until = crossing.at + self.quiet
        if self.graded:
            level = level_of(self.rule, crossing.value)
            standing.level = max(standing.level, level, key=lambda one: one.rank)

    def _stand(self, alert: Alert, *, is_touched: bool) -> None:
        standing = _Standing(alert, alert.last, alert.until, alert.folded, alert.level, is_touched)
        self.open[alert.scope, self._key(alert.group)] = standing
        self.all.append(standing)

    def _key(self, group: Group) -> tuple[Key, ...]:
        if group not in self.keys:
            self.keys[group] = tuple(value for name, value in group if name in self.key)
        return self.keys[group]

    def _raised(self, crossing: Crossing) -> Alert:
        return Alert(
            rule=self.rule.name,
            group=crossing.group,
            at=crossing.at,
            last=crossing.at,
            until=crossing.at + (self.cooldown or self.quiet),
            level=level_of(self.rule, crossing.value),
            value=crossing.value,
            expected=crossing.expected,
            known=crossing.at + self.grace,
            scope=crossing.scope,
        )


def _length(span: str | None) -> int:
    return min(micros(span), FOR_EVER) if span else 0


def level_of(rule: Rule, value: float | None) -> Level:
    """The rule's level, or the highest of its severities that the value has reached."""
    severities = rule.ops.severities if rule.ops else ()
    reached = [one.level for one in severities if value is not None and _reached(one, value)]
    return max((rule.level, *reached), key=lambda level: level.rank)


def _reached(severity: Severity, value: float) -> bool:
    if severity.gte is not None:
        return value >= severity.gte
    if severity.gt is not None:
        return value > severity.gt
    if severity.lte is not None:
        return value <= severity.lte
    assert severity.lt is not None
    return value < severity.lt
