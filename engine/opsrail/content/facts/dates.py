"""Dates and clock times.

`2026-11-02`, `2 Nov`, `2026-11`, `2026`, `Friday`, `Monday–Friday`, `17:00`, `09:00–17:00 CET`
and `24/7`. A day without a year stays without one. They have no amount: a later date is neither
more nor less.
"""

from __future__ import annotations

import re

from opsrail.content.facts.figures import GAP
from opsrail.content.facts.model import FactKind, Value

_MONTH_NAMES = (
    "january february march april may june july august september october november december".split()
)
_DAY_NAMES = "monday tuesday wednesday thursday friday saturday sunday".split()
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?"
)
_LONG_DAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?\b"
_SHORT_DAY = r"(?:Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)\b"
_DAY = rf"(?:{_LONG_DAY}|{_SHORT_DAY})"
NAME = rf"(?:{_MONTH}|{_DAY}|Q[1-4]\b|(?:noon|midnight)\b)"
_YEAR = r"(?:19|20)\d\d(?!\w|[.,]\d)"
_ZONES = r"UTC|GMT|CES?T|[ECMP][SD]?T|BST|IST|JST|AEST|WES?T|EES?T|Eastern|Pacific"
_ZONE = rf"(?:{GAP}(?P<zone>{_ZONES})\b)?"
_HALF_DAY = r"(?:am\b|pm\b|a\.m\.|p\.m\.)"
_TO = rf"{GAP}(?:[-\u2010-\u2014]|to\b|until\b|till\b|through\b|and\b){GAP}"

_ISO = re.compile(r"(\d{4}-(?:0\d|1[0-2])-[0-3]\d)(?:[T ]\d\d:\d\d(?::\d\d)?Z?)?(?![\w-])")
_DAY_FIRST = re.compile(
    rf"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?{GAP}(?:of{GAP})?(?P<month>{_MONTH})"
    rf"(?:,?{GAP}(?P<year>{_YEAR}))?"
)
_MONTH_FIRST = re.compile(
    rf"(?P<month>{_MONTH}){GAP}(?:(?P<day>[0-3]?\d)(?:st|nd|rd|th)?(?![\w:]|[.,]\d)"
    rf"(?:,?{GAP}(?P<year>{_YEAR}))?|(?P<only_year>{_YEAR}))"
)
_SLASHED = re.compile(r"[0-3]?\d([/.])[0-3]?\d\1(?:19|20)\d\d(?![\w/])")
_ALWAYS = re.compile(r"24\s?[/x×]\s?([75])(?![\w/])", re.IGNORECASE)
_CLOCK = re.compile(
    rf"(?P<h>[0-2]?\d)(?::(?P<m>[0-5]\d(?::\d\d)?))?(?:{GAP}(?P<p>{_HALF_DAY}))?(?![\w:]|\.\d)"
    rf"(?:{_TO}(?P<h2>[0-2]?\d)(?::(?P<m2>[0-5]\d))?(?:{GAP}(?P<p2>{_HALF_DAY}))?(?![\w:]|\.\d))?"
    rf"{_ZONE}",
    re.IGNORECASE,
)
_SINGLE_CLOCK = re.compile(
    rf"(?P<h>[0-2]?\d)(?::(?P<m>[0-5]\d(?::\d\d)?))?(?:{GAP}(?P<p>{_HALF_DAY}))?(?![\w:]|\.\d){_ZONE}",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\bbetween\s{1,8}$", re.IGNORECASE)
_BARE_YEAR = re.compile(rf"{_YEAR}(?![-/:%]|\s[a-z]+s\b)")
_YEAR_BEFORE = re.compile(
    r"\b(?:in|since|until|till|from|during|before|after|by|end of|early|late|of)\s{1,8}$",
    re.IGNORECASE,
)
_WEEKDAYS = re.compile(rf"(?P<from>{_DAY})(?:{_TO}(?P<to>{_DAY}))?")
_SHORT_DAY_BEFORE = re.compile(r"\b(?:on|every|each|by|until|next|from)\s{1,8}$", re.IGNORECASE)
_MONTH_ALONE = re.compile(_MONTH)
_MONTH_BEFORE = re.compile(
    r"\b(?:in|by|since|until|till|from|of|before|after|every|each|this|next|last|early|mid|late"
    r"|during|through)[\s-]{1,8}$",
    re.IGNORECASE,
)
_QUARTER = re.compile(rf"(Q[1-4]){GAP}({_YEAR})")


def read(text: str, at: int) -> Value | None:
    """A date or time that starts with a figure at `at`."""
    if found := _ALWAYS.match(text, at):
        return _value(f"24/{found[1]}", found)
    if found := _ISO.match(text, at):
        return _value(found[1], found)
    if found := _DAY_FIRST.match(text, at):
        return _calendar(found)
    if found := _SLASHED.match(text, at):
        return _value(found[0], found)
    if clock := _clock(text, at):
        return clock
    if (found := _BARE_YEAR.match(text, at)) and _YEAR_BEFORE.search(text, max(0, at - 16), at):
        return _value(found[0], found)
    return None


def read_named(text: str, at: int) -> Value | None:
    """A date or time that starts with a name at `at`: a month, a weekday, a quarter, noon."""
    if found := _MONTH_FIRST.match(text, at):
        return _calendar(found)
    if found := _QUARTER.match(text, at):
        return _value(f"{found[2]}-{found[1]}", found)
    before = text[max(0, at - 16) : at]
    if found := _WEEKDAYS.match(text, at):
        return _weekdays(found, before)
    if (found := _MONTH_ALONE.match(text, at)) and _MONTH_BEFORE.search(before):
        return _value(_MONTH_NAMES[_month(found[0]) - 1].capitalize(), found)
    named = text[at : at + 8].lower()
    for name, shown in (("noon", "12:00"), ("midnight", "00:00")):
        if named.startswith(name):
            return Value(FactKind.DATE, shown, at, at + len(name))
    return None


def _value(shown: str, found: re.Match[str]) -> Value:
    return Value(FactKind.DATE, shown, found.start(), found.end())


def _month(name: str) -> int:
    short = name.lower()[:3]
    return 1 + [month[:3] for month in _MONTH_NAMES].index(short)


def _calendar(found: re.Match[str]) -> Value:
    parts = found.groupdict()
    month = _month(parts["month"])
    if year := parts.get("only_year"):
        return _value(f"{year}-{month:02}", found)
    day = int(parts["day"])
    if parts["year"]:
        return _value(f"{parts['year']}-{month:02}-{day:02}", found)
    return _value(f"{day} {_MONTH_NAMES[month - 1][:3].capitalize()}", found)


def _weekdays(found: re.Match[str], before: str) -> Value | None:
    first = _day_name(found["from"])
    if found["to"]:
        return _value(f"{first}–{_day_name(found['to'])}", found)
    # "Sat" and "Sun" alone are also words and stars
    if "day" in found["from"] or _SHORT_DAY_BEFORE.search(before):
        return _value(first, found)
    return None


def _day_name(name: str) -> str:
    return next(day for day in _DAY_NAMES if day.startswith(name.lower()[:3])).capitalize()


def _clock(text: str, at: int) -> Value | None:
    found = _CLOCK.match(text, at)
    if found and found["h2"] and not _is_time_range(text, found):
        found = None
    if found is None:
        found = _SINGLE_CLOCK.match(text, at)
    if found is None or not (found["m"] or found["p"] or found.groupdict().get("h2")):
        return None
    parts = found.groupdict()
    upper = parts.get("p2")
    first = _hour(parts["h"], parts["m"], parts["p"] or (upper if not parts["m"] else None))
    shown = first
    if parts.get("h2"):
        shown = f"{first}–{_hour(parts['h2'], parts['m2'], upper or parts['p'])}"
    zone = f" {parts['zone'].upper()}" if parts["zone"] else ""
    return _value(shown + zone, found)


def _is_time_range(text: str, found: re.Match[str]) -> bool:
    """“9–5” alone could count anything; minutes, a half of the day or a zone make it a time."""
    if " and " in found[0].lower() and not _BETWEEN.search(
        text, max(0, found.start() - 20), found.start()
    ):
        return False
    has_minutes = bool(found["m"]) and bool(found["m2"])
    return has_minutes or bool(found["p2"]) or bool(found["zone"])


def _hour(hour: str, minute: str | None, half: str | None) -> str:
    number = int(hour)
    if half:
        number = number % 12 + (12 if half.lower().startswith("p") else 0)
    return f"{number:02}:{minute or '00'}"
