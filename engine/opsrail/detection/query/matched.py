"""The events a rule looks at: those that match its detections, with their group and values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from opsrail.detection.conditions import matches
from opsrail.detection.model import Correlation, Detection, Rule
from opsrail.detection.query.asked import TEMPORAL
from opsrail.detection.query.model import (
    ONE,
    RULE,
    SCOPE,
    Inputs,
    Unsupported,
    drops_nulls,
    key,
    keys_of,
)
from opsrail.streams.model import EVENT, TIME

_SOURCE = "_source"
"""Which stream or rule an event is from: names of events are their own."""


def matched(rule: Rule, inputs: Inputs, fields: Sequence[str], since: int | None) -> ir.Table:
    """Events of the rule after `since` and up to `inputs.until`.

    Columns: the group keys, `TIME`, and one column for each of `fields`, by its name. Where
    rules are counted together, an event that several of them match is one. For temporal
    correlations it is one of each: they have `RULE`, which of the rules an event is of, and
    `ONE`, which is 1 for just one of the rows of the same event.
    """
    parts = _parts(rule, inputs, fields)
    if isinstance(rule.body, Correlation) and rule.body.type in TEMPORAL:
        events = _counted_once(_union(_alike(parts)))
    elif len(parts) > 1:
        events = _union(_alike(parts)).distinct().drop(_SOURCE, EVENT)
    else:
        events = parts[0].drop(_SOURCE, EVENT)
    if since is not None:
        events = events.filter(events[TIME] > since)
    if inputs.until is not None:
        events = events.filter(events[TIME] <= inputs.until)
    if drops_nulls(rule):
        keys = [events[name].notnull() for name in keys_of(rule, scoped=False)]
        events = events.filter(*keys) if keys else events
    return events


def _counted_once(events: ir.Table) -> ir.Table:
    """Events with `ONE`. What one rule reads by another group field is another event."""
    names = [name for name in events.columns if name not in {RULE, TIME}]
    same = ibis.window(group_by=[events[name] for name in names], order_by=events[RULE])
    first = ibis.row_number().over(same) == 0
    return events.mutate(**{ONE: first.cast("int64")}).drop(_SOURCE, EVENT)


def _parts(rule: Rule, inputs: Inputs, fields: Sequence[str]) -> list[ir.Table]:
    """The events by where they come from, in the columns of `matched`."""
    body = rule.body
    if not isinstance(body, Correlation):
        return [_part(rule, (rule.name,), inputs, fields)]
    names = tuple(dict.fromkeys(body.rules))
    if body.type in TEMPORAL:
        return [
            part.mutate(**{RULE: ibis.literal(name)})
            for name in names
            for part in [_part(rule, (name,), inputs, fields)]
        ]
    return [_part(rule, alike, inputs, fields) for alike in _by_source(body, names, inputs)]


def _by_source(body: Correlation, names: Sequence[str], inputs: Inputs) -> list[tuple[str, ...]]:
    """The rules that read the same stream by the same group fields, together."""
    sources: dict[tuple[str, ...], list[str]] = {}
    for name in names:
        inner = inputs.rules[name].body
        grouped = (body.field_of(key, name) for key in body.group_by)
        # What is built on a correlation has its alerts for events, which are its own.
        source = (inner.stream, *grouped) if isinstance(inner, Detection) else ("", name)
        sources.setdefault(source, []).append(name)
    return [tuple(alike) for alike in sources.values()]


def _part(rule: Rule, names: Sequence[str], inputs: Inputs, fields: Sequence[str]) -> ir.Table:
    """The events of rules that read the same, in the columns of `matched`."""
    first = inputs.rules[names[0]].body
    if isinstance(first, Detection):
        table = inputs.tables[first.stream]
        bodies = (inputs.rules[name].body for name in names)
        columns = _columns(table)
        tests = [matches(one.condition, columns) for one in bodies if isinstance(one, Detection)]
        table = table.filter(reduce(lambda left, right: left | right, tests))
        source = first.stream
    else:
        table, source = inputs.alerts[names[0]], names[0]
    body = rule.body
    grouped = rule.group_by
    if isinstance(body, Correlation):
        grouped = tuple(body.field_of(key, names[0]) for key in rule.group_by)
    return table.select(
        **({SCOPE: table[SCOPE]} if inputs.scoped else {}),
        **{key(number): _column(table, field) for number, field in enumerate(grouped)},
        **{TIME: table[TIME], EVENT: table[EVENT]},
        **{_SOURCE: ibis.literal(source)},
        **{field: _column(table, field) for field in fields},
    )


def _columns(table: ir.Table) -> Mapping[str, ir.Value]:
    return {name: table[name] for name in table.columns}


def _column(table: ir.Table, field: str) -> ir.Value:
    return table[field] if field in table.columns else ibis.null()


def _alike(parts: Sequence[ir.Table]) -> list[ir.Table]:
    """The same tables with columns of one type each: text where they differ."""
    casts: dict[str, dt.DataType] = {}
    for name in parts[0].columns:
        kinds = {part[name].type() for part in parts} - {dt.null}
        casts[name] = kinds.pop() if len(kinds) == 1 else dt.string
    return [
        part.cast({name: kind for name, kind in casts.items() if part[name].type() != kind})
        for part in parts
    ]


def _union(parts: Sequence[ir.Table]) -> ir.Table:
    return reduce(lambda left, right: left.union(right), parts)


def numeric(events: ir.Table, field: str) -> ir.Table:
    """The events with `field` as a number; text that is none becomes NULL."""
    kind = events[field].type()
    if kind.is_numeric():
        return events
    if kind.is_string() or kind.is_null():
        return events.mutate(**{field: events[field].try_cast("float64")})
    raise Unsupported(
        f"`{field}` holds {kind} values, which cannot be summed or averaged",
        "name a field with numbers",
    )
