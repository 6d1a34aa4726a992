"""What pages state: each fact of a playbook's pages with the roles whose page states it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from opsrail.content.facts import Fact, FactKind, find_facts
from opsrail.content.facts.model import FactKey
from opsrail.content.model import BlockKind
from opsrail.content.pieces import Piece, pieces_of
from opsrail.content.sections import parse_document
from opsrail.tailor.catalog import Catalog, PageName
from opsrail.tailor.generate import without_origin
from opsrail.tailor.page import OPENING, Page, split_page


@dataclass(frozen=True, slots=True)
class Stated:
    """A fact of a section, as the first of its readers has it.

    `roles` state it, in the playbook's order; `readers` are all who read the section.
    """

    section: str
    title: str
    fact: Fact
    roles: tuple[str, ...]
    readers: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether some who read the section don't read this."""
        return self.roles != self.readers


def stated_facts(catalog: Catalog, playbook: str, roles: Sequence[str]) -> tuple[Stated, ...]:
    """Each fact once a section, in the playbook's order. Roles without a page have none."""
    said: dict[tuple[str, str, str], FactKey] = {}
    first: dict[tuple[str, FactKey], tuple[str, Fact]] = {}
    who: dict[tuple[str, FactKey], dict[str, None]] = {}
    readers: dict[str, dict[str, None]] = {}
    for role in roles:
        for section, title, text in _sections(catalog, PageName(playbook, role)):
            readers.setdefault(section, {})[role] = None
            for fact in _facts(text):
                # In another form the same words may be bound to another noun.
                key = said.setdefault((section, fact.kind, fact.quoted.lower()), fact.key)
                first.setdefault((section, key), (title, fact))
                who.setdefault((section, key), {})[role] = None
    order = {section: number for number, section in enumerate(_order(catalog, playbook))}
    found = (
        Stated(key[0], title, fact, tuple(who[key]), tuple(readers[key[0]]))
        for key, (title, fact) in first.items()
    )
    return tuple(sorted(found, key=lambda one: order.get(one.section, len(order))))


def _order(catalog: Catalog, playbook: str) -> Iterator[str]:
    found = catalog.playbook(playbook)
    return (item.from_.rpartition("#")[2] for item in found.file.sections) if found else iter(())


def _sections(catalog: Catalog, name: PageName) -> Iterator[tuple[str, str, str]]:
    """Anchor, title and text of each derived section; those whose anchor is not unique are out."""
    text = catalog.text(name.path)
    page = split_page(name.path, text) if text is not None else Page(())
    anchors = [segment.key.rpartition("#")[2] for segment in page.segments]
    for segment, anchor in zip(page.segments, anchors, strict=True):
        if segment.key == OPENING or "#" not in segment.key or anchors.count(anchor) > 1:
            continue
        shown = without_origin(segment.text)
        yield anchor, _title(shown), shown


def _title(text: str) -> str:
    return next((one.title for one in parse_document("", text).sections if one.level), "")


def _facts(text: str) -> Iterator[Fact]:
    """The facts of a section worth asking for, those of a table beside their row's first cell.

    Examples are left out: their figures hold for nobody.
    """
    for section in parse_document("", text).sections:
        for block in section.blocks:
            is_list_of_facts = block.text.startswith(_LISTED)
            for piece in pieces_of(replace(section, blocks=(block,))):
                if not _is_rule(piece):
                    continue
                key = "" if is_list_of_facts else piece.key
                said = piece.text.partition(" | ")[2] if is_list_of_facts else piece.text
                for fact in filter(_is_whole, find_facts(said)):
                    # What stands in the first cell itself needs no label.
                    yield fact.labelled(key if fact.start > len(key) else "")


_LISTED: Final = "| Fact | "
"""How the table begins in which the engine itself lists facts, each before its sentence."""
_EXAMPLE: Final = re.compile(r"\W*(?:for )?example\b", re.IGNORECASE)


def _is_rule(piece: Piece) -> bool:
    """Whether what it says holds, and is no example or quotation."""
    is_quoted = piece.kind == BlockKind.QUOTE
    return piece.is_prose and not is_quoted and not _EXAMPLE.match(piece.text)


def _is_whole(fact: Fact) -> bool:
    """Whether a person could be asked for it: "must" or "two" alone say nothing."""
    if fact.kind in {FactKind.DEONTIC, FactKind.NUMBER}:
        return bool(fact.noun) and " " in fact.text
    return True
