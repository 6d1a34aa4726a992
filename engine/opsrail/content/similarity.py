"""How alike two texts are: Dice's coefficient over words (Dice 1945; Sørensen 1948)."""

from __future__ import annotations

import re
from collections import Counter

_WORD = re.compile(r"\w+")
_MARK = re.compile(r"\S")


def words_of(text: str) -> Counter[str]:
    """A text's words with how often each occurs, case apart; its marks where it has no words.

    Marks beside words prove nothing: any two links share six of them.
    """
    return Counter(_WORD.findall(text.lower()) or _MARK.findall(text))


def dice(one: Counter[str], other: Counter[str]) -> float:
    """2·|A ∩ B| / (|A| + |B|) over multisets: 1 for equal, 0 for nothing in common."""
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 1.0
