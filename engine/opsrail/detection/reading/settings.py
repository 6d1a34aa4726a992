"""Settings of a rule that contradict each other, or that cannot do anything.

A key that has no effect is a mistake that nobody would notice, so it is told like any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from opsrail.detection.formats import (
    Baseline,
    CorrelationType,
    Direction,
    Nulls,
    Ops,
    Severity,
    Window,
)
from opsrail.detection.model import COUNTING, Correlation, Rule, holds
from opsrail.detection.query.presence import names_missing
from opsrail.detection.reading.documents import lacks_zone
from opsrail.detection.reading.naming import did_you_mean
from opsrail.findings import Finding
from opsrail.repo.yaml import YamlText
from opsrail.streams.spans import micros, spelled

CODE: Final = "rule-setting"
UNSUPPORTED: Final = "rule-unsupported"
MOST_WINDOWS: Final = 1_000_000
"""Windows that a baseline may look back on: two years of minutes, and some megabytes a group."""
_OF_WINDOWS: Final = (
    "window",
    "distinct",
    "every",
    "remember",
    "minimum",
    "group_nulls",
    "baseline",
    "severities",
)
"""Settings that say something about a window or its value, which a detection does not have."""


def in_settings(yaml: YamlText, rule: Rule) -> Iterator[Finding]:
    """What is wrong with the `ops` block of a rule whose body can be read."""
    if rule.ops is None:
        return
    told = _Told(yaml)
    yield from _in_spans(told, rule.ops)
    if isinstance(rule.body, Correlation):
        yield from _in_window(told, rule, rule.body, rule.ops)
        yield from _in_clock(told, rule, rule.body, rule.ops)
        yield from _in_value(told, rule.body, rule.ops)
        yield from _in_key(told, rule.body, rule.ops)
        if rule.ops.baseline:
            yield from _in_baseline(told, rule.body, rule.ops.baseline)
    else:
        yield from _of_no_window(told, rule.ops)
    yield from _in_severities(told, rule.ops.severities)
    yield from _in_tests(told, rule.ops)


@dataclass(frozen=True, slots=True)
class _Told:
    """Makes findings about keys of the `ops` block."""

    yaml: YamlText

    def __call__(self, *route: str | int, message: str, hint: str, code: str = CODE) -> Finding:
        place = self.yaml.place(("ops", *route), key=True)
        return Finding(place, code, message, hint=hint)


def _in_spans(told: _Told, ops: Ops) -> Iterator[Finding]:
    spans: dict[tuple[str, ...], str | None] = {
        ("every",): ops.every,
        ("remember",): ops.remember,
        ("dedupe", "cooldown"): ops.dedupe.cooldown if ops.dedupe else None,
        ("dedupe", "quiet"): ops.dedupe.quiet if ops.dedupe else None,
        ("baseline", "lookback"): ops.baseline.lookback if ops.baseline else None,
    }
    for route, span in spans.items():
        if span is not None and micros(span) == 0:
            message = f"`{route[-1]}` has no length"
            yield told(*route, message=message, hint="give it one: `15m`, `1h`, or remove it")


def _of_no_window(told: _Told, ops: Ops) -> Iterator[Finding]:
    for name in _OF_WINDOWS:
        if name in ops.model_fields_set:
            message = f"`{name}` has no effect: this rule looks at each event by itself"
            hint = "move it to a `correlation` over this rule, or remove it"
            yield told(name, message=message, hint=hint)


def _in_window(told: _Told, rule: Rule, body: Correlation, ops: Ops) -> Iterator[Finding]:
    if ops.window is Window.SESSION and rule.every is not None:
        message = "a session is judged at its events, and this rule on the clock"
        hint = "use `window: sliding`; a session without events has ended"
        yield told("window", message=message, hint=hint, code=UNSUPPORTED)
    follows = _waits(body)
    if follows and ops.window is not Window.SLIDING:
        message = "what should have followed is waited for one timespan from each event"
        hint = "remove `window`: the timespan says how long"
        yield told("window", message=message, hint=hint, code=UNSUPPORTED)
    if follows and ops.minimum is not None:
        message = "`minimum` has no effect: each event is waited for by itself"
        yield told("minimum", message=message, hint="remove it")
    if ops.group_nulls is Nulls.KEEP and not body.group_by:
        message = "`group_nulls` has no effect: nothing is grouped"
        yield told("group_nulls", message=message, hint="add `group-by`, or remove it")


def _waits(body: Correlation) -> bool:
    """Whether the rule asks for what should have followed and did not."""
    return body.presence is not None and bool(names_missing(body.presence))


def _in_clock(told: _Told, rule: Rule, body: Correlation, ops: Ops) -> Iterator[Finding]:
    if ops.every and _waits(body):
        message = "what should have followed is judged when its time is up, not on the clock"
        yield told("every", message=message, hint="remove `every`", code=UNSUPPORTED)
    elif ops.every and ops.window is Window.TUMBLING:
        message = "a tumbling window is judged when it closes, so `every` has no effect"
        yield told("every", message=message, hint="remove it, or use `window: sliding`")
    elif ops.every and micros(ops.every) > body.timespan:
        message = f"looking every {ops.every} misses what is older than {spelled(body.timespan)}"
        hint = "look at least once a timespan"
        yield told("every", message=message, hint=hint)
    if ops.remember and rule.every is None:
        message = "`remember` has no effect: this rule is judged at events, not on the clock"
        yield told("remember", message=message, hint="remove it, or add `every`")
    elif ops.remember and micros(ops.remember) < body.timespan:
        message = f"a group would be forgotten after {ops.remember}, before its window is over"
        hint = f"remember it for {spelled(body.timespan)} or longer"
        yield told("remember", message=message, hint=hint)


def _in_value(told: _Told, body: Correlation, ops: Ops) -> Iterator[Finding]:
    if ops.distinct and body.type is not CorrelationType.EVENT_COUNT:
        message = f"`distinct` counts different values, and `{body.type}` counts no events"
        hint = "use it with `type: event_count`; `value_count` has its field in the condition"
        yield told("distinct", message=message, hint=hint)
    has_value = body.presence is None and body.type is not CorrelationType.TEMPORAL_ORDERED
    for name in ("severities", "baseline"):
        if not has_value and name in ops.model_fields_set:
            message = f"`{name}` needs a number, and this rule only says yes or no"
            yield told(name, message=message, hint="remove it")
    events = ops.minimum.events if ops.minimum else None
    counts = body.type is CorrelationType.EVENT_COUNT and not ops.distinct
    if events and counts and not _holds_from(body, events):
        message = f"the condition cannot hold in a window of {events} events or more"
        yield told("minimum", "events", message=message, hint="lower it, or remove it")


def _holds_from(body: Correlation, least: int) -> bool:
    """Whether some count from `least` on satisfies the comparisons: one at or beside a limit."""
    limits = (int(one.value) for one in body.thresholds)
    tried = {least, least + 1, *(n for limit in limits for n in (limit, limit + 1) if n >= least)}
    return any(all(holds(one, n) for one in body.thresholds) for n in tried)


def _in_key(told: _Told, body: Correlation, ops: Ops) -> Iterator[Finding]:
    for number, name in enumerate((ops.dedupe.key if ops.dedupe else None) or ()):
        if name not in body.group_by:
            message = f"alerts of this rule have no `{name}`: it is not in `group-by`"
            hint = did_you_mean(name, body.group_by, "add it to `group-by`, or remove it here")
            yield told("dedupe", "key", number, message=message, hint=hint)


def _in_baseline(told: _Told, body: Correlation, baseline: Baseline) -> Iterator[Finding]:
    lookback = micros(baseline.lookback)
    if lookback < 2 * body.timespan:
        message = f"{baseline.lookback} hold fewer than two windows of {spelled(body.timespan)}"
        hint = "look back further: `28d`"
        yield told("baseline", "lookback", message=message, hint=hint)
    if lookback > MOST_WINDOWS * body.timespan:
        message = (
            f"{baseline.lookback} hold more than {MOST_WINDOWS:,} windows of"
            f" {spelled(body.timespan)}: that takes too long to learn from"
        )
        yield told("baseline", "lookback", message=message, hint="look back less far: `28d`")
    if micros(baseline.minimum_history) > lookback:
        message = (
            f"no group ever has {baseline.minimum_history} of history:"
            f" only {baseline.lookback} are looked at"
        )
        hint = "make `lookback` longer than `minimum_history`"
        yield told("baseline", "minimum_history", message=message, hint=hint)
    counts = body.type in COUNTING
    above = baseline.direction is Direction.ABOVE
    if counts and above and body.thresholds and all(holds(one, 0) for one in body.thresholds):
        message = "the condition asks for little, and the baseline for more than usual"
        hint = "write `direction: below`, or turn the condition around"
        yield told("baseline", message=message, hint=hint)


def _in_severities(told: _Told, severities: tuple[Severity, ...]) -> Iterator[Finding]:
    """A level that a higher one always hides."""
    for number, one in enumerate(severities):
        for other in severities:
            if other.level.rank > one.level.rank and _implies(one, other):
                message = f"the level `{one.level}` is never seen: `{other.level}` holds as well"
                hint = "let the higher level need more"
                yield told("severities", number, message=message, hint=hint)
                break
            if other is not one and other.level is one.level and severities.index(other) < number:
                message = f"the level `{one.level}` is given twice"
                yield told("severities", number, message=message, hint="keep one of them")
                break


def _implies(one: Severity, other: Severity) -> bool:
    """Whether every value for which `one` holds is one for which `other` holds."""
    for strict, loose, sign in (("gt", "gte", 1.0), ("lt", "lte", -1.0)):
        first, second = _limit(one, strict, loose), _limit(other, strict, loose)
        if first and second:
            mine, theirs = sign * first[0], sign * second[0]
            return theirs < mine or (theirs == mine and (first[1] or not second[1]))
    return False


def _limit(severity: Severity, strict: str, loose: str) -> tuple[float, bool] | None:
    """The limit, and whether it has to be passed."""
    if (value := getattr(severity, strict)) is not None:
        return value, True
    value = getattr(severity, loose)
    return (value, False) if value is not None else None


def _in_tests(told: _Told, ops: Ops) -> Iterator[Finding]:
    names: set[str] = set()
    for number, test in enumerate(ops.tests):
        if test.name in names:
            message = f"two tests are named “{test.name}”"
            hint = "say in each name what holds"
            yield told("tests", number, "name", message=message, hint=hint)
        names.add(test.name)
        if lacks_zone(test.start):
            message = "this moment names no time zone"
            yield told("tests", number, "start", message=message, hint="add `Z` for UTC")
