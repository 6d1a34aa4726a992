"""Fitting a told plan on one screen: the longest part gives way first, and says how much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from opsrail.gate.plan.told.model import COLUMNS, LABEL, ToldPart
from opsrail.gate.plan.told.quoting import cut


def fitted(parts: Sequence[ToldPart], rows: int) -> tuple[ToldPart, ...]:
    """The parts on `rows` rows of the screen: all lines but one go, then the end of the headline,
    then that line.

    Whole parts stay as they are, and so do the lines that a part keeps. With those
    within their own limit there is always room.
    """
    shown = list(parts)
    left = sum(part.rows for part in shown)
    while left > rows:
        long = max(range(len(shown)), key=lambda at: (_spare(shown[at]), at), default=-1)
        if long < 0 or not _spare(shown[long]):
            break
        left -= shown[long].rows
        shown[long] = _shorter(shown[long])
        left += shown[long].rows
    return tuple(shown)


def _spare(part: ToldPart) -> int:
    """Rows that it could give away."""
    if part.is_whole:
        return 0
    return sum(one.rows for one in part.lines[part.kept :]) + part.head.rows - 1


def _shorter(part: ToldPart) -> ToldPart:
    head = part.head
    if head.rows > 1 and len(part.lines) <= max(part.kept, 1):
        room = COLUMNS - LABEL - len(head.lead)
        return replace(part, head=replace(head, text=cut(head.text, max(room, 1))))
    *kept, last = part.lines
    return replace(part, lines=tuple(kept), hidden=part.hidden + last.counts)
