"""Between an engine's rows and the values of detection."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from itertools import repeat

import numpy as np
import pyarrow as pa

from opsrail.detection.baseline import Buckets
from opsrail.detection.model import Alert, Crossing, Group, Key, Rule
from opsrail.detection.query.model import AT, PART, SCOPE, VALUE, Inputs, keys_of
from opsrail.streams.model import EVENT, TIME

Where = tuple[str, Group]
"""A group of a rule, and the scope it is of."""


def crossings_in(rule: Rule, rows: pa.Table, *, scoped: bool) -> list[Crossing]:
    """The crossings that a rule's expression came to."""
    moments, values = rows.column(AT).to_pylist(), rows.column(VALUE).to_pylist()
    return [
        Crossing(at, group, value, scope=scope)
        for (scope, group), at, value in zip(
            _groups(rule, rows, scoped=scoped), moments, values, strict=True
        )
    ]


def past_in(rule: Rule, rows: pa.Table, *, scoped: bool) -> Mapping[Where, Buckets]:
    """What the rule's value was, bucket by bucket, for each group."""
    rows = rows.sort_by(PART)
    numbers = rows.column(PART).to_numpy()
    values = rows.column(VALUE).to_numpy()
    places: dict[Where, list[int]] = {}
    for place, where in enumerate(_groups(rule, rows, scoped=scoped)):
        places.setdefault(where, []).append(place)
    return {
        where: Buckets(
            numbers[at].astype(np.int64, copy=False), values[at].astype(np.float64, copy=False)
        )
        for where, at in places.items()
    }


def value_at(rule: Rule, rows: pa.Table, *, scoped: bool) -> Mapping[tuple[str, Group, int], float]:
    """(scope, group, moment) → value."""
    moments, values = rows.column(AT).to_pylist(), rows.column(VALUE).to_pylist()
    groups = _groups(rule, rows, scoped=scoped)
    return {
        (scope, group, at): float(value)
        for (scope, group), at, value in zip(groups, moments, values, strict=True)
    }


def moment_rows(rule: Rule, alerts: Iterable[Alert], inputs: Inputs) -> pa.Table:
    """The group and moment of each alert, in the columns of `crossings`."""
    alerts = tuple(alerts)
    columns = _columns(rule, alerts, scoped=inputs.scoped)
    names = keys_of(rule, scoped=inputs.scoped)
    return pa.table(
        {
            **dict(zip(names, columns, strict=True)),
            AT: pa.array([alert.at for alert in alerts], pa.int64()),
        }
    )


def alert_rows(rule: Rule, alerts: Iterable[Alert], inputs: Inputs) -> pa.Table:
    """Alerts as events of their own: when, an id, and their group's fields."""
    alerts = tuple(alerts)
    fields = (SCOPE,) if inputs.scoped else ()
    columns = _columns(rule, alerts, scoped=inputs.scoped)
    return pa.table(
        {
            TIME: pa.array([alert.at for alert in alerts], pa.int64()),
            EVENT: pa.array([alert.id for alert in alerts], pa.string()),
            **dict(zip((*fields, *rule.group_by), columns, strict=True)),
        }
    )


def _columns(rule: Rule, alerts: tuple[Alert, ...], *, scoped: bool) -> list[pa.Array]:
    scope = [pa.array([alert.scope for alert in alerts], pa.string())] if scoped else []
    keys = [
        _typed([alert.group[number][1] for alert in alerts]) for number in range(len(rule.group_by))
    ]
    return scope + keys


def _typed(values: list[Key]) -> pa.Array:
    """An array of these values; text where there is nothing to tell their type by."""
    return pa.array(values) if any(v is not None for v in values) else pa.array(values, pa.string())


def _groups(rule: Rule, rows: pa.Table, *, scoped: bool) -> Iterator[Where]:
    """The scope and group of each row. Rows are many and groups few: each is made once."""
    names = keys_of(rule, scoped=scoped)
    if not names:
        return repeat(("", ()), rows.num_rows)
    known: dict[tuple[object, ...], Where] = {}
    columns = [rows.column(name).to_pylist() for name in names]

    def where(*row: object) -> Where:
        found = known.get(row)
        if found is None:
            scope, values = (str(row[0]), row[1:]) if scoped else ("", row)
            found = known[row] = scope, tuple(zip(rule.group_by, map(_key, values), strict=True))
        return found

    return map(where, *columns)


def _key(value: object) -> Key:
    """A group's value as JSON has it, so that an alert's id never depends on the engine."""
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)
