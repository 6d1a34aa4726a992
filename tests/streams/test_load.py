from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opsrail.streams.engines.model import Engine
from opsrail.streams.fault import StreamFault
from opsrail.streams.load import load
from opsrail.streams.model import Events, Stream

Make = Callable[..., Stream]
Rows = Callable[[Stream], list[dict[str, Any]]]

RECORDS: list[dict[str, object]] = [
    {"at": "2026-01-05T09:00:00Z", "who": "ann", "count": 1, "share": 0.5, "open": True},
    {"at": "2026-01-05T10:00:00Z", "who": 'b, "o"\nb', "count": None, "share": 2.0, "open": False},
    {"at": "2026-01-05T11:00:00.25Z", "who": None, "count": -3, "share": None, "open": None},
]
COLUMNS = {
    "at": "timestamp",
    "who": "string",
    "count": "integer",
    "share": "number",
    "open": "boolean",
}


def csv_line(cells: list[object]) -> str:
    texts = ["" if cell is None else str(cell).replace('"', '""') for cell in cells]
    return ",".join(f'"{text}"' if text else "" for text in texts) + "\n"


def write_all(folder: Path) -> None:
    lines = [csv_line(list(COLUMNS)), *(csv_line(list(record.values())) for record in RECORDS)]
    (folder / "a.csv").write_text("".join(lines))
    with gzip.open(folder / "b.csv.gz", "wt") as packed:
        packed.write("".join(lines))
    texts = "".join(json.dumps(record) + "\n" for record in RECORDS)
    (folder / "c.jsonl").write_text(texts)
    with gzip.open(folder / "d.ndjson.gz", "wt") as packed:
        packed.write(texts)
    table = pa.Table.from_pylist(RECORDS)
    typed = table.set_column(0, "at", pa.compute.cast(table["at"], pa.timestamp("us", tz="UTC")))
    pq.write_table(table, folder / "e.parquet")
    pq.write_table(typed.append_column("more", typed["who"]), folder / "f.parquet")


def test_all_kinds_of_files_give_equal_events(stream: Make, rows: Rows, tmp_path: Path) -> None:
    write_all(tmp_path)
    first, *others = [
        rows(stream(path=path.name, columns=COLUMNS)) for path in sorted(tmp_path.iterdir())
    ]
    assert [row["who"] for row in first] == ["ann", 'b, "o"\nb', None]
    assert [row["count"] for row in first] == [1, None, -3]
    assert [row["share"] for row in first] == [0.5, 2.0, None]
    assert [row["open"] for row in first] == [True, False, None]
    assert len(others) == 5
    assert all(other == first for other in others)


@pytest.mark.parametrize(
    "path", [".", "*", "deep", "**/*.csv", "{root}/deep/*.csv", "deep/x y'[1].csv"]
)
def test_files_folders_and_globs(stream: Make, rows: Rows, tmp_path: Path, path: str) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "x y'[1].csv").write_text("at,who,count\n2026-01-05,ann,1\n")
    (tmp_path / "deep" / "_notes.csv").write_text("nothing of interest\n")
    (tmp_path / "deep" / "x y'1.txt").write_text("nothing of interest\n")
    assert len(rows(stream(path=path.format(root=tmp_path)))) == 1


def test_a_name_that_looks_like_a_glob_is_that_file(
    stream: Make, rows: Rows, tmp_path: Path
) -> None:
    (tmp_path / "a[1].csv").write_text("at,who,count\n2026-01-05,meant,1\n")
    (tmp_path / "a1.csv").write_text("at,who,count\n2026-01-05,other,1\n")
    assert [row["who"] for row in rows(stream(path="a[1].csv"))] == ["meant"]


def test_a_path_that_matches_nothing_is_told(duck: Engine, stream: Make, tmp_path: Path) -> None:
    with pytest.raises(StreamFault, match=r"no file to read at \*\.csv") as fault:
        load(duck, stream(), tmp_path)
    assert ".parquet" in fault.value.hint


@pytest.mark.parametrize("text", ["", "at,who,count\n"])
def test_a_file_without_rows_is_no_event(
    duck: Engine, stream: Make, tmp_path: Path, text: str
) -> None:
    (tmp_path / "a.csv").write_text(text)
    events = load(duck, stream(), tmp_path)
    assert (events.rows, events.newest, events.rejected_count) == (0, None, 0)
    assert events.table.columns == ("_t", "_id", "at", "who", "count")


def test_names_with_blanks_quotes_dots_and_capitals(
    stream: Make, rows: Rows, tmp_path: Path
) -> None:
    columns = {
        "at": {"type": "timestamp", "from": 'Opened "At"'},
        "a.b": {"type": "integer", "from": "it's; DROP TABLE x"},
        "ID": "string",
    }
    header = csv_line(['Opened "At"', "it's; DROP TABLE x", "id", "ID"])
    (tmp_path / "a.csv").write_text(header + "2026-01-05,7,small,large\n")
    record = {'Opened "At"': "2026-01-05", "it's; DROP TABLE x": 7, "ID": "large"}
    (tmp_path / "a.jsonl").write_text(json.dumps(record) + "\n")
    pq.write_table(pa.Table.from_pylist([record]), tmp_path / "a.parquet")
    found = [
        rows(stream(path=f"a.{kind}", columns=columns)) for kind in ("csv", "jsonl", "parquet")
    ]
    assert found[0][0]["a.b"] == 7
    assert found[0][0]["ID"] == "large"
    assert found[0] == found[1] == found[2]


def test_files_with_other_columns_and_delimiters_go_together(
    stream: Make, rows: Rows, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text("at,who,count\n2026-01-05,ann,1\n")
    (tmp_path / "b.csv").write_text("count;at\n2;2026-01-06\n")
    (tmp_path / "c.csv").write_text("\ufeffmore\tcount\twho\tat\r\nx\t3\tbob\t2026-01-07\r\n")
    found = [(row["who"], row["count"]) for row in rows(stream())]
    assert found == [("ann", 1), (None, 2), ("bob", 3)]


def test_a_column_that_no_file_has_is_told(duck: Engine, stream: Make, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("at,Who,count\n2026-01-05,ann,1\n")
    with pytest.raises(StreamFault, match="no file has a column 'who'") as fault:
        load(duck, stream(), tmp_path)
    assert fault.value.hint == "did you mean 'Who'?"


def test_a_file_without_times_is_told(duck: Engine, stream: Make, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("at,who,count\n2026-01-05,ann,1\n")
    (tmp_path / "b.csv").write_text("who,count\nann,1\n")
    with pytest.raises(StreamFault, match=r"b\.csv has no column 'at'"):
        load(duck, stream(), tmp_path)


def test_what_is_no_parquet_file_is_told(duck: Engine, stream: Make, tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_text("PAR1 but no more")
    with pytest.raises(StreamFault, match="cannot be read as a Parquet file"):
        load(duck, stream(path="a.parquet"), tmp_path)


ARRIVALS = """at,arrived,who,count
2026-01-05T09:00:00Z,2026-01-05T09:10:00Z,ann,1
2026-01-05T09:00:00Z,2026-01-05T09:10:00.000001Z,late,1
2026-01-05T09:00:00Z,2026-01-05T08:00:00Z,early,1
"""


def test_what_arrives_later_than_the_grace_does_not_count(
    duck: Engine, stream: Make, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text(ARRIVALS)
    events = load(duck, stream(ingested_at="arrived", grace="10m"), tmp_path)
    assert (events.rows, events.too_late) == (2, 1)
    assert set(duck.run(events.table).column("who").to_pylist()) == {"ann", "early"}


REPEATED = """at,arrived,who,count
2026-01-05T09:00:00Z,2026-01-05T09:05:00Z,ann,1
2026-01-05T09:01:00Z,2026-01-05T09:02:00Z,ann,2
2026-01-05T09:00:00Z,2026-01-05T09:59:00Z,bob,3
2026-01-05T09:30:00Z,2026-01-05T09:31:00Z,bob,4
2026-01-05T09:00:00Z,2026-01-05T09:01:00Z,,5
2026-01-05T09:00:00Z,2026-01-05T09:01:00Z,,6
"""


def test_of_equal_records_the_first_to_arrive_stays(
    duck: Engine, stream: Make, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text(REPEATED)
    made = stream(ingested_at="arrived", grace="10m", dedupe=["who"])
    events = load(duck, made, tmp_path)
    # Of ann's the one that arrived first; bob's first came too late to count at all; a record
    # that names nobody equals no other.
    assert sorted(duck.run(events.table).column("count").to_pylist()) == [2, 4, 5, 6]
    assert (events.rows, events.duplicates, events.too_late) == (4, 1, 1)


def test_ids_are_what_the_stream_says(stream: Make, rows: Rows, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("at,who,count,Ticket\n2026-01-05,ann,1,T-7\n2026-01-06,,,\n")
    named, nameless = rows(stream(id=["Ticket", "count"]))
    assert named["_id"] == "T-7/1"
    assert len(nameless["_id"]) == 16


def test_newest_and_oldest(duck: Engine, stream: Make, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("at,who,count\n1970-01-02,a,1\n1970-01-01,b,2\n")
    events = load(duck, stream(), tmp_path)
    assert (events.oldest, events.newest) == (0, 86_400_000_000)
    assert events.files == (tmp_path / "a.csv",)


LINES = st.lists(
    st.sampled_from(
        [
            "2026-01-05,ann,1",
            "2026-01-05,ann,2",
            "2026-01-05,bob,1",
            "2026-01-06,bob,x",
            "2026-01-06,bob",
            "never,bob,1",
            '2026-01-07,"bob,1',
        ]
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=LINES, cut=st.integers(0, 8), swap=st.booleans())
def test_the_order_and_number_of_files_make_no_difference(
    duck: Engine, stream: Make, tmp_path: Path, lines: list[str], cut: int, swap: bool
) -> None:
    def counted(events: Events) -> tuple[object, ...]:
        rows = duck.run(events.table).to_pylist()
        ordered = sorted(rows, key=lambda row: str(sorted(row.items(), key=str)))
        return ordered, events.rows, events.duplicates, events.rejected_count

    made = stream(dedupe=["who", "at"], path="now")
    results = []
    for parts in ([lines], [lines[cut:], lines[:cut][::-1]]):
        folder = tmp_path / "now"
        folder.mkdir(exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        for number, part in enumerate(parts[::-1] if swap else parts):
            text = "".join(f"{line}\n" for line in ["at,who,count", *part])
            (folder / f"{number}.csv").write_text(text)
        results.append(counted(load(duck, made, tmp_path)))
    assert results[0] == results[1]
