"""Small pieces of English for the evidence: counts, lists, lengths of time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

MOST_NAMED: Final = 4
"""So many names of a list are said; of more only how many there are."""


def count(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun: `1 person`, `1,200 people`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def listed(names: Sequence[str], joint: str = "and") -> str:
    """Names as a list: `a, b and c`; of a long one the beginning, and how many more."""
    if len(names) > MOST_NAMED + 1:
        shown = names[:MOST_NAMED]
        return f"{', '.join(shown)} {joint} {len(names) - MOST_NAMED} more"
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {joint} {names[-1]}"


def rate(per_hour: float) -> str:
    """A number an hour, as precise as it is worth saying: `31`, `2.4`, `1`, `0.03`."""
    if per_hour >= 9.95:
        return f"{per_hour:,.0f}"
    return f"{per_hour:.1f}".removesuffix(".0") if per_hour >= 0.95 else f"{per_hour:.2g}"


def length(span: timedelta) -> str:
    """About how long, rounded down: `3 days`, `20 hours`, `5 minutes`."""
    minutes = int(span.total_seconds()) // 60
    if minutes >= 2 * 24 * 60:
        return count(minutes // (24 * 60), "day")
    return count(minutes // 60, "hour") if minutes >= 60 else count(minutes, "minute")


def exactly(span: timedelta) -> str:
    """A length of time in the largest unit that it is a whole number of: `90 minutes`, `1 day`."""
    seconds = int(span.total_seconds())
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds and seconds % size == 0:
            return count(seconds // size, unit)
    return count(seconds, "second")


def moment(at: datetime) -> str:
    """An instant in its own time zone: `Fri 2026-11-27 17:00 WET`."""
    return f"{at:%a %Y-%m-%d %H:%M} {at.tzname() or 'UTC'}"


def days_ago(day: date, today: date) -> str:
    """How long ago a day was: `yesterday`, `12 days ago`."""
    days = (today - day).days
    return "yesterday" if days == 1 else f"{count(days, 'day')} ago"
