"""Did you mean …? The nearest of the names there are."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

MOST_COMPARED = 1_000
"""Comparing is slow: among more names than this, a hint is not worth the wait."""


def nearest(word: str, names: Iterable[str], likeness: float = 0.6) -> str:
    """The name most like `word`, or an empty text where none is."""
    known = sorted(names)
    if len(known) > MOST_COMPARED:
        return ""
    found = get_close_matches(word, known, n=1, cutoff=likeness)
    return found[0] if found else ""


def nearest_file(path: str, paths: Iterable[str]) -> str:
    """The file that was most likely meant: the only one of that name, or of nearly that name.

    An empty text where there is none, or more than one.
    """
    name = path.rsplit("/", 1)[-1]
    by_name: dict[str, list[str]] = {}
    for known in paths:
        by_name.setdefault(known.rsplit("/", 1)[-1], []).append(known)
    found = by_name.get(name, [])
    if not found:
        found = by_name.get(nearest(name, by_name, 0.8), [])
    return found[0] if len(found) == 1 else ""


def did_you_mean(word: str, names: Iterable[str], otherwise: str = "") -> str:
    """A hint that names the nearest, or `otherwise`."""
    found = nearest(word, names)
    return f"did you mean `{found}`?" if found else otherwise
