"""The source text, made ready to be asked whether a word is there and what stands near it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from itertools import pairwise
from math import log

from opsrail.tailor.faithful.words.lexicon import synonyms
from opsrail.tailor.faithful.words.tokens import Sort, Word, words_of

COMPANY = 30
"""How many words of the source, to either side, count as company."""
_LONGEST_SHORT = 5
"""The letters of an abbreviation, at most."""
_QUOTED = 5
"""How many words to either side are quoted."""

Places = Sequence[int]


class Level(IntEnum):
    """How a word of the derived text is there in the source."""

    ABSENT = 0
    SYNONYM = 1
    ITSELF = 2
    """Itself, or a word of the same root."""


class Source:
    """A text by its stems and roots. A place is the number of a word in it, from 0."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = words_of(text)
        self.stems = _places(
            [*((word.stem, place) for place, word in enumerate(self.words)), *_sums(self.words)]
        )
        self.roots = _places((word.root, place) for place, word in enumerate(self.words))
        self._initials = "".join(word.lower[0] for word in self.words)
        self.sorts = _places((word.sort, place) for place, word in enumerate(self.words))

    def find(self, word: Word) -> tuple[Level, Places]:
        """How a word of another text is there, and at which places."""
        if word.sort is Sort.NUMBER:
            places = self.stems.get(word.stem, [])
            return (Level.ITSELF if places else Level.ABSENT), places
        if itself := self.roots.get(word.root):
            return Level.ITSELF, itself
        if word.sort is Sort.NAME and (alike := self._named_like(word)):
            return Level.ITSELF, alike
        if others := self.places_of(synonyms(word.stem)):
            return Level.SYNONYM, others
        return Level.ABSENT, ()

    def places_of(self, stems: Iterable[str]) -> list[int]:
        """Where any of these stems stand."""
        return sorted(place for one in stems for place in self.stems.get(one, ()))

    def _named_like(self, name: Word) -> list[int]:
        """Iran for Iranian, and the words that an abbreviation stands for: United Kingdom."""
        if name.text.isupper() and len(name.text) <= _LONGEST_SHORT:
            at = self._initials.find(name.lower)
            return [] if at < 0 else [at]
        return [
            p for p in self.sorts.get(Sort.NAME, ()) if self.words[p].lower[:4] == name.lower[:4]
        ]

    def company(
        self, places: Places, others: Mapping[str, Places], reach: int = COMPANY
    ) -> tuple[float, int | None]:
        """How much of the company `others` (stems with their places) keeps within `reach` words of
        one of `places`, at best, from 0 to 1, and at which place. Rare words weigh more.
        """
        total = sum(self._weight(one) for one in others)
        best, where = 0.0, None
        for place in places:
            share = sum(self._weight(one) for one, at in others.items() if near(at, place, reach))
            if share > best:
                best, where = share, place
        return (best / total if total else 0.0), where

    def quote(self, place: int) -> tuple[int, int]:
        """First character and end of the words around a place, within its line."""
        first, last = max(0, place - _QUOTED), min(len(self.words), place + _QUOTED + 1) - 1
        start, end = self.words[first].start, self.words[last].end
        here = self.words[place]
        start = max(start, self.text.rfind("\n", 0, here.start) + 1)
        stop = self.text.find("\n", here.end)
        return start, end if stop < 0 else min(end, stop)

    def _weight(self, stem: str) -> float:
        return 1.0 / (1.0 + log(1 + len(self.stems.get(stem, ()))))


def near(places: Places, place: int, reach: int) -> bool:
    """Whether one of the sorted places is within `reach` words of this one."""
    return bisect_left(places, place - reach) < bisect_right(places, place + reach)


def _sums(words: Sequence[Word]) -> Iterator[tuple[str, int]]:
    """The 25 of "twenty five"."""
    for place, (tens, ones) in enumerate(pairwise(words)):
        if tens.sort is ones.sort is Sort.NUMBER and tens.lower.isalpha() and ones.lower.isalpha():
            yield str(int(tens.stem) + int(ones.stem)), place


def _places(found: Iterable[tuple[str, int]]) -> Mapping[str, list[int]]:
    places: defaultdict[str, list[int]] = defaultdict(list)
    for key, place in found:
        places[key].append(place)
    return dict(places)
