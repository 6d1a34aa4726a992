"""From the wall of a time zone to instants.

Clocks are put forward and back. A wall time that comes twice begins at the earlier and ends at the
later instant; one that never comes begins as early and ends as late as can be meant (PEP 495: with
`fold` 0 and 1). So a change of clocks never shortens a freeze.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final

from opsrail.governance.calendar.model import Occurrence
from opsrail.governance.calendar.walls import Walls, walls
from opsrail.governance.formats import Recurring

EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2300, 1, 1, tzinfo=UTC)
"""Nothing is looked for before and after."""
LOOKAHEAD: Final = timedelta(days=731)
"""How far the next time is looked for: two years."""
_NEAR: Final = (timedelta(days=9), timedelta(days=70), LOOKAHEAD)
_SLACK: Final = timedelta(days=2)
"""More than any wall is away from UTC, or ever jumped."""
_INSTANT: Final = timedelta(microseconds=1)


def occurrences(one: Recurring, start: datetime, end: datetime) -> Iterator[Occurrence]:
    """Every time that overlaps [start, end), by when it begins. They may overlap each other.

    Raises `ValueError` for an instant without a time zone.
    """
    start, end = max(_utc(start), EARLIEST), min(_utc(end), LATEST)
    if start >= end:
        return iter(())
    on_the_wall = walls(one)
    first = (start - on_the_wall.length - _SLACK).date()
    last = (end + _SLACK).date()
    found = set(_between(on_the_wall, first, last))
    return iter(sorted(span for span in found if span.begins < end and start < span.ends))


def holds_at(one: Recurring, instant: datetime) -> Occurrence | None:
    """The time that holds at the instant, the one that ends last if several do."""
    instant = _utc(instant)
    if not EARLIEST <= instant < LATEST:
        return None
    found = occurrences(one, instant, instant + _INSTANT)
    return max(found, key=lambda span: span.ends, default=None)


def next_after(one: Recurring, instant: datetime) -> Occurrence | None:
    """The next time that begins after the instant; None if none does within two years."""
    instant = _utc(instant)  # what is added to a time of another zone is added on its wall
    if instant >= LATEST:
        return None
    for ahead in _NEAR:
        coming = occurrences(one, instant, instant + ahead)
        found = next((span for span in coming if span.begins > instant), None)
        if found is not None:
            return found
    return None


def _utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant has a time zone")
    return instant.astimezone(UTC)


def _between(on_the_wall: Walls, first: date, last: date) -> Iterator[Occurrence]:
    for begin in on_the_wall.begins(first, last):
        begins = min(_meant(on_the_wall, begin))
        yield Occurrence(begins, max(_meant(on_the_wall, begin + on_the_wall.length)))


def _meant(on_the_wall: Walls, time: datetime) -> tuple[datetime, datetime]:
    """The two instants that a time on the wall can mean, nearly always one and the same."""
    at = time.replace(tzinfo=on_the_wall.zone)
    return at.astimezone(UTC), at.replace(fold=1).astimezone(UTC)
