"""Lengths of time as people write them in files: `15m`, `1h30m`, `-28d`."""

from __future__ import annotations

import re
from typing import Annotated, Final

from pydantic import Field

SECOND: Final = 1_000_000
"""Microseconds in a second: all times and lengths of detection are whole microseconds."""

_UNITS: Final = {
    "w": 7 * 86_400 * SECOND,
    "d": 86_400 * SECOND,
    "h": 3_600 * SECOND,
    "m": 60 * SECOND,
    "s": SECOND,
}
# Six parts of five digits stay far below the 64 bits of a moment.
_SPAN: Final = r"([0-9]{1,5}[wdhms]){1,6}"
_PART: Final = re.compile(r"([0-9]+)([wdhms])")

Span = Annotated[
    str,
    Field(
        pattern=rf"^{_SPAN}$",
        description="A length of time: `90s`, `15m`, `1h30m`, `28d`, `2w`.",
    ),
]
Offset = Annotated[
    str,
    Field(
        pattern=rf"^-?{_SPAN}$",
        description="A time counted from the start: `13m18s`; before it: `-28d`.",
    ),
]


def micros(span: str) -> int:
    """Microseconds of a `Span` or `Offset`. Raises `ValueError` for any other text."""
    sign = -1 if span.startswith("-") else 1
    text = span.removeprefix("-")
    if not re.fullmatch(_SPAN, text):
        raise ValueError(f"{span!r} is no length of time such as 15m or 1h30m")
    return sign * sum(int(number) * _UNITS[unit] for number, unit in _PART.findall(text))


def spelled(length: int) -> str:
    """The shortest `Offset` of a length in microseconds; fractions of a second are kept.

    >>> spelled(micros("90m"))
    '1h30m'
    """
    rest = abs(length)
    parts: list[str] = []
    for unit, size in _UNITS.items():
        if unit == "w":
            continue  # people say 28 days
        number, rest = divmod(rest, size)
        if number:
            parts.append(f"{number}{unit}")
    if rest:
        parts.append(f"{rest / SECOND:g}s")
    return ("-" if length < 0 else "") + ("".join(parts) or "0s")
