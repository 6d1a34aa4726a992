"""What stood in the window of an alert: how many events."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import ibis
import ibis.expr.types as ir

from opsrail.detection.model import Correlation, Rule
from opsrail.detection.query.matched import matched
from opsrail.detection.query.model import AT, VALUE, Inputs, keys_of
from opsrail.streams.model import TIME

MOST_NAMED: Final = 100
"""Stretches of time that are worth naming: a longer list costs as much as it spares."""


def counted_at(rule: Rule, inputs: Inputs, moments: ir.Table, at: Collection[int] = ()) -> ir.Table:
    """How many events the window of each moment held.

    `moments` has the columns of `keys_of` and `AT`; so has the result, with the number as
    `VALUE`. For rules that were only asked whether it was enough: alerts are few, and counting
    for them alone is cheaper than counting for every event. `at`, if given, has all the
    moments: where they are few, naming them spares the engine most events.
    """
    body = rule.body
    assert isinstance(body, Correlation)
    since = inputs.since - body.timespan if inputs.since is not None else None
    events = matched(rule, inputs, (), since)
    keys = keys_of(rule, scoped=inputs.scoped)
    events = _around(events, at, body.timespan)
    moments = moments.rename({f"{name}_m": name for name in keys})
    near = [
        events[TIME] <= moments[AT],
        events[TIME] > moments[AT] - body.timespan,
        *(events[name].identical_to(moments[f"{name}_m"]) for name in keys),
    ]
    joined = moments.join(events, near)
    grouped = joined.group_by([*(f"{name}_m" for name in keys), AT]).agg(
        **{VALUE: joined[TIME].count()}
    )
    return grouped.rename({name: f"{name}_m" for name in keys})


def _around(events: ir.Table, at: Collection[int], span: int) -> ir.Table:
    """The events that are no more than `span` before one of these moments."""
    stretches: list[tuple[int, int]] = []
    for moment in sorted(at):
        start = moment - span
        if stretches and start <= stretches[-1][1]:
            start = stretches.pop()[0]
        stretches.append((start, moment))
    if not 0 < len(stretches) <= MOST_NAMED:
        return events
    time = events[TIME]
    return events.filter(ibis.or_(*((time > start) & (time <= end) for start, end in stretches)))
