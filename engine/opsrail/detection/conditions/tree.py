"""The condition of a Sigma detection as one boolean Ibis expression.

Every leaf is either true or false, never NULL: an event without the field does not match, and
`not` of that does. Engines descend expressions recursively, so that long lists are joined as
balanced trees.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from operator import and_, or_
from typing import Final

import ibis.expr.types as ir
from sigma.conditions import (
    ConditionAND,
    ConditionFieldEqualsValueExpression,
    ConditionItem,
    ConditionNOT,
    ConditionOR,
    ConditionValueExpression,
)
from sigma.types import SigmaExpansion, SigmaFieldReference, SigmaString, SigmaType

from opsrail.detection.conditions import strings
from opsrail.detection.conditions.columns import NO
from opsrail.detection.conditions.leaves import Fields, anywhere, on_a_field
from opsrail.streams.model import EVENT, TIME

Condition = ConditionItem | ConditionFieldEqualsValueExpression | ConditionValueExpression | None
"""What pySigma makes of a condition: a tree of and, or, not, with tests of values as leaves."""

_OUR_OWN: Final = frozenset({TIME, EVENT, "_scope"})
"""Columns that are no fields of the event: a keyword is not looked for in them."""


def matches(condition: Condition, fields: Fields) -> ir.BooleanValue:
    """Whether an event matches: true or false, never NULL.

    `condition` is what pySigma parsed (`rule.detection.parsed_condition[i].parsed`), `fields` the
    columns of the events by name; a field not among them counts as NULL. Raises `ValueError`
    where `unsupported` has something to say.
    """
    match condition:
        case ConditionNOT(args=[negated]):
            return ~matches(negated, fields)
        case ConditionAND():
            return _joined(and_, [matches(part, fields) for part in condition.args])
        case ConditionOR():
            return _any(condition.args, fields)
        case ConditionFieldEqualsValueExpression(field=name, value=value):
            return _on_a_field(name, [value], fields)
        case ConditionValueExpression(value=value):
            return _anywhere(value, fields)
    raise ValueError(f"a condition of kind {type(condition).__name__} cannot be run")


def leaves_of(condition: Condition) -> Iterator[tuple[str | None, SigmaType]]:
    """Each value of the condition with its field; None for one that may stand anywhere."""
    match condition:
        case ConditionFieldEqualsValueExpression(field=name, value=value):
            yield from ((name, one) for one in _expanded([value]))
        case ConditionValueExpression(value=value):
            yield from ((None, one) for one in _expanded([value]))
        case ConditionAND() | ConditionOR() | ConditionNOT():
            for part in condition.args:
                yield from leaves_of(part)


def fields_of(condition: Condition) -> frozenset[str]:
    """The fields it names. One that `reads_every_field` reads all others, too."""
    leaves = [*leaves_of(condition)]
    named = {name for name, _ in leaves if name is not None}
    return frozenset(named | {v.field for _, v in leaves if isinstance(v, SigmaFieldReference)})


def reads_every_field(condition: Condition) -> bool:
    """Whether it looks for a value anywhere in the event (a keyword)."""
    return any(name is None for name, _ in leaves_of(condition))


def _any(parts: Sequence[Condition], fields: Fields) -> ir.BooleanValue:
    """Whether any part matches. The values of one field are looked for together."""
    values: dict[str, list[SigmaType]] = {}
    others: list[ir.BooleanValue] = []
    for part in parts:
        if isinstance(part, ConditionFieldEqualsValueExpression):
            values.setdefault(part.field, []).append(part.value)
        else:
            others.append(matches(part, fields))
    return _joined(or_, [_on_a_field(name, v, fields) for name, v in values.items()] + others)


def _on_a_field(name: str, values: Sequence[SigmaType], fields: Fields) -> ir.BooleanValue:
    """Whether the field has any of the values."""
    column = fields.get(name)
    whole: list[SigmaString] = []
    tests: list[ir.BooleanValue] = []
    for value in _expanded(values):
        if column is not None and isinstance(value, SigmaString) and strings.is_whole(value):
            whole.append(value)
        else:
            tests.append(on_a_field(name, value, fields))
    if len(whole) > 1 and column is not None and column.type().is_string():
        tests.append(strings.is_one_of(column, whole).fill_null(NO))
    else:
        tests.extend(on_a_field(name, value, fields) for value in whole)
    return _joined(or_, tests)


def _anywhere(value: SigmaType, fields: Fields) -> ir.BooleanValue:
    columns = [column for name, column in fields.items() if name not in _OUR_OWN]
    return _joined(or_, [test for one in _expanded([value]) for test in anywhere(one, columns)])


def _expanded(values: Sequence[SigmaType]) -> Iterator[SigmaType]:
    """The values, those that stand for several replaced by these."""
    for value in values:
        if isinstance(value, SigmaExpansion):
            yield from _expanded(value.values)
        else:
            yield value


def _joined(
    operator: Callable[[ir.BooleanValue, ir.BooleanValue], ir.BooleanValue],
    parts: Sequence[ir.BooleanValue],
) -> ir.BooleanValue:
    """The parts joined as a balanced tree. None at all is false: nothing was found."""
    if not parts:
        return NO
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return operator(_joined(operator, parts[:middle]), _joined(operator, parts[middle:]))
