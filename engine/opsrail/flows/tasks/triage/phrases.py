"""Phrases as people write them in rules: `client*`, `nobody … sign in`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

BETWEEN: Final = 5
"""Words that may stand where a phrase has an ellipsis."""
_WORD: Final = re.compile(r"\w+")
_PART: Final = re.compile(r"…|\.{3}|\w+\*?")
_GAPS: Final = frozenset({"…", "..."})
_APOSTROPHES: Final = str.maketrans("", "", "'’")


def words_of(text: str) -> list[str]:
    """The words of a text, without accents, apostrophes and capital letters."""
    return _WORD.findall(_folded(text))


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES).casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


@dataclass(frozen=True, slots=True)
class _Part:
    word: str
    is_start: bool
    """Any ending will do."""
    reach: int
    """Words that may stand before it."""

    def fits(self, word: str) -> bool:
        return word.startswith(self.word) if self.is_start else word == self.word


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase that can be looked for. `text` is how it was written."""

    text: str
    parts: tuple[_Part, ...]

    @classmethod
    def of(cls, text: str) -> Phrase:
        """Read a phrase. Raises `ValueError` where it has no word."""
        parts: list[_Part] = []
        reach = 0
        for found in _PART.findall(_folded_phrase(text)):
            if found in _GAPS:
                reach = BETWEEN
            else:
                parts.append(_Part(found.rstrip("*"), found.endswith("*"), reach))
                reach = 0
        if not parts:
            raise ValueError(f"“{text}” has no word to look for")
        return cls(text, tuple(parts))

    def is_in(self, words: Sequence[str]) -> bool:
        """Whether the words of a text have it."""
        first, rest = self.parts[0], self.parts[1:]
        ends = {at for at, word in enumerate(words) if first.fits(word)}
        for part in rest:
            ends = {
                at
                for end in ends
                for at in range(end + 1, min(end + 2 + part.reach, len(words)))
                if part.fits(words[at])
            }
        return bool(ends)


def _folded_phrase(text: str) -> str:
    """Folded, with its ellipses kept: NFKD would turn each into three dots."""
    return "…".join(_folded(part) for part in text.replace("...", "…").split("…"))
