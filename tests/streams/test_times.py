from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsrail.streams.engines.duckdb import DuckDB
from opsrail.streams.times import Clock, local_changes

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ENGINE = DuckDB(threads=1)


def micros(*raw: object, zone: str = "UTC", kind: pa.DataType | None = None) -> list[int | None]:
    rows = ENGINE.upload(pa.table({"n": range(len(raw)), "raw": pa.array(raw, kind)}))
    timed = Clock(ENGINE, zone).timed(rows, {"m": "raw"}).order_by("n")
    found: list[int | None] = ENGINE.run(timed.select("m")).column("m").to_pylist()
    return found


def moment(text: str) -> int:
    return (datetime.fromisoformat(text) - EPOCH) // timedelta(microseconds=1)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-05T09:00:00Z",
        "2026-01-05 09:00:00",
        "2026-01-05T09:00",
        "2026-01-05 09:00:00 UTC",
        "2026/01/05 09:00:00",
        "2026-01-05T11:00:00+02:00",
        "2026-01-05T11:00:00+0200",
        "2026-01-05 11:00+02",
        "2026-01-05T03:30:00-05:30",
        "2026-01-05t09:00:00z",
        "  2026-01-05T09:00:00Z ",
        "1767603600",
        "1767603600000",
        "1767603600.0",
    ],
)
def test_the_same_moment_however_it_is_written(text: str) -> None:
    assert micros(text) == [moment("2026-01-05T09:00:00Z")]


def test_fractions_are_kept_to_the_microsecond() -> None:
    raw = ("2026-01-05 09:00:00.5", "2026-01-05T09:00:00,25Z", "2026-01-05T09:00:00.1234567Z")
    start = moment("2026-01-05T09:00:00Z")
    assert micros(*raw) == [start + 500_000, start + 250_000, start + 123_456]


def test_a_date_is_its_first_moment_in_the_streams_zone() -> None:
    assert micros("2026-07-01", zone="Europe/Lisbon") == [moment("2026-06-30T23:00:00Z")]


@pytest.mark.parametrize(
    "text",
    [
        "20260105",
        "2026",
        "05/01/2026 09:00",
        "2026-13-05",
        "2026-02-30 10:00:00",
        "2026-01-05 24:00:00",
        "2026-01-05T09:00:60Z",
        "yesterday",
        "epoch",
        "infinity",
        "2026-01-05T09:00:00 Europe/Lisbon",
        "",
    ],
)
def test_what_is_no_time_is_none(text: str) -> None:
    assert micros(text) == [None]


def test_numbers_and_typed_columns_are_read_as_they_are() -> None:
    wanted = [moment("2026-01-05T09:00:00Z")]
    naive = datetime(2026, 1, 5, 9)  # noqa: DTZ001 - a column without a zone
    assert micros(1767603600, kind=pa.int64()) == wanted
    assert micros(1767603600000.0, kind=pa.float64()) == wanted
    assert micros(naive, kind=pa.timestamp("ms")) == wanted
    assert micros(naive, kind=pa.timestamp("ns")) == wanted
    assert micros(naive.replace(tzinfo=UTC), kind=pa.timestamp("us", tz="Asia/Tokyo")) == wanted
    assert micros(naive, kind=pa.timestamp("us"), zone="Asia/Kolkata") == [
        moment("2026-01-05T03:30:00Z")
    ]


def test_a_local_time_that_happened_twice_is_the_first() -> None:
    assert micros("2026-10-25 01:30:00", zone="Europe/Lisbon") == [moment("2026-10-25T00:30:00Z")]


def test_a_local_time_that_never_happened_is_as_much_later() -> None:
    # Clocks in Lisbon went from 01:00 to 02:00.
    assert micros("2026-03-29 01:30:00", zone="Europe/Lisbon") == [moment("2026-03-29T01:30:00Z")]


def test_a_zone_in_the_text_outweighs_that_of_the_stream() -> None:
    assert micros("2026-07-01T10:00:00Z", "1767603600", zone="Europe/Lisbon") == [
        moment("2026-07-01T10:00:00Z"),
        moment("2026-01-05T09:00:00Z"),
    ]


@pytest.mark.parametrize(
    "zone", ["Europe/Lisbon", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca"]
)
@given(walls=st.lists(st.datetimes(datetime(1972, 1, 1), datetime(2069, 1, 1)), min_size=5))  # noqa: DTZ001 - what clocks show
def test_local_times_are_what_python_takes_them_for(zone: str, walls: list[datetime]) -> None:
    changes, offsets = local_changes(zone)
    for wall in walls:
        shown = (wall.replace(tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)
        passed = sum(change <= shown for change in changes)
        meant = wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        assert shown - offsets[passed] == (meant - EPOCH) // timedelta(microseconds=1)


def test_changes_of_the_clocks_come_out_of_the_engine_as_they_went_in() -> None:
    zone = "America/New_York"
    changes, _ = local_changes(zone)
    near = [change + step for change in changes[::9] for step in (-1, 0, 1)]
    texts = [(EPOCH + timedelta(microseconds=one)).replace(tzinfo=None) for one in near]
    meant = [text.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) for text in texts]
    assert micros(*texts, zone=zone, kind=pa.timestamp("us")) == [
        (one - EPOCH) // timedelta(microseconds=1) for one in meant
    ]
