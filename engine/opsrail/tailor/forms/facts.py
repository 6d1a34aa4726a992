"""facts: a table of every fact and the sentence that states it."""

from __future__ import annotations

from collections.abc import Sequence

from opsrail.content.facts import Fact, FactKind, find_facts
from opsrail.content.model import Block, BlockKind, Document, Section
from opsrail.tailor.forms.sentences import heading_line, join_blocks, prose_of, states_fact


def lay_out(selected: Document) -> str:
    """One row a sentence: its facts, then the sentence. Tables of the source stay tables."""
    blocks: list[str] = []
    for section in selected.sections:
        body = [*_tables(section), _table(section)]
        if any(body) or states_fact(section.title):
            blocks += [heading_line(selected, section), *body]
    return join_blocks(blocks)


def _tables(section: Section) -> list[str]:
    return [
        block.text
        for block in section.blocks
        if block.kind is BlockKind.TABLE and states_fact(block.text)
    ]


def _table(section: Section) -> str:
    rows = [row for block in section.blocks for row in _rows(block)]
    return "\n".join(("| Fact | As the source says it |", "|---|---|", *rows)) if rows else ""


def _rows(block: Block) -> list[str]:
    entries = ((entry, find_facts(entry)) for entry in prose_of(block))
    return [f"| {_cell(_named(facts))} | {_cell(entry)} |" for entry, facts in entries if facts]


def _named(facts: Sequence[Fact]) -> str:
    """The values a sentence gives; where it only sets a rule, the word that makes it one."""
    values = [fact.text for fact in facts if fact.kind is not FactKind.DEONTIC]
    rules = [f"*{fact.value}*" for fact in facts if fact.kind is FactKind.DEONTIC]
    return " · ".join(dict.fromkeys(values or rules))


def _cell(text: str) -> str:
    return text.replace("\\|", "|").replace("|", "\\|")
