"""steps: a checklist to tick, with what states a fact around it."""

from __future__ import annotations

import re

from opsrail.content.model import Block, BlockKind, Document, Section
from opsrail.tailor.forms.sentences import heading_line, join_blocks, states_fact

_MARKER = re.compile(r"^(\s*)(?:[-*+]|\d+[.)])\s+(?:\[[ xX]\]\s+)?")


def lay_out(selected: Document) -> str:
    """Numbered lists become checklists (bullets too where a section has no numbers); tables and
    code stay; a paragraph stays if it states a fact or a rule.
    """
    blocks: list[str] = []
    for section in selected.sections:
        blocks.append(heading_line(selected, section))
        blocks += [_block(section, block) for block in section.blocks]
    return join_blocks(blocks)


def _block(section: Section, block: Block) -> str:
    if block.kind is BlockKind.LIST:
        numbered = any(other.is_ordered for other in section.blocks)
        return _checklist(block) if block.is_ordered or not numbered else block.text
    if block.kind in {BlockKind.PARAGRAPH, BlockKind.QUOTE} and not states_fact(block.text):
        return ""
    return "" if block.kind is BlockKind.RULE else block.text


def _checklist(block: Block) -> str:
    lines = block.text.split("\n")
    for part in block.parts:
        if part.depth == 0:
            place = part.line - block.line
            lines[place] = _MARKER.sub(r"\1- [ ] ", lines[place])
    return "\n".join(lines)
