"""Correlations in words: how much, of what, in which time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from sigma.correlations import (
    CorrelationConditionAND,
    CorrelationConditionNOT,
    SigmaRuleReference,
)

from opsrail.detection.formats import CorrelationType, Window
from opsrail.detection.model import COUNTING, Correlation, Operator, Rule, Threshold, holds
from opsrail.detection.query.presence import Expression, names_missing, names_present
from opsrail.detection.words.nouns import (
    any_length,
    field_in_words,
    is_plural,
    length,
    listed,
    number,
    plural,
    singular,
    thing,
)

Naming = Callable[[str], str]
"""What a rule that is built on is called within the sentence, by its name."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The events that are looked at: a noun in the plural and what is said about it."""

    noun: str
    clauses: str

    def __str__(self) -> str:
        return f"{self.noun} {self.clauses}"


_ORDERED: Final = CorrelationType.TEMPORAL_ORDERED
_TEMPORAL: Final = frozenset({CorrelationType.TEMPORAL, _ORDERED})


def what_crosses(rule: Rule, body: Correlation, seen: Seen, naming: Naming) -> str:
    """What must be so, without when: "20 or more different customers appear in tickets"."""
    if body.type in _TEMPORAL:
        return _temporal(body, naming)
    if body.type in COUNTING:
        return _counted(rule, body, seen)
    return _measured(body, seen)


def in_which_time(rule: Rule, body: Correlation) -> str:
    """The window: "within any 15 minutes"."""
    span = body.timespan
    if is_missing_follow_up(body):
        return ""
    if rule.window is Window.TUMBLING:
        return f"within one fixed window of {length(span)} (one follows the other, in UTC)"
    if rule.window is Window.SESSION:
        return f"in one run of events, each less than {length(span)} after the one before it"
    if rule.every is not None:
        return f"in the last {length(span)}"
    return f"within any {any_length(span)}"


def is_missing_follow_up(body: Correlation) -> bool:
    """Whether it waits for something that does not come: `a and not b`."""
    return body.presence is not None and bool(names_missing(body.presence))


def for_one(body: Correlation) -> str:
    """Of what one alert speaks: "for one product area"; empty where there are no groups."""
    if not body.group_by or is_missing_follow_up(body):
        return ""
    return f"for one {listed([thing(field) for field in body.group_by])}"


def how_many(thresholds: Sequence[Threshold], noun: str) -> str:
    """A number of things: "20 or more tickets", "no tickets", "from 5 to 9 tickets"."""
    if is_silence(thresholds):
        return f"no {noun}"
    ordered = sorted(thresholds, key=lambda one: one.value)
    if len(ordered) == 1:
        return _one_number(ordered[0], noun)
    return f"{listed([_bound(one) for one in ordered])} {noun}"


def is_silence(thresholds: Sequence[Threshold]) -> bool:
    """Whether only a count of nothing satisfies all of them."""
    return (
        bool(thresholds)
        and all(holds(one, 0) for one in thresholds)
        and not all(holds(one, 1) for one in thresholds)
    )


def _one_number(threshold: Threshold, noun: str) -> str:
    shown, operator = number(threshold.value), threshold.operator
    if threshold.value == 1 and operator is Operator.GTE:
        return f"one or more {noun}"
    if operator is Operator.GTE:
        return f"{shown} or more {noun}"
    if operator is Operator.LTE:
        return f"{shown} or fewer {noun}"
    return f"{_bound(threshold)} {singular(noun) if threshold.value == 1 else noun}"


_COUNTS: Final = {
    Operator.GT: "more than",
    Operator.GTE: "at least",
    Operator.LT: "fewer than",
    Operator.LTE: "at most",
    Operator.EQ: "exactly",
    Operator.NEQ: "any number other than",
}
_MEASURES: Final = _COUNTS | {Operator.LT: "under", Operator.GT: "over", Operator.NEQ: "not"}


def _bound(threshold: Threshold) -> str:
    return f"{_COUNTS[threshold.operator]} {number(threshold.value)}"


def limits(thresholds: Sequence[Threshold]) -> str:
    """What a measure must be: "over 500", "at least 5 and under 9"."""
    ordered = sorted(thresholds, key=lambda one: one.value)
    return listed([f"{_MEASURES[one.operator]} {number(one.value)}" for one in ordered])


def _counted(rule: Rule, body: Correlation, seen: Seen) -> str:
    fields = (rule.ops.distinct,) if rule.ops and rule.ops.distinct else body.fields
    if not fields:
        counted = how_many(body.thresholds, seen.noun)
        return f"{counted} {seen.clauses} arrive{_ending(counted, seen.noun)}"
    things = [thing(field) for field in fields]
    noun = plural(things[0]) if len(things) == 1 else f"combinations of {listed(things)}"
    counted = how_many(body.thresholds, f"different {noun}")
    return f"{counted} appear{_ending(counted, noun)} in {seen}"


def _ending(counted: str, noun: str) -> str:
    """The s of a verb behind what is one: "exactly 1 ticket arrives"."""
    return "" if counted.endswith(noun) else "s"


def _measured(body: Correlation, seen: Seen) -> str:
    field = field_in_words(body.fields[0]) if body.fields else "value"
    said = {
        CorrelationType.VALUE_SUM: f"the total {field}",
        CorrelationType.VALUE_AVG: f"the average {field}",
        CorrelationType.VALUE_MEDIAN: f"the median {field}",
        CorrelationType.VALUE_PERCENTILE: (
            f"the value under which {body.percentile} % of {field} stay"
        ),
    }[body.type]
    verb = "are" if is_plural(said) else "is"
    return f"{said} {verb} {limits(body.thresholds)} among {seen}"


def _temporal(body: Correlation, naming: Naming) -> str:
    names = [naming(name) for name in body.rules]
    if is_missing_follow_up(body):
        return _missing(body, naming)
    if body.presence is not None:
        return _presence(body.presence, naming)
    if body.type is _ORDERED:
        return f"{_then(names)} happen one after the other, in this order"
    wanted = body.thresholds
    if wanted and not _asks_for_all(body):
        return f"{how_many(wanted, 'kinds of event')} out of {listed(names)} happen"
    both = "both" if len(names) == 2 else "all"
    return (
        f"{listed(names)} {both} happen, in any order" if len(names) > 1 else f"{names[0]} happens"
    )


def _asks_for_all(body: Correlation) -> bool:
    most = len(set(body.rules))
    return all(holds(one, most) for one in body.thresholds) and not all(
        holds(one, most - 1) for one in body.thresholds
    )


def _then(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and then {names[-1]}"


def _missing(body: Correlation, naming: Naming) -> str:
    """What is waited for after something that came, and has not come when the time is up."""
    assert body.presence is not None
    span = length(body.timespan)
    first = listed([naming(name) for name in sorted(names_present(body.presence))], "or")
    same = (
        f", for the same {listed([thing(field) for field in body.group_by])},"
        if body.group_by
        else ""
    )
    if (awaited := _plainly_missing(body.presence)) is not None:
        late = listed([naming(name) for name in awaited], "or")
        return f"{first} happens and{same} no {late} follows within {span}"
    told = _presence(body.presence, naming)
    return f"{first} happens and{same} it turns out by {span} later that {told}"


def _plainly_missing(tree: Expression) -> tuple[str, ...] | None:
    """The rules that must not follow, where the condition is `a and not b and not c`."""
    parts = tree.args if isinstance(tree, CorrelationConditionAND) else [tree]
    wanted = [part for part in parts if isinstance(part, SigmaRuleReference)]
    inner = [part.args[0] for part in parts if isinstance(part, CorrelationConditionNOT)]
    names = [part.reference for part in inner if isinstance(part, SigmaRuleReference)]
    is_plain = len(wanted) == 1 and len(names) == len(parts) - 1
    return tuple(names) if is_plain else None


def _presence(tree: Expression, naming: Naming, *, is_inner: bool = False) -> str:
    if isinstance(tree, SigmaRuleReference):
        return f"{naming(tree.reference)} happens"
    if isinstance(tree, CorrelationConditionNOT):
        (only,) = tree.args
        if isinstance(only, SigmaRuleReference):
            return f"{naming(only.reference)} does not happen"
        return f"it is not so that {_presence(only, naming, is_inner=True)}"
    joint = " and " if isinstance(tree, CorrelationConditionAND) else " or "
    told = joint.join(_presence(part, naming, is_inner=True) for part in tree.args)
    return f"({told})" if is_inner else told
