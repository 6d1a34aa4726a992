"""A column read as text, number, yes-or-no or time: NULL where a value cannot be read so.

Rules and data rarely agree on types: a rule asks for `4624` where a file holds `"4624"`. Every
comparison therefore reads the column the way the rule's value wants it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import ibis
import ibis.expr.types as ir

NUMBER: Final = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,2})?"
"""A number as text. Engines read more than this, and not all of them the same: `12d`, `nan`."""

SIGMA_LETTERS: Final = ("\N{GREEK SMALL LETTER FINAL SIGMA}", "\N{GREEK SMALL LETTER SIGMA}")
"""The Greek letter has two small forms, and engines lower the capital one to either."""

NO: Final = ibis.literal(value=False)
"""False, as an expression."""

_EXACT: Final = 10**15
_INTEGERS: Final = range(-(2**63), 2**63)


def is_readable(column: ir.Value | None) -> bool:
    """Whether the column holds values at all: not one that is missing or always NULL."""
    return column is not None and not column.type().is_null()


def as_text(column: ir.Value) -> ir.StringValue:
    """Values as people write them: `true`, `12` (also for 12.0), `2026-01-05T09:00:00Z`."""
    kind = column.type()
    if kind.is_string():
        return column
    if kind.is_boolean():
        return ibis.cases((column, "true"), (~column, "false"))
    if kind.is_floating():
        whole = (column % 1 == 0) & (column.abs() < _EXACT)  # to round would overflow
        return ibis.ifelse(whole, column.try_cast("int64").cast("string"), column.cast("string"))
    if kind.is_timestamp():
        # In one format, Spark would write the last letter as an offset.
        moment = as_time(column)
        return moment.strftime("%Y-%m-%d") + "T" + moment.strftime("%H:%M:%S") + "Z"
    return column.cast("string")


def as_number(column: ir.Value) -> ir.NumericValue:
    """Values as numbers. Not-a-number is NULL: engines sort it above all others."""
    kind = column.type()
    if kind.is_floating():
        return ibis.ifelse(column.isnan(), ibis.null("float64"), column)
    if kind.is_numeric():
        return column
    if kind.is_boolean():
        return column.cast("int8")
    if kind.is_string():
        readable = column.re_search(rf"\A *{NUMBER} *\z")
        return ibis.ifelse(readable, column.try_cast("float64"), ibis.null("float64"))
    return ibis.null("float64")


def as_truth(column: ir.Value) -> ir.BooleanValue:
    """Values as yes or no: `true` and `false` in any case, 1 and 0."""
    kind = column.type()
    if kind.is_boolean():
        return column
    if kind.is_string():
        lowered = column.lower()
        return ibis.cases((lowered == "true", True), (lowered == "false", False))
    if kind.is_numeric():
        return ibis.cases((column == 1, True), (column == 0, False))
    return ibis.null("boolean")


def as_time(column: ir.Value) -> ir.TimestampValue:
    """Values as moments, UTC. Text without a zone is taken as UTC; a number is no moment."""
    kind = column.type()
    if kind.is_string():
        # With its zone first: a cast without one would leave the offset out.
        return column.try_cast("timestamp('UTC')").cast("timestamp")
    if kind.is_timestamp() or kind.is_date():
        return column.cast("timestamp")
    return ibis.null("timestamp")


def number(value: float) -> ir.NumericScalar:
    """A literal that every engine takes, however large."""
    if isinstance(value, int) and value not in _INTEGERS:
        return ibis.literal(float(value), type="float64")
    return ibis.literal(value)


def moment_text(text: str) -> str | None:
    """`text` in the form in which `as_text` writes a moment; None if it is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return zoned.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def folded(text: str) -> str:
    """`text` lowered letter by letter, as engines lower a column."""
    lowered = "".join("i" if letter == "İ" else letter.lower() for letter in text)
    return lowered.replace(*SIGMA_LETTERS)


def folded_column(column: ir.StringValue, pattern: str) -> ir.StringValue:
    """The column lowered, so that it compares with `folded` text as `pattern` does."""
    lowered = column.lower()
    return lowered.replace(*SIGMA_LETTERS) if SIGMA_LETTERS[1] in pattern else lowered
