"""Did you mean …? The nearest of the names there are."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, names: Iterable[str]) -> str:
    """The name most like `word`, or an empty text where none is."""
    found = get_close_matches(word, sorted(names), n=1, cutoff=0.6)
    return found[0] if found else ""


def did_you_mean(word: str, names: Iterable[str], otherwise: str = "") -> str:
    """A hint that names the nearest, or `otherwise`."""
    found = nearest(word, names)
    return f"did you mean `{found}`?" if found else otherwise
