"""Shares: "15 %", "fifteen percent" → `15%`; "2 percentage points", "2 pp" → `2 points`."""

from __future__ import annotations

import re

from opsrail.content.facts.figures import GAP, Figure, read_figure
from opsrail.content.facts.model import FactKind, Value

_UNIT = re.compile(
    r"[-\s]{0,8}(?:(?P<points>percentage[-\s]{1,8}points?\b|%-points?\b|pp\b)"
    rf"|%(?!\w)|per{GAP}cent\b|pct\b)",
    re.IGNORECASE,
)
_UPPER = re.compile(
    rf"{GAP}%{GAP}(?:[-\u2010-\u2014]|to\b|(?P<both>and\b)){GAP}"
    rf"(?P<high>\d{{1,6}}(?:\.\d{{1,6}})?){GAP}%",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\bbetween\s{1,8}$", re.IGNORECASE)


def read(text: str, at: int) -> Value | None:
    """A percentage whose figure starts at `at`; both ends of a range may carry their sign."""
    figure = read_figure(text, at)
    if figure is None:
        return None
    if both := _both_ends(text, figure):
        return both
    unit = _UNIT.match(text, figure.end)
    if unit is None:
        return None
    name = " points" if unit["points"] else "%"
    return Value(FactKind.PERCENT, figure.shown + name, at, unit.end(), figure.high)


def _both_ends(text: str, low: Figure) -> Value | None:
    upper = _UPPER.match(text, low.end)
    if upper is None:
        return None
    if upper["both"] and not _BETWEEN.search(text, max(0, low.start - 16), low.start):
        return None
    high = float(upper["high"])
    whole = Figure(low.low, high, low.start, upper.end())
    return Value(FactKind.PERCENT, f"{whole.shown}%", whole.start, whole.end, high)
