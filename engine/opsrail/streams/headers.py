"""Which columns files have, and which files are therefore read together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import groupby
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from opsrail.streams.fault import StreamFault
from opsrail.streams.fields import source_of, wanted
from opsrail.streams.formats import FileKind
from opsrail.streams.lines import Record, csv_records
from opsrail.streams.model import Stream
from opsrail.streams.shapes import Shape

_DELIMITERS: Final = (",", ";", "\t", "|")


@dataclass(frozen=True, slots=True)
class _Look:
    """What one file looks like. `types` tells Parquet files apart whose columns differ."""

    path: Path
    kind: FileKind
    header: tuple[str, ...]
    delimiter: str = ","
    types: str = ""

    @property
    def alike(self) -> tuple[str, tuple[str, ...], str, str]:
        """Equal for files that are read together."""
        return (self.kind, self.header, self.delimiter, self.types)


def shapes_of(stream: Stream, files: Mapping[Path, FileKind]) -> tuple[Shape, ...]:
    """The files, those written alike together; files without a single row in none.

    Raises `StreamFault` where a file is none of its kind, or a column is nowhere to be found.
    """
    names = wanted(stream)
    looks = [look for path, kind in files.items() if (look := _look(path, kind, names))]
    _refuse_missing(stream, looks)
    shapes: list[Shape] = []
    first = 0
    for _, group in groupby(sorted(looks, key=lambda look: look.alike), lambda look: look.alike):
        alike = list(group)
        paths = tuple(look.path for look in alike)
        look = alike[0]
        shapes.append(Shape(look.kind, paths, look.header, names, first, look.delimiter))
        first += len(paths)
    return tuple(shapes)


def single(shape: Shape, number: int) -> Shape:
    """The shape of one of its files alone."""
    return replace(shape, files=(shape.files[number - shape.first],), first=number)


def _look(path: Path, kind: FileKind, names: tuple[str, ...]) -> _Look | None:
    match kind:
        case FileKind.CSV:
            return _csv_look(path, names)
        case FileKind.JSONL:
            return _Look(path, kind, names) if path.stat().st_size else None
        case FileKind.PARQUET:
            return _parquet_look(path, names)


def _csv_look(path: Path, names: tuple[str, ...]) -> _Look | None:
    """The header under the delimiter with which it holds most of the names."""
    tries = {sign: next(csv_records(path, sign), None) for sign in _DELIMITERS}
    best = max(tries, key=lambda sign: len(_header(tries[sign]) & set(names)))
    record = tries[best]
    if record is None:
        return None
    if record.fault:
        raise StreamFault(f"{path}:{record.line}: the header {record.fault}")
    return _Look(path, FileKind.CSV, tuple(cell or "" for cell in record.cells), best)


def _header(record: Record | None) -> set[str | None]:
    return set(record.cells) if record else set()


def _parquet_look(path: Path, names: tuple[str, ...]) -> _Look:
    try:
        schema = pq.read_schema(path)
    except (pa.ArrowInvalid, OSError) as fault:
        raise StreamFault(f"{path} cannot be read as a Parquet file: {fault}") from fault
    header = tuple(name for name in names if name in schema.names)
    types = ", ".join(str(schema.field(name).type) for name in header)
    return _Look(path, FileKind.PARQUET, header, types=types)


def _refuse_missing(stream: Stream, looks: Iterable[_Look]) -> None:
    looks = tuple(looks)
    everywhere = {name for look in looks for name in look.header}
    for name in wanted(stream) if looks else ():
        if name not in everywhere:
            close = get_close_matches(name, everywhere, n=1)
            raise StreamFault(
                f"stream {stream.name}: no file has a column {name!r}",
                f"did you mean {close[0]!r}?"
                if close
                else f"{looks[0].path} has: " + ", ".join(sorted(everywhere)),
            )
    times = [one for one in (stream.occurred_at, stream.ingested_at) if one is not None]
    for name in (source_of(stream, one) for one in times):
        for look in looks:
            if name not in look.header:
                raise StreamFault(f"{look.path} has no column {name!r}, hence no times")
