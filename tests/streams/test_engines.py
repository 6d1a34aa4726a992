from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from opsrail.findings import CannotWork
from opsrail.streams.engines.duckdb import DuckDB
from opsrail.streams.engines.model import Engine, EngineFault, TookTooLong
from opsrail.streams.engines.opening import open_engine
from opsrail.streams.engines.other import Other
from opsrail.streams.fault import StreamFault
from opsrail.streams.load import load
from opsrail.streams.model import Stream

Make = Callable[..., Stream]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "support.db"
    with duckdb.connect(str(path)) as made:
        made.execute("CREATE SCHEMA old")
        for name, people in (("opened", ["ann", "bob"]), ("old.opened", ["ann"])):
            made.execute(f'CREATE TABLE {name} ("at" TIMESTAMP, who TEXT, count INTEGER)')
            times = ["2026-01-05 09:00:00", None]
            for who, at in zip(people, times, strict=False):
                made.execute(f"INSERT INTO {name} VALUES (?, ?, 1)", [at, who])  # noqa: S608 - two names of this test
    return path


def from_table(engine: Engine, stream: Stream, folder: Path) -> tuple[list[str], int]:
    events = load(engine, stream, folder)
    return engine.run(events.table).column("who").to_pylist(), events.rejected_count


def test_a_database_file_is_read_by_its_tables(
    database: Path, stream: Make, tmp_path: Path
) -> None:
    engine = open_engine(f"duckdb:///{database}")
    assert from_table(engine, stream(path=None, table="opened"), tmp_path) == (["ann"], 1)
    assert from_table(engine, stream(path=None, table="old.opened"), tmp_path) == (["ann"], 0)
    with pytest.raises(StreamFault, match="no table closed"):
        load(engine, stream(path=None, table="closed"), tmp_path)
    with pytest.raises(StreamFault, match="has no column 'more'"):
        load(engine, stream(path=None, table="opened", occurred_at="more"), tmp_path)
    engine.close()


def test_a_database_file_is_never_written(database: Path) -> None:
    engine = DuckDB(database=database)
    with pytest.raises(duckdb.Error, match="read-only"):
        engine.backend.raw_sql("DELETE FROM given.main.opened")
    engine.close()


def test_another_database_is_read_by_its_tables_and_not_by_files(
    database: Path, stream: Make, tmp_path: Path
) -> None:
    engine = Other(f"duckdb://{database}")
    assert from_table(engine, stream(path=None, table="opened"), tmp_path) == (["ann"], 1)
    (tmp_path / "a.csv").write_text("at,who,count\n2026-01-05,ann,1\n")
    with pytest.raises(StreamFault, match="cannot read files") as fault:
        load(engine, stream(), tmp_path)
    assert "table:" in fault.value.hint
    engine.close()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("duckdb:///no/such.db", "there is no database file"),
        ("abacus", "there is no engine 'abacus'"),
        ("abacus://here", "cannot connect to the engine abacus"),
        (f"duckdb:///{__file__}", "is no DuckDB database"),
    ],
)
def test_what_cannot_be_opened_is_told(url: str, message: str) -> None:
    with pytest.raises(CannotWork, match=message) as fault:
        open_engine(url)
    assert fault.value.hint


def test_the_default_is_duckdb() -> None:
    engine = open_engine()
    assert engine.name == "duckdb"
    engine.close()


def test_without_spark_one_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [*sys.modules]:
        if name.startswith("opsrail.streams.engines.spark"):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    monkeypatch.setitem(sys.modules, "pyspark.errors", None)
    with pytest.raises(CannotWork, match="Spark is not installed") as fault:
        open_engine("spark")
    assert "opsrail[spark]" in fault.value.hint


def test_duckdb_stops_at_the_time_limit(duck: Engine) -> None:
    numbers = duck.upload(pa.table({"n": list(range(20_000))}))
    pairs = numbers.cross_join(numbers.rename(m="n")).cross_join(numbers.rename(k="n"))
    slow = pairs.aggregate(total=(pairs.n * pairs.m % 7 * pairs.k).sum())
    with pytest.raises(TookTooLong, match=r"after 0\.1 seconds"):
        duck.run(slow, seconds=0.1)


def test_what_duckdb_refuses_is_told(duck: Engine) -> None:
    kept = duck.keep(duck.upload(pa.table({"a": ["x"]})))
    with pytest.raises(EngineFault, match="Could not convert"):
        duck.keep(kept.select(a=kept.a.cast("int64")))
    duck.forget(kept)
    with pytest.raises(EngineFault, match="does not exist"):
        duck.run(kept)
