from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from opsrail.streams.engines.model import Engine, EngineFault, TookTooLong
from opsrail.streams.fault import StreamFault
from opsrail.streams.load import load
from opsrail.streams.model import Stream

Make = Callable[..., Stream]

CSV = '''at,arrived,who,count,a.b
2026-03-29 01:30:00,2026-03-29 02:00:00,ann,1,x
2026-10-25T01:30:00,2026-10-25 01:31:00,"bob, or
""so""",2.0,
2026-01-05T11:00:00+02:00,1767603660,cy,,y
2026-01-05T11:00:00+02:00,1767603660,cy,,z
2026-01-05T09:00:00Z,2026-01-06T09:00:00Z,late,3,x
never,2026-01-05,dee,4,x
2026-01-05,2026-01-05,dee,4.5,x
2026-01-05,2026-01-05,dee
2026-01-05,2026-01-05,d"e,5,x
2026-01-05,2026-01-05,"d"e,5,x
'''
JSON = """{"at": "2026-01-05", "arrived": 1767571200, "who": "ann", "count": 1, "a.b": "x"}
{"at": "2026-01-06", "arrived": "2026-01-06", "who": "{}{}", "count": null, "a.b": true}
{"at": "2026-01-06", "arrived": "2026-01-06"} {"at": "2026-01-07"}
{"at": "2026-01-06", "arrived": "2026-01-06"} and more
never
"""


def both(engine: Engine, stream: Stream, folder: Path) -> tuple[object, ...]:
    events = load(engine, stream, folder)
    rows = engine.run(events.table.order_by("_t", "_id")).to_pylist()
    return rows, events.rejected, events.too_late, events.duplicates, events.rows, events.newest


def test_spark_reads_the_same_events_as_duckdb(
    duck: Engine, spark: Engine, stream: Make, tmp_path: Path
) -> None:
    (tmp_path / "a b[1].csv").write_text(CSV)
    (tmp_path / "_hidden.jsonl").write_text(JSON)
    clean = CSV.splitlines()[1].split(",")
    names = ["at", "arrived", "who", "count", "a.b"]
    table = pa.table({name: [cell, cell] for name, cell in zip(names, clean, strict=True)})
    table = table.set_column(3, "count", pa.array([1.0, 2.5]))
    pq.write_table(table.append_column("more", table["who"]), tmp_path / "c.parquet")
    columns = {"at": "timestamp", "who": "string", "count": "integer", "a.b": "string"}
    made = stream(
        path="*",
        ingested_at="arrived",
        grace="1h",
        time_zone="Europe/Lisbon",
        dedupe=["at", "who"],
        columns=columns,
    )
    spelt = {"path": str(tmp_path / "_hidden.jsonl")}
    for one in (made, stream(ingested_at="arrived", grace="1h", columns=columns, **spelt)):
        ours = both(duck, one, tmp_path)
        assert both(spark, one, tmp_path) == ours
        assert ours[1]


def test_spark_stops_at_the_time_limit(spark: Engine) -> None:
    numbers = spark.upload(pa.table({"n": list(range(3000))}))
    others = numbers.rename(m="n")
    many = numbers.cross_join(others).cross_join(others.rename(k="m"))
    slow = many.aggregate(total=(many.n * many.m % 7 * many.k % 5).sum())
    with pytest.raises(TookTooLong):
        spark.run(slow, seconds=0.5)
    assert spark.run(numbers.aggregate(n=numbers.n.max()), seconds=60).to_pylist() == [{"n": 2999}]


def test_spark_keeps_and_forgets(spark: Engine) -> None:
    kept = spark.keep(spark.upload(pa.table({"a b": [1, 2]})))
    assert spark.run(kept).column("a b").to_pylist() == [1, 2]
    spark.forget(kept)
    with pytest.raises(EngineFault):
        spark.run(kept)
    with pytest.raises(StreamFault, match="has no table nothing"):
        spark.table("nothing")


def test_spark_says_what_it_runs(spark: Engine) -> None:
    table = spark.upload(pa.table({"a b": [1]}))
    assert "`a b`" in spark.sql(table.select(b=table["a b"] + 1))
