"""Changes to the `ops` block: windows, folding, levels, baselines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from opsrail.detection.formats import Nulls, Window
from opsrail.detection.model import Correlation, Rule
from opsrail.detection.mutation.changes import Change, Pen
from opsrail.detection.mutation.correlations import waits_for_more
from opsrail.detection.mutation.numbers import SWAPPED, doubled, longer, nearby, shorter
from opsrail.detection.mutation.written import Written

_OTHER_NULLS: Final = {Nulls.DROP.value: Nulls.KEEP.value, Nulls.KEEP.value: Nulls.DROP.value}


def changes_of(pen: Pen, root: Written, rule: Rule) -> Iterator[Change]:
    """Changes to what a rule's `ops` block says about its alerts."""
    ops = root.get("ops")
    if ops is None:
        return
    correlation = root.get("correlation")
    if correlation is not None and not waits_for_more(correlation):
        yield from _in_window(pen, ops, rule)
    yield from _in_nulls(pen, ops, rule)
    for name in ("distinct", "minimum", "dedupe", "baseline"):
        if (change := pen.without_entry(ops, name)) is not None:
            yield change
    yield from _in_dedupe(pen, ops)
    yield from _in_minimum(pen, ops)
    yield from _in_severities(pen, ops)
    yield from _in_inhibitors(pen, ops)
    yield from _in_ratio(pen, ops)
    yield from _in_clock(pen, ops, rule)


def _in_window(pen: Pen, ops: Written, rule: Rule) -> Iterator[Change]:
    pair = ops.entry("window")
    for window in Window:
        if window is rule.window:
            continue
        if pair:
            yield pen.replaced(*pair, window.value)
        else:
            words = f"the window is `{window.value}` instead of `{rule.window.value}`"
            yield pen.added(ops, "window", window.value, words)


def _in_nulls(pen: Pen, ops: Written, rule: Rule) -> Iterator[Change]:
    """Events without a group key are kept, or no more. What nobody wrote is nobody's mistake."""
    pair = ops.entry("group_nulls")
    if pair and rule.group_by:
        yield pen.replaced(*pair, _OTHER_NULLS[str(pair[1].value)])


def _in_dedupe(pen: Pen, ops: Written) -> Iterator[Change]:
    dedupe = ops.get("dedupe")
    for name, other in (("cooldown", "quiet"), ("quiet", "cooldown")):
        pair = dedupe.entry(name) if dedupe else None
        if pair:
            yield from _lengths(pen, *pair)
            yield pen.renamed(*pair, other)


def _lengths(pen: Pen, key: Written, value: Written) -> Iterator[Change]:
    """A length of time, twice and half as long."""
    span = str(value.value)
    yield pen.replaced(key, value, longer(span))
    if (half := shorter(span)) is not None:
        yield pen.replaced(key, value, half)


def _in_minimum(pen: Pen, ops: Written) -> Iterator[Change]:
    """One of several minima is dropped, or differs by one."""
    minimum = ops.get("minimum")
    if minimum is None:
        return
    for key, value in minimum.entries:
        if (change := pen.without_entry(minimum, str(key.value))) is not None:
            yield change
        for number_key, number in value.entries or ((key, value),):
            yield from (pen.replaced(number_key, number, new) for new in nearby(number.value))


def _in_severities(pen: Pen, ops: Written) -> Iterator[Change]:
    severities = ops.get("severities")
    for severity in severities.items if severities else ():
        for key, value in severity.entries:
            if key.value in SWAPPED:
                yield from (pen.replaced(key, value, new) for new in nearby(value.value))


def _in_inhibitors(pen: Pen, ops: Written) -> Iterator[Change]:
    inhibitors = ops.get("inhibited_by")
    for index in range(len(inhibitors.items) if inhibitors else 0):
        assert inhibitors is not None
        change = pen.without_item("inhibited_by", inhibitors, index)
        change = change or pen.without_entry(ops, "inhibited_by")
        if change is not None:
            yield change


def _in_ratio(pen: Pen, ops: Written) -> Iterator[Change]:
    baseline = ops.get("baseline")
    pair = baseline.entry("rate_ratio") if baseline else None
    if pair and isinstance(pair[1].value, int | float):
        yield pen.replaced(*pair, doubled(pair[1].value))


def _in_clock(pen: Pen, ops: Written, rule: Rule) -> Iterator[Change]:
    """How often it looks, and for how long a silent group is waited for."""
    if not isinstance(rule.body, Correlation) or rule.every is None:
        return
    every, remember = ops.entry("every"), ops.entry("remember")
    if every and rule.window is not Window.TUMBLING:
        yield pen.replaced(*every, longer(str(every[1].value)))
    if remember and (half := shorter(str(remember[1].value))) is not None:
        yield pen.replaced(*remember, half)
