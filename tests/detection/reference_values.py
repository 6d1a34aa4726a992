"""What a frame of events is worth, said as plainly as possible: loops and lists, nothing clever."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sigma.correlations import (
    CorrelationConditionAND,
    CorrelationConditionItem,
    CorrelationConditionNOT,
    CorrelationConditionOR,
    SigmaRuleReference,
)

from opsrail.detection.formats import CorrelationType
from opsrail.detection.model import Correlation, Key, Rule, holds
from opsrail.streams.spans import micros


@dataclass(frozen=True, slots=True)
class Seen:
    """An event as a correlation sees it: when, which of its rules it belongs to, its fields.

    `record` is the same for the same event, by whichever rules it is seen.
    """

    t: int
    rule: str
    fields: Mapping[str, Key]
    record: object


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a frame satisfies the condition, and the value that was compared."""

    holds: bool
    value: float | None = None


NO = Verdict(holds=False)


def judged(rule: Rule, frame: Sequence[Seen]) -> Verdict:
    """What the rule's condition and its `minimum` say of a frame of one group."""
    body = rule.body
    assert isinstance(body, Correlation)
    if not _is_enough(rule, once(frame)):
        return NO
    if body.type is CorrelationType.TEMPORAL_ORDERED:
        return Verdict(in_order(body.rules, frame))
    value = value_of(rule, frame)
    if value is None:
        return NO
    if body.presence is not None:
        return Verdict(is_present(body.presence, {seen.rule for seen in frame}), value)
    if body.type is CorrelationType.TEMPORAL and not body.thresholds:
        return Verdict(value == len(set(body.rules)), value)
    return Verdict(all(holds(one, value) for one in body.thresholds), value)


def once(frame: Sequence[Seen]) -> list[Seen]:
    """The events of a frame, those that several rules match but once."""
    return list({seen.record: seen for seen in frame}.values())


def _is_enough(rule: Rule, frame: Sequence[Seen]) -> bool:
    minimum = rule.ops.minimum if rule.ops else None
    if minimum is None:
        return True
    if minimum.events is not None and len(frame) < minimum.events:
        return False
    return all(len(different([name], frame)) >= n for name, n in minimum.distinct.items())


def different(names: Iterable[str], frame: Sequence[Seen]) -> set[tuple[Key, ...]]:
    """The different combinations of these fields' values; any null in one rules it out."""
    found = set()
    for seen in frame:
        values = tuple(seen.fields.get(name) for name in names)
        if None not in values:
            found.add(values)
    return found


def numbers(name: str, frame: Sequence[Seen]) -> list[float]:
    """The non-null numbers that the frame's events have in a field, sorted."""
    values = [seen.fields.get(name) for seen in frame]
    return sorted(float(v) for v in values if isinstance(v, int | float))


def value_of(rule: Rule, frame: Sequence[Seen]) -> float | None:
    """The value of a frame; None where there is none, as for the average of nothing."""
    body, kind = rule.body, CorrelationType
    assert isinstance(body, Correlation)
    if body.type is kind.TEMPORAL:
        return len({seen.rule for seen in frame})
    frame = once(frame)
    if body.type is kind.EVENT_COUNT:
        distinct = rule.ops.distinct if rule.ops else None
        return len(different([distinct], frame)) if distinct else len(frame)
    if body.type is kind.VALUE_COUNT:
        return len(different(body.fields, frame))
    values = numbers(body.fields[0], frame)
    if not values:
        return None
    if body.type is kind.VALUE_SUM:
        return sum(values)
    if body.type is kind.VALUE_AVG:
        return sum(values) / len(values)
    share = 50 if body.type is kind.VALUE_MEDIAN else body.percentile
    assert share is not None
    return interpolated(values, share)


def interpolated(values: Sequence[float], share: int) -> float:
    """The `share`-th percentile of sorted numbers, on the straight line between its neighbours."""
    place = (len(values) - 1) * share
    low, rest = divmod(place, 100)
    if not rest:
        return values[low]
    return values[low] + (values[low + 1] - values[low]) * (rest / 100)


def in_order(rules: Sequence[str], frame: Sequence[Seen]) -> bool:
    """Whether one event of each rule can be chosen so that each comes later than the last."""
    times = [[seen.t for seen in frame if seen.rule == rule] for rule in rules]
    return any(list(chosen) == sorted(set(chosen)) for chosen in itertools.product(*times))


def is_present(tree: CorrelationConditionItem | SigmaRuleReference, rules: set[str]) -> bool:
    """What a boolean expression says when just these rules are present."""
    if isinstance(tree, SigmaRuleReference):
        return tree.reference in rules
    parts = [is_present(part, rules) for part in tree.args]
    if isinstance(tree, CorrelationConditionNOT):
        return not parts[0]
    if isinstance(tree, CorrelationConditionAND):
        return all(parts)
    assert isinstance(tree, CorrelationConditionOR)
    return any(parts)


def wanted(tree: CorrelationConditionItem | SigmaRuleReference, *, sign: bool = True) -> set[str]:
    """The rules that an expression wants present: those under no `not`, or an even number."""
    if isinstance(tree, SigmaRuleReference):
        return {tree.reference} if sign else set()
    turned = isinstance(tree, CorrelationConditionNOT)
    return set().union(*(wanted(part, sign=sign != turned) for part in tree.args))


def awaits(tree: CorrelationConditionItem | SigmaRuleReference | None) -> bool:
    """Whether an expression has a `not`, so that it can only be judged when the time is up."""
    if tree is None or isinstance(tree, SigmaRuleReference):
        return False
    return isinstance(tree, CorrelationConditionNOT) or any(awaits(part) for part in tree.args)


def length(span: str | None) -> int:
    """Microseconds of a length as files have it; 0 for none."""
    return micros(span) if span else 0
