"""Moments and spans of time as people say them. Moments are UTC; spans are whole minutes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


def as_utc(moment: datetime) -> datetime:
    """In UTC; a moment without a zone is taken as UTC, as everywhere."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def spelled(moment: datetime) -> str:
    """`Monday 2026-10-19, 07:30 UTC`."""
    at = as_utc(moment)
    return f"{_DAYS[at.weekday()]} {at.date().isoformat()}, {at:%H:%M} UTC"


def span(length: timedelta) -> str:
    """`3 hours 15 minutes`; seconds only where it is shorter than a minute."""
    seconds = round(length.total_seconds())
    if seconds < 60:
        return _counted(seconds, "second")
    minutes, hours, days = seconds // 60 % 60, seconds // 3600 % 24, seconds // 86_400
    parts = ((days, "day"), (hours, "hour"), (minutes, "minute"))
    return " ".join(_counted(count, unit) for count, unit in parts if count)


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
