"""Silence: ticks of the clock at which a group's window is empty.

What `clock` does for any condition, for the one that people ask most. A window is empty only
between two events of its group that lie further apart than it is long. So ticks are made there
alone, and not for every group all the time.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from opsrail.detection.query.asked import Asked
from opsrail.detection.query.model import AT, VALUE, Inputs
from opsrail.streams.model import TIME


def silent_ticks(
    events: ir.Table, asked: Asked, inputs: Inputs, group: tuple[str, ...]
) -> ir.Table:
    """Multiples of `every` from T after an event until the next one, or until forgotten."""
    window = ibis.window(group_by=[events[name] for name in group], order_by=events[TIME])
    rows = events.mutate(_next=events[TIME].lead().over(window))
    span, shift, every = asked.body.timespan, asked.shift, asked.every
    start = rows[TIME] + span + shift
    # Both ends are exclusive: the next event ends the silence, and so does forgetting.
    stop = ibis.least(
        ibis.coalesce(rows["_next"] + shift, _FOR_EVER), rows[TIME] + asked.rule.remember
    )
    if inputs.since is not None:
        start = ibis.greatest(start, ibis.literal(inputs.since + 1, "int64"))
    if inputs.until is not None:
        stop = ibis.least(stop, ibis.literal(inputs.until + 1, "int64"))
    rows = rows.mutate(_start=start, _stop=stop)
    rows = rows.filter(rows["_start"] < rows["_stop"])
    first, after = _first_multiple(rows["_start"], every), _first_multiple(rows["_stop"], every)
    ticks = rows.mutate(_number=ibis.range(first, after).unnest())
    at = ticks["_number"].cast("int64") * every
    return ticks.mutate(**{AT: at, VALUE: ibis.literal(0, "int64")})


_FOR_EVER = ibis.literal(2**62, "int64")


def _first_multiple(moment: ir.IntegerValue, every: int) -> ir.IntegerValue:
    """The number of the first tick that is not before the moment."""
    return ((moment + every - 1) // every).cast("int64")
