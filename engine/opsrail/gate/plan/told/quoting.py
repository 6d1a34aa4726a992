"""Words of other people, quoted: on one line, visible, and no longer than there is room for."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from opsrail.report.escaping import visible

MOST_NAMES: Final = 6
"""Names that are told; the others are counted."""

_MOST_MARKS: Final = 3
"""Accents on one letter: more would be painted over the lines above and below."""

_SLACK: Final = 24
"""Characters by which a text may be too long before anything is cut off."""

_MARKS_BEFORE_A_CUT: Final = " …,;:·→("

_MOST_FOLDERS: Final = 6
"""Parts of a path that are tried; then it is told whole."""

_DAYS: Final = "Mon Tue Wed Thu Fri Sat Sun".split()
_MONTHS: Final = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_NUMBERS: Final = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}


def said(text: str, most: int = 80) -> str:
    """`text` as people can read it, about `most` characters of it, cut at a word."""
    shown: list[str] = []
    most += _SLACK if len(text) <= most + _SLACK else 0
    room, marks = most, 0
    for char in text[:most]:
        marks = marks + 1 if unicodedata.category(char) in {"Mn", "Me"} else 0
        spelt = visible(char) if marks <= _MOST_MARKS else f"\\u{ord(char):04x}"
        if len(spelt) > room:
            break
        shown.append(spelt)
        room -= len(spelt)
    kept = "".join(shown)
    return f"{_up_to_a_word(kept)}…" if len(shown) < len(text) else kept


def cut(text: str, most: int) -> str:
    """`text` that can be read already, in at most `most` characters, cut at a word."""
    return text if len(text) <= most else f"{_up_to_a_word(text[: max(most - 1, 0)])}…"


def _up_to_a_word(text: str) -> str:
    """Without the word that is cut in two, as long as most of the text is left."""
    space = text.rfind(" ")
    text = text[:space] if space > len(text) * 2 // 3 else text
    return text.rstrip(_MARKS_BEFORE_A_CUT)


def plural(count: int, noun: str, more: str = "") -> str:
    """`1 page`, `5,000 pages`."""
    return f"{count:,} {noun if count == 1 else more or f'{noun}s'}"


def sides(old: str, new: str, most: int = 60) -> str:
    """Both sides of a change: `over USD 50 → over USD 80`. Of long ones, where they differ."""
    if not (old and new):
        return said(old or new, 2 * most)
    row, _, was = old.partition(": ")
    # The row of a table is known by its first cell: where that is what changes, it says it twice.
    old = was if was and was != new and row.startswith(new) else old
    alike = _alike(old, new) if max(len(old), len(new)) > most else 0
    if alike > most // 2:
        start = alike - most // 4
        start = old.find(" ", start, alike) + 1 or start
        return f"…{said(old[start:], most)} → …{said(new[start:], most)}"
    return f"{said(old, most)} → {said(new, most)}"


def _alike(old: str, new: str) -> int:
    """How many characters they have in common at the beginning, by halving: texts are long."""
    low, high = 0, min(len(old), len(new))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if old[:middle] == new[:middle] else (low, middle - 1)
    return low


def listed(names: Iterable[str], most: int = MOST_NAMES) -> str:
    """Names in the order given: `ana, jon` or `ana, bo, jon and 4 more`."""
    every = list(names)
    return joined([*(said(name, 40) for name in every[:most]), *every[most:]], most)


def joined(words: Iterable[str], most: int = MOST_NAMES) -> str:
    """As `listed`, of what can be read already."""
    every = list(words)
    shown = ", ".join(every[:most])
    return f"{shown} and {len(every) - most:,} more" if len(every) > most else shown


def when(at: datetime, now: datetime) -> str:
    """A time in its own zone, without the year if that is now's: `Mon 07 Dec 08:00 UTC`."""
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    year = f" {at.year}" if at.year != now.year else ""
    day = f"{_DAYS[at.weekday()]} {at.day:02d} {_MONTHS[at.month - 1]}{year}"
    return f"{day} {at:%H:%M} {at.tzname()}"


def number(count: int) -> str:
    """A small number as a word: people are counted with it."""
    return _NUMBERS.get(count, f"{count:,}")


def counted(words: Mapping[str, int] | Sequence[str], most: int = MOST_NAMES) -> str:
    """Words with how often each comes, the most frequent first: `links 2,990, stale-section 10`."""
    counts = Counter(words)
    ranked = sorted(counts, key=lambda word: (-counts[word], word))
    shown = ", ".join(f"{said(word, 40)} {counts[word]:,}" for word in ranked[:most])
    rest = len(ranked) - most
    return f"{shown} and {rest:,} more" if rest > 0 else shown


def short_names(paths: Iterable[str]) -> dict[str, str]:
    """Each path by its end, with as many folders as tell it from the others."""
    names: dict[str, str] = {}
    left, depth = sorted(set(paths)), 1
    while left:
        ends = {path: "/".join(path.split("/")[-depth:]) for path in left}
        counts = Counter(ends.values())
        # A path that is the end of another one is whole already.
        done = [path for path in left if counts[ends[path]] == 1 or ends[path] == path]
        if depth == _MOST_FOLDERS:
            done, ends = left, {path: path for path in left}
        names |= {path: ends[path] for path in done}
        left, depth = [path for path in left if path not in names], depth + 1
    return names
