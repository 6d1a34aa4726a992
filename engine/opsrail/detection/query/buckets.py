"""Values of tumbling windows, by plain grouping: no window function has to look around."""

from __future__ import annotations

from functools import reduce

import ibis
import ibis.expr.types as ir

from opsrail.detection.model import Correlation, Rule
from opsrail.detection.query.asked import SUMMING, TEMPORAL, Asked
from opsrail.detection.query.frames import PLACES, aggregate, in_buckets
from opsrail.detection.query.matched import matched, numeric
from opsrail.detection.query.model import ONE, PART, RULE, VALUE, Inputs, keys_of
from opsrail.streams.model import TIME
from opsrail.streams.spans import micros

SUFFICIENT = "_sufficient"


def buckets(rule: Rule, inputs: Inputs) -> ir.Table:
    """The rule's value in every bucket [kT, (k+1)T) that has events: what baselines are made from.

    Columns: those of `keys_of`, `PART` (the bucket's number k) and `VALUE`. It reaches back from
    `inputs.since` as far as the baseline of the first crossing after it looks.
    """
    body = rule.body
    assert isinstance(body, Correlation)
    assert rule.ops is not None
    assert rule.ops.baseline is not None
    asked = Asked.of(rule, body)
    since = inputs.since
    if since is not None:
        since -= micros(rule.ops.baseline.lookback) + 3 * body.timespan
    events = matched(rule, inputs, asked.fields, since)
    return bucketed(events, asked, keys_of(rule, scoped=inputs.scoped)).drop(SUFFICIENT)


def bucketed(events: ir.Table, asked: Asked, group: tuple[str, ...]) -> ir.Table:
    """For each group and bucket with events: `VALUE`, and whether it holds the rule's minimum."""
    body = asked.body
    events = in_buckets(events, body.timespan)
    if body.type in SUMMING:
        events = numeric(events, body.fields[0])
    count = events[ONE].sum() if ONE in events.columns else events[TIME].count()
    found = {VALUE: _value(events, asked).cast("float64"), "_events": count}
    found |= {f"_m{n}": events[name].nunique() for n, name in enumerate(asked.minimum)}
    table = events.group_by([*group, PART]).agg(**found)
    least = asked.minimum.values()
    enough = [table[f"_m{number}"] >= count for number, count in enumerate(least)]
    enough.append(table["_events"] >= asked.minimum_events)
    sufficient = reduce(lambda left, right: left & right, enough)
    return table.select(*group, PART, VALUE, **{SUFFICIENT: sufficient})


def _value(events: ir.Table, asked: Asked) -> ir.NumericScalar:
    body = asked.body
    if body.type in SUMMING:
        return aggregate(body.type, events[body.fields[0]], body.percentile).round(PLACES)
    if body.type in TEMPORAL:
        return events[RULE].nunique()
    if asked.counted:
        columns = [events[name] for name in asked.counted]
        return columns[0].nunique() if len(columns) == 1 else _combinations(columns)
    return events[TIME].count()


def _combinations(columns: list[ir.Column]) -> ir.IntegerScalar:
    whole = ibis.and_(*(column.notnull() for column in columns))
    joined = ibis.struct({f"f{number}": column for number, column in enumerate(columns)})
    return joined.nunique(where=whole)
