"""Counts and sizes: "1,000" = "1000" = "1k" → `1000`; "75GB" → `75 GB`; "4x" → `4x`.

Numbers that only name something are no counts: list markers, steps, ticket ids, phone numbers,
long ids, years, ratios such as 1:1, and "one" used as a pronoun.
"""

from __future__ import annotations

import re

from opsrail.content.facts.figures import GAP, read_figure
from opsrail.content.facts.model import FactKind, Value
from opsrail.content.facts.namings import is_digits_name, is_labelled, is_word_name

_SIZE = re.compile(
    rf"{GAP}(?P<unit>[KMGTP]i?B|[KMGTP]i|[kKMGTP]?(?:bytes?|bits?)|vCPU|px)s?(?![^\W_])"
)
_TIMES = re.compile(rf"{GAP}[x×](?![^\W_])")
_LONGEST = 1e12
"""From here on digits are a card, an account or a machine's clock."""


def read(text: str, at: int) -> Value | None:
    """A count or size whose figure starts at `at`, or None where the number is only a name."""
    figure = read_figure(text, at)
    if figure is None or figure.high >= _LONGEST or is_labelled(text, figure):
        return None
    shown, end = figure.shown, figure.end
    if figure.spelled:
        if is_word_name(text, figure):
            return None
    elif unit := _SIZE.match(text, end):
        shown, end = f"{shown} {unit['unit']}", unit.end()
    elif times := _TIMES.match(text, end):
        shown, end = f"{shown}x", times.end()
    elif is_digits_name(text, figure):
        return None
    return Value(FactKind.NUMBER, shown, at, end, figure.high)
