"""Streams as values: what `rules/streams.yaml` says, ready to be read by an engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from opsrail.streams.formats import Column, ColumnType, FileKind, StreamEntry
from opsrail.streams.spans import micros

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from opsrail.streams.engines.model import Engine

TIME: Final = "_t"
"""Column of every event: when it occurred, in microseconds since 1970-01-01T00:00Z (int64)."""

EVENT: Final = "_id"
"""Column of every event: a text that names the record within its stream."""


@dataclass(frozen=True, slots=True)
class Stream:
    """A named flow of events. Lengths are microseconds."""

    name: str
    columns: Mapping[str, Column]
    occurred_at: str
    path: str | None = None
    table: str | None = None
    format: FileKind | None = None
    logsource: Mapping[str, str] = field(default_factory=dict)
    ingested_at: str | None = None
    grace: int = 0
    time_zone: str = "UTC"
    id: tuple[str, ...] = ()
    dedupe: tuple[str, ...] = ()

    @classmethod
    def from_entry(cls, name: str, entry: StreamEntry) -> Stream:
        """The stream that an entry of rules/streams.yaml describes."""
        given = entry.logsource.model_dump(exclude_none=True) if entry.logsource else {}
        return cls(
            name=name,
            columns={
                key: Column(type=value) if isinstance(value, ColumnType) else value
                for key, value in entry.columns.items()
            },
            occurred_at=entry.occurred_at,
            path=entry.path,
            table=entry.table,
            format=entry.format,
            logsource=given or {"product": "support", "service": name},
            ingested_at=entry.ingested_at,
            grace=micros(entry.grace) if entry.grace else 0,
            time_zone=entry.time_zone,
            id=entry.id,
            dedupe=entry.dedupe,
        )

    @property
    def personal(self) -> frozenset[str]:
        """Fields that are about a person and never shown."""
        return frozenset(name for name, column in self.columns.items() if column.personal)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that could not be taken in: where it stands, why, and what it says.

    `row` has the values of personal columns masked.
    """

    path: str
    line: int
    reason: str
    row: str


@dataclass(frozen=True, slots=True)
class Rejects:
    """All rows of a stream that could not be taken in, as an engine holds them.

    `table` has the cells as they were read, and the number, line and fault of each row; `names`
    are the files by their numbers. `streams.rejects.rejected` puts them in words.
    """

    engine: Engine
    table: Table
    count: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Events:
    """A stream as an engine holds it.

    `table` has `TIME`, `EVENT` and the stream's fields; records that arrived later than the
    grace allows are not in it (`too_late` of them), nor are duplicates (`duplicates`) and rows
    that could not be read (`rejected`; `rejected_count` of them, of which at most a bounded
    number is listed; `rejects` holds all). `newest` is the largest `TIME`, None where there are
    no events.
    """

    stream: Stream
    table: Table
    rows: int = 0
    newest: int | None = None
    oldest: int | None = None
    rejected: tuple[Rejected, ...] = ()
    rejected_count: int = 0
    rejects: Rejects | None = None
    duplicates: int = 0
    too_late: int = 0
    files: tuple[Path, ...] = ()
