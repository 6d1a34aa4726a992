"""From rows as they were read to typed events, as one Ibis expression."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import ibis
import ibis.expr.types as ir

from opsrail.streams.fields import Check, checks, source_of, wanted
from opsrail.streams.formats import ColumnType
from opsrail.streams.model import EVENT, TIME, Stream
from opsrail.streams.shapes import FAULT, cell_name
from opsrail.streams.times import Clock

WHY: Final = "_why"
"""Column of typed rows: the number of the first of `fields.checks` that failed, else NULL."""

ARRIVED: Final = "_arrived"
"""Column of typed rows: when the record arrived (microseconds); of streams that say so."""

TIE: Final = "_tie"
"""Column of typed rows: a text that depends on all fields, to order what is otherwise equal."""

BROKEN: Final = -1
"""`WHY` of a row that could not even be taken apart."""

_BETWEEN: Final = "\x1f"
_MISSING: Final = "\x1e"
_INTEGER: Final = r"^[+-]?[0-9]{1,19}$"
_NUMBER: Final = r"^[+-]?([0-9]{1,200}\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,2})?$"
"""Never larger than the largest double."""

_NAN: Final = ("nan", "NaN", "NAN")
_YES: Final = ("true", "t", "yes", "y", "1")
_NO: Final = ("false", "f", "no", "n", "0")
_LARGEST: Final = 9.2e18


class Typed:
    """The columns of a stream's rows, made from those of `rows`.

    Step by step, each a table, since what is computed is looked at more than once.
    """

    def __init__(self, stream: Stream, rows: ir.Table, clock: Clock) -> None:
        self._stream = stream
        self._clock = clock
        self._checks = checks(stream)
        self._places = {source: place for place, source in enumerate(wanted(stream))}
        cells = {check: cell_name(self._places[check.source]) for check in self._checks}
        times = {self._name(one): cells[one] for one in self._checks if one.is_time}
        timed = clock.timed(rows, times)
        others = {
            self._name(one): _READERS[one.kind](timed[cells[one]])
            for one in self._checks
            if not one.is_time
        }
        self._rows = timed.mutate(**others) if others else timed

    def events(self, extra: Sequence[str] = ()) -> ir.Table:
        """Rows with `TIME`, `EVENT`, the fields, `WHY` and what is needed to choose among them.

        `extra`: columns of the rows to keep as they are.
        """
        stream = self._stream
        columns: dict[str, ir.Value] = {TIME: self._micros(stream.occurred_at)}
        for name, column in stream.columns.items():
            columns[name] = self._value(source_of(stream, name), column.type)
        if stream.ingested_at is not None:
            columns[ARRIVED] = self._micros(stream.ingested_at)
        for name in self._loose:
            columns[name] = self._value(name, ColumnType.STRING)
        columns |= {name: self._rows[name] for name in extra}
        return self._named(self._rows.select(**columns, **{WHY: self._why()}))

    def wrong(self, **columns: ir.Value) -> ir.Table:
        """The rows that are wrong, with `WHY`, their cells as text, and further columns."""
        names = [cell_name(place) for place in self._places.values()]
        cells = {name: self._rows[name].cast("string") for name in names}
        rows = self._rows.select(**cells, **columns, **{WHY: self._why()})
        return rows.filter(rows[WHY].notnull())

    def _why(self) -> ir.IntegerValue:
        """The number of the first check that the row fails, `BROKEN`, or NULL."""
        cases = [(self._fails(check), number) for number, check in enumerate(self._checks)]
        if FAULT in self._rows.columns:
            cases.insert(0, (self._rows[FAULT].notnull(), BROKEN))
        return ibis.cases(*cases, else_=ibis.null("int16")).cast("int16")

    def _fails(self, check: Check) -> ir.BooleanValue:
        missing = self._rows[self._name(check)].isnull()
        cell = self._rows[cell_name(self._places[check.source])]
        # Few cells are missing: only those are looked into.
        return missing if check.needed else missing.ifelse(_stands(cell), ibis.literal(value=False))

    @property
    def _loose(self) -> tuple[str, ...]:
        """Columns that tell records apart without being fields."""
        names = dict.fromkeys((*self._stream.id, *self._stream.dedupe))
        return tuple(name for name in names if name not in self._stream.columns)

    def _name(self, check: Check) -> str:
        """The column with what a cell was read as."""
        return f"v{self._places[check.source]}_{check.kind}"

    def _micros(self, name: str) -> ir.IntegerValue:
        place = self._places[source_of(self._stream, name)]
        return self._rows[f"v{place}_{ColumnType.TIMESTAMP}"]

    def _value(self, source: str, kind: ColumnType) -> ir.Value:
        place = self._places[source]
        if kind is ColumnType.STRING:
            return self._rows[cell_name(place)].cast("string")
        value = self._rows[f"v{place}_{kind}"]
        return self._clock.engine.moment(value) if kind is ColumnType.TIMESTAMP else value

    def _named(self, typed: ir.Table) -> ir.Table:
        """With `EVENT`: what the stream's `id` says, or else a digest of the record."""
        digest = self._digest(typed)
        columns = {TIE: digest} if self._stream.dedupe else {}
        if self._stream.id:
            parts = [self._text(typed[name]) for name in self._stream.id]
            named = ibis.literal("/").join([part.coalesce("") for part in parts])
            there = ibis.or_(*(part.notnull() for part in parts))
            return typed.mutate(**{EVENT: there.ifelse(named, digest)}, **columns)
        return typed.mutate(**{EVENT: digest}, **columns)

    def _digest(self, typed: ir.Table) -> ir.StringValue:
        """Sixteen hexadecimal digits that depend on all the values."""
        names = (TIME, *self._stream.columns, *self._loose)
        parts = [self._text(typed[name]).coalesce(_MISSING) for name in names]
        return ibis.literal(_BETWEEN).join(parts).hexdigest("md5").left(16)

    def _text(self, value: ir.Value) -> ir.StringValue:
        """A text that is the same on every engine; NULL stays NULL.

        Moments are microseconds; numbers count to the sixth digit after the point.
        """
        kind = value.type()
        if kind.is_floating():
            return (value * 1e6).floor().try_cast("int64").cast("string")
        if kind.is_timestamp():
            return self._clock.engine.micros(value).cast("string")
        return value.cast("string")


def _stands(raw: ir.Value) -> ir.BooleanValue:
    """Whether there is anything at all in a cell."""
    kind = raw.type()
    if kind.is_string():
        text = raw.strip()
        return (text.notnull() & (text != "") & text.notin(_NAN)).coalesce(False)
    if kind.is_floating():
        return (raw.notnull() & ~raw.isnan()).coalesce(False)
    return raw.notnull()


def _integer(raw: ir.Value) -> ir.IntegerValue:
    """A whole number; `12.0` is one."""
    kind = raw.type()
    if kind.is_boolean() or kind.is_integer():
        return raw.try_cast("int64")
    if kind.is_floating() or kind.is_decimal():
        return _whole(raw.cast("float64"))
    text = raw.cast("string")
    trimmed = text.strip()
    return ibis.cases(
        (text.re_search(_INTEGER), text.try_cast("int64")),
        (trimmed.re_search(_NUMBER), _whole(trimmed.try_cast("float64"))),
        else_=ibis.null("int64"),
    )


def _whole(number: ir.FloatingValue) -> ir.IntegerValue:
    fits = (number.abs() < _LARGEST) & (number % 1 == 0)
    return fits.ifelse(number, ibis.null("float64")).try_cast("int64")


def _number(raw: ir.Value) -> ir.FloatingValue:
    """A finite number; what programs write for a missing one (NaN) is missing."""
    kind = raw.type()
    if kind.is_floating():
        return (raw.isnan() | raw.isinf()).ifelse(ibis.null("float64"), raw.cast("float64"))
    if kind.is_numeric() or kind.is_boolean():
        return raw.cast("float64")
    text = raw.cast("string")
    trimmed = text.strip()
    return ibis.cases(
        (text.re_search(_NUMBER), text.try_cast("float64")),
        (trimmed.re_search(_NUMBER), trimmed.try_cast("float64")),
        else_=ibis.null("float64"),
    )


def _boolean(raw: ir.Value) -> ir.BooleanValue:
    """True, yes, 1 and their opposites."""
    if raw.type().is_boolean():
        return raw
    text = raw.cast("string").strip().lower()
    return ibis.cases((text.isin(_YES), True), (text.isin(_NO), False), else_=ibis.null("boolean"))


_READERS: Final = {
    ColumnType.INTEGER: _integer,
    ColumnType.NUMBER: _number,
    ColumnType.BOOLEAN: _boolean,
}
