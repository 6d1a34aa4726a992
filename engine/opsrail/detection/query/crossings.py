"""The expression of a rule: the instants at which its condition holds."""

from __future__ import annotations

from functools import reduce

import ibis
import ibis.expr.types as ir

from opsrail.detection.formats import CorrelationType, Window
from opsrail.detection.model import COMPARED, Correlation, Operator, Rule, Threshold
from opsrail.detection.query.asked import SUMMING, TEMPORAL, Asked
from opsrail.detection.query.buckets import SUFFICIENT, bucketed
from opsrail.detection.query.clock import awaited, with_ticks
from opsrail.detection.query.following import missing_followups
from opsrail.detection.query.frames import (
    PLACES,
    Frame,
    aggregate,
    in_buckets,
    in_sessions,
    instants,
    with_departures,
    with_order,
    with_presence,
)
from opsrail.detection.query.gaps import silent_ticks
from opsrail.detection.query.matched import matched, numeric
from opsrail.detection.query.model import (
    AT,
    COUNTER,
    ONE,
    PART,
    REAL,
    TICK,
    VALUE,
    Inputs,
    keys_of,
)
from opsrail.detection.query.presence import expressed, names_missing
from opsrail.streams.model import TIME

EXPRESSED = "_expressed"


def crossings(rule: Rule, inputs: Inputs) -> ir.Table:
    """The rule's crossings in (since, until], without order.

    Columns: those of `keys_of`, `AT` (int64) and `VALUE` (float64; NULL where it has none).
    Raises `Unsupported` for what cannot be computed.
    """
    found = _found(rule, inputs)
    if inputs.since is not None:
        found = found.filter(found[AT] > inputs.since)
    if inputs.until is not None:
        found = found.filter(found[AT] <= inputs.until)
    columns = keys_of(rule, scoped=inputs.scoped)
    return found.select(*columns, AT, **{VALUE: found[VALUE].cast("float64")})


def _found(rule: Rule, inputs: Inputs) -> ir.Table:
    group = keys_of(rule, scoped=inputs.scoped)
    if not isinstance(rule.body, Correlation):
        events = matched(rule, inputs, (), inputs.since)
        return _once(events.mutate(**{AT: events[TIME], VALUE: ibis.null("float64")}), group)
    asked = Asked.of(rule, rule.body)
    events = matched(rule, inputs, asked.fields, reaches_back(rule, inputs))
    if rule.body.presence is not None and names_missing(rule.body.presence):
        return missing_followups(rule, rule.body, events, group)
    if asked.wants_only_crossings:
        return _enough(events, asked, group)
    if asked.is_silence:
        return _once(silent_ticks(events, asked, inputs, group), group)
    if asked.window is Window.TUMBLING and asked.is_plain:
        return _once(_closed(bucketed(events, asked, group), asked), group)
    if asked.window is Window.TUMBLING:
        events = in_buckets(events, rule.body.timespan)
    elif asked.window is Window.SESSION:
        events = in_sessions(events, group, rule.body.timespan)
    sliding = asked.window is Window.SLIDING
    frame = Frame(group if sliding else (*group, PART), rule.body.timespan if sliding else None)
    return _once(_judged(instants(events), frame, asked, inputs, group), group)


def _closed(windows: ir.Table, asked: Asked) -> ir.Table:
    """Tumbling windows in which the condition held, at their close."""
    found = windows.filter(_condition(windows, asked), windows[SUFFICIENT])
    return found.mutate(**{AT: (found[PART] + 1) * asked.body.timespan})


def _enough(events: ir.Table, asked: Asked, group: tuple[str, ...]) -> ir.Table:
    """Events that are the N-th within the timespan, or a later one.

    The N − 1st event before it must be younger than T. That needs one look back in sorted
    order, where a RANGE frame would walk a tree for each row. Of events at one instant the last
    sees them all. One look further back tells whether there are more than N; how many more is
    left open (NULL), since it is asked of few.
    """
    assert asked.least_count is not None
    columns = [events[name] for name in group]
    window = ibis.window(group_by=columns, order_by=events[TIME])
    back, span = asked.least_count - 1, asked.body.timespan
    earlier = events[TIME].lag(back).over(window) if back else events[TIME]
    before = events[TIME].lag(back + 1).over(window)
    marked = events.mutate(
        _near=events[TIME] - earlier < span,
        _more=(events[TIME] - before < span).fill_null(ibis.literal(value=False)),
    )
    near = marked.filter(marked["_near"])
    found = near.group_by([*group, TIME]).agg(_more=near["_more"].max())
    exactly = ibis.ifelse(found["_more"], ibis.null("int64"), asked.least_count)
    return found.mutate(**{AT: found[TIME], VALUE: exactly})


def _judged(
    rows: ir.Table, frame: Frame, asked: Asked, inputs: Inputs, group: tuple[str, ...]
) -> ir.Table:
    """Rows at which the condition holds, with `AT` and `VALUE`."""
    if asked.body.type in SUMMING:
        rows = numeric(rows, asked.body.fields[0])
    swept = [asked.counted] if asked.counted else []
    swept += [(name,) for name in asked.minimum]
    for number, fields in enumerate(swept):
        rows = with_departures(rows, frame, f"{COUNTER}{number}", fields)
    if asked.on_clock:
        rows = with_ticks(rows, asked, inputs, group)
    rows = _valued(rows, frame, asked)
    rows = _with_minimum(rows, frame, asked, first=1 if asked.counted else 0)
    rows = _with_moment(rows, frame, asked)
    return rows.filter(rows["_judged"], _condition(rows, asked), rows["_sufficient"])


def _with_moment(rows: ir.Table, frame: Frame, asked: Asked) -> ir.Table:
    """Rows with `AT`, and with whether they are judged at all."""
    if asked.on_clock:
        waited = (rows[TICK] == 1) & awaited(rows, frame, asked)
        return rows.mutate(**{AT: rows[TIME] + asked.shift, "_judged": waited})
    if asked.window is not Window.TUMBLING:
        return rows.mutate(**{AT: rows[TIME], "_judged": rows[REAL] == 1})
    # The last row of a tumbling window saw all of it.
    whole = ibis.window(group_by=[rows[name] for name in frame.group])
    closes = rows[TIME].max().over(whole) == rows[TIME]
    return rows.mutate(**{AT: (rows[PART] + 1) * asked.body.timespan, "_judged": closes})


def _valued(rows: ir.Table, frame: Frame, asked: Asked) -> ir.Table:
    """Rows with `VALUE`, and with `EXPRESSED` where no comparison of it says whether it holds."""
    body = asked.body
    if body.type is CorrelationType.TEMPORAL_ORDERED:
        rows, column = with_order(rows, frame, body.rules)
        return rows.mutate(**{VALUE: ibis.null("float64"), EXPRESSED: rows[column]})
    if body.type in TEMPORAL:
        names = tuple(dict.fromkeys(body.rules))
        rows, columns = with_presence(rows, frame, names)
        present = reduce(lambda left, right: left + right, (rows[name] for name in columns))
        if body.presence is None:
            return rows.mutate(**{VALUE: present})
        by_name = {name: rows[c] == 1 for name, c in zip(names, columns, strict=True)}
        return rows.mutate(**{VALUE: present, EXPRESSED: expressed(body.presence, by_name)})
    if asked.counted:
        return rows.mutate(**{VALUE: frame.so_far(rows, rows[f"{COUNTER}0"].sum())})
    if asked.counts_events:
        return rows.mutate(**{VALUE: frame.over(rows, rows[REAL].sum())})
    value = aggregate(body.type, rows[body.fields[0]], body.percentile)
    return rows.mutate(**{VALUE: frame.over(rows, value).round(PLACES)})


def _with_minimum(rows: ir.Table, frame: Frame, asked: Asked, first: int) -> ir.Table:
    """Rows with whether their frame holds as much as the rule's minimum asks."""
    enough: ir.BooleanValue = ibis.literal(value=True)
    if asked.minimum_events:
        counts = rows[ONE if ONE in rows.columns else REAL]
        rows = rows.mutate(_events=frame.over(rows, counts.sum()))
        enough = rows["_events"] >= asked.minimum_events
    for number, least in enumerate(asked.minimum.values(), start=first):
        rows = rows.mutate(**{f"_m{number}": frame.so_far(rows, rows[f"{COUNTER}{number}"].sum())})
        enough = enough & (rows[f"_m{number}"] >= least)
    return rows.mutate(_sufficient=enough)


def _condition(rows: ir.Table, asked: Asked) -> ir.BooleanValue:
    """Whether the value of a row is what the rule warns of; false where there is none."""
    if EXPRESSED in rows.columns:
        return rows[EXPRESSED]
    body = asked.body
    thresholds = body.thresholds
    if body.type is CorrelationType.TEMPORAL and not thresholds:
        thresholds = (Threshold(Operator.GTE, len(set(body.rules))),)
    tests = [COMPARED[one.operator](rows[VALUE], one.value) for one in thresholds]
    return reduce(lambda left, right: left & right, tests).fill_null(ibis.literal(value=False))


def _once(found: ir.Table, group: tuple[str, ...]) -> ir.Table:
    """One crossing an instant and group."""
    return found.select(*group, AT, VALUE).distinct()


def reaches_back(rule: Rule, inputs: Inputs) -> int | None:
    """After which moment events matter for crossings later than `inputs.since`."""
    if inputs.since is None:
        return None
    assert isinstance(rule.body, Correlation)
    span = rule.body.timespan
    start = inputs.since - 2 * span
    if rule.every is not None:
        start = min(start, inputs.since - rule.remember)
    if rule.window is Window.SESSION:
        # An event up to one timespan before the oldest open session would have been part of it.
        start = min(start, (inputs.sessions_from or inputs.since) - span)
    return start
