"""Conditions asked of a handful of events, all in one query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import ibis
import pyarrow as pa
from ruamel.yaml import YAML
from sigma.policy.profiles import TrustedPolicy
from sigma.rule import SigmaRule

from opsrail.detection.conditions import matches
from opsrail.detection.conditions.tree import Condition

Row = Mapping[str, str | int | float | bool | datetime | None]

COLUMNS: Mapping[str, pa.DataType] = {
    "text": pa.string(),
    "other": pa.string(),
    "count": pa.int64(),
    "share": pa.float64(),
    "ratio": pa.float64(),
    "open": pa.bool_(),
    "at": pa.timestamp("us", tz="UTC"),
    "nothing": pa.null(),
}


def condition_of(detection: str | Mapping[str, Any]) -> Condition:
    """What pySigma makes of a detection, given as YAML; its condition is `s` if it has none.

    Its own test of regular expressions is the one that lets more pass: the rest is ours to tell.
    """
    given = YAML(typ="safe").load(detection) if isinstance(detection, str) else dict(detection)
    if not isinstance(given, dict) or "condition" not in given:
        given = {"s": given, "condition": "s"}
    rule = {"title": "T", "logsource": {"product": "support"}, "detection": given}
    (parsed,) = SigmaRule.from_dict(rule, policy=TrustedPolicy).detection.parsed_condition
    return parsed.parsed


def rows_of(rows: Sequence[Row]) -> pa.Table:
    """The rows with all columns, typed; and the columns that every stream has."""
    named = {
        name: pa.array([row.get(name) for row in rows], kind) for name, kind in COLUMNS.items()
    }
    numbers = range(len(rows))
    own = {
        "_t": pa.array(numbers, pa.int64()),
        "_id": pa.array([f"record {number}" for number in numbers]),
    }
    return pa.table({**own, **named})


def asked(
    backend: ibis.BaseBackend, rows: Sequence[Row], conditions: Sequence[Condition]
) -> list[list[bool]]:
    """For each condition which of the rows match."""
    table = ibis.memtable(rows_of(rows))
    fields = {name: table[name] for name in table.columns}
    tests = {f"c{at}": matches(condition, fields) for at, condition in enumerate(conditions)}
    found = backend.to_pyarrow(table.select("_t", **tests).order_by("_t"))
    return [found[name].to_pylist() for name in tests]
