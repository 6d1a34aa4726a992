"""Parts of a moment: `opened_at|hour: 3`. All in UTC; weeks are those of ISO 8601."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import ibis.expr.types as ir
from sigma.types import SigmaTimestampPart, TimestampPart

from opsrail.detection.conditions.columns import as_time

_PARTS: Final[Mapping[TimestampPart, Callable[[ir.TimestampValue], ir.IntegerValue]]] = {
    TimestampPart.MINUTE: lambda time: time.minute(),
    TimestampPart.HOUR: lambda time: time.hour(),
    TimestampPart.DAY: lambda time: time.day(),
    TimestampPart.WEEK: lambda time: time.week_of_year(),
    TimestampPart.MONTH: lambda time: time.month(),
    TimestampPart.YEAR: lambda time: time.year(),
}


def has_part(column: ir.Value, value: SigmaTimestampPart) -> ir.BooleanValue:
    """Whether this part of the column's moment is the number asked for."""
    return _PARTS[value.timestamp_part](as_time(column)) == int(value.number)
