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
    found: list[Fact] = []
    offset = 0
    for text in texts:
        found += (
            replace(fact, start=fact.start + offset, end=fact.end + offset)
            for fact in find_facts(text)
        )
        offset += len(text) + 1
    return found


def facts_in(markdown: str) -> list[Fact]:
    """The facts that a Markdown text states, in its headings as well; code states none."""
    return facts_of(_prose(markdown))


def _prose(markdown: str) -> Iterator[str]:
    for section in parse_document("", markdown).sections:
        yield section.title
        yield from (piece.text for piece in pieces_of(section) if piece.is_prose)
