"""The facts that a stretch of Markdown states, in reading order across its pieces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from opsrail.content.facts import Fact, find_facts
from opsrail.content.pieces import pieces_of
from opsrail.content.sections import parse_document


def facts_of(texts: Iterable[str]) -> list[Fact]:
    """The facts of several texts as if they stood one after the other, so that positions order
    them as a reader meets them.
    """
    return [fact for facts in facts_by_text(texts) for fact in facts]


def facts_by_text(texts: Iterable[str]) -> Iterator[list[Fact]]:
    """As `facts_of`, each text's facts apart."""
    offset = 0
    for text in texts:
        yield [
            replace(fact, start=fact.start + offset, end=fact.end + offset)
            for fact in find_facts(text)
        ]
        offset += len(text) + 1


def facts_in(markdown: str) -> list[Fact]:
    """The facts that a Markdown text states, in its headings as well; code states none."""
    return facts_of(_prose(markdown))


def _prose(markdown: str) -> Iterator[str]:
    for section in parse_document("", markdown).sections:
        yield section.title
        yield from (piece.text for piece in pieces_of(section) if piece.is_prose)
