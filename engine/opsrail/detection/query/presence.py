"""Text conditions of temporal correlations: `deployed and (errors or complaints)`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

import ibis.expr.types as ir
from sigma.correlations import (
    CorrelationConditionAND,
    CorrelationConditionItem,
    CorrelationConditionNOT,
    SigmaRuleReference,
)

Expression = CorrelationConditionItem | SigmaRuleReference


def expressed(expression: Expression, present: Mapping[str, ir.BooleanValue]) -> ir.BooleanValue:
    """Whether the expression holds, given for each rule whether it is present."""
    if isinstance(expression, SigmaRuleReference):
        return present[expression.reference]
    parts = [expressed(part, present) for part in expression.args]
    if isinstance(expression, CorrelationConditionNOT):
        return ~parts[0]
    if isinstance(expression, CorrelationConditionAND):
        return reduce(lambda left, right: left & right, parts)
    return reduce(lambda left, right: left | right, parts)


def names_in(expression: Expression) -> tuple[str, ...]:
    """The rules an expression names, in order, without repeats."""
    if isinstance(expression, SigmaRuleReference):
        return (expression.reference,)
    names = (name for part in expression.args for name in names_in(part))
    return tuple(dict.fromkeys(names))


def names_missing(expression: Expression) -> frozenset[str]:
    """The rules whose absence an expression asks for."""
    return _under_not(expression, negated=False)


def names_present(expression: Expression) -> frozenset[str]:
    """The rules whose presence it asks for."""
    return _under_not(expression, negated=True)


def _under_not(expression: Expression, *, negated: bool) -> frozenset[str]:
    """Rules that stand under an odd number of `not`; under an even one, where `negated`."""
    if isinstance(expression, SigmaRuleReference):
        return frozenset({expression.reference} if negated else ())
    turns = isinstance(expression, CorrelationConditionNOT)
    parts = (_under_not(part, negated=negated != turns) for part in expression.args)
    return frozenset(name for part in parts for name in part)
