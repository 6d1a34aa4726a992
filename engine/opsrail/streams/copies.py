"""Copies of files that were read line by line, as Parquet files that any engine reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from opsrail.streams.formats import FileKind
from opsrail.streams.lines import Record, csv_records, json_records
from opsrail.streams.shapes import FAULT, FILE, LINE, Shape, cell_name

_AT_ONCE: Final = 50_000


def copy(shape: Shape, folder: Path) -> Path:
    """A copy of a shape's only file: the wanted cells as text, `LINE`, `FAULT` and `FILE`."""
    schema = _schema(shape)
    target = folder / f"{shape.first}.parquet"
    with pq.ParquetWriter(target, schema) as writer:
        records = _records(shape)
        while batch := list(islice(records, _AT_ONCE)):
            writer.write_table(_table(shape, batch, schema))
    return target


def shape_of(copies: Iterable[Path], cells: int) -> Shape:
    """How an engine reads copies: `renamed` gives the columns their names back."""
    header = (*(cell_name(place) for place in range(cells)), LINE, FAULT, FILE)
    return Shape(FileKind.PARQUET, tuple(copies), header, header)


def names(cells: int) -> dict[str, str]:
    """Column of a copy → the name under which `shape_of` lets it be read."""
    header = shape_of((), cells).header
    return {name: cell_name(place) for place, name in enumerate(header)}


def _schema(shape: Shape) -> pa.Schema:
    cells = [(name, pa.string()) for name, _ in shape.cells]
    return pa.schema([*cells, (LINE, pa.int64()), (FAULT, pa.string()), (FILE, pa.int64())])


def _records(shape: Shape) -> Iterator[Record]:
    path = shape.files[0]
    if shape.kind is FileKind.JSONL:
        yield from json_records(path, shape.wanted)
        return
    places = [place for _, place in shape.cells]
    records = csv_records(path, shape.delimiter)
    next(records, None)  # the header
    for record in records:
        yield _picked(record, places, len(shape.header))


def _picked(record: Record, places: list[int | None], width: int) -> Record:
    if record.fault:
        return record
    if len(record.cells) != width:
        fault = f"has {len(record.cells)} cells where the header has {width}"
        return Record(record.line, fault=fault)
    cells = tuple(None if place is None else record.cells[place] for place in places)
    return Record(record.line, cells)


def _table(shape: Shape, batch: list[Record], schema: pa.Schema) -> pa.Table:
    empty = (None,) * len(shape.wanted)
    rows = [record.cells if not record.fault else empty for record in batch]
    columns: list[list[str | int | None]] = [list(column) for column in zip(*rows, strict=True)]
    columns.append([record.line for record in batch])
    columns.append([record.fault or None for record in batch])
    columns.append([shape.first] * len(batch))
    return pa.table(columns, schema=schema)
