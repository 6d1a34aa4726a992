"""A text as words: what each does, where it stands, and where sentences end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from opsrail.tailor.faithful.words.stemming import root, stem


class Sort(StrEnum):
    """What a word does in a comparison."""

    NUMBER = "number"
    NAME = "name"
    CONTENT = "content"
    NEGATOR = "negator"
    LIMITER = "limiter"
    CONTRAST = "contrast"
    GLUE = "glue"
    """Articles, prepositions, pronouns, auxiliaries: no evidence of their own."""

    @property
    def is_content(self) -> bool:
        """Whether the word says something by itself."""
        return self in (Sort.NUMBER, Sort.NAME, Sort.CONTENT)


@dataclass(frozen=True, slots=True)
class Word:
    """One word, as written and as compared."""

    text: str
    lower: str
    stem: str
    root: str
    sort: Sort
    start: int
    end: int
    sentence: int


_NEGATORS = frozenset(
    """
    not no never none nobody nothing nor neither without cannot non lack lacks lacking fail fails
    failed failing refuse refuses refused declines declined
    """.split()
)
_LIMITERS = frozenset("only just solely exclusively merely except excluding unless instead".split())
_CONTRASTS = frozenset("but although though however yet whereas nevertheless".split())
_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
)
_TENS = "ten twenty thirty forty fifty sixty seventy eighty ninety hundred"
_NUMBERS = {
    **{word: str(number) for number, word in enumerate(_ONES.split())},
    **{word: str(number * 10) for number, word in enumerate(_TENS.split(), 1)},
    "dozen": "12",
}
_GLUE = frozenset(
    """
    a an the this that these those such some any each every either own same other another one ones
    i you he she it we they me him us them my your his its our their mine yours hers ours theirs
    himself herself itself themselves myself yourself who whom whose which what when where why how
    and or so if then else while as because since though although whether than however
    therefore thus hence also too very quite rather even still already again once
    of in on at by for with about against between into through during before after above below to
    from up down out off over under further here there both within upon across along around among
    amongst toward towards via per like unlike despite onto regarding concerning including
    is are was were be been being am has have had having do does did done doing will would shall
    should may might must can could ought get gets got let lets
    mr mrs ms dr etc eg ie vs well way
    really actually basically maybe perhaps much many more most less least few several lot lots
    various different certain thing things something anything someone anyone everyone everything
    i'm it's that's there's he's she's we're they're you're i've we've they've you've i'll we'll
    you'll they'll he'll she'll i'd we'd you'd they'd let's who's what's
    """.split()
)
_ABBREVIATED = r"\b(?:[Mm]rs?|[Mm]s|[Dd]r|[Ss]t|vs|etc|e\.g|i\.e|[A-Z])\."
_WORD = re.compile(
    rf"{_ABBREVIATED}"
    r"|[$€£]?\d[\d.,:]*\d%?|[$€£]?\d%?"
    r"|[^\W\d_]+(?:['’][^\W\d_]+)*"
    r"|[.!?;]|\n(?=\s*(?:\n|[-*+>#|]|\d+[.)]))"
)
_ENDS = frozenset(".!?\n;")
_IDIOMS = frozenset([("no", "matter"), ("not", "only")])
"""A "no" or "not" that denies nothing."""


def words_of(text: str) -> tuple[Word, ...]:
    """The words of a text, in order. Hyphenated words come apart."""
    words: list[Word] = []
    pieces = list(_pieces(text))
    for at, (found, sentence, is_first) in enumerate(pieces):
        after = pieces[at + 1][0] if at + 1 < len(pieces) else None
        words.append(_word(found, after, sentence, is_first=is_first))
    return tuple(words)


def beside(words: Sequence[Word], at: int, reach: int) -> Iterator[tuple[int, Word]]:
    """The words of the same sentence that say something, nearest first, as offset and word."""
    here = words[at].sentence
    for offset in (side * distance for distance in range(1, reach + 1) for side in (-1, 1)):
        if 0 <= at + offset < len(words):
            word = words[at + offset]
            if word.sentence == here and word.sort.is_content:
                yield offset, word


def _pieces(text: str) -> Iterator[tuple[re.Match[str], int, bool]]:
    sentence, is_first = 0, True
    for found in _WORD.finditer(text):
        if found[0] in _ENDS:
            sentence, is_first = sentence + 1, True
            continue
        yield found, sentence, is_first
        is_first = False


def _word(
    found: re.Match[str], after: re.Match[str] | None, sentence: int, *, is_first: bool
) -> Word:
    text = found[0].rstrip(".")
    lower = text.lower().replace("’", "'")
    sort = _sort(text, lower, is_first=is_first)
    if sort is Sort.NEGATOR and after is not None and _denies_nothing(lower, found, after):
        sort = Sort.GLUE
    plain, known = stem(lower), root(lower)
    if sort is Sort.NUMBER:
        plain = known = _amount(lower)
    return Word(text, lower, plain, known, sort, found.start(), found.start() + len(text), sentence)


def _denies_nothing(lower: str, found: re.Match[str], after: re.Match[str]) -> bool:
    """The "no" of "no matter" and of "no-fee", which is a word for free."""
    is_joined = after.start() == found.end() + 1 and found.string[found.end()] == "-"
    return (lower, after[0].lower()) in _IDIOMS or (lower == "no" and is_joined)


def _amount(lower: str) -> str:
    if lower in _NUMBERS:
        return _NUMBERS[lower]
    return lower.strip("$€£%").replace(",", "").rstrip(".:").removesuffix(".00")


def _sort(text: str, lower: str, *, is_first: bool) -> Sort:
    if text[0].isdigit() or text[0] in "$€£" or (lower in _NUMBERS and lower != "one"):
        return Sort.NUMBER
    if lower in _NEGATORS or lower.endswith("n't"):
        return Sort.NEGATOR
    if lower in _LIMITERS:
        return Sort.LIMITER
    if lower in _CONTRASTS:
        return Sort.CONTRAST
    if lower in _GLUE or len(lower) == 1:
        return Sort.GLUE
    has_capital = text[1:].lower() != text[1:] or (text[0].isupper() and not is_first)
    return Sort.NAME if has_capital else Sort.CONTENT
