"""What an edit did to the words of a text: paraphrase, or something else said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from opsrail.tailor.faithful.words.evidence import Evidence, Trait
from opsrail.tailor.faithful.words.lexicon import (
    excluding,
    is_common,
    is_negated,
    is_reversal,
    look_alike,
    opposites,
    siblings,
    synonyms,
    turns_round,
)
from opsrail.tailor.faithful.words.tokens import Sort, Word, words_of

_MARKS = {
    Sort.NEGATOR: Trait.NEGATION,
    Sort.LIMITER: Trait.LIMIT,
    Sort.CONTRAST: Trait.CONTRAST,
}
_PAIRS = (
    "before after|his her|he she|him her|all some|many few|more less|most least|and or|to from|"
    "into from|up down|in out|on off|over under|above below|will might|must may|several one|"
    "various one|both one|mr ms|mr mrs|several few|various few"
)
_GLUE_OPPOSITES = frozenset(frozenset(pair.split()) for pair in _PAIRS.split("|"))
"""Words that say nothing alone, and yet turn a statement round in place of each other."""
_LITTLE = 3
_AFTER_VERBS = frozenset(
    "a an the his her its their our your various different that how to about on whether".split()
)


@dataclass(frozen=True, slots=True)
class Hunk:
    """Words of the source and the words in their place."""

    old: tuple[Word, ...]
    new: tuple[Word, ...]
    place: int
    """The number of the first old word, or of the word that the new ones stand before."""
    is_verb: bool
    """Whether they look like a verb: followed by an article or the like."""


@dataclass(frozen=True, slots=True)
class Pair:
    """An old word and the new one that has taken its place; `trait` None if they say the same."""

    old: Word
    new: Word
    trait: Trait | None
    is_prefixed: bool = False


def changed_words(source: str, derived: str) -> Iterator[Evidence]:
    """What speaks for a change of what is said."""
    old, new = words_of(source), words_of(derived)
    whole = list(_hunks(old, new))
    known = frozenset(word.stem for word in old)
    marks: Counter[Sort] = Counter()
    for hunk, left in zip(whole, _without_moved(whole), strict=True):
        pairs = list(_pairs(left))
        net = _net(hunk)
        cancels = net[Sort.NEGATOR] != 0 and _turns(hunk, pairs, came=net[Sort.NEGATOR] < 0)
        for pair in pairs:
            if pair.trait and not (cancels and pair.is_prefixed):
                yield Evidence(pair.trait, pair.new, hunk.place, pair.old.text)
        yield from _glue(hunk)
        yield from _exchanged(hunk, left)
        yield from _others(left, pairs, known)
        marks.update({sort: n for sort, n in net.items() if not (cancels and sort is Sort.NEGATOR)})
    for sort in _MARKS:
        yield from _told(sort, marks[sort], whole)


def _hunks(old: Sequence[Word], new: Sequence[Word]) -> Iterator[Hunk]:
    before, after = [word.lower for word in old], [word.lower for word in new]
    for what, first, last, start, end in SequenceMatcher(
        None, before, after, autojunk=False
    ).get_opcodes():
        if what != "equal":
            is_verb = end < len(after) and after[end] in _AFTER_VERBS
            place = min(first, len(old) - 1)
            yield Hunk(tuple(old[first:last]), tuple(new[start:end]), place, is_verb)


def _without_moved(hunks: Sequence[Hunk]) -> Iterator[Hunk]:
    """The words that say something; one that went here and came there has only moved."""
    went = Counter(w.root for hunk in hunks for w in hunk.old if w.sort.is_content)
    came = Counter(w.root for hunk in hunks for w in hunk.new if w.sort.is_content)
    olds, news = went & came, went & came
    for hunk in hunks:
        old, new = _left(hunk.old, olds), _left(hunk.new, news)
        yield Hunk(old, new, hunk.place, hunk.is_verb)


def _left(words: Sequence[Word], moved: Counter[str]) -> tuple[Word, ...]:
    left = []
    for word in words:
        if word.sort.is_content:
            if moved[word.root]:
                moved[word.root] -= 1
            else:
                left.append(word)
    return tuple(left)


def _pairs(hunk: Hunk) -> Iterator[Pair]:
    """Old words with the new ones that go with them, the clearest first, each used once."""
    every = sorted(
        (rank, at, to)
        for at, old in enumerate(hunk.old)
        for to, new in enumerate(hunk.new)
        if (rank := _rank(old, new)) is not None
    )
    olds: set[int] = set()
    news: set[int] = set()
    for rank, at, to in every:
        if at not in olds and to not in news:
            olds.add(at)
            news.add(to)
            old, new = hunk.old[at], hunk.new[to]
            yield Pair(old, new, _TRAITS[rank], turns_round(old.lower, new.lower))


_TRAITS = (None, Trait.OPPOSITE, None, Trait.SIBLING, None)


def _rank(old: Word, new: Word) -> int | None:
    """How two words go together, as a place in `_TRAITS`; None if they don't."""
    if Sort.NUMBER in (old.sort, new.sort):
        return 0 if old.stem == new.stem else None
    if old.root == new.root:
        return 0
    if turns_round(old.lower, new.lower) or new.stem in opposites(old.stem):
        return 1
    if new.stem in synonyms(old.stem):
        return 2
    if new.stem in siblings(old.stem):
        return 3
    both_names = old.sort is Sort.NAME and new.sort is Sort.NAME
    is_near = synonyms(old.stem) & synonyms(new.stem) or look_alike(old.lower, new.lower)
    return 4 if is_near and not both_names else None


def _glue(hunk: Hunk) -> Iterator[Evidence]:
    """Little words that exclude each other: "before" for "after", where little else changed."""
    if max(len(hunk.old), len(hunk.new)) > _LITTLE:
        return
    old, new = ({word.lower for word in side} for side in (hunk.old, hunk.new))
    for word in hunk.new:
        for other in sorted(old - new):
            if word.lower not in old and frozenset((word.lower, other)) in _GLUE_OPPOSITES:
                yield Evidence(Trait.OPPOSITE, word, hunk.place, other)


def _exchanged(whole: Hunk, left: Hunk) -> Iterator[Evidence]:
    """Words that only moved, but into each other's place: Gold for Silver and Silver for Gold."""
    olds = [word for word in whole.old if word.sort.is_content and word not in left.old]
    news = [word for word in whole.new if word.sort.is_content and word not in left.new]
    if len(olds) == len(news):
        for old, new in zip(olds, news, strict=True):
            is_value = old.sort is new.sort and old.sort is not Sort.CONTENT
            if old.root != new.root and (is_value or new.stem in excluding(old.stem)):
                yield Evidence(Trait.OPPOSITE, new, whole.place, old.text)


def _others(hunk: Hunk, pairs: Sequence[Pair], known: frozenset[str]) -> Iterator[Evidence]:
    """New words that go with none of the old ones in their place."""
    olds, news = {pair.old for pair in pairs}, {pair.new for pair in pairs}
    left = [word for word in hunk.old if word not in olds]
    for word in hunk.new:
        if word not in news and (trait := _trait(word, hunk, known, is_instead=bool(left))):
            instead = left[0].text if left and trait is not Trait.ADDED else ""
            yield Evidence(trait, word, hunk.place, instead)


def _trait(word: Word, hunk: Hunk, known: frozenset[str], *, is_instead: bool) -> Trait | None:
    if word.stem in known:
        return None
    if word.sort is Sort.NUMBER or (word.sort is Sort.NAME and not synonyms(word.stem)):
        return Trait.NUMBER if word.sort is Sort.NUMBER else Trait.NAME
    if synonyms(word.stem) & known:
        return None
    if is_reversal(word.stem) or is_negated(word.lower):
        return Trait.REVERSAL
    if not is_instead:
        return Trait.ADDED
    return None if hunk.is_verb or is_common(word.stem) else Trait.REPLACED


def _net(hunk: Hunk) -> dict[Sort, int]:
    """How many marks of each sort came, less those that went."""
    return {
        sort: sum(w.sort is sort for w in hunk.new) - sum(w.sort is sort for w in hunk.old)
        for sort in _MARKS
    }


def _turns(hunk: Hunk, pairs: Sequence[Pair], *, came: bool) -> bool:
    """Whether a word with a prefix that negates makes up for a "not": "uninsured"."""
    words = hunk.new if came else hunk.old
    return any(pair.is_prefixed for pair in pairs) or any(is_negated(w.lower) for w in words)


def _told(sort: Sort, net: int, hunks: Sequence[Hunk]) -> Iterator[Evidence]:
    """The marks that came, or those that went, if they don't balance."""
    for hunk in hunks if net else ():
        for word in hunk.new if net > 0 else hunk.old:
            if word.sort is sort and net > 0:
                yield Evidence(_MARKS[sort], word, hunk.place)
            elif word.sort is sort:
                yield Evidence(_MARKS[sort], None, hunk.place, word.text)
