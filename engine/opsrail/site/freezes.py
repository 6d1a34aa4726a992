"""Freezes for people: when nothing lands, in words, and the next times it comes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from opsrail.governance.calendar import Occurrence, occurrences
from opsrail.governance.formats import Dated, Recurring, Weekly
from opsrail.governance.recurrence import Frequency, Rule, parsed
from opsrail.governance.zones import zone
from opsrail.site.markup import LONG_MONTHS, MONTHS, WEEKDAYS, counted
from opsrail.site.meant import either
from opsrail.site.prose import code_span

_AHEAD: Final = tuple(timedelta(days=days) for days in (22, 70, 800, 3_660))
"""How far is looked, the nearest first: nobody waits for a freeze of the next decade."""
_UNITS: Final = {Frequency.DAILY: "day", Frequency.WEEKLY: "week"} | {
    Frequency.MONTHLY: "month",
    Frequency.YEARLY: "year",
}
_PLACES: Final = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}
_TEENS: Final = range(11, 14)
_SHORTEST_MONTH: Final = 28


def next_times(one: Recurring, start: datetime, most: int = 2) -> tuple[Occurrence, ...]:
    """The next times from an instant on; one that holds already is the first."""
    found: tuple[Occurrence, ...] = ()
    for ahead in _AHEAD:
        found = tuple(islice(occurrences(one, start, start + ahead), most))
        if len(found) == most:
            break
    return found


def span_words(one: Recurring, span: Occurrence) -> str:
    """`Fri 27 Nov, 17:00 until Mon 30 Nov 2026, 08:00`, on the wall of its time zone."""
    begins, ends = (at.astimezone(zone(one.time_zone)) for at in (span.begins, span.ends))
    is_within_year = begins.year == ends.year
    return f"{_wall(begins, with_year=not is_within_year)} until {_wall(ends)}"


def _wall(at: datetime, *, with_year: bool = True) -> str:
    year = f" {at.year}" if with_year else ""
    return f"{WEEKDAYS[at.weekday()][:3]} {at.day} {MONTHS[at.month - 1]}{year}, {at:%H:%M}"


def when_words(one: Recurring) -> str:
    """When it holds, as the policy says it: one sentence of the site's Markdown."""
    if one.weekly:
        return f"{_weekly(one.weekly)}, in {one.time_zone}"
    assert one.dates is not None
    return f"{_dated(one.dates)}, in {one.time_zone}"


def _weekly(weekly: Weekly) -> str:
    if weekly.from_ == weekly.until:
        return "all week long"
    return f"every week from {_day_time(weekly.from_)} until {_day_time(weekly.until)}"


def _day_time(text: str) -> str:
    day, clock = text.split(" ")
    return f"{next(name for name in WEEKDAYS if name.startswith(day))} {clock}"


def _dated(dates: Dated) -> str:
    start, end = datetime.fromisoformat(dates.from_), datetime.fromisoformat(dates.until)
    lasting = f"from {start:%H:%M}, for {length_words(end - start)}"
    if dates.rule:
        return f"{_by_rule(parsed(dates.rule), dates.rule, start)}, {lasting}"
    match dates.repeats:
        case "weekly":
            return f"every week on {WEEKDAYS[start.weekday()]}, {lasting}"
        case "monthly":
            shorter = " (of shorter months the last day)" if start.day > _SHORTEST_MONTH else ""
            return f"every month on the {_ordinal(start.day)}{shorter}, {lasting}"
        case "yearly":
            return f"every year from {_of_year(start)} until {_of_year(end)}"
        case _:
            return f"once, from {_of_year(start, year=True)} until {_of_year(end, year=True)}"


def _of_year(at: datetime, *, year: bool = False) -> str:
    return f"{at.day} {LONG_MONTHS[at.month - 1]}{f' {at.year}' if year else ''}, {at:%H:%M}"


def length_words(length: timedelta) -> str:
    """`1 day 18 hours`."""
    hours, rest = divmod(length.seconds, 3_600)
    parts = ((length.days, "day"), (hours, "hour"), (rest // 60, "minute"))
    return " ".join(counted(count, unit) for count, unit in parts if count) or "no time"


def _by_rule(rule: Rule, text: str, start: datetime) -> str:
    """The days of a recurrence rule; as it is written, where it says too much for a sentence."""
    if rule.positions or rule.year_days or (rule.days and rule.month_days):
        return f"on the days of the rule {code_span(text)}"
    unit = _UNITS[rule.frequency]
    every = f"every {unit}" if rule.interval == 1 else f"every {rule.interval} {unit}s"
    parts = (f"{every}{_days(rule, start)}", *_bounds(rule))
    return ", ".join(parts)


def _days(rule: Rule, start: datetime) -> str:
    months = either((LONG_MONTHS[month - 1] for month in rule.months), " and ")
    of = f" in {months}" if months else ""
    if rule.month_days:
        ordered = sorted(rule.month_days, key=lambda day: (day < 0, day))
        return f"{of} on {either((f'the {_month_day(day)}' for day in ordered), ' and ')}"
    if rule.days:
        return f"{of} on {either((_weekday(*day) for day in rule.days), ' and ')}"
    match rule.frequency:
        case Frequency.DAILY:
            return of
        case Frequency.WEEKLY:
            return f"{of} on {WEEKDAYS[start.weekday()]}"
        case Frequency.MONTHLY:
            return f"{of} on the {_ordinal(start.day)}"
        case Frequency.YEARLY:
            return f"{of or f' in {LONG_MONTHS[start.month - 1]}'} on the {_ordinal(start.day)}"


def _weekday(day: int, number: int) -> str:
    if number == 0:
        return WEEKDAYS[day]
    if number in _PLACES:
        return f"the {_PLACES[number]} {WEEKDAYS[day]}"
    last = " from the end" if number < 0 else ""
    return f"the {_ordinal(abs(number))} {WEEKDAYS[day]}{last}"


def _month_day(day: int) -> str:
    if day == -1:
        return "last day"
    return _ordinal(day) if day > 0 else f"{_ordinal(-day)} day from the end"


def _bounds(rule: Rule) -> Iterator[str]:
    if rule.count is not None:
        yield f"{counted(rule.count, 'time')} in all"
    if rule.until is not None:
        yield f"the last time by {rule.until.day} {MONTHS[rule.until.month - 1]} {rule.until.year}"


def _ordinal(number: int) -> str:
    ends = {1: "st", 2: "nd", 3: "rd"}
    is_plain = number % 100 in _TEENS
    return f"{number}{'th' if is_plain else ends.get(number % 10, 'th')}"
