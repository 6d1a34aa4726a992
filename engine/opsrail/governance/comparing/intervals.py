"""Sets of instants as half-open intervals, in order and apart from each other."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

Interval = tuple[datetime, datetime]


def united(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """All instants of any of them."""
    found: list[Interval] = []
    for begins, ends in sorted(intervals):
        if found and begins <= found[-1][1]:
            found[-1] = (found[-1][0], max(ends, found[-1][1]))
        else:
            found.append((begins, ends))
    return tuple(found)


def first_outside(intervals: Iterable[Interval], others: Iterable[Interval]) -> datetime | None:
    """The first instant of `intervals` that none of `others` has. Both as `united` gives them."""
    rest = list(reversed(list(others)))
    for begins, ends in intervals:
        instant = begins
        while rest and rest[-1][1] <= instant:
            rest.pop()
        if not rest or instant < rest[-1][0]:
            return instant
        if rest[-1][1] < ends:
            return rest[-1][1]
    return None
