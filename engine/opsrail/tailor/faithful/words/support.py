"""Words of a derived text that its source, a longer text, does not support."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from opsrail.tailor.faithful.words.evidence import Evidence, Trait
from opsrail.tailor.faithful.words.lexicon import excluding, is_reversal, synonyms
from opsrail.tailor.faithful.words.source import Level, Places, Source, near
from opsrail.tailor.faithful.words.tokens import Sort, Word, beside, words_of

_VALUES = {Sort.NUMBER: Trait.NUMBER, Sort.NAME: Trait.NAME}
_CONTEXT = 8
"""How many words to either side of a word make its context."""
_SCOPE = 3
"""How many words that say something a "not" is about, and within how many words they stand."""
_SCOPE_REACH = 6
_MARK_REACH = 8
"""How near a "not" of the source has to stand to what it is about."""
_BESIDE = 3
"""How near an excluding word has to stand to the same neighbour to be there in its place."""

_MARKS = {
    Sort.NEGATOR: Trait.NEGATION,
    Sort.LIMITER: Trait.LIMIT,
    Sort.CONTRAST: Trait.CONTRAST,
}


def unsupported_words(source: Source, derived: str) -> Iterator[Evidence]:
    """What speaks against the derived text, in its order."""
    words = words_of(derived)
    said = frozenset(word.stem for word in words)
    for at, word in enumerate(words):
        if word.sort in _MARKS:
            yield from _mark(source, words, at)
        elif word.sort.is_content:
            yield from _word(source, words, at, said)


def _mark(source: Source, words: Sequence[Word], at: int) -> Iterator[Evidence]:
    """A "not", "only" or "but" with none in the source near what it is about."""
    about = [w for offset, w in beside(words, at, _SCOPE_REACH) if offset > 0][:_SCOPE]
    places = sorted(place for word in about for place in source.find(word)[1])
    marks = source.sorts.get(words[at].sort, ())
    if not any(near(marks, place, _MARK_REACH) for place in places):
        yield Evidence(_MARKS[words[at].sort], words[at], _nearest(source, words, at))


def _word(
    source: Source, words: Sequence[Word], at: int, said: frozenset[str]
) -> Iterator[Evidence]:
    word = words[at]
    level, _ = source.find(word)
    if level is Level.ITSELF:
        return
    if level is Level.ABSENT and (trait := _VALUES.get(word.sort)) and not synonyms(word.stem):
        yield Evidence(trait, word, _nearest(source, words, at))
        return
    others = source.places_of(excluding(word.stem) - said)
    if others:
        yield from _excluded(source, words, at, others, is_absent=level is Level.ABSENT)
    if level is Level.ABSENT and is_reversal(word.stem):
        yield Evidence(Trait.REVERSAL, word, _nearest(source, words, at))


def _excluded(
    source: Source, words: Sequence[Word], at: int, others: Places, *, is_absent: bool
) -> Iterator[Evidence]:
    """The source has words that exclude this one: right beside the same word, or in its company."""
    for place in _neighbours(source, words, at):
        if near(others, place, _BESIDE):
            here = min(others, key=lambda other: abs(other - place))
            said = source.words[here].text
            yield Evidence(Trait.OPPOSITE_HERE, words[at], here, said)
            break
    if is_absent:
        _, where = source.company(others, _context(source, words, at))
        if where is not None:
            yield Evidence(Trait.OPPOSITE, words[at], where, source.words[where].text)


def _neighbours(source: Source, words: Sequence[Word], at: int) -> Iterator[int]:
    """The places of the next word to either side that says something."""
    for side in (-1, 1):
        ours = (word for offset, word in beside(words, at, _CONTEXT) if offset * side > 0)
        for word in islice(ours, 1):
            level, places = source.find(word)
            if level is Level.ITSELF:
                yield from places


def _context(source: Source, words: Sequence[Word], at: int) -> Mapping[str, Places]:
    found = {word.stem: source.find(word)[1] for _, word in beside(words, at, _CONTEXT)}
    return {stem: places for stem, places in found.items() if places}


def _nearest(source: Source, words: Sequence[Word], at: int) -> int | None:
    """Where the source speaks most of what stands around this word."""
    context = _context(source, words, at)
    places = sorted({place for places in context.values() for place in places})
    return source.company(places, context, _CONTEXT)[1]
