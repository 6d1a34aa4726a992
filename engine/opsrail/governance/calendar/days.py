"""The days on which a recurrence rule comes.

Days are found a year or a month at a time, so that no rule, not even one that no day ever fits,
makes anybody look further than asked. dateutil's own iteration does not stop between two days.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import Final, Literal

from dateutil.rrule import MONTHLY, YEARLY, rrule, weekday

from opsrail.governance.recurrence import Frequency, Rule

Period = tuple[Literal[0, 1], int]
_ONE_YEAR: Final[Period] = (YEARLY, 10_000)
_ONE_MONTH: Final[Period] = (MONTHLY, 120_000)
"""A frequency and an interval that leads beyond the last year there is: one period is looked at."""
_EVERY_DAY: Final = tuple((day, 0) for day in range(7))


def days_of(rule: Rule, start: date, first: date, last: date) -> Iterator[date]:
    """The days from `first` to `last`, both included, on which the rule comes, in order.

    `start` (DTSTART) is always one of them, and the first that `COUNT` counts, even if it does not
    fit the rule: what is written down holds. `UNTIL` is not looked at here.
    """
    if rule.count is None:
        found = _with_start(rule, start, max(start, first), last)
    else:
        found = islice(_with_start(rule, start, start, last), rule.count)
    return (day for day in found if first <= day)


def _with_start(rule: Rule, start: date, first: date, last: date) -> Iterator[date]:
    if first <= start <= last:
        yield start
    whole = _explicit(rule, start)
    for year in range(first.year, last.year + 1):
        yield from (
            day for day in _of_year(whole, start, year) if day > start and first <= day <= last
        )


def _explicit(rule: Rule, start: date) -> Rule:
    """The rule with what it takes from its start (RFC 5545: from DTSTART) said in it, and without
    what does not bear on one year's days.
    """
    rule = replace(rule, count=None, until=None, days=_numbered(rule))
    if rule.month_days or rule.year_days or rule.days:
        every = rule.frequency is Frequency.DAILY and not rule.days
        return replace(rule, days=_EVERY_DAY) if every else rule
    match rule.frequency:
        case Frequency.YEARLY:
            months = rule.months or (start.month,)
            return replace(rule, months=months, month_days=(start.day,))
        case Frequency.MONTHLY:
            return replace(rule, month_days=(start.day,))
        case Frequency.WEEKLY:
            return replace(rule, days=((start.weekday(), 0),))
        case Frequency.DAILY:
            return replace(rule, days=_EVERY_DAY)


def _numbered(rule: Rule) -> tuple[tuple[int, int], ...]:
    """`MO,-1FR` with each Monday numbered: dateutil wants a day to be of both sorts at once."""
    if not any(number for _, number in rule.days):
        return rule.days
    most = 53 if rule.frequency is Frequency.YEARLY and not rule.months else 5
    return tuple(
        (day, which)
        for day, number in rule.days
        for which in ((number,) if number else range(1, most + 1))
    )


@lru_cache(maxsize=512)
def _of_year(rule: Rule, start: date, year: int) -> tuple[date, ...]:
    new_year = date(year, 1, 1)
    match rule.frequency:
        case Frequency.YEARLY:
            is_due = (year - start.year) % rule.interval == 0
            return _fitting(rule, new_year, _ONE_YEAR) if is_due else ()
        case Frequency.MONTHLY:
            behind = (year - start.year) * 12 - start.month
            return tuple(
                day
                for month in range(1, 13)
                if (behind + month) % rule.interval == 0
                for day in _fitting(rule, new_year.replace(month=month), _ONE_MONTH)
            )
        case Frequency.WEEKLY:
            monday = _week(rule, start)
            every = _fitting(rule, new_year, _ONE_YEAR)
            weeks = 7 * rule.interval
            return tuple(day for day in every if (_week(rule, day) - monday).days % weeks == 0)
        case Frequency.DAILY:
            every = _fitting(rule, new_year, _ONE_YEAR)
            return tuple(day for day in every if (day - start).days % rule.interval == 0)


def _week(rule: Rule, day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=(day.weekday() - rule.week_start) % 7)


def _fitting(rule: Rule, first: date, period: Period) -> tuple[date, ...]:
    """The days of the one year or month that begins at `first`."""
    frequency, interval = period
    found = rrule(
        frequency,
        dtstart=datetime(first.year, first.month, first.day),  # noqa: DTZ001 - a day on the wall
        interval=interval,
        bymonth=rule.months or None,
        bymonthday=rule.month_days or None,
        byyearday=rule.year_days or None,
        byweekday=[weekday(day, number or None) for day, number in rule.days] or None,
        bysetpos=rule.positions or None,
    )
    return tuple(moment.date() for moment in found)
