"""What stood in the window of an alert: how many events."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import ibis.expr.types as ir

from opsrail.detection.model import Correlation, Group, Rule
from opsrail.detection.query.matched import matched
from opsrail.detection.query.model import AT, VALUE, Inputs, key, keys_of
from opsrail.streams.model import TIME

MOST_NAMED: Final = 200
"""Groups that are worth naming: a longer list costs as much as it spares."""


def counted_at(
    rule: Rule, inputs: Inputs, moments: ir.Table, groups: Collection[Group] = ()
) -> ir.Table:
    """How many events the window of each moment held.

    `moments` has the columns of `keys_of` and `AT`; so has the result, with the number as
    `VALUE`. For rules that were only asked whether it was enough: alerts are few, and counting
    for them alone is cheaper than counting for every event. `groups`, if given, are all groups
    of the moments: naming them spares the engine most events.
    """
    body = rule.body
    assert isinstance(body, Correlation)
    since = inputs.since - body.timespan if inputs.since is not None else None
    events = matched(rule, inputs, (), since)
    keys = keys_of(rule, scoped=inputs.scoped)
    events = _of(events, groups)
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


def _of(events: ir.Table, groups: Collection[Group]) -> ir.Table:
    """The events whose first group key is one of the groups'."""
    values = {group[0][1] for group in groups if group}
    if not 0 < len(values) <= MOST_NAMED or None in values:
        return events
    return events.filter(events[key(0)].isin(sorted(values, key=str)))
