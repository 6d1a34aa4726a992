"""Numbers and lengths of time, a little more and a little less."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from opsrail.streams.spans import SECOND, micros, spelled

SWAPPED: Final[Mapping[str, str]] = {
    "gte": "gt",
    "gt": "gte",
    "lte": "lt",
    "lt": "lte",
    "eq": "neq",
    "neq": "eq",
}
"""Comparison → the one next to it."""

_SMALLER: Final = {"w": (7, "d"), "d": (24, "h"), "h": (60, "m"), "m": (60, "s")}


def nearby(value: object) -> Iterator[str]:
    """The number one less and one more; for fractions, a tenth less and more."""
    if isinstance(value, bool):
        return
    if isinstance(value, int):
        yield from (str(value - 1), str(value + 1))
    elif isinstance(value, float):
        yield from (f"{value * factor:.6g}" for factor in (0.9, 1.1))


def doubled(number: float) -> str:
    """Twice the number, as people write it."""
    return f"{2 * number:g}"


def longer(span: str) -> str:
    """Twice a length of time such as `1h30m`."""
    return spelled(2 * micros(span))


def shorter(span: str) -> str | None:
    """Half a length of time; None where that is no whole number of seconds."""
    half, rest = divmod(micros(span), 2)
    return None if rest or half % SECOND or not half else spelled(half)


def longer_timespan(timespan: str) -> str:
    """Twice a Sigma timespan, which has one unit: `15m`."""
    return f"{2 * int(timespan[:-1])}{timespan[-1]}"


def shorter_timespan(timespan: str) -> str | None:
    """Half a Sigma timespan, in a smaller unit if need be; None where there is none."""
    number, unit = int(timespan[:-1]), timespan[-1]
    while number % 2:
        if unit not in _SMALLER:
            return None
        times, unit = _SMALLER[unit]
        number *= times
    return f"{number // 2}{unit}"
