"""When spans begin on the wall of their time zone, and how long they last there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from opsrail.governance.calendar.days import days_of
from opsrail.governance.formats import Dated, Day, Recurring, Weekly
from opsrail.governance.recurrence import Frequency, Rule, parsed
from opsrail.governance.zones import zone

_WEEK: Final = timedelta(weeks=1)
_FIRST_MONDAY: Final = datetime(1969, 12, 29)  # noqa: DTZ001 - a day on the wall
"""Of the week in which 1970 begins: nothing is looked for before."""
_SHORTEST_MONTH: Final = 28


@dataclass(frozen=True, slots=True)
class Walls:
    """A recurring time on the wall: each span begins on one of the rule's days at `start`'s time
    of day and lasts `length`, as clocks on that wall count it. Without a rule it comes once.
    """

    start: datetime
    length: timedelta
    rule: Rule | None
    zone: ZoneInfo

    def begins(self, first: date, last: date) -> Iterator[datetime]:
        """Every beginning on the days from `first` to `last`."""
        if self.rule is None:
            if first <= self.start.date() <= last:
                yield self.start
            return
        until = self._until()
        for day in days_of(self.rule, self.start.date(), first, last):
            begin = datetime.combine(day, self.start.time())
            if begin == self.start or until is None or begin <= until:
                yield begin

    def _until(self) -> datetime | None:
        until = self.rule.until if self.rule else None
        if until is None or until.tzinfo is None:
            return until
        return until.astimezone(self.zone).replace(tzinfo=None)


def walls(one: Recurring) -> Walls:
    """The recurring time as it stands in a policy."""
    where = zone(one.time_zone)
    if one.weekly:
        return _weekly(one.weekly, where)
    assert one.dates is not None
    start = datetime.fromisoformat(one.dates.from_)
    length = datetime.fromisoformat(one.dates.until) - start
    return Walls(start, length, _rule(one.dates, start), where)


def _weekly(weekly: Weekly, where: ZoneInfo) -> Walls:
    """A span of each week since 1970. From one time until the same time is the whole week."""
    begins, ends = _in_week(weekly.from_), _in_week(weekly.until)
    length = (ends - begins) % _WEEK or _WEEK
    return Walls(_FIRST_MONDAY + begins, length, Rule(Frequency.WEEKLY), where)


def _in_week(text: str) -> timedelta:
    day, clock = text.split(" ")
    hours, minutes = clock.split(":")
    return timedelta(days=list(Day).index(Day(day)), hours=int(hours), minutes=int(minutes))


def _rule(dates: Dated, start: datetime) -> Rule | None:
    """The rule, or that for what `repeats`. A month or year without that day has its last one, so
    that a freeze of the 31st is one of every month.
    """
    if dates.rule:
        return parsed(dates.rule)
    match dates.repeats:
        case "weekly":
            return Rule(Frequency.WEEKLY)
        case "monthly":
            return _on_the_day(Rule(Frequency.MONTHLY), start)
        case "yearly" if (start.month, start.day) == (2, 29):
            return _on_the_day(Rule(Frequency.YEARLY, months=(2,)), start)
        case "yearly":
            return Rule(Frequency.YEARLY)
        case "":
            return None


def _on_the_day(rule: Rule, start: datetime) -> Rule:
    least = min(start.day, _SHORTEST_MONTH)
    return Rule(
        rule.frequency,
        months=rule.months,
        month_days=tuple(range(least, start.day + 1)),
        positions=(-1,),
    )
