"""brief: what the section is about in one sentence, then every fact and rule as a bullet."""

from __future__ import annotations

from opsrail.content.model import Block, BlockKind, Document, Section
from opsrail.tailor.forms.sentences import heading_line, join_blocks, prose_of, states_fact


def lay_out(selected: Document) -> str:
    """The first sentence of each section stays whole; of the rest what states a fact. Tables
    stay as they are: their rows say nothing apart from their head.
    """
    blocks: list[str] = []
    for section in selected.sections:
        blocks += [heading_line(selected, section), *_section(section)]
    return join_blocks(blocks)


def _section(section: Section) -> list[str]:
    lead = ""
    bullets: list[str] = []
    tables: list[str] = []
    for block in section.blocks:
        if block.kind is BlockKind.TABLE and states_fact(block.text):
            tables.append(block.text)
            continue
        said = list(prose_of(block))
        if not lead and _opens(block) and said:
            lead = said.pop(0)
        bullets += [f"- {entry}" for entry in said if states_fact(entry)]
    return [lead, "\n".join(bullets), *tables]


def _opens(block: Block) -> bool:
    return block.kind is BlockKind.PARAGRAPH
