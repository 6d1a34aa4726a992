"""What the events of timed tests say, field by field, as their streams' columns hold it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from opsrail.streams.formats import Column, ColumnType
from opsrail.streams.model import Stream

Cell = str | int | float | bool | datetime | None
"""The value of one field of one event."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TYPES: Final[Mapping[ColumnType, tuple[type, str]]] = {
    ColumnType.STRING: (str, "text"),
    ColumnType.INTEGER: (int, "whole numbers"),
    ColumnType.NUMBER: (float, "numbers"),
    ColumnType.BOOLEAN: (bool, "true or false"),
    ColumnType.TIMESTAMP: (datetime, "moments such as 2026-03-02T09:00:00Z"),
}
_NUMERIC: Final = frozenset({ColumnType.INTEGER, ColumnType.NUMBER})


class Misfit(Exception):
    """A test cannot be staged. `route` leads to what is wrong, from the test downwards."""

    def __init__(self, route: tuple[str | int, ...], message: str, hint: str) -> None:
        super().__init__(message)
        self.route = route
        self.hint = hint


def fitted(said: Mapping[str, Cell | date], stream: Stream, number: int) -> dict[str, Cell]:
    """What an event says, each value as its column holds it; `{n}` in a text becomes `number`.

    Raises `Misfit`, with a route from the event downwards.
    """
    row: dict[str, Cell] = {}
    for name, value in said.items():
        column = stream.columns[name]
        cell = _as_held(_numbered(value, column, number), column.type, stream.time_zone)
        if cell is not None and type(cell) is not _TYPES[column.type][0]:
            is_text = column.type is ColumnType.STRING
            raise Misfit(
                (name,),
                f"{name} holds {_TYPES[column.type][1]}, and `{value}` is not",
                "put it in quotes" if is_text else "write another value",
            )
        row[name] = cell
    return row


def filled(
    row: Mapping[str, Cell],
    stream: Stream,
    counted: frozenset[str],
    times: tuple[int, int],
    own: int,
) -> dict[str, Cell]:
    """The event with its `times` (occurred, arrived; microseconds since 1970) in the columns that
    hold them, and where it names nothing to be counted or known by, with the number `own`.
    """
    added: dict[str, Cell] = {}
    for name, column in stream.columns.items():
        source = column.from_ or name
        if source == stream.occurred_at:
            added[name] = _moment(times[0], column)
        elif source == stream.ingested_at:
            added[name] = _moment(times[1], column)
        elif name in counted or source in stream.id:
            added[name] = _of_its_own(name, column, own)
    return {**added, **row}


def _numbered(value: Cell | date, column: Column, number: int) -> Cell | date:
    if not isinstance(value, str) or "{n}" not in value:
        return value
    text = value.replace("{n}", str(number))
    if column.type not in _NUMERIC:
        return text
    try:
        return int(text) if column.type is ColumnType.INTEGER else float(text)
    except ValueError:
        return text


def _as_held(value: Cell | date, kind: ColumnType, zone: str) -> Cell:
    """The value as a column of its kind holds it; unchanged where it cannot."""
    if kind is ColumnType.NUMBER and type(value) is int:
        return float(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=ZoneInfo(zone))
    if kind is not ColumnType.TIMESTAMP:
        return value
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return value
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.replace(tzinfo=ZoneInfo(zone))
    return value


def _of_its_own(name: str, column: Column, number: int) -> Cell:
    if column.type is ColumnType.STRING:
        return f"{name}-{number}"
    return _as_held(number, column.type, "UTC") if column.type in _NUMERIC else None


def _moment(at: int, column: Column) -> Cell:
    moment = _EPOCH + timedelta(microseconds=at)
    if column.type is ColumnType.TIMESTAMP:
        return moment
    return moment.isoformat() if column.type is ColumnType.STRING else None
