"""Lengths of time, each in one spelling.

Weeks, fortnights and days are days; hours and minutes keep the largest unit that divides them
("48 hours" is `2 days`, "90 min" is `90 minutes`). Months and years are months, since a month is
no fixed number of days. Business days and hours stay apart from calendar ones.
"""

from __future__ import annotations

import re

from opsrail.content.facts.figures import GAP, read_figure, span
from opsrail.content.facts.model import FactKind, Value

_SECONDS = {
    "ms": 0.001, "s": 1.0, "sec": 1.0, "second": 1.0, "min": 60.0, "m": 60.0, "minute": 60.0,
    "h": 3600.0, "hr": 3600.0, "hour": 3600.0, "d": 86400.0, "day": 86400.0, "workday": 86400.0,
    "w": 604800.0, "wk": 604800.0, "week": 604800.0, "fortnight": 1209600.0,
    "millisecond": 0.001,
}  # fmt: skip
_MONTHS = {"mo": 1, "month": 1, "quarter": 3, "yr": 12, "year": 12, "y": 12}
_MONTH_SECONDS = 30.4375 * 86400
_WORKING = (
    r"(?:(?:full|calendar|consecutive)[-\s]{1,8})?(?:(?P<work>business|working|work)[-\s]{1,8})?"
)
_LONG = (
    r"milliseconds?|fortnights?|quarters?|workdays?|seconds?|minutes?|hours?|weeks?|months?|years?"
    r"|days?|mins?|secs?|hrs?|wks?|yrs?"
)
_UNIT = re.compile(
    rf"(?:\+|{GAP}or{GAP}(?:more|less|fewer))?[-\u2010\u2011\s]{{0,8}}{_WORKING}(?P<unit>{_LONG})\b(?!-old)"
    rf"|{GAP}(?P<short>ms|[shd])(?![^\W_])|(?P<glued>mo|[mwy])(?![^\W_])"
    r"|(?P<compound>[hm])(?=\d)",
    re.IGNORECASE,
)
_JOIN = re.compile(rf"{GAP}(?:,{GAP})?(?:and{GAP})?(?=\d)", re.IGNORECASE)
_SINGLE = re.compile(
    rf"(?:(?P<half>half{GAP}(?:an?|of{GAP}an?)?)|an?|next|the{GAP}next){GAP}{_WORKING}"
    rf"(?P<unit>{_LONG})\b(?![-\w])(?P<more>{GAP}and{GAP}a{GAP}half\b)?",
    re.IGNORECASE,
)
_MEASURED = re.compile(
    r"(?:\b(?:with)?in|\bafter|\bfor|\bthan|\bleast|\bmost|\bto|\babout|\bunder|\bover|\baround"
    r"|\bof|\bevery|\bby the|\bby)\s{1,8}$",
    re.IGNORECASE,
)


def read(text: str, at: int) -> Value | None:
    """A duration whose figure starts at `at`, compounds ("1 h 30 min", "1h30m") included."""
    figure = read_figure(text, at)
    if figure is None:
        return None
    unit = _unit_after(text, figure.end)
    if unit is None:
        return None
    name, is_work = _name(unit)
    low, high, end = figure.low, figure.high, unit.end()
    if name in _MONTHS:
        return _months(low * _MONTHS[name], high * _MONTHS[name], at, end)
    if is_work:
        return _work(name, low, high, at, end)
    low, high = low * _SECONDS[name], high * _SECONDS[name]
    if low == high:
        rest, end = _remainder(text, end, _SECONDS[name])
        low = high = low + rest
    return _seconds(low, high, at, end)


def read_single(text: str, at: int) -> Value | None:
    """“an hour”, "a fortnight", "half a day", "next business day" starting at `at`.

    "once a week" is a rhythm and no length, so "a" counts only after a word that measures.
    """
    found = _SINGLE.match(text, at)
    if found is None:
        return None
    name, is_work = _name(found)
    said = found[0].lower()
    if ("next" in said and not is_work) or said.endswith(" second"):
        return None
    is_sure = found["half"] or found["more"] or "next" in said or name == "fortnight"
    if not is_sure and not _MEASURED.search(text, max(0, at - 16), at):
        return None
    count = 0.5 if found["half"] else 1.5 if found["more"] else 1.0
    if name in _MONTHS:
        return _months(count * _MONTHS[name], count * _MONTHS[name], at, found.end())
    if is_work:
        return _work(name, count, count, at, found.end())
    length = count * _SECONDS[name]
    return _seconds(length, length, at, found.end())


def _unit_after(text: str, end: int) -> re.Match[str] | None:
    unit = _UNIT.match(text, end)
    if unit is None:
        return None
    letters = unit["short"] or unit["glued"] or unit["compound"]
    # 4K, 3D, 15M and 5S are no times: the short forms are lower case only
    return None if letters and letters != letters.lower() else unit


def _name(unit: re.Match[str]) -> tuple[str, bool]:
    parts = unit.groupdict()
    raw = (
        parts.get("unit") or parts.get("short") or parts.get("glued") or parts.get("compound") or ""
    ).lower()
    singular = raw if raw in _SECONDS or raw in _MONTHS else raw.removesuffix("s")
    return singular, bool(parts.get("work")) or singular == "workday"


def _remainder(text: str, end: int, above: float) -> tuple[float, int]:
    """Seconds in the smaller parts that follow ("30 min" of "1 h 30 min"), and where they end."""
    total = 0.0
    while joint := _JOIN.match(text, end):
        figure = read_figure(text, joint.end())
        unit = _unit_after(text, figure.end) if figure else None
        if figure is None or unit is None or figure.low != figure.high:
            break
        name, is_work = _name(unit)
        size = _SECONDS.get(name, above)
        if is_work or size >= above:
            break
        total, end, above = total + figure.low * size, unit.end(), size
    return total, end


def _months(low: float, high: float, start: int, end: int) -> Value:
    name = "month" if low == high == 1 else "months"
    shown = f"{span(low, high)} {name}"
    return Value(FactKind.DURATION, shown, start, end, high * _MONTH_SECONDS)


def _work(name: str, low: float, high: float, start: int, end: int) -> Value:
    """Business time keeps its unit: how many business hours make a day depends on who is asked."""
    if name in ("week", "wk"):
        low, high, name = low * 5, high * 5, "day"
    name = {"workday": "day", "hr": "hour"}.get(name, name)
    return _shown(f"business {name}", low, high, high * _SECONDS[name], start, end)


def _seconds(low: float, high: float, start: int, end: int) -> Value:
    for name in ("day", "hour", "minute", "second"):
        size = _SECONDS[name]
        if low % size == 0 and high % size == 0:
            return _shown(name, low / size, high / size, high, start, end)
    return _shown("ms", low * 1000, high * 1000, high, start, end)


def _shown(name: str, low: float, high: float, amount: float, start: int, end: int) -> Value:
    plural = "" if low == high == 1 or name == "ms" else "s"
    return Value(FactKind.DURATION, f"{span(low, high)} {name}{plural}", start, end, amount)
