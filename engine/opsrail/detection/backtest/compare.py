"""Alerts of base and head held against each other: added, removed, moved, the same."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from opsrail.detection.model import Alert, Correlation, Group, Rule
from opsrail.streams.spans import SECOND, micros


@dataclass(frozen=True, slots=True)
class Pair:
    """One alert as base raised it and as head does."""

    before: Alert
    after: Alert

    @property
    def shift(self) -> int:
        """How much later head raises it, in microseconds; negative for earlier."""
        return self.after.at - self.before.at

    @property
    def changes(self) -> tuple[str, ...]:
        """What else is different about it, in words."""
        told = []
        if self.before.level is not self.after.level:
            told.append(f"{self.before.level.value} → {self.after.level.value}")
        if self.before.suppressed != self.after.suppressed:
            told.append(_silence(self.before.suppressed, self.after.suppressed))
        return tuple(told)


@dataclass(frozen=True, slots=True)
class Difference:
    """How the alerts of head differ from those of base, each in order of time."""

    same: tuple[Pair, ...] = ()
    moved: tuple[Pair, ...] = ()
    added: tuple[Alert, ...] = ()
    removed: tuple[Alert, ...] = ()

    @property
    def altered(self) -> tuple[Pair, ...]:
        """Alerts at the same time that have another level or fell silent, or no longer are."""
        return tuple(pair for pair in self.same if pair.changes)

    @property
    def is_none(self) -> bool:
        """Whether nothing at all changed."""
        return not (self.moved or self.added or self.removed or self.altered)


def reach_of(rule: Rule) -> int:
    """How far apart two alerts may be and still be one that moved, in microseconds.

    The longest of the rule's timespan and of the time within which it folds crossings into one
    alert: both say what the rule itself takes for one episode. A minute for plain detections.
    """
    spans = [60 * SECOND]
    if isinstance(rule.body, Correlation):
        spans.append(rule.body.timespan)
    dedupe = rule.ops.dedupe if rule.ops else None
    spans += [micros(span) for span in ((dedupe.cooldown, dedupe.quiet) if dedupe else ()) if span]
    return max(spans)


def compare(before: Sequence[Alert], after: Sequence[Alert], reach: int) -> Difference:
    """The difference between two lists of alerts of one rule.

    Alerts with one id are the same. Of the others, those of one group are paired by nearness in
    time, the nearest first, at most `reach` apart: they moved. Groups are compared in the fields
    that both have, so that a group-by with one field more does not tear all pairs apart.
    """
    earlier = {alert.id: alert for alert in before}
    later = {alert.id: alert for alert in after}
    same = [Pair(earlier[name], later[name]) for name in earlier if name in later]
    gone = [alert for name, alert in earlier.items() if name not in later]
    new = [alert for name, alert in later.items() if name not in earlier]
    moved = _paired(gone, new, reach)
    left = {pair.before.id for pair in moved} | {pair.after.id for pair in moved}
    return Difference(
        tuple(sorted(same, key=lambda pair: pair.after.order)),
        tuple(sorted(moved, key=lambda pair: pair.after.order)),
        _in_time(alert for alert in new if alert.id not in left),
        _in_time(alert for alert in gone if alert.id not in left),
    )


def _in_time(alerts: Iterable[Alert]) -> tuple[Alert, ...]:
    return tuple(sorted(alerts, key=lambda alert: alert.order))


def _paired(before: Sequence[Alert], after: Sequence[Alert], reach: int) -> list[Pair]:
    shared = _fields(before) & _fields(after)
    groups: dict[Group, list[tuple[int, bool, Alert]]] = {}
    for is_new, alerts in ((False, before), (True, after)):
        for alert in alerts:
            key = tuple(sorted((pair for pair in alert.group if pair[0] in shared), key=repr))
            groups.setdefault(key, []).append((alert.at, is_new, alert))
    return [pair for row in groups.values() for pair in _nearest(row, reach)]


def _fields(alerts: Sequence[Alert]) -> set[str]:
    return {name for alert in alerts for name, _ in alert.group}


def _nearest(row: list[tuple[int, bool, Alert]], reach: int) -> list[Pair]:
    """Greedy pairs of one group. The nearest pair always stands side by side in the row, so a
    heap over neighbours finds them all in n log n steps.
    """
    row.sort(key=lambda item: (item[0], item[1], item[2].order))
    left = list(range(-1, len(row) - 1))
    right = list(range(1, len(row) + 1))
    waiting: list[tuple[int, int, int]] = []

    def consider(first: int, second: int) -> None:
        if first >= 0 and second < len(row) and row[first][1] != row[second][1]:
            apart = row[second][0] - row[first][0]
            if apart <= reach:
                heapq.heappush(waiting, (apart, first, second))

    for at in range(len(row) - 1):
        consider(at, at + 1)
    taken: set[int] = set()
    pairs = []
    while waiting:
        _, first, second = heapq.heappop(waiting)
        if first in taken or second in taken:
            continue
        taken |= {first, second}
        ends = (first, second) if row[second][1] else (second, first)
        pairs.append(Pair(row[ends[0]][2], row[ends[1]][2]))
        outer = (left[first], right[second])
        if outer[0] >= 0:
            right[outer[0]] = outer[1]
        if outer[1] < len(row):
            left[outer[1]] = outer[0]
        consider(*outer)
    return pairs


def _silence(before: str, after: str) -> str:
    if not after:
        return f"no longer silenced by {before}"
    return f"silenced by {after}" + (f" instead of {before}" if before else "")
