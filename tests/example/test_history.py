"""The example's history is what its seed makes it, and fit to be shown and shipped."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from ruamel.yaml import YAML

from opsrail.streams.formats import Column, ColumnType, StreamsFile
from tests.example.clock import END, START
from tests.example.history import by_month, history
from tests.example.planted import HARMLESS, TROUBLE

KINDS = {
    ColumnType.STRING: pa.types.is_string,
    ColumnType.INTEGER: pa.types.is_integer,
    ColumnType.NUMBER: pa.types.is_floating,
    ColumnType.BOOLEAN: pa.types.is_boolean,
    ColumnType.TIMESTAMP: pa.types.is_timestamp,
}


@pytest.fixture(scope="module")
def made() -> Mapping[str, pa.Table]:
    return history()


@pytest.fixture(scope="module")
def folder(project: Path) -> Path:
    return project / "rules" / "history"


@pytest.fixture(scope="module")
def declared(project: Path) -> StreamsFile:
    text = (project / "rules" / "streams.yaml").read_text(encoding="utf-8")
    return StreamsFile.model_validate(YAML(typ="safe").load(text))


def test_the_files_hold_what_the_generator_makes(
    made: Mapping[str, pa.Table], folder: Path
) -> None:
    months = {
        f"{name}-{month}.parquet": part
        for name, table in made.items()
        for month, part in by_month(table).items()
    }
    assert sorted(months) == sorted(path.name for path in folder.iterdir())
    for name, part in months.items():
        assert pq.read_table(folder / name).equals(part), name


def test_it_is_large_enough_to_learn_from_and_small_enough_to_ship(
    made: Mapping[str, pa.Table], folder: Path
) -> None:
    assert sum(table.num_rows for table in made.values()) >= 150_000
    assert sum(path.stat().st_size for path in folder.iterdir()) <= 3_000_000


def test_the_streams_that_are_declared_are_those_that_are_there(
    made: Mapping[str, pa.Table], declared: StreamsFile
) -> None:
    assert set(declared.streams) == set(made)
    for name, stream in declared.streams.items():
        columns = set(made[name].column_names)
        assert columns == {*stream.columns, stream.occurred_at, stream.ingested_at}
        for field, column in stream.columns.items():
            kind = column.type if isinstance(column, Column) else column
            assert KINDS[kind](made[name].schema.field(field).type), f"{name}.{field}"


def test_ids_name_one_record_unless_it_is_declared_to_come_twice(
    made: Mapping[str, pa.Table], declared: StreamsFile
) -> None:
    for name, stream in declared.streams.items():
        records = made[name].select(list(stream.id))
        different = records.group_by(list(stream.id)).aggregate([]).num_rows
        assert (different < records.num_rows) == bool(stream.dedupe), name


def test_every_record_lies_in_the_120_days_and_arrives_after_it_happened(
    made: Mapping[str, pa.Table],
) -> None:
    assert END - START == 120 * 86_400
    for name, table in made.items():
        occurred = table["occurred_at"].cast(pa.int64())
        ingested = table["ingested_at"].cast(pa.int64())
        assert pc.min(occurred).as_py() >= START * 1_000, name
        assert pc.max(occurred).as_py() < END * 1_000, name
        assert pc.all(pc.greater(ingested, occurred)).as_py(), name


def test_few_records_are_too_late_and_some_are(made: Mapping[str, pa.Table]) -> None:
    tickets = made["tickets"]
    delay = pc.subtract(
        tickets["ingested_at"].cast(pa.int64()), tickets["occurred_at"].cast(pa.int64())
    )
    late = pc.sum(pc.greater(delay, 300_000)).as_py()
    assert 0 < late < tickets.num_rows / 1_000


def test_nobody_can_be_found_in_it(made: Mapping[str, pa.Table]) -> None:
    tickets = made["tickets"]
    for field in ("customer_id", "reported_id"):
        names = pc.unique(tickets[field].drop_null()).to_pylist()
        assert all(re.fullmatch(r"c-[0-9]{4}", name) for name in names)
    for table in made.values():
        for column in table.columns:
            if pa.types.is_string(column.type):
                assert not pc.any(pc.match_substring(column, "@")).as_py()


def test_a_refund_never_exceeds_the_dearest_plan(made: Mapping[str, pa.Table]) -> None:
    amounts = made["tickets"]["amount"].drop_null()
    assert pc.min(amounts).as_py() > 0
    assert pc.max(amounts).as_py() <= 1_490  # House for a year, content/sources/plan-changes.md


def test_the_vendor_desk_refunds_fifty_dollars_at_most(made: Mapping[str, pa.Table]) -> None:
    tickets = made["tickets"]
    vendor = tickets.filter(pc.equal(tickets["desk"], "manila"))
    assert pc.max(vendor["amount"]).as_py() <= 50  # content/sources/refunds.md


def test_every_wave_lies_within_the_history() -> None:
    assert all(START < one.since < one.until < END for one in (*TROUBLE, *HARMLESS))
