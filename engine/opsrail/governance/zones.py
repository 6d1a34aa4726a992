"""Time zones by their IANA names, the same on every machine."""

from __future__ import annotations

from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

_OF_THE_MACHINE: Final = frozenset({"localtime", "Factory"})
"""Names that a machine's own list may have, and that mean something else on each."""


def zone_fault(name: str) -> str:
    """What is wrong with a time zone's name; empty if nothing is."""
    return "" if name in _names() else f"`{name}` is no time zone"


def zone(name: str) -> ZoneInfo:
    """The time zone of that name. Raises `ValueError` where there is none."""
    if fault := zone_fault(name):
        raise ValueError(fault)
    return ZoneInfo(name)


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones()) - _OF_THE_MACHINE
