"""Typed differences between two versions of the source documents, and what each weighs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from opsrail.content.facts import FactChange
from opsrail.content.model import Section
from opsrail.content.pieces import Piece


class Weight(StrEnum):
    """What a change asks of the people whose page it reaches."""

    MUST_REREAD = "must re-read"
    """A fact or a word like *must* or *never* moved, or who may do or read something."""
    WORTH_KNOWING = "worth knowing"
    """Something is new, gone or elsewhere, and no fact with it."""
    WORDING = "wording"
    """The same, said otherwise."""

    @property
    def rank(self) -> int:
        """0 for the heaviest."""
        return list(Weight).index(self)


class ChangeKind(StrEnum):
    """What happened to a section, in one word; a moved section may have changed as well."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    RENAMED = "renamed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class PieceChange:
    """A piece that is new (`old` is None), gone (`new` is None) or says something else."""

    old: Piece | None
    new: Piece | None

    @property
    def row(self) -> str:
        """The first cell of the table row that it is, as words; empty for anything else."""
        piece = self.new or self.old
        return piece.key.strip("*_` ") if piece else ""

    @property
    def is_readership(self) -> bool:
        """Whether who may read it, or who may do it, is what changed."""
        if self.old is None or self.new is None:
            return False
        return (self.old.only, self.old.needs) != (self.new.only, self.new.needs)


@dataclass(frozen=True, slots=True)
class SectionChange:
    """One event: a section before and after, with the pieces and facts that moved in it.

    `old` and `new` are both there for everything but ADDED and REMOVED.
    """

    kind: ChangeKind
    old: Section | None
    new: Section | None
    pieces: tuple[PieceChange, ...] = ()
    facts: tuple[FactChange, ...] = ()

    @property
    def section(self) -> Section:
        """The section as it is now, or as it was."""
        found = self.new or self.old
        assert found is not None, "a change without a section"
        return found

    @property
    def clearance_moved(self) -> bool:
        """Whether the section is now for more, or for fewer, people."""
        return bool(self.old and self.new and self.old.clearance is not self.new.clearance)

    @property
    def weight(self) -> Weight:
        """See `Weight`."""
        if self.facts or self.clearance_moved or any(p.is_readership for p in self.pieces):
            return Weight.MUST_REREAD
        new_or_gone = any(piece.old is None or piece.new is None for piece in self.pieces)
        if self.kind is not ChangeKind.CHANGED or new_or_gone:
            return Weight.WORTH_KNOWING
        return Weight.WORDING

    @property
    def order(self) -> tuple[str, int, str]:
        """By document, then by place."""
        return (self.section.path, self.section.line, self.kind)


@dataclass(frozen=True, slots=True)
class FrontChange:
    """A value of a document's front matter that was set, removed or changed."""

    path: str
    key: str
    old: str
    new: str

    @property
    def weight(self) -> Weight:
        """Clearance decides who may read; the rest is housekeeping."""
        return Weight.MUST_REREAD if self.key == "clearance" else Weight.WORDING


@dataclass(frozen=True, slots=True)
class ContentDiff:
    """All that differs between two sets of documents.

    `matches` pairs every surviving section with what it was, changed or not, as
    (old name, new name): what depends on a section can follow it.
    """

    sections: tuple[SectionChange, ...] = ()
    front: tuple[FrontChange, ...] = ()
    matches: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.sections or self.front)

    @property
    def paths(self) -> tuple[str, ...]:
        """Documents with changes, sorted."""
        return tuple(sorted({c.section.path for c in self.sections} | {f.path for f in self.front}))

    def of(self, path: str) -> Iterator[SectionChange]:
        """The section changes told under one document, in reading order."""
        return (change for change in self.sections if change.section.path == path)
