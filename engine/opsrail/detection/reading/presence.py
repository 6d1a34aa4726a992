"""Text conditions of temporal correlations: `deployed and not rolled-back`.

pySigma reads them, but knows no dashes in names, so names are replaced by plain ones first.
"""

from __future__ import annotations

import re
from typing import Final

from sigma.correlations import (
    CorrelationConditionItem,
    SigmaExtendedCorrelationCondition,
    SigmaRuleReference,
)
from sigma.exceptions import SigmaError

from opsrail.detection.reading.blocks import NAME, named_in

Expression = CorrelationConditionItem | SigmaRuleReference

LONGEST: Final = 2_000
"""Characters a condition may have."""
DEEPEST: Final = 60
"""Brackets and `not` that a condition may have: reading it goes a level deeper for each."""
_NESTING: Final = re.compile(r"\(|\bnot\b")


def read_presence(text: str) -> Expression:
    """The expression over the rules that `text` names. Raises `ValueError`, in plain words."""
    if len(text) > LONGEST or len(_NESTING.findall(text)) > DEEPEST:
        raise ValueError("this condition is too long or too deeply nested")
    names = named_in(text)
    plain = {name: f"r{number}_" for number, name in enumerate(names)}
    replaced = NAME.sub(lambda found: plain.get(found[0], found[0]), text)
    try:
        parsed = SigmaExtendedCorrelationCondition(replaced).parsed
    except SigmaError:
        raise ValueError("this condition cannot be read") from None
    return renamed(parsed, {short: name for name, short in plain.items()})


def renamed(expression: Expression, names: dict[str, str]) -> Expression:
    """The same expression over rules of other names; those not in `names` keep theirs."""
    if isinstance(expression, SigmaRuleReference):
        return SigmaRuleReference(names.get(expression.reference, expression.reference))
    return type(expression)([renamed(part, names) for part in expression.args])
