from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from opsrail.streams.engines.model import Engine
from opsrail.streams.load import load
from opsrail.streams.model import Stream
from opsrail.streams.rejects import write_rejects

Make = Callable[..., Stream]

BROKEN_CSV = """at,who,count
2026-01-05,ann,1
never,ann,1

2026-01-05,"a

nn",2
2026-01-05,ann,many
2026-01-05,ann
2026-01-05,ann,1,2
2026-01-05,"ann,1
2026-01-05,an"n"n,3
2026-01-05,"an"n,3
,ann,3
2026-01-05,ann,3.0
2026-01-05,ann,3.5
"""


def lines_of(engine: Engine, stream: Stream, folder: Path) -> list[tuple[int, str]]:
    return [(row.line, row.reason) for row in load(engine, stream, folder).rejected]


def test_rows_of_a_csv_file_that_are_wrong_are_found_by_their_lines(
    duck: Engine, stream: Make, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text(BROKEN_CSV)
    (tmp_path / "b.csv").write_text("at,who,count\n2026-01-05,ann,9\n")
    events = load(duck, stream(), tmp_path)
    assert [(row.path, row.line, row.reason.split(";")[0]) for row in events.rejected] == [
        ("a.csv", 3, "at: 'never' is no time"),
        ("a.csv", 8, "count: 'many' is no whole number"),
        ("a.csv", 9, "the row has 2 cells where the header has 3"),
        ("a.csv", 10, "the row has 4 cells where the header has 3"),
        ("a.csv", 11, "the row opens a quote that is not closed as it should be"),
        ("a.csv", 13, "the row has a quote in the middle of a cell"),
        ("a.csv", 14, "at is missing, and without it the row has no time"),
        ("a.csv", 16, "count: '3.5' is no whole number"),
    ]
    assert (events.rows, events.rejected_count) == (5, 8)
    found = duck.run(events.table.order_by("count")).to_pylist()
    assert [row["count"] for row in found] == [1, 2, 3, 3, 9]


def test_lines_that_are_no_json_are_found(duck: Engine, stream: Make, tmp_path: Path) -> None:
    good = '{"at": "2026-01-05", "who": "ann", "count": 1}\n'
    wrong = [
        "{never}\n",
        '{"at": "2026-01-05"} and more\n',
        "[1]\n",
        '{"who": "ann"}\n',
        '{"at": "2026-01-05", "count": "1,5"}\n',
        '{"at": "2026-01-05", "who": "\\ud800"}\n',
    ]
    text = good + "\n" + "".join(wrong) + good
    (tmp_path / "a.jsonl").write_bytes(text.encode() + b'{"at": "2026-01-05", "who": "\xff"}\n')
    events = load(duck, stream(path="a.jsonl"), tmp_path)
    assert [row.line for row in events.rejected] == [3, 4, 5, 6, 7, 8, 10]
    assert events.rows == 2
    assert events.rejected[0].reason.startswith("the row is no JSON: Expecting property name")
    assert events.rejected[-1].reason == "the row is not written in UTF-8"


def test_rows_of_a_parquet_file_are_found_by_their_number(
    duck: Engine, stream: Make, tmp_path: Path
) -> None:
    table = pa.table({"at": ["2026-01-05", "never"], "who": ["a", "b"], "count": [1.0, 2.0]})
    pq.write_table(table, tmp_path / "a.parquet")
    pq.write_table(table.slice(0, 1), tmp_path / "b.parquet")
    events = load(duck, stream(path="*.parquet"), tmp_path)
    assert [(row.path, row.line) for row in events.rejected] == [("a.parquet", 2)]
    assert (events.rows, events.rejected_count) == (2, 1)


def test_bytes_that_are_no_utf8_cost_their_own_row_only(
    duck: Engine, stream: Make, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_bytes(b"at,who,count\n2026-01-05,\xe9,1\n2026-01-05,ok,2\n")
    events = load(duck, stream(), tmp_path)
    assert [(row.line, row.reason) for row in events.rejected] == [
        (2, "the row is not written in UTF-8")
    ]
    assert events.rows == 1


def test_a_packed_file_that_breaks_off_is_read_as_far_as_it_goes(
    duck: Engine, stream: Make, tmp_path: Path
) -> None:
    text = "at,who,count\n" + "".join(f"2026-01-05,{n * 7919},{n}\n" for n in range(5000))
    packed = gzip.compress(text.encode())
    (tmp_path / "a.csv.gz").write_bytes(packed[: len(packed) // 2])
    events = load(duck, stream(path="a.csv.gz"), tmp_path)
    assert 0 < events.rows < 5000
    assert "cannot be unpacked" in events.rejected[-1].reason


def test_a_hundred_are_listed_and_all_are_counted_and_written(
    duck: Engine, stream: Make, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text("at,who,count\n" + "never,ann,1\n" * 250)
    events = load(duck, stream(), tmp_path)
    assert (len(events.rejected), events.rejected_count) == (100, 250)
    written = write_rejects(tmp_path, events)
    assert written == tmp_path / "tickets.rejects.jsonl"
    told = [json.loads(line) for line in written.read_text().splitlines()]
    assert [row["line"] for row in told] == list(range(2, 252))
    assert set(told[0]) == {"path", "line", "reason", "row"}
    assert written.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_the_file_of_a_stream_that_is_clean_by_now_goes(
    duck: Engine, stream: Make, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text("at,who,count\n2026-01-05,ann,1\n")
    (tmp_path / "tickets.rejects.jsonl").write_text("{}\n")
    assert write_rejects(tmp_path, load(duck, stream(), tmp_path)) is None
    assert not (tmp_path / "tickets.rejects.jsonl").exists()


@pytest.mark.parametrize("line", ["never,c-1041,1", "2026-01-05,c-1041,many", "2026,c-1041"])
def test_personal_values_are_never_shown(
    duck: Engine, stream: Make, tmp_path: Path, line: str
) -> None:
    columns = {
        "at": "timestamp",
        "who": {"type": "string", "personal": True},
        "count": {"type": "integer", "personal": True},
    }
    (tmp_path / "a.csv").write_text(f"at,who,count\n{line}\n")
    events = load(duck, stream(columns=columns), tmp_path)
    written = write_rejects(tmp_path, events)
    assert written is not None
    assert events.rejected_count == 1
    shown = repr(events.rejected) + written.read_text()
    assert "c-1041" not in shown
    assert "many" not in shown
