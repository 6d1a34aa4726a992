"""One field compared with another: `requester|fieldref: assignee`."""

from __future__ import annotations

import ibis.expr.types as ir
from sigma.types import SigmaFieldReference

from opsrail.detection.conditions.columns import SIGMA_LETTERS, as_number, as_text


def agrees(column: ir.Value, other: ir.Value, value: SigmaFieldReference) -> ir.BooleanValue:
    """Whether the column equals, begins with, ends with or contains the other one.

    Text compares without regard to case; if either is a number, they compare as numbers.
    """
    if not (value.starts_with or value.ends_with):
        return _equal(column, other)
    text, part = _folded(column), _folded(other)
    if value.starts_with and value.ends_with:
        return text.contains(part)
    return text.startswith(part) if value.starts_with else text.endswith(part)


def _equal(column: ir.Value, other: ir.Value) -> ir.BooleanValue:
    kinds = (column.type(), other.type())
    if any(kind.is_numeric() for kind in kinds):
        return as_number(column) == as_number(other)
    if all(kind.is_timestamp() or kind.is_date() for kind in kinds):
        return column == other
    return _folded(column) == _folded(other)


def _folded(column: ir.Value) -> ir.StringValue:
    return as_text(column).lower().replace(*SIGMA_LETTERS)
