"""Did you mean …? Hints for names that nothing answers to."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

MOST_COMPARED: Final = 2_000
"""Comparing is slow: among more names than this, a hint is not worth the wait."""
MOST_LISTED: Final = 12


def did_you_mean(word: str, names: Iterable[str], otherwise: str = "") -> str:
    """A hint that names the nearest of `names`, or `otherwise`."""
    known = sorted(set(names))
    if len(known) > MOST_COMPARED:
        return otherwise
    by_fold = {name.lower(): name for name in known}
    found = get_close_matches(word.lower(), by_fold, n=1, cutoff=0.6)
    return f"did you mean `{by_fold[found[0]]}`?" if found else otherwise


def listed(names: Iterable[str], word: str = "and") -> str:
    """Names in backticks, as a sentence lists them; a long list is cut."""
    shown = [f"`{name}`" for name in names]
    if len(shown) > MOST_LISTED:
        return f"{', '.join(shown[:MOST_LISTED])} {word} {len(shown) - MOST_LISTED} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} {word} {shown[-1]}"
