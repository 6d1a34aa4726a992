"""Paragraphs, steps and rows that changed: who may read or do them, and what no fact tells."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from opsrail.content.changes import PieceChange, SectionChange, Weight
from opsrail.content.facts import find_facts
from opsrail.content.model import Section
from opsrail.content.pieces import Piece
from opsrail.gate.changing.quoting import quoted, shortened
from opsrail.governance.changes import Change

_TARGET: Final = re.compile(r"\]\(\s*<?([^)\s>]*)|\]:\s*(\S+)")
LEAST_WORDS: Final = 3
"""A passage of fewer words may stand anywhere, and proves nothing by standing elsewhere."""


def passage_changes(change: SectionChange, subject: str) -> Iterator[Change]:
    """What changed in a section's passages, beside its facts."""
    if change.old is None or change.new is None:
        return
    at = Change(change.section.path, "section reworded", subject, line=change.section.line)
    reworded: list[Change] = []
    for piece, stands_elsewhere in _rejoined(change.pieces):
        yield from _readership(piece, at)
        if stands_elsewhere:
            yield _told(piece, replace(at, what="passage moved"))
        elif piece.old is None or piece.new is None:
            if not _tells_fact(piece, change):
                what = "passage added" if piece.new else "passage removed"
                yield _told(piece, replace(at, what=what))
        elif _is_more_than_words(piece):
            yield _told(piece, replace(at, what="passage changed"))
        elif not _says_the_same(piece) and not _tells_fact(piece, change):
            reworded.append(_told(piece, replace(at, weight=Weight.WORDING)))
    yield from reworded[:1]  # the others are words as well, and the file shows them


def _rejoined(pieces: Iterable[PieceChange]) -> Iterator[tuple[PieceChange, bool]]:
    """The changes of pieces, those that went and came as they were put together again: each with
    whether it is such a one, and stands elsewhere in its section.
    """
    every = list(pieces)
    gone = {_flat(one.old): one for one in every if one.new is None}
    come = {_flat(one.new): one for one in every if one.old is None}
    both = gone.keys() & come.keys()
    for one in every:
        words = _flat(one.new or one.old)
        if words in both and one is come[words]:
            yield PieceChange(gone[words].old, one.new), True
        elif words not in both or one is not gone[words]:
            yield one, False


def _says_the_same(piece: PieceChange) -> bool:
    return _flat(piece.old) == _flat(piece.new)


def _told(piece: PieceChange, change: Change) -> Change:
    found = piece.new or piece.old
    assert found is not None
    old, new = quoted(_flat(piece.old), _flat(piece.new))
    if change.what == "passage moved":
        old, new = "", shortened(found.text)
    return replace(change, old=old, new=new, line=found.line)


def _flat(piece: Piece | None) -> str:
    return " ".join(piece.text.split()) if piece else ""


def _tells_fact(piece: PieceChange, change: SectionChange) -> bool:
    """Whether a fact that moved stands in it, so that the fact tells of it."""
    moved = {side.key for fact in change.facts for side in (fact.old, fact.new) if side}
    texts = [side.text for side in (piece.old, piece.new) if side and side.is_prose]
    return any(fact.key in moved for text in texts for fact in find_facts(text))


def _is_more_than_words(piece: PieceChange) -> bool:
    """Whether what changed is code, markup, or where a link leads."""
    sides = [side for side in (piece.old, piece.new) if side is not None]
    targets = [_TARGET.findall(side.text) for side in sides]
    return targets[0] != targets[-1] or not all(side.is_prose for side in sides)


# Who may read it, and who may do it


def _readership(piece: PieceChange, at: Change) -> Iterator[Change]:
    if piece.old is None or piece.new is None:
        return
    told = replace(at, line=piece.new.line, weight=Weight.MUST_REREAD)
    yield from _readers(piece.old.only, piece.new.only, told)
    before, after = piece.old.needs, piece.new.needs
    if before != after:
        direction = "changed" if before and after else "removed" if before else "added"
        yield replace(told, what=f"step permission {direction}", old=before, new=after)


def _readers(
    before: frozenset[str] | None, after: frozenset[str] | None, told: Change
) -> Iterator[Change]:
    if before == after:
        return
    told = replace(told, old=_named(before), new=_named(after))
    if before is not None and (after is None or after - before):
        yield replace(told, what="readership widened")
    if after is not None and (before is None or before - after):
        yield replace(told, what="readership narrowed")


def _named(only: frozenset[str] | None) -> str:
    return "everyone" if only is None else f"only {', '.join(sorted(only))}"


@dataclass(frozen=True, slots=True)
class Leak:
    """A passage that went from one section to another which more people may read."""

    old: Section
    new: Section
    told: Change


@dataclass(frozen=True, slots=True)
class _Standing:
    section: Section
    piece: Piece

    @property
    def openness(self) -> tuple[int, bool]:
        """The lower, the more people may read it."""
        return self.section.clearance.rank, self.piece.only is not None


def leaks(changes: Iterable[SectionChange], subject: Callable[[Section], str]) -> Iterator[Leak]:
    """Passages that more people may read where they stand now. Those that stayed in their
    section are told there.
    """
    gone, come = _standing(changes)
    for words in sorted(gone.keys() & come.keys()):
        old, new = max(gone[words], key=_openness), min(come[words], key=_openness)
        if old.section.name == new.section.name:
            continue
        at = Change(
            new.section.path,
            "clearance widened",
            subject(new.section),
            old.section.clearance,
            new.section.clearance,
            new.piece.line,
            Weight.MUST_REREAD,
        )
        if new.section.clearance.rank < old.section.clearance.rank:
            yield Leak(old.section, new.section, at)
        for told in _readers(old.piece.only, new.piece.only, at):
            if told.what == "readership widened":
                yield Leak(old.section, new.section, told)


def _openness(standing: _Standing) -> tuple[int, bool]:
    return standing.openness


def _standing(
    changes: Iterable[SectionChange],
) -> tuple[dict[str, list[_Standing]], dict[str, list[_Standing]]]:
    """Passages that are gone from somewhere and that came somewhere, by their words."""
    gone: dict[str, list[_Standing]] = {}
    come: dict[str, list[_Standing]] = {}
    for change in changes:
        for piece in change.pieces:
            words = _flat(piece.new or piece.old)
            if len(words.split()) < LEAST_WORDS:
                continue
            if piece.new is None and piece.old is not None and change.old is not None:
                gone.setdefault(words, []).append(_Standing(change.old, piece.old))
            elif piece.old is None and piece.new is not None and change.new is not None:
                come.setdefault(words, []).append(_Standing(change.new, piece.new))
    return gone, come
