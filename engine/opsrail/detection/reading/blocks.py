"""What a correlation block says, as values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from opsrail.detection.formats import Comparison, CorrelationBlock
from opsrail.detection.model import Operator, Threshold
from opsrail.streams.spans import SECOND

NAME: Final = re.compile(r"[A-Za-z0-9_-]+")
"""A name, or `and`, `or`, `not`, in the text condition of a correlation."""
_WORDS: Final = ("and", "or", "not")

SECONDS: Final[Mapping[str, int]] = {
    "s": 1,
    "m": 60,
    "h": 3_600,
    "d": 86_400,
    "w": 604_800,
    "M": 2_629_746,
    "y": 31_556_952,
}
"""Seconds of Sigma's units; a month and a year are means of the Gregorian calendar."""


def named_in(text: str) -> tuple[str, ...]:
    """The names in a condition, in order, without repeats."""
    return tuple(dict.fromkeys(word for word in NAME.findall(text) if word not in _WORDS))


def named_rules(block: CorrelationBlock) -> tuple[str, ...]:
    """The rules that a correlation looks at, as it writes them."""
    if block.rules is not None:
        return block.rules
    return named_in(block.condition) if isinstance(block.condition, str) else ()


def length_of(timespan: str) -> int:
    """Microseconds of a Sigma timespan."""
    return int(timespan[:-1]) * SECONDS[timespan[-1]] * SECOND


def compared(block: CorrelationBlock) -> Comparison:
    """The comparisons of its condition; none where that is left out or a text."""
    return block.condition if isinstance(block.condition, Comparison) else Comparison()


def thresholds_of(comparison: Comparison) -> tuple[Threshold, ...]:
    """The comparisons of a condition, in the order of `Operator`."""
    values = {operator: getattr(comparison, operator.value) for operator in Operator}
    return tuple(Threshold(one, float(value)) for one, value in values.items() if value is not None)


def fields_of_value(comparison: Comparison) -> tuple[str, ...]:
    """The fields whose values are counted, summed or averaged."""
    return (comparison.field,) if isinstance(comparison.field, str) else comparison.field or ()
