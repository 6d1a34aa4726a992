"""Ticks: the instants at which a rule is judged whether or not anything happened."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from opsrail.detection.query.asked import Asked
from opsrail.detection.query.frames import Frame
from opsrail.detection.query.model import COUNTER, REAL, TICK, Inputs
from opsrail.streams.model import TIME


def with_ticks(rows: ir.Table, asked: Asked, inputs: Inputs, group: tuple[str, ...]) -> ir.Table:
    """Rows and, for each group, one row a tick from its first event on.

    Ticks are multiples of `every` since 1970, later than `inputs.since` and no later than
    `inputs.until` nor than the group is remembered.
    """
    every, shift = asked.every, asked.shift
    ends = {"_first": rows[TIME].min(), "_last": rows[TIME].max()}
    groups = rows.group_by(list(group)).agg(**ends) if group else rows.agg(**ends)
    groups = groups.filter(groups["_first"].notnull())
    start = groups["_first"]
    if inputs.since is not None:
        start = ibis.greatest(start, ibis.literal(inputs.since, "int64"))
    stop = groups["_last"] + asked.rule.remember
    if inputs.until is not None:
        stop = ibis.least(stop, ibis.literal(inputs.until, "int64"))
    # The first tick after `start`, and the last one up to `stop`.
    numbers = ibis.range((start // every).cast("int64") + 1, (stop // every).cast("int64") + 1)
    ticks = groups.mutate(_number=numbers.unnest())
    kept = {name: ticks[name] for name in group}
    blank = {
        name: ibis.literal(0, "int64") if name.startswith(COUNTER) else ibis.null(rows[name].type())
        for name in rows.columns
        if name not in {*group, TIME, REAL}
    }
    marks = ticks.select(
        **kept,
        **{TIME: (ticks["_number"].cast("int64") * every - shift), REAL: ibis.literal(0, "int64")},
        **blank,
        **{TICK: ibis.literal(1, "int64")},
    )
    events = rows.mutate(**{TICK: ibis.literal(0, "int64")})
    return events.union(marks.select(*events.columns))


def awaited(rows: ir.Table, frame: Frame, asked: Asked) -> ir.BooleanValue:
    """Whether the group of a tick had events before its window, and not too long ago.

    Without the former, data that merely begins would look like silence.
    """
    assert frame.length is not None
    window = ibis.range_window(
        group_by=[rows[name] for name in frame.group],
        order_by=rows[TIME],
        preceding=(None, frame.length),
    )
    real = ibis.ifelse(rows[REAL] == 1, rows[TIME], ibis.null("int64"))
    latest = real.max().over(window)
    oldest = rows[TIME] + asked.shift - asked.rule.remember
    return latest.notnull() & (latest > oldest)
