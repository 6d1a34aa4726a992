"""Events changed in as little as possible so that a rule can no longer match them.

That they cannot match follows from the rule's structure alone, and never from the code under
test: a field is spoilt if its text holds none of the texts that the rule looks for in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from sigma.conditions import (
    ConditionAND,
    ConditionFieldEqualsValueExpression,
    ConditionOR,
)
from sigma.types import (
    SigmaExpansion,
    SigmaFieldReference,
    SigmaNumber,
    SigmaRegularExpression,
    SigmaString,
    SigmaType,
)

from opsrail.detection.conditions.tree import Condition, leaves_of
from tests.detection.sigma_samples import Event

MARK = "¤"
"""A letter that occurs in no rule."""

ODD_NUMBER = 7_654_321
"""A number that no rule asks for."""


def could_match(condition: Condition, spoilt: frozenset[str]) -> bool:
    """Whether an event could match of which these fields are spoilt and the others unknown."""
    match condition:
        case ConditionAND():
            return all(could_match(part, spoilt) for part in condition.args)
        case ConditionOR():
            return any(could_match(part, spoilt) for part in condition.args)
        case ConditionFieldEqualsValueExpression(field=name, value=value):
            return not (name in spoilt and _is_spoilable(value))
    return True  # what is under `not` may well hold


def spoilings(condition: Condition, event: Event) -> Iterator[Event]:
    """The event without what the rule needs: each way that changes the fewest fields."""
    fields = sorted({name for name, _ in leaves_of(condition) if name and name in event})
    for size in range(1, len(fields) + 1):
        found = [
            broken
            for broken in map(frozenset, combinations(fields, size))
            if not could_match(condition, broken)
        ]
        if found:
            yield from (_spoilt(condition, event, broken) for broken in found)
            return


def _is_spoilable(value: SigmaType) -> bool:
    """Whether the value is sure not to be found in a spoilt field."""
    if isinstance(value, SigmaExpansion):
        return all(_is_spoilable(one) for one in value.values)
    if isinstance(value, SigmaRegularExpression):
        return not re.search(str(value.regexp), MARK, re.DOTALL)
    if isinstance(value, SigmaString):
        return bool(_texts(value))
    return isinstance(value, SigmaNumber | SigmaFieldReference)


def _spoilt(condition: Condition, event: Event, broken: frozenset[str]) -> Event:
    changed = {name: _other(condition, name, event[name]) for name in broken}
    return {**event, **changed}


def _other(condition: Condition, name: str, value: str | int) -> str | int:
    """The value with one letter changed in each text that the rule looks for.

    Where it looks for something else, all of the value is replaced.
    """
    if isinstance(value, int):
        return ODD_NUMBER
    values = [one for field, one in leaves_of(condition) if field == name]
    if not all(isinstance(one, SigmaString) for one in values):
        return MARK
    text = value
    for wanted in (part for one in values for part in _texts(one)):
        middle = len(wanted) // 2
        near = (wanted[:middle] + MARK + wanted[middle + 1 :]).replace("\\", r"\\")
        text = re.sub(re.escape(wanted), near, text, flags=re.IGNORECASE)
    return text if text != value else MARK


def _texts(value: SigmaType) -> list[str]:
    if not isinstance(value, SigmaString):
        return []
    return [part for part in value.s if isinstance(part, str)]
