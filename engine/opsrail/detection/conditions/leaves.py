"""One test of a Sigma condition: a value on a field, or a value that may stand anywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import ibis
import ibis.expr.types as ir
from sigma.types import (
    SigmaBool,
    SigmaCIDRExpression,
    SigmaCompareExpression,
    SigmaExists,
    SigmaFieldReference,
    SigmaNull,
    SigmaNumber,
    SigmaRegularExpression,
    SigmaString,
    SigmaTimestampPart,
    SigmaType,
)

from opsrail.detection.conditions import networks, numbers, patterns, references, strings, times
from opsrail.detection.conditions.columns import NO, as_text, is_readable

Fields = Mapping[str, ir.Value]
Test = Callable[[ir.Value, Any], ir.BooleanValue]


def _finds(column: ir.Value, value: SigmaRegularExpression) -> ir.BooleanValue:
    """Whether the regular expression matches anywhere in the column's text."""
    return as_text(column).re_search(patterns.expression_of(value))


def _within(column: ir.Value, value: SigmaCIDRExpression) -> ir.BooleanValue:
    return networks.within(column, value.network)


def _there(column: ir.Value, value: SigmaExists) -> ir.BooleanValue:
    return column.notnull() if value.exists else column.isnull()


def _nothing(column: ir.Value, _value: SigmaNull) -> ir.BooleanValue:
    return column.isnull()


_ON_A_FIELD: Final[tuple[tuple[type[SigmaType], Test], ...]] = (
    (SigmaNull, _nothing),
    (SigmaExists, _there),
    (SigmaTimestampPart, times.has_part),  # before the number that it also is
    (SigmaNumber, numbers.same_number),
    (SigmaBool, numbers.same_truth),
    (SigmaCompareExpression, numbers.compares),
    (SigmaCIDRExpression, _within),
    (SigmaRegularExpression, _finds),
    (SigmaString, strings.equals),
)
_ANYWHERE: Final[tuple[tuple[type[SigmaType], Test], ...]] = (
    (SigmaNumber, numbers.mentions_number),
    (SigmaRegularExpression, _finds),
    (SigmaString, strings.has),
)


def can_test(value: SigmaType, *, field: bool) -> bool:
    """Whether this kind of value can be looked for, on a field or anywhere."""
    if isinstance(value, SigmaTimestampPart | SigmaFieldReference):
        return field
    return any(isinstance(value, kind) for kind, _ in (_ON_A_FIELD if field else _ANYWHERE))


def on_a_field(name: str, value: SigmaType, fields: Fields) -> ir.BooleanValue:
    """Whether the field has the value: true or false, never NULL."""
    column = fields.get(name)
    if not is_readable(column):
        return ibis.literal(holds_for_nothing(value))
    if isinstance(value, SigmaFieldReference):
        other = fields.get(value.field)
        if not is_readable(other):
            return NO
        return references.agrees(column, other, value).fill_null(NO)
    return _test(_ON_A_FIELD, value)(column, value).fill_null(NO)


def anywhere(value: SigmaType, columns: Sequence[ir.Value]) -> list[ir.BooleanValue]:
    """For each column that can mention it whether it does: true or false, never NULL.

    Text is looked for in text, a number in text and among numbers.
    """
    test = _test(_ANYWHERE, value)
    looked_at = [one for one in columns if one.type().is_string()]
    if isinstance(value, SigmaNumber):
        looked_at += [one for one in columns if one.type().is_numeric()]
    return [test(column, value).fill_null(NO) for column in looked_at]


def holds_for_nothing(value: SigmaType) -> bool:
    """Whether a field that is missing has the value."""
    return isinstance(value, SigmaNull) or (isinstance(value, SigmaExists) and not value.exists)


def _test(tests: Sequence[tuple[type[SigmaType], Test]], value: SigmaType) -> Test:
    for kind, test in tests:
        if isinstance(value, kind):
            return test
    raise ValueError(f"a {type(value).__name__} cannot be run")
