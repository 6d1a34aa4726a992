"""Our crossings beside those of pySigma's SQLite backend, run by the standard library's sqlite3.

Somebody else wrote that backend and SQLite is another engine, so agreement says more than any
expectation of ours. What it reads otherwise is taken into account here: its windows hold both
ends, [t − T, t], so it is given a timespan that is a second shorter, on events with whole
seconds; and it compares group keys without case, so keys here have none.
"""

from __future__ import annotations

import json
import random
import sqlite3
from datetime import UTC, datetime

import pyarrow as pa
import pytest
from sigma.backends.sqlite.sqlite import sqliteBackend
from sigma.collection import SigmaCollection

from opsrail.detection.evaluate import Interval, evaluate
from opsrail.detection.library import library_of
from opsrail.streams.engines.duckdb import DuckDB

SPAN = 20
STREAMS = """
streams:
  ev:
    path: none.csv
    occurred_at: at
    columns: {k: string, g: string, v: number}
"""
RULES = """
title: A
name: a
logsource: {{product: support, service: ev}}
detection: {{s: {{k: x}}, condition: s}}
---
title: B
name: b
logsource: {{product: support, service: ev}}
detection: {{s: {{k|startswith: y}}, condition: s}}
---
title: C
name: c
logsource: {{product: support, service: ev}}
detection: {{s: {{k: [z, yz]}}, condition: s}}
---
title: Together
name: together
correlation:
  type: {type}
  rules: [{rules}]
  group-by: [g]
  timespan: {span}s
  {condition}
"""
KINDS = {
    "event_count": ("event_count", "a", "condition: {gte: 3}"),
    "event_count below": ("event_count", "a", "condition: {gt: 1.5}"),
    "event_count exactly": ("event_count", "a", "condition: {eq: 2}"),
    "event_count of several rules": ("event_count", "a, b, c", "condition: {gte: 4}"),
    "value_count": ("value_count", "a", "condition: {gte: 3, field: v}"),
    "value_sum": ("value_sum", "a", "condition: {gte: 6, field: v}"),
    "value_sum below": ("value_sum", "a", "condition: {lt: 4, field: v}"),
    "value_avg": ("value_avg", "a", "condition: {gte: 2.5, field: v}"),
    "value_avg below": ("value_avg", "a, b", "condition: {lt: 1.5, field: v}"),
    "value_median": ("value_median", "a", "condition: {gt: 2, field: v}"),
    "value_percentile": ("value_percentile", "a", "condition: {gte: 3, field: v, percentile: 90}"),
    "temporal": ("temporal", "a, b", ""),
    "temporal of three": ("temporal", "a, b, c", ""),
    "temporal_ordered": ("temporal_ordered", "a, b", ""),
    "temporal_ordered of three": ("temporal_ordered", "b, a, c", ""),
    "temporal either": ("temporal", "a, b, c", "condition: a and (b or c)"),
}
MISSING = {"temporal missing": ("temporal", "a, b", "condition: a and not b")}

Event = tuple[int, str, str | None, float | None]
Found = set[tuple[str, int]]


def random_events(seed: int) -> list[Event]:
    chance = random.Random(seed)
    seconds = sorted(chance.randrange(0, 240) for _ in range(chance.randrange(5, 90)))
    return [
        (
            second,
            chance.choice(["x", "x", "y", "yz", "z"]),
            chance.choice(["p", "q", None]),
            chance.choice([0.0, 1.0, 2.0, 3.0, 4.0, None]),
        )
        for second in seconds
    ]


def theirs(kind: tuple[str, str, str], events: list[Event], span: int) -> Found:
    type_, rules, condition = kind
    text = RULES.format(type=type_, rules=rules, condition=condition, span=span)
    backend = sqliteBackend()  # type: ignore[no-untyped-call]  # its constructor has no types
    (query,) = backend.convert(SigmaCollection.from_yaml(text))[-1:]
    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE TABLE logs (timestamp TEXT, k TEXT, g TEXT, v REAL)")
        rows = [(_text(second), k, g, v) for second, k, g, v in events]
        connection.executemany("INSERT INTO logs VALUES (?, ?, ?, ?)", rows)
        connection.row_factory = sqlite3.Row
        found = connection.execute(query).fetchall()
    connection.close()
    return {(json.loads(row["group_keys"])["g"], round(row["occurrence_time"])) for row in found}


def _text(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%d %H:%M:%S")


def ours(kind: tuple[str, str, str], events: list[Event], span: int) -> Found:
    type_, rules, condition = kind
    text = RULES.format(type=type_, rules=rules, condition=condition, span=span)
    library = library_of({"rules/streams.yaml": STREAMS, "rules/peer.yaml": text})
    assert library.findings == ()
    times = [1_000_000 * second for second, *_ in events]
    columns = {
        "_t": pa.array(times, pa.int64()),
        "_id": pa.array([str(number) for number in range(len(events))]),
        "k": pa.array([k for _, k, _, _ in events], pa.string()),
        "g": pa.array([g for _, _, g, _ in events], pa.string()),
        "v": pa.array([v for *_, v in events], pa.float64()),
    }
    engine = DuckDB(threads=1)
    try:
        table = engine.upload(pa.table(columns))
        until = Interval(None, max(times))
        outcome = evaluate(library, engine, {"ev": table}, ["together"], until)
    finally:
        engine.close()
    assert outcome.findings == ()
    return {(str(alert.group[0][1]), alert.at // 1_000_000) for alert in outcome.alerts}


@pytest.mark.parametrize("kind", KINDS)
def test_both_raise_the_same(kind: str) -> None:
    found = 0
    for seed in range(12):
        events = random_events(seed)
        expected = theirs(KINDS[kind], events, SPAN - 1)
        assert ours(KINDS[kind], events, SPAN) == expected, f"seed {seed}"
        found += len(expected)
    assert found, "nothing was compared"


@pytest.mark.parametrize("kind", MISSING)
def test_both_miss_the_same_followups(kind: str) -> None:
    # The window of what must follow holds both ends here as well.
    found = 0
    for seed in range(12):
        events = random_events(seed)
        expected = theirs(MISSING[kind], events, SPAN)
        assert ours(MISSING[kind], events, SPAN) == expected, f"seed {seed}"
        found += len(expected)
    assert found, "nothing was compared"
