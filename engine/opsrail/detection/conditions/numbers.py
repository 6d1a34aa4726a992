"""Sigma numbers, comparisons and truth values on columns of any type."""

from __future__ import annotations

from operator import ge, gt, le, lt, ne
from typing import Final

import ibis.expr.types as ir
from sigma.types import CompareOperators, SigmaBool, SigmaCompareExpression, SigmaNumber

from opsrail.detection.conditions.columns import as_number, as_text, as_truth, number

_OPERATORS: Final = {
    CompareOperators.LT: lt,
    CompareOperators.LTE: le,
    CompareOperators.GT: gt,
    CompareOperators.GTE: ge,
    CompareOperators.NEQ: ne,
}


def same_number(column: ir.Value, value: SigmaNumber) -> ir.BooleanValue:
    """Whether the column's value is this number, also where it is written as text.

    pySigma keeps whole numbers beyond 2⁵³ only as nearly as a floating number can; in quotes
    they are exact.
    """
    return as_number(column) == number(value.number)


def compares(column: ir.Value, value: SigmaCompareExpression) -> ir.BooleanValue:
    """Whether the column's value, as a number, lies on the right side of the limit."""
    return _OPERATORS[value.op](as_number(column), number(value.number.number))


def same_truth(column: ir.Value, value: SigmaBool) -> ir.BooleanValue:
    """Whether the column says yes (or no), whatever its type."""
    return as_truth(column) == value.boolean


def mentions_number(column: ir.Value, value: SigmaNumber) -> ir.BooleanValue:
    """Whether the number is the column's value, or stands in its text."""
    if column.type().is_string():
        return as_text(column).contains(str(value.number))
    return same_number(column, value)
