"""The parts of a section that answer a text, taken as they stand.

A part is never cut: a paragraph comes whole, numbered steps come together, a table's row with all
of its cells, an item that leans on the one before it with that one. So no fact comes without the
condition that its author wrote beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from opsrail.content.facts import FactKind, find_facts
from opsrail.content.model import Block, BlockKind, Part
from opsrail.content.sections import parse_document
from opsrail.flows.retrieval.passages import Passage
from opsrail.flows.retrieval.ranking import Index
from opsrail.flows.retrieval.words import asked_for, terms
from opsrail.tailor.prose import with_links, without_comments

SHORT: Final = 6
"""A list or table of so many parts comes whole where none of them fits better than another."""
_CLOSE: Final = 0.5
"""Parts with so much of the best part's score in their list are taken, too."""
_CLAUSE: Final = re.compile(r"[.?!;,:\n]+|\band\b")
"""A ticket often asks two things, in one sentence even."""
_MOST_CLAUSES: Final = 40
_HEARD: Final = 0.25
"""A clause is heard by itself where its best part has so much of the whole text's best score."""
_LEANS: Final = re.compile(
    r"(?:\*\*)?(?:(?:you|we) then|then|it|its|they|their|this|these|that|those|there|otherwise"
    r"|or|and|but|also|after that|afterwards|in (?:that|this) case|if (?:it|they|so|not|you do)"
    r"|each|nobody|both|unless|except)\b",
    re.IGNORECASE,
)
_TICK: Final = re.compile(r"^\[[ xX]\]\s+")
_FACTS_FORM: Final = ("Fact", "As the source says it")


@dataclass(frozen=True, slots=True)
class Extract:
    """A part of a section. `text` is its Markdown to show, `quote` the words as they stand on
    the page; `block` counts the blocks, so that parts of one list stay together.
    """

    text: str
    quote: str
    block: int
    is_item: bool = False
    is_steps: bool = False
    terms: frozenset[str] = frozenset()
    kinds: frozenset[FactKind] = frozenset()

    @property
    def is_rule(self) -> bool:
        """Whether it obliges, forbids or limits."""
        return FactKind.DEONTIC in self.kinds


def extracts(index: Index, passage: Passage, text: str) -> tuple[Extract, ...]:
    """The parts of a section that answer a text, in the order of the page. Never empty, unless
    the section is.

    Paragraphs come where they share a word with the text, or state a rule; of a list or table
    what fits best, all of it where it is short and nothing fits better.
    """
    parts = parts_of(passage)
    clauses = [one for one in _CLAUSE.split(text) if one.strip()][:_MOST_CLAUSES]
    asked = [_scores(index, parts, one) for one in (text, *clauses)]
    least = max(asked[0], default=0.0) * _HEARD
    heard = [scores for scores in asked if max(scores, default=0.0) >= least]
    chosen: set[int] = set()
    for places in _by_block(parts):
        chosen |= _chosen(parts, heard, places)
    if not chosen:
        chosen = set(range(len(parts)))
    return tuple(parts[at] for at in sorted(_with_neighbours(parts, chosen)))


def _scores(index: Index, parts: Sequence[Extract], text: str) -> list[float]:
    """How much of a text each part shares, and whether it has the kind of fact asked for."""
    sought = {term: index.telling(term) for term in terms(text)}
    wanted = asked_for(text)
    shared = [sum(sought[term] for term in sought if term in part.terms) for part in parts]
    return [
        score + 0.2 * len(wanted & part.kinds) if score else 0.0
        for score, part in zip(shared, parts, strict=True)
    ]


def _by_block(parts: Sequence[Extract]) -> Iterator[list[int]]:
    for number in dict.fromkeys(part.block for part in parts):
        yield [at for at, part in enumerate(parts) if part.block == number]


def _chosen(
    parts: Sequence[Extract], heard: Sequence[Sequence[float]], places: Sequence[int]
) -> set[int]:
    """Of one block: a paragraph that shares a word or states a rule; the closest items."""
    if not parts[places[0]].is_item:
        return {at for at in places if parts[at].is_rule or any(s[at] > 0 for s in heard)}
    found: set[int] = set()
    for scores in heard:
        best = max(scores[at] for at in places)
        found |= {at for at in places if best > 0 and scores[at] >= best * _CLOSE}
    return found or (set(places) if len(places) <= SHORT else set())


def _with_neighbours(parts: Sequence[Extract], chosen: set[int]) -> set[int]:
    """With what a chosen part leans on, and with what leans on it."""
    taken = set(chosen)
    for at in chosen:
        before = at
        while before > 0 and _leans(parts, before):
            before -= 1
            taken.add(before)
        after = at + 1
        while after < len(parts) and _leans(parts, after):
            taken.add(after)
            after += 1
    return taken


def _leans(parts: Sequence[Extract], at: int) -> bool:
    """Whether a part goes on from the one before it; rows of a table stand for themselves."""
    return "|" not in parts[at].quote and _LEANS.match(parts[at].quote) is not None


@lru_cache(maxsize=4096)
def parts_of(passage: Passage) -> tuple[Extract, ...]:
    """Every part of a section, in order. Links keep their words only: their targets are this
    repository's, and the reader is elsewhere.
    """
    return tuple(_parts_of(passage))


def _parts_of(passage: Passage) -> Iterator[Extract]:
    document = parse_document("", passage.text)
    number = 0
    for section in document.sections:
        lead = f"**{section.title}**" if section.level else ""
        for block in section.blocks:
            number += 1
            shown = [replace(part, block=number) for part in _parts(block)]
            if not shown:
                continue
            if lead:
                shown[0] = replace(shown[0], text=f"{lead}\n\n{shown[0].text}")
            lead = ""
            yield from shown


def _parts(block: Block) -> Iterator[Extract]:
    if block.kind in {BlockKind.HTML, BlockKind.RULE, BlockKind.MARKER}:
        return
    if block.kind is BlockKind.TABLE:
        yield from _rows(block.parts)
    elif block.kind is BlockKind.LIST and not _is_steps(block):
        for part, nested in _items(block.parts):
            lines = [f"- {_line(part.text)}", *(f"  - {_line(one.text)}" for one in nested)]
            yield _extract("\n".join(lines), _quoted((part, *nested)), is_item=True)
    elif block.kind is BlockKind.LIST:
        told = _extract("\n".join(_steps(block.parts)), _quoted(block.parts))
        yield replace(told, is_steps=True)
    elif block.kind is BlockKind.CODE:
        yield Extract(block.text, block.text, 0)
    elif block.kind is BlockKind.QUOTE:
        yield _extract(_shown(block.text), block.text)
    else:
        yield _extract(_line(block.text), block.text)


def _extract(text: str, quote: str, *, is_item: bool = False) -> Extract:
    kinds = frozenset(fact.kind for fact in find_facts(quote))
    return Extract(
        text,
        _TICK.sub("", quote),
        0,
        is_item=is_item,
        terms=frozenset(terms(quote)),
        kinds=kinds,
    )


def _quoted(parts: Iterable[Part]) -> str:
    return "\n".join(_TICK.sub("", part.text) for part in parts)


def _shown(text: str) -> str:
    return with_links(without_comments(_TICK.sub("", text)), {}, _resolved)


def _line(text: str) -> str:
    """As shown, on one line: a mail program keeps the line ends of a source."""
    return " ".join(_shown(text).split())


def _resolved(target: str) -> str | None:
    return target if target.startswith(("https://", "http://", "mailto:")) else None


def _is_steps(block: Block) -> bool:
    return block.is_ordered or any(_TICK.match(part.text) for part in block.parts)


def _steps(parts: Sequence[Part]) -> Iterator[str]:
    number = 0
    for part in parts:
        if part.depth:
            yield f"{'   ' * part.depth}- {_line(part.text)}"
        else:
            number += 1
            yield f"{number}. {_line(part.text)}"


def _items(parts: Sequence[Part]) -> Iterator[tuple[Part, list[Part]]]:
    for part in parts:
        if part.depth == 0:
            yield part, [one for one in parts if part.line < one.line <= part.end and one.depth]


def _rows(parts: Sequence[Part]) -> Iterator[Extract]:
    if not parts:
        return
    heads = parts[0].text.split(" | ")
    for row in parts[1:]:
        cells = [_shown(cell.strip()) for cell in row.text.split(" | ")]
        if tuple(heads) == _FACTS_FORM:
            said = cells[-1]
        else:
            named = zip(heads[1:], cells[1:], strict=False)
            told = "; ".join(f"{head}: {cell}" if head else cell for head, cell in named if cell)
            said = f"**{cells[0].strip('*')}** – {told}" if told else cells[0]
        yield _extract(f"- {said}", row.text, is_item=True)


def as_markdown(parts: Sequence[Extract]) -> str:
    """Parts one behind the other, those of one list or table under each other."""
    told: list[str] = []
    for at, part in enumerate(parts):
        joined = at and part.is_item and parts[at - 1].is_item and part.block == parts[at - 1].block
        between = "\n" if joined else "\n\n" if at else ""
        told.append(f"{between}{part.text}")
    return "".join(told)
