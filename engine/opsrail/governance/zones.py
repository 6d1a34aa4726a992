"""Time zones by their IANA names, the same on every machine."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

_OF_THE_MACHINE: Final = frozenset({"localtime", "Factory"})
"""Names that a machine's own list may have, and that mean something else on each."""


def zone_fault(name: str) -> str:
    """What is wrong with a time zone's name, and what would help; empty if nothing is."""
    return "" if name in _names() else f"`{name}` is no time zone: {_advice(name)}"


def _advice(name: str) -> str:
    known = {one.casefold(): one for one in sorted(_names()) if "/" in one}
    # Who writes a town alone means the zone that ends in it.
    towns = [one for key, one in known.items() if key.endswith(f"/{name.casefold()}")]
    close = [known[key] for key in get_close_matches(name.casefold(), known, n=1, cutoff=0.85)]
    if likely := (towns or close)[:3]:
        return f"did you mean {' or '.join(f'`{one}`' for one in likely)}?"
    return "write area and town, such as `Europe/Lisbon`"


def zone(name: str) -> ZoneInfo:
    """The time zone of that name. Raises `ValueError` where there is none."""
    if fault := zone_fault(name):
        raise ValueError(fault)
    return ZoneInfo(name)


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones()) - _OF_THE_MACHINE
