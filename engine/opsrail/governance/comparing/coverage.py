"""The instants that freezes or peaks cover, held against each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from opsrail.governance.calendar import occurrences
from opsrail.governance.comparing.intervals import Interval, first_outside, united
from opsrail.governance.formats import Recurring
from opsrail.governance.recurrence import parsed

HORIZON: Final = timedelta(days=800)
"""How far instants are compared, from now and from where a date of the policy lies further on."""
MOST: Final = timedelta(days=300_000)
"""Time that is looked at for all freezes or peaks together: a few seconds' work."""
_SLACK: Final = timedelta(days=2)

Times = tuple[str, str, str]


def times_of(one: Recurring) -> Times:
    """When it comes: the same for two that cover the same instants by the same words."""
    dates = one.dates.model_dump_json() if one.dates else ""
    return one.time_zone, one.weekly.model_dump_json() if one.weekly else "", dates


class Coverage:
    """What each of some freezes or peaks covers within the stretches that count for them all."""

    def __init__(self, recurring: Iterable[Recurring], since: datetime) -> None:
        every = tuple(recurring)
        self._stretches = united(_stretches(every, since.astimezone(UTC)))
        self._covered: dict[Times, tuple[Interval, ...]] = {}
        length = sum((end - start for start, end in self._stretches), timedelta(0))
        self.is_too_much = length * len(every) > MOST

    def lost(
        self, before: Sequence[Recurring], after: Sequence[Recurring]
    ) -> Mapping[str, datetime]:
        """The first instant that each of `before` covers and none of `after` does, by its name."""
        kept = {times_of(one) for one in after}
        moved = [one for one in before if times_of(one) not in kept]
        rest = united(span for other in after for span in self._of(other)) if moved else ()
        found: dict[str, datetime] = {}
        for one in moved:
            instant = first_outside(self._of(one), rest)
            if instant is not None:
                found[one.name] = instant
        return found

    def _of(self, one: Recurring) -> tuple[Interval, ...]:
        times = times_of(one)
        if times not in self._covered:
            self._covered[times] = united(self._clipped(one))
        return self._covered[times]

    def _clipped(self, one: Recurring) -> Iterator[Interval]:
        for start, end in self._stretches:
            for span in occurrences(one, start, end):
                yield max(span.begins, start), min(span.ends, end)


def _stretches(recurring: Iterable[Recurring], since: datetime) -> Iterator[Interval]:
    yield since, since + HORIZON
    for one in recurring:
        if one.dates is None:
            continue
        begins, ends = (
            datetime.fromisoformat(text).replace(tzinfo=UTC)
            for text in (one.dates.from_, one.dates.until)
        )
        if begins > since:
            yield max(begins - _SLACK, since), max(begins + HORIZON, ends + _SLACK)
        elif ends > since + HORIZON:
            yield since, ends + _SLACK
        until = parsed(one.dates.rule).until if one.dates.rule else None
        if until is not None and until.replace(tzinfo=UTC) > since + HORIZON:
            last = until.replace(tzinfo=UTC)
            yield last - HORIZON, last + (ends - begins) + _SLACK
