"""One measurement of `windows`, in a process of its own so that its peak memory is its own.

`python -m tests.bench.window_work SIDE KIND EVENTS [ENGINE]` prints seconds, peak megabytes,
crossings, alerts, and a sum over the alerts that is equal only where the alerts are.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path
from time import perf_counter

import duckdb
import pyarrow as pa
from ibis.expr.types import Table

from opsrail.detection.evaluate import evaluate
from opsrail.detection.library import library_of
from opsrail.streams.engines.duckdb import DuckDB
from opsrail.streams.engines.model import Engine
from opsrail.streams.engines.opening import open_engine
from tests.bench.window_kinds import STREAMS, Kind, kind

HOUR = 3_600_000_000


def rule_side(what: Kind, events: Path, url: str) -> tuple[float, int, list[tuple[str, int]]]:
    """The rule through the engine, from events at hand to alerts."""
    engine = open_engine(url)
    try:
        table = _table(engine, events)
        library = library_of({"rules/streams.yaml": STREAMS, "rules/bench.yaml": what.rule})
        # What Ibis and Arrow import when they are first used is no part of any rule.
        pa.array([0])
        evaluate(library, engine, {"ev": table.limit(0)}, ["measured"])
        begin = perf_counter()
        outcome = evaluate(library, engine, {"ev": table}, ["measured"])
        seconds = perf_counter() - begin
    finally:
        engine.close()
    assert outcome.findings == (), outcome.findings
    alerts = [(str(alert.group[0][1]), alert.at) for alert in outcome.alerts]
    return seconds, outcome.crossings["measured"], alerts


def _table(engine: Engine, events: Path) -> Table:
    if isinstance(engine, DuckDB):
        return engine.keep(engine.backend.read_parquet(str(events)))
    return engine.keep(engine.backend.read_parquet(str(events), table_name="read"))


def hand_side(what: Kind, events: Path) -> tuple[float, int, list[tuple[str, int]]]:
    """The query by hand, and the cooldown as anyone would write it."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.read_parquet(str(events)).create("ev")
        begin = perf_counter()
        rows = connection.sql(what.sql).to_arrow_table()
        groups, moments = rows.column(0).to_pylist(), rows.column(1).to_pylist()
        alerts: list[tuple[str, int]] = []
        until: dict[str, int] = {}
        for at, group in sorted(zip(moments, groups, strict=True)):
            if at >= until.get(group, 0):
                until[group] = at + HOUR
                alerts.append((group, at))
        seconds = perf_counter() - begin
    return seconds, rows.num_rows, alerts


def main(side: str, name: str, events: str, url: str = "duckdb") -> None:
    """Measure once and print."""
    what = kind(name)
    if side == "rule":
        seconds, crossings, alerts = rule_side(what, Path(events), url)
    else:
        seconds, crossings, alerts = hand_side(what, Path(events))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    total = sum(at % 1_000_003 * (hash_of(group) % 1_009) for group, at in alerts)
    print(f"{seconds:.3f} {peak:.0f} {crossings} {len(alerts)} {total}")


def hash_of(group: str) -> int:
    """A number for a group that is the same in every process."""
    return sum(ord(letter) * 31**place for place, letter in enumerate(group))


if __name__ == "__main__":
    main(*sys.argv[1:])
