"""Texts as numbers: how often each word, pair of words and part of a word stands in them.

Weights are tf-idf with a dampened count (Manning et al., Introduction to information retrieval,
2008, 6.2 and 6.4.1). Parts of words forgive typing errors and inflected forms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_RARE: Final = 2
"""A part of a word counts where this many texts have it; below 50 texts, always."""
_FEW: Final = 50


class TextFeatures:
    """Knows the words of the texts it was made from. Never changes afterwards.

    `known` has a row for each of those texts; every row has length 1 in its half of words and in
    its half of parts, so that neither outweighs the other.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        from sklearn.feature_extraction.text import (  # type: ignore[import-untyped]  # published without types
            TfidfVectorizer,
        )

        least = _RARE if len(texts) >= _FEW else 1
        self._words = TfidfVectorizer(
            ngram_range=(1, 2), sublinear_tf=True, strip_accents="unicode", token_pattern=_WORD
        )
        self._parts = TfidfVectorizer(
            analyzer="char_wb",
            ngram_range=(2, 4),
            min_df=least,
            sublinear_tf=True,
            strip_accents="unicode",
        )
        # Texts of nothing but marks still have to give rows: so there is always one word.
        for vectors in (self._words, self._parts):
            vectors.fit([*texts, *[_ANY_WORD] * least])
        self.words: Sequence[str] = self._words.get_feature_names_out().tolist()
        self.known = self.of(texts)

    def of(self, texts: Sequence[str]) -> csr_matrix:
        """A row for each text: first its words, in the order of `words`, then parts of words."""
        from scipy.sparse import hstack

        halves = [self._words.transform(texts), self._parts.transform(texts)]
        return hstack(halves, format="csr")


_WORD: Final = r"(?u)\b\w[\w'’]*\b"
_ANY_WORD: Final = "word"
_SMALL: Final = frozenset(
    "al as con da das de del den der des die du ein el em en est et je la las le les los mas me mes"
    " mi mon na no nos os ou para pas por pour que se ses son su sur um uma un una une und".split()
)
"""Small words of the other languages that tickets are often in."""


def telling(weights: Mapping[str, float], most: int) -> tuple[str, ...]:
    """The heaviest words. Small words (“the”, “my”) are left off, and none is told twice."""
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    chosen: list[str] = []
    seen: set[str] = set()
    for words, weight in sorted(weights.items(), key=lambda item: (-item[1], item[0])):
        parts = [
            word
            for word in words.split()
            if len(word) > 1 and word not in ENGLISH_STOP_WORDS and word not in _SMALL
        ]
        if weight <= 0 or len(chosen) == most:
            break
        if parts and seen.isdisjoint(parts):
            chosen.append(" ".join(parts))
            seen.update(parts)
    return tuple(chosen)
