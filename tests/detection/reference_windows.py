"""Which events of a group are looked at together, and when: one small loop for each window."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from opsrail.detection.formats import Window
from opsrail.detection.model import Correlation, Crossing, Group, Rule
from tests.detection.reference_values import Seen, awaits, is_present, judged, wanted

Frame = tuple[int, list[Seen]]
"""When it is judged, and the events that are looked at then."""


def crossings(rule: Rule, seen: Sequence[Seen], until: int) -> list[Crossing]:
    """The instants at which the rule's condition holds, group by group, up to `until`."""
    found = []
    for group, events in grouped(rule, seen).items():
        for at, value in _instants(rule, events, until):
            if at <= until:
                found.append(Crossing(at, group, value))
    return found


def grouped(rule: Rule, seen: Sequence[Seen]) -> dict[Group, list[Seen]]:
    """The events of each group; without those that lack a key, unless null is a group."""
    body = rule.body
    assert isinstance(body, Correlation)
    keeps = rule.ops is not None and rule.ops.group_nulls == "keep"
    groups: dict[Group, list[Seen]] = {}
    for one in seen:
        group = tuple((key, one.fields.get(body.field_of(key, one.rule))) for key in body.group_by)
        if keeps or all(value is not None for _, value in group):
            groups.setdefault(group, []).append(one)
    return groups


def _instants(rule: Rule, events: list[Seen], until: int) -> Iterator[tuple[int, float | None]]:
    assert isinstance(rule.body, Correlation)
    if awaits(rule.body.presence):
        for at in unanswered(rule.body, events):
            yield at, None
        return
    for at, frame in frames(rule, events, until):
        verdict = judged(rule, frame)
        if verdict.holds:
            yield at, verdict.value


def frames(rule: Rule, events: list[Seen], until: int) -> Iterator[Frame]:
    """Every frame of a group's events that the rule looks at."""
    assert isinstance(rule.body, Correlation)
    length = rule.body.timespan
    if rule.window is Window.TUMBLING:
        if rule.every:
            return expected_tumbling(events, length, rule.remember, until)
        return tumbling(events, length)
    if rule.every:
        return clock(events, length, rule.every, rule.remember, until)
    if rule.window is Window.SESSION:
        return session(events, length)
    return sliding(events, length)


def sliding(events: list[Seen], length: int) -> Iterator[Frame]:
    """At each instant that has an event: the events of (t - length, t]."""
    for t in sorted({one.t for one in events}):
        yield t, [one for one in events if t - length < one.t <= t]


def tumbling(events: list[Seen], length: int) -> Iterator[Frame]:
    """At the close of each window [k length, (k + 1) length) that has an event."""
    for k in sorted({one.t // length for one in events}):
        yield (k + 1) * length, [one for one in events if one.t // length == k]


def session(events: list[Seen], length: int) -> Iterator[Frame]:
    """At each instant that has an event: those since the last gap of `length` or more."""
    start, before = None, None
    for t in sorted({one.t for one in events}):
        if before is None or t - before >= length:
            start = t
        assert start is not None
        yield t, [one for one in events if start <= one.t <= t]
        before = t


def clock(
    events: list[Seen], length: int, every: int, remember: int, until: int
) -> Iterator[Frame]:
    """At each multiple of `every`, for a group that had an event before the window."""
    tick = (min(one.t for one in events) // every) * every
    while tick <= min(until, max(one.t for one in events) + remember):
        if any(tick - remember < one.t <= tick - length for one in events):
            yield tick, [one for one in events if tick - length < one.t <= tick]
        tick += every


def expected_tumbling(
    events: list[Seen], length: int, remember: int, until: int
) -> Iterator[Frame]:
    """At the close of each window, for a group that had an event before the window."""
    close = (min(one.t for one in events) // length) * length
    while close <= min(until, max(one.t for one in events) + remember + length):
        start = close - length
        if any(close - remember < one.t < start for one in events):
            yield close, [one for one in events if start <= one.t < close]
        close += length


def unanswered(body: Correlation, events: list[Seen]) -> Iterator[int]:
    """When the time is up, for each instant that opened a wait, if what came is as described."""
    assert body.presence is not None
    opening = wanted(body.presence)
    for s in sorted({one.t for one in events if one.rule in opening}):
        came = {one.rule for one in events if s <= one.t <= s + body.timespan}
        if is_present(body.presence, came):
            yield s + body.timespan
