"""Facts that moved, as changes: which term each is, and on which line it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from opsrail.content.changes import SectionChange, Weight
from opsrail.content.facts import Fact, FactChange, find_facts
from opsrail.content.pieces import Piece
from opsrail.gate.changing.quoting import quoted
from opsrail.governance.changes import Change
from opsrail.governance.vocabulary import TERMS


def fact_changes(change: SectionChange, subject: str) -> Iterator[Change]:
    """Each fact of a section that came, went or became another."""
    for fact in change.facts:
        section = change.new if fact.new else change.old
        side, found = ("new", fact.new) if fact.new else ("old", fact.old)
        assert section is not None
        assert found is not None
        pieces = (getattr(piece, side) for piece in change.pieces)
        line = _line(found, (piece for piece in pieces if piece is not None), section.line)
        # What is gone from a section that stands elsewhere by now is told where that stands.
        is_elsewhere = section.path != change.section.path
        at = change.section.line if is_elsewhere else line
        yield fact_change(fact, change.section.path, subject, at)


def fact_change(fact: FactChange, path: str, subject: str, line: int) -> Change:
    """One fact that moved, on a line of a file."""
    old, new = quoted(_said(fact.old), _said(fact.new))
    return Change(path, term_of(fact), subject, old, new, line, Weight.MUST_REREAD)


def _said(fact: Fact | None) -> str:
    """The fact in its own words, behind its row's name unless that is what it is part of."""
    if fact is None:
        return ""
    return fact.text if fact.text in fact.label else fact.quoted


def term_of(fact: FactChange) -> str:
    """The vocabulary's word for it. Where more and less mean nothing, it changed."""
    name = f"{fact.kind} {fact.direction}"
    return name if name in TERMS else f"{fact.kind} changed"


def _line(fact: Fact, pieces: Iterable[Piece], otherwise: int) -> int:
    """Where the fact stands: in the first of the pieces that says it."""
    for piece in pieces:
        if not piece.is_prose:
            continue
        for one in find_facts(piece.text):
            if one.key == fact.key:
                return piece.line + piece.text.count("\n", 0, one.start)
    return otherwise
