"""Quoting both sides of a change: on one line, and cut to where they differ."""

from __future__ import annotations

from typing import Final

LONGEST: Final = 100
"""Characters of a quote; the rest is in the file."""
_AROUND: Final = 3
"""Words that are quoted before and behind what differs."""


def quoted(before: str, after: str) -> tuple[str, str]:
    """Both texts on a line each; long ones from a few words before their first difference to a
    few after the last.
    """
    old, new = before.split(), after.split()
    if max(len(" ".join(old)), len(" ".join(new))) <= LONGEST:
        return " ".join(old), " ".join(new)
    if not old or not new:
        return shortened(before), shortened(after)
    lead = _shared(old, new)
    trail = _shared(old[lead:][::-1], new[lead:][::-1])
    lead, trail = max(lead - _AROUND, 0), max(trail - _AROUND, 0)
    return _between(old, lead, trail), _between(new, lead, trail)


def shortened(text: str) -> str:
    """A text on one line, cut where it is too long to read at a glance."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1].rstrip()}…"


def _shared(one: list[str], other: list[str]) -> int:
    """How many words both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    different = (place for place, (mine, theirs) in pairs if mine != theirs)
    return next(different, min(len(one), len(other)))


def _between(words: list[str], lead: int, trail: int) -> str:
    kept = " ".join(words[lead : len(words) - trail])
    return shortened(f"{'…' if lead else ''}{kept}{'…' if trail else ''}")
