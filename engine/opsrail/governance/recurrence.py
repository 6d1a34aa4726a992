"""Recurrence rules of RFC 5545, section 3.3.10, as far as whole days need them.

A rule says on which days a span begins; its time of day is that of the span. So hours, minutes
and seconds cannot be said, and nothing comes more than once a day. Weeks by their number in the
year are refused too: where years meet, programs do not agree on them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from enum import StrEnum
from types import MappingProxyType
from typing import Final

LONGEST: Final = 400
"""Characters that a rule may have."""
MOST: Final = 9_999
"""The largest number of times, or of periods between them."""
_DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY: Final = re.compile(rf"([+-]?[0-9]{{1,2}})?({'|'.join(_DAYS)})")
_UNTIL: Final = re.compile(r"[0-9]{8}(T[0-9]{6}Z?)?")
_LISTS: Final = {"BYMONTH": 12, "BYMONTHDAY": 31, "BYYEARDAY": 366, "BYSETPOS": 366}
"""The parts that are lists of numbers, with the largest that each may have."""
_PARTS: Final = ("FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", *_LISTS)

_NO_CLOCK: Final = "a rule names days, and the time of day is that of `from`"
_REFUSED: Final = {
    "BYHOUR": _NO_CLOCK,
    "BYMINUTE": _NO_CLOCK,
    "BYSECOND": _NO_CLOCK,
    "BYWEEKNO": "weeks are not told by their number here: say months and days",
}


class Frequency(StrEnum):
    """How often a rule comes, at the most."""

    YEARLY = "YEARLY"
    MONTHLY = "MONTHLY"
    WEEKLY = "WEEKLY"
    DAILY = "DAILY"

    @property
    def is_of_numbered_days(self) -> bool:
        """Whether “the last Friday” can be said of it."""
        return self in (Frequency.YEARLY, Frequency.MONTHLY)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that can be followed. Empty tuples and None are what it does not say.

    `days` are days of the week (0 for Monday), each with which of its kind in the month or year it
    is (-1 for the last, 0 for every one). `until` has a time zone only where the rule says it in
    UTC; otherwise it is a time on the wall of the span's zone, the end of the day if only a day is
    said. `week_start` matters for every second week, and so on.
    """

    frequency: Frequency
    interval: int = 1
    count: int | None = None
    until: datetime | None = None
    week_start: int = 0
    months: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    year_days: tuple[int, ...] = ()
    days: tuple[tuple[int, int], ...] = ()
    positions: tuple[int, ...] = ()


def rule_fault(text: str) -> str:
    """What is wrong with a recurrence rule, for its author; empty if it can be followed."""
    try:
        parsed(text)
    except ValueError as error:
        return str(error)
    return ""


def parsed(text: str) -> Rule:
    """Read a rule such as `FREQ=MONTHLY;BYDAY=-1FR`. Raises `ValueError` in words otherwise."""
    said = _said(text)
    rule = Rule(
        _frequency(said),
        _number(said, "INTERVAL") or 1,
        _number(said, "COUNT"),
        _until(said.get("UNTIL", "")),
        _week_start(said.get("WKST", "MO")),
        _list(said, "BYMONTH"),
        _list(said, "BYMONTHDAY"),
        _list(said, "BYYEARDAY"),
        tuple(_day(day) for day in said["BYDAY"].split(",")) if "BYDAY" in said else (),
        _list(said, "BYSETPOS"),
    )
    if fault := next(_contradictions(rule), ""):
        raise ValueError(fault)
    return rule


def _said(text: str) -> Mapping[str, str]:
    if len(text) > LONGEST:
        raise ValueError(f"a recurrence rule has at most {LONGEST} characters")
    said: dict[str, str] = {}
    for part in text.upper().split(";"):
        name, _, value = part.partition("=")
        if name in _REFUSED:
            raise ValueError(f"`{part}`: {_REFUSED[name]}")
        if name not in _PARTS or not value:
            raise ValueError(f"`{part}` is no part of a recurrence rule such as `FREQ=DAILY`")
        if name in said:
            raise ValueError(f"`{name}` is said twice")
        said[name] = value
    return MappingProxyType(said)


def _frequency(said: Mapping[str, str]) -> Frequency:
    name = said.get("FREQ", "")
    if name not in Frequency.__members__:
        names = ", ".join(Frequency)
        raise ValueError(f"`FREQ` is one of {names}" + (f", not `{name}`" if name else ""))
    return Frequency(name)


def _number(said: Mapping[str, str], name: str) -> int | None:
    if name not in said:
        return None
    if not re.fullmatch(r"[0-9]{1,4}", said[name]) or int(said[name]) == 0:
        raise ValueError(f"`{name}` is a whole number from 1 to {MOST}, not `{said[name]}`")
    return int(said[name])


def _list(said: Mapping[str, str], name: str) -> tuple[int, ...]:
    if name not in said:
        return ()
    found = set()
    for text in said[name].split(","):
        number = int(text) if re.fullmatch(r"[+-]?[0-9]{1,3}", text) else 0
        if not 1 <= abs(number) <= _LISTS[name] or (number < 0 and name == "BYMONTH"):
            raise ValueError(f"`{text}` is out of range for `{name}`")
        found.add(number)
    return tuple(sorted(found))


def _day(text: str) -> tuple[int, int]:
    found = _DAY.fullmatch(text)
    if found is None or (found[1] and int(found[1]) == 0):
        raise ValueError(f"`{text}` is no day such as `FR` or `-1FR`")
    return _DAYS.index(found[2]), int(found[1] or 0)


def _week_start(text: str) -> int:
    day, number = _day(text)
    if number:
        raise ValueError(f"`WKST` is a day such as `MO`, not `{text}`")
    return day


def _until(text: str) -> datetime | None:
    if not text:
        return None
    if not _UNTIL.fullmatch(text):
        raise ValueError(f"`UNTIL` is a time such as `20261231T170000Z`, not `{text}`")
    try:
        if "T" not in text:
            return datetime.combine(datetime.fromisoformat(text), time.max)
        moment = datetime.fromisoformat(text.removesuffix("Z"))
    except ValueError as error:
        raise ValueError(f"`UNTIL={text}` is no day and time: {error}") from error
    return moment.replace(tzinfo=UTC) if text.endswith("Z") else moment


def _contradictions(rule: Rule) -> Iterator[str]:
    """What the RFC forbids to say together, and positions that no month or year has."""
    numbers = [abs(number) for _, number in rule.days]
    if rule.count is not None and rule.until is not None:
        yield "say `COUNT` or `UNTIL`, not both"
    if any(numbers) and not rule.frequency.is_of_numbered_days:
        yield "a numbered day such as `-1FR` is for months and years"
    if any(number > _most_of_a_kind(rule) for number in numbers):
        yield f"there are never {max(numbers)} days of one kind in it"
    if rule.month_days and rule.frequency is Frequency.WEEKLY:
        yield "`BYMONTHDAY` is not for weeks"
    if rule.year_days and rule.frequency is not Frequency.YEARLY:
        yield "`BYYEARDAY` is for years"
    if rule.positions and not rule.frequency.is_of_numbered_days:
        yield "`BYSETPOS` is for months and years"
    if rule.positions and not (rule.months or rule.month_days or rule.year_days or rule.days):
        yield "`BYSETPOS` chooses among days that another part names"


def _most_of_a_kind(rule: Rule) -> int:
    """How many Fridays the period may have within which days are numbered."""
    is_year = rule.frequency is Frequency.YEARLY and not rule.months
    return 53 if is_year else 5
