"""What the short forms are made of: headings, sentences, and whether they state a fact."""

from __future__ import annotations

import re
from collections.abc import Iterator

from opsrail.content.facts import find_facts
from opsrail.content.model import Block, BlockKind, Document, Section

_CODE_SPAN = re.compile(r"`[^`\n]*`")
_BOUNDARY = re.compile(r"(?<=[.!?:])(?:[*_”\")\]]*)\s+(?=[\"“(*_\[\ue000A-ZÀ-Þ0-9])")
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|etc|vs|approx|no|Nr|Dr|Mr|Ms)\.|:)$", re.IGNORECASE)


def heading_line(document: Document, section: Section) -> str:
    """The heading as it stands, empty before the first one."""
    return document.lines[section.line - 1] if section.level else ""


def sentences(text: str) -> Iterator[str]:
    """The sentences of a paragraph, each on one line. A stop inside code ends nothing."""
    flat = " ".join(text.split())
    masked = _CODE_SPAN.sub(lambda found: "\ue000" * len(found[0]), flat)
    start = 0
    for found in _BOUNDARY.finditer(masked):
        if not _ABBREVIATION.search(masked[start : found.start()]):
            yield flat[start : found.start()].strip() + found[0].rstrip()
            start = found.end()
    if flat[start:].strip():
        yield flat[start:].strip()


def states_fact(text: str) -> bool:
    """Whether a text holds a fact or a word like *must*."""
    return bool(find_facts(text))


def prose_of(block: Block) -> Iterator[str]:
    """The sentences of a paragraph or quote, or the items of a list, each one entry."""
    if block.kind is BlockKind.LIST:
        for part in block.parts:
            yield " ".join(part.text.split())
    elif block.kind in {BlockKind.PARAGRAPH, BlockKind.QUOTE}:
        text = block.text
        if block.kind is BlockKind.QUOTE:
            text = re.sub(r"^\s*>\s?", "", text, flags=re.MULTILINE)
        yield from sentences(text)


def join_blocks(blocks: list[str]) -> str:
    """Markdown blocks with one empty line between them."""
    return "\n\n".join(block for block in blocks if block.strip())
