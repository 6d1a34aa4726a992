"""Pieces: what two versions of a section are compared by.

A list is compared by its items and a table by its rows; every other block is one piece. So a
step that changes is one changed step, not a changed list.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from opsrail.content.digests import digest
from opsrail.content.model import Block, BlockKind, Section


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph, a list item, a table row, a code block … with who may read or do it.

    `key` is a table row's first cell: rows are the same row when it is the same.
    """

    kind: str
    text: str
    line: int
    digest: str
    key: str = ""
    needs: str = ""
    only: frozenset[str] | None = None

    @property
    def is_prose(self) -> bool:
        """Whether facts may be looked for in it: code and raw HTML are not prose."""
        return self.kind not in {BlockKind.CODE, BlockKind.HTML, BlockKind.RULE}


def pieces_of(section: Section) -> Iterator[Piece]:
    """A section's pieces in reading order, without the comments that restrict them."""
    for block in section.blocks:
        if block.kind is not BlockKind.MARKER:
            yield from _pieces(block)


def _pieces(block: Block) -> Iterator[Piece]:
    readers = " ".join(sorted(block.only)) if block.only is not None else "*"
    if not block.parts:
        yield Piece(
            block.kind,
            block.text,
            block.line,
            digest(block.digest, readers),
            only=block.only,
        )
    for part in block.parts:
        row = block.kind is BlockKind.TABLE
        said = digest(part.digest, str(part.depth), readers, part.needs)
        yield Piece(
            "row" if row else "step" if part.ordered else "item",
            part.text,
            part.line,
            said,
            key=part.text.partition(" | ")[0] if row else "",
            needs=part.needs,
            only=block.only,
        )
