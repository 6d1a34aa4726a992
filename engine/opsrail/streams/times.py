"""From what stands in a column to a moment: microseconds since 1970-01-01T00:00Z.

A text may name its zone (`Z`, `UTC`, `+02:00`); one that names none is local time of the stream's
zone. A local time that happened twice, as clocks were put back, is the first of the two; one that
never happened, as clocks were put forward, is as much later as clocks were moved. This is how
Python (PEP 495, fold 0) and Java read such times.

A number counts from 1970: seconds, or milliseconds where it has twelve digits or more. Numbers of
fewer than nine digits are no times: `20260105` is a date that somebody wrote without dashes.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir

from opsrail.streams.engines.model import Engine
from opsrail.streams.spans import SECOND

_DATE: Final = r"[0-9]{4}[-/][0-9]{2}[-/][0-9]{2}"
_HOUR: Final = r"([01][0-9]|2[0-3]):[0-5][0-9]"
_ZONE: Final = r" ?([Zz]|UTC|GMT|[+-][0-9]{2}(:?[0-9]{2})?)"
_QUICK: Final = rf"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[T ]{_HOUR}:[0-5][0-9](\.[0-9]{{1,6}})?Z?$"
_TEXT: Final = rf"^{_DATE}([Tt ]{_HOUR}(:[0-5][0-9]([.,][0-9]{{1,9}})?)?({_ZONE})?)?$"
_NUMBER: Final = r"^[0-9]{9,14}(\.[0-9]+)?$"
_SMALLEST: Final = 10**8
_MILLIS: Final = 10**11
_LARGEST: Final = 10**14
_DAY_ENDS: Final = len("2026-01-05")
_YEARS: Final = (1970, 2070)
"""Between these, changes of the clocks are known; before and after, none are expected."""


@dataclass(frozen=True, slots=True)
class Clock:
    """Reads the times of one stream on one engine."""

    engine: Engine
    zone: str = "UTC"

    def timed(self, rows: ir.Table, columns: Mapping[str, str]) -> ir.Table:
        """`rows` with further columns (name → the column it is read from): microseconds.

        NULL where the column holds no time.
        """
        # In steps, each a table, as each builds on the one before it more than once.
        walls = {f"{name}_wall": self._wall(rows[source]) for name, source in columns.items()}
        ahead = {f"{name}_ahead": _ahead(rows[source]) for name, source in columns.items()}
        stepped = rows.mutate(**walls, **ahead)
        moments = {
            name: self._moment(stepped[f"{name}_wall"], stepped[f"{name}_ahead"])
            for name in columns
        }
        return stepped.mutate(**moments).drop(*walls, *ahead)

    def _moment(self, wall: ir.IntegerValue, ahead: ir.IntegerValue) -> ir.IntegerValue:
        if self.zone == "UTC":
            return wall - ahead.coalesce(0)
        return wall - ahead.coalesce(_stepwise(wall, *local_changes(self.zone)))

    def _wall(self, raw: ir.Value) -> ir.IntegerValue:
        """What clocks showed, as if it were UTC."""
        kind = raw.type()
        if kind.is_timestamp() or kind.is_date():
            return self.engine.micros(raw.cast("timestamp('UTC')"))
        if kind.is_numeric():
            return _from_number(raw.cast("float64"))
        text = raw.cast("string")
        trimmed = text.strip()
        number = trimmed.re_search(_NUMBER).ifelse(trimmed.try_cast("float64"), _NO_NUMBER)
        return ibis.cases(
            (text.re_search(_QUICK), self._cast(text)),
            (trimmed.re_search(_TEXT), self._cast(_plain(trimmed))),
            else_=_from_number(number),
        )

    def _cast(self, text: ir.StringValue) -> ir.IntegerValue:
        return self.engine.micros(text.try_cast("timestamp('UTC')"))


_NO_NUMBER: Final = ibis.null("float64")


def _ahead(raw: ir.Value) -> ir.IntegerValue:
    """How far ahead of UTC the clocks were that are meant; NULL if those of the stream's zone."""
    kind = raw.type()
    local = ibis.null("int64")
    if kind.is_date() or (kind.is_timestamp() and kind.timezone is None):
        return local
    if kind.is_timestamp() or kind.is_numeric():
        return ibis.literal(0, type="int64")
    text = raw.cast("string")
    # Most texts are plain, and trimming is what takes longest.
    return ibis.cases(
        (text.endswith("Z"), 0), (text.re_search(_QUICK), local), else_=_named(text.strip())
    ).cast("int64")


def _named(text: ir.StringValue) -> ir.IntegerValue:
    """As `_ahead`, of a text without blanks around it."""
    zone = _zone(text)
    digits = zone.replace(":", "").strip()
    hours = digits.substr(1, 2).try_cast("int64")
    minutes = digits.substr(3, 2).try_cast("int64").coalesce(0)
    length = (hours * 60 + minutes) * (60 * SECOND)
    return ibis.cases(
        (text.re_search(_NUMBER), 0),
        (zone == "", ibis.null("int64")),
        (zone.contains("+"), length),
        (zone.contains("-"), -length),
        else_=0,
    )


def _zone(text: ir.StringValue) -> ir.StringValue:
    """The zone that a text names, else an empty text."""
    return (text.length() > _DAY_ENDS).ifelse(text.re_extract(f"{_ZONE}$", 0), "")


def _plain(text: ir.StringValue) -> ir.StringValue:
    """A text of the form `_TEXT`, as every engine reads it: without its zone."""
    body = text.left(text.length() - _zone(text).length())
    return body.replace("/", "-").replace(",", ".").upper()


def _from_number(number: ir.FloatingValue) -> ir.IntegerValue:
    """Seconds or milliseconds since 1970, by their size."""
    return ibis.cases(
        ((number >= _SMALLEST) & (number < _MILLIS), (number * SECOND).round().cast("int64")),
        ((number >= _MILLIS) & (number < _LARGEST), (number * 1000).round().cast("int64")),
        else_=ibis.null("int64"),
    )


def _stepwise(
    wall: ir.IntegerValue, changes: Sequence[int], values: Sequence[int]
) -> ir.IntegerValue:
    """`values[i]` for the number i of `changes` that are not later than `wall`; by halving."""
    if not changes:
        return ibis.literal(values[0], type="int64")
    middle = len(changes) // 2
    return (wall < changes[middle]).ifelse(
        _stepwise(wall, changes[:middle], values[: middle + 1]),
        _stepwise(wall, changes[middle + 1 :], values[middle + 1 :]),
    )


@cache
def local_changes(zone: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """When clocks of a zone change, as they show it, and how far ahead of UTC they are between.

    Both in microseconds; there is one offset more than there are changes. From a change on, the
    offset after it holds: of a time that happened twice the first is meant, so the change stands
    at the end of what was repeated; of one that never happened, the old offset counts.
    """
    info = ZoneInfo(zone)
    days = [datetime(_YEARS[0], 1, 1, tzinfo=UTC) + timedelta(days=day) for day in range(_days())]
    offsets = [_offset(info, day) for day in days]
    changes: list[int] = []
    values = [offsets[0]]
    for start, before, after in zip(days, offsets, offsets[1:], strict=False):
        if before == after:
            continue
        seconds = _change(info, start, before)
        moment = int(start.timestamp() + seconds) * SECOND
        changes.append(moment + max(before, after))
        values.append(after)
    return tuple(changes), tuple(values)


def _change(info: ZoneInfo, day: datetime, before: int) -> int:
    """After how many seconds of a day clocks no longer are `before` ahead."""

    def changed(seconds: int) -> bool:
        return _offset(info, day + timedelta(seconds=seconds)) != before

    return bisect_left(range(86_400), x=True, key=changed)


def _days() -> int:
    return (datetime(_YEARS[1], 1, 1, tzinfo=UTC) - datetime(_YEARS[0], 1, 1, tzinfo=UTC)).days


def _offset(info: ZoneInfo, moment: datetime) -> int:
    """How far clocks are ahead of UTC at a moment, in microseconds."""
    ahead = moment.astimezone(info).utcoffset()
    assert ahead is not None
    return round(ahead.total_seconds()) * SECOND
