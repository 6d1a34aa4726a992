"""What a stream's columns are called in its files, and what must be right about each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from opsrail.streams.formats import ColumnType
from opsrail.streams.model import Stream

KINDS: Final = {
    ColumnType.INTEGER: "whole number",
    ColumnType.NUMBER: "number",
    ColumnType.BOOLEAN: "yes or no",
    ColumnType.TIMESTAMP: "time",
    ColumnType.STRING: "text",
}


def source_of(stream: Stream, name: str) -> str:
    """The column in the files that holds a field; a name that is no field is such a column."""
    column = stream.columns.get(name)
    return column.from_ or name if column else name


def wanted(stream: Stream) -> tuple[str, ...]:
    """The columns of the files that the stream needs, each once."""
    more = (stream.occurred_at, stream.ingested_at, *stream.id, *stream.dedupe)
    names = [*stream.columns, *(name for name in more if name is not None)]
    return tuple(dict.fromkeys(source_of(stream, name) for name in names))


def personal_sources(stream: Stream) -> frozenset[str]:
    """The columns of the files that are about a person."""
    return frozenset(source_of(stream, name) for name in stream.personal)


@dataclass(frozen=True, slots=True)
class Check:
    """Something that must be right about a row. `source` is the column of the files.

    `needed`: it must not be missing either.
    """

    source: str
    kind: ColumnType
    needed: bool = False

    @property
    def is_time(self) -> bool:
        """Whether it asks for a time."""
        return self.kind is ColumnType.TIMESTAMP


def checks(stream: Stream) -> tuple[Check, ...]:
    """What is checked, in the order in which a row's first fault is told."""
    times = [name for name in (stream.occurred_at, stream.ingested_at) if name is not None]
    needed = dict.fromkeys(source_of(stream, name) for name in times)
    found = {(source, ColumnType.TIMESTAMP): True for source in needed}
    for name, column in stream.columns.items():
        if column.type is not ColumnType.STRING:
            found.setdefault((source_of(stream, name), column.type), False)
    return tuple(Check(source, kind, needed) for (source, kind), needed in found.items())
