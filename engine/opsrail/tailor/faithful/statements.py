"""From Markdown to statements: the sentences, steps and rows that two texts are compared by."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from opsrail.content.facts import Fact, FactKind, find_facts
from opsrail.content.model import Block, BlockKind, Document, Part

VALUES = frozenset(
    {FactKind.DATE, FactKind.DURATION, FactKind.MONEY, FactKind.NUMBER, FactKind.PERCENT}
)
"""Kinds whose facts are quantities: they may be swapped, raised and lowered."""

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_LINK = re.compile(
    r"!?\[(?P<text>(?:[^\[\]\\]|\\.)*)\](?:\((?:<[^<>\n]*>|[^()]*(?:\([^()]*\)[^()]*)*)\)|\[[^\[\]\n]*\])"
)
_MARKS = re.compile(r"[*`]|~~|\\(?=[^\w\s])|(?<!\w)_+|_+(?!\w)")
_ARTICLE = re.compile(r"\ban(?= )")
_TICK_BOX = re.compile(r"^\[[ xX]\]\s+")
_CODE_SPAN = re.compile(r"`[^`\n]*`")
_SENTENCE_END = re.compile(r"[.!?][*_”\"’')\]]*\s+(?=[\"“‘'(*_\[`A-ZÀ-Þ0-9])")
_SHORT_FORM = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|approx|no|nr|dr|mr|mrs|ms|st)|(?:^|[\s\"“(\[*])\d{1,3})"
    r"\.[*_)\]\"”]*\s+$",
    re.IGNORECASE,
)
"""What ends in a stop and ends no sentence, the number of a heading in a list among it."""
_BAR = re.compile(r"(?<!\\)\|")
_WORD = re.compile(r"\w+(?:['’]\w+)*")
_ENDINGS = ("ations", "ation", "ings", "ing", "ies", "ied", "ed", "es", "s", "ly")
_FUNCTION_WORDS = frozenset(
    """
    a an the of to in on at by for from with and or if then that this these those it its is are
    was were be been being as we you they he she i your our their them us do does did has have
    had will would so than there here which who what when where how into up out about any all
    """.split()
)


Reword = Callable[[str], str]


def _as_it_is(text: str) -> str:
    return text


class Sort(StrEnum):
    """What a statement is in its text."""

    HEADING = "heading"
    SENTENCE = "sentence"
    ITEM = "item"
    STEP = "step"
    ROW = "row"
    CODE = "code"
    QUOTE = "quote"
    """The cell of a table of facts that names the facts of the sentence beside it."""


@dataclass(frozen=True, slots=True)
class Said:
    """What can be read off a statement's text alone; worked out once a text."""

    folded: str
    """Its words in lower case without markup: equal texts say the same."""
    words: Counter[str]
    """Stems of the words that carry meaning, without quantities."""
    facts: tuple[Fact, ...]

    @property
    def values(self) -> tuple[Fact, ...]:
        """Its facts apart from the words that oblige or limit."""
        return tuple(fact for fact in self.facts if fact.kind is not FactKind.DEONTIC)


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """One sentence, row or block of code. `text` is the Markdown it is compared by,
    `original` what stands there.

    `number` counts statements, `item` the list items it may belong to (-1: none), `series`
    the numbered list or checklist that is done in order (-1: none).
    """

    number: int
    sort: Sort
    text: str
    original: str
    line: int
    end: int
    item: int = -1
    series: int = -1
    key: str = ""

    @property
    def said(self) -> Said:
        """What it says."""
        return read(self.text)


@lru_cache(maxsize=16_384)
def read(text: str) -> Said:
    """What a statement's text says."""
    facts = find_facts(text)
    return Said(folded(text), _meaning(text, facts), facts)


def plain(text: str) -> str:
    """A text as its reader sees it: no markup, one blank between words."""
    shown = _LINK.sub(lambda link: link["text"], text)
    return " ".join(_MARKS.sub("", shown).split())


def folded(text: str) -> str:
    """A text's words for comparing: no markup, no capitals, "a" for "an"."""
    return _ARTICLE.sub("a", plain(text).lower())


def _meaning(text: str, facts: tuple[Fact, ...]) -> Counter[str]:
    masked, last = [], 0
    for fact in facts:
        if fact.kind in VALUES and fact.start >= last:
            masked.append(text[last : fact.start])
            last = fact.end
    words = _WORD.findall(folded(" ".join((*masked, text[last:]))))
    return Counter(stem(word) for word in words if word not in _FUNCTION_WORDS)


@lru_cache(maxsize=16_384)
def stem(word: str) -> str:
    """A word without its commonest endings; not a linguist's stem, only the same for both texts."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: len(word) - len(ending)].removesuffix("e")
    return word.removesuffix("e") if len(word) > 3 else word


def sentences(text: str) -> Iterator[str]:
    """The sentences of a stretch of prose. A stop inside code or a short form ends nothing."""
    flat = " ".join(text.split())
    masked = _CODE_SPAN.sub(lambda code: f"`{'x' * (len(code[0]) - 2)}`", flat)
    start = 0
    for found in _SENTENCE_END.finditer(masked):
        if not _SHORT_FORM.search(masked[start : found.end()]):
            yield flat[start : found.end()].strip()
            start = found.end()
    if flat[start:].strip():
        yield flat[start:].strip()


def statements_of(document: Document, reword: Reword = _as_it_is) -> tuple[Statement, ...]:
    """The statements of a text in reading order. HTML and comments state nothing.

    `reword` gives what a statement is to be compared by, in place of its own words.
    """
    return tuple(_Reader(reword).read(document))


class _Reader:
    def __init__(self, reword: Reword) -> None:
        self._reword = reword
        self._items = self._series = self._count = -1
        self._lines: tuple[str, ...] = ()

    def read(self, document: Document) -> Iterator[Statement]:
        self._lines = document.lines
        for section in document.sections:
            if section.level:
                yield self._statement(Sort.HEADING, section.title, section.line, section.line)
            for block in section.blocks:
                yield from self._block(block)

    def _block(self, block: Block) -> Iterator[Statement]:
        if block.kind is BlockKind.LIST:
            yield from self._list(block)
        elif block.kind is BlockKind.TABLE:
            yield from self._table(block)
        elif block.kind is BlockKind.CODE:
            yield self._statement(Sort.CODE, block.text, block.line, block.end)
        elif block.kind in {BlockKind.PARAGRAPH, BlockKind.QUOTE}:
            text = _COMMENT.sub("", block.text)
            if block.kind is BlockKind.QUOTE:
                text = re.sub(r"^[\s>]+", "", text, flags=re.MULTILINE)
            for sentence in sentences(text):
                yield self._statement(Sort.SENTENCE, sentence, block.line, block.end)

    def _list(self, block: Block) -> Iterator[Statement]:
        self._series += 1
        is_checklist = any(_TICK_BOX.match(part.text) for part in block.parts)
        for part in block.parts:
            self._items += 1
            sort = Sort.STEP if part.ordered or _TICK_BOX.match(part.text) else Sort.ITEM
            text = _TICK_BOX.sub("", _COMMENT.sub("", part.text))
            in_order = sort is Sort.STEP or is_checklist
            for sentence in sentences(text):
                yield self._statement(
                    sort, sentence, part.line, part.end,
                    item=self._items, series=self._series if in_order else -1,
                )  # fmt: skip

    def _table(self, block: Block) -> Iterator[Statement]:
        head, *rows = block.parts or (Part(block.line, block.line, "", ""),)
        is_of_facts = head.text.startswith("Fact | ")
        if not is_of_facts:
            yield self._row(head)
        for row in rows:
            if not is_of_facts:
                yield self._row(row)
                continue
            quoted, sentence = self._cells_of_facts(row)
            yield self._statement(Sort.QUOTE, quoted, row.line, row.line)
            for part in sentences(sentence):
                yield self._statement(Sort.SENTENCE, part, row.line, row.line)

    def _cells_of_facts(self, row: Part) -> tuple[str, str]:
        """Both cells as they are written: in the row's text a cell's own bar ends it."""
        written = self._lines[row.line - 1].strip().strip("|")
        cells = [cell.strip().replace("\\|", "|") for cell in _BAR.split(written)]
        return cells[0], " ".join(cells[1:])

    def _row(self, row: Part) -> Statement:
        text = _COMMENT.sub("", row.text)
        key = folded(text.partition(" | ")[0])
        return self._statement(Sort.ROW, text, row.line, row.line, key=key)

    def _statement(
        self, sort: Sort, text: str, line: int, end: int,
        item: int = -1, series: int = -1, key: str = "",
    ) -> Statement:  # fmt: skip
        self._count += 1
        own = text if sort is Sort.CODE else self._reword(text)
        return Statement(self._count, sort, own, text, line, end, item, series, key)


def commands(statement: Statement) -> bool:
    """A step obliges by itself, and so does a sentence without a subject; this is a guess at it:
    its first word is in no list of what a subject starts with.
    """
    first = plain(statement.text).partition(" ")[0].lower().strip(",.;:")
    return statement.sort is Sort.STEP or first in _VERBS


_VERBS = frozenset(
    """
    add agree answer apply ask assign attach avoid be book bring call cancel change check choose
    clear click close collect compare confirm contact copy correct count create credit decide
    declare delete describe disable do double download enable ensure enter escalate explain export
    file fill find follow forward get give go hand have help hold if include inform keep leave let
    limit link list load lock log look make mark mention merge move name never note notify offer
    open page pass pause post press print provide put raise read record refund release remember
    remind remove repeat reply report request reset resolve restart restore return review run save
    say schedule search select send set share show sign start state stop submit take tag tell
    test track transfer treat try turn unlock update upload use verify wait warn watch write
    please when once before after
    """.split()
)
"""First words of a command, and of what may stand before one."""
