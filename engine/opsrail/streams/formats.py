"""The file format of rules/streams.yaml."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import Field, field_validator, model_validator

from opsrail.repo.formats import FileFormat
from opsrail.streams.spans import Span

FieldName = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z_][A-Za-z0-9_.]*$",
        description="A field of an event, as rules name it: `product_area`.",
    ),
]
StreamName = Annotated[
    str, Field(pattern=r"^[a-z][a-z0-9_-]*$", description="For example `tickets`.")
]


class Part(FileFormat):
    """Part of a file that people write."""


class ColumnType(StrEnum):
    """What a column holds."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    TIMESTAMP = "timestamp"


class FileKind(StrEnum):
    """How a stream's files are written."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"


class Column(Part):
    """One field of a stream's events."""

    type: ColumnType = ColumnType.STRING
    from_: str | None = Field(
        default=None, alias="from", description="Its name in the files, if it is another one."
    )
    personal: bool = Field(
        default=False, description="Whether it is about a person: never shown in an alert."
    )


class Logsource(Part):
    """The Sigma logsource by which rules name the stream."""

    category: str | None = None
    product: str | None = None
    service: str | None = None


class StreamEntry(Part):
    """A stream: where its records lie and which columns mean what."""

    description: str = ""
    path: str | None = Field(
        default=None,
        description="A file, folder or glob, from the repository's root: `rules/history/*.csv`.",
    )
    table: str | None = Field(
        default=None, description="A table of the engine's own database, instead of files."
    )
    format: FileKind | None = Field(default=None, description="If its suffix does not say.")
    logsource: Logsource | None = Field(
        default=None,
        description="How rules name it; `{product: support, service: NAME}` if left out.",
    )
    occurred_at: str = Field(description="The column with the time at which it happened.")
    ingested_at: str | None = Field(
        default=None, description="The column with the time at which the record arrived here."
    )
    grace: Span | None = Field(
        default=None,
        description="How late a record may arrive and still count; alerts wait as long.",
    )
    time_zone: str = Field(
        default="UTC", description="The zone of times that name none: `Europe/Lisbon`."
    )
    id: tuple[str, ...] = Field(default=(), description="The columns that together name a record.")
    dedupe: tuple[str, ...] = Field(
        default=(),
        description="Records equal in these columns are one; the first to arrive counts.",
    )
    columns: dict[FieldName, ColumnType | Column] = Field(
        min_length=1, description="Field → type, or type with more about it."
    )

    @model_validator(mode="after")
    def _is_somewhere(self) -> StreamEntry:
        if (self.path is None) == (self.table is None):
            raise ValueError("a stream has either a `path` or a `table`")
        if (self.ingested_at is None) != (self.grace is None):
            raise ValueError("`ingested_at` and `grace` belong together: how late may it arrive?")
        return self

    @field_validator("time_zone")
    @classmethod
    def _is_known_zone(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError(f"{name} is no time zone of the IANA database")
        return name


class StreamsFile(Part):
    """rules/streams.yaml: the streams that rules read."""

    streams: dict[StreamName, StreamEntry] = Field(min_length=1)
