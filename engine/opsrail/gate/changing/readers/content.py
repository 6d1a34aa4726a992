"""Source documents and runbooks: facts, clearance, readership, sections and their words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from opsrail.content.changes import ChangeKind, SectionChange, Weight
from opsrail.content.model import Section
from opsrail.gate.changing.comparison import Comparison
from opsrail.gate.changing.facts import fact_changes
from opsrail.gate.changing.passages import leaks, passage_changes
from opsrail.gate.changing.quoting import shortened
from opsrail.gate.changing.registry import reader
from opsrail.governance.changes import Change

OPENING = "before the first heading"


@reader("content")
def read(compared: Comparison) -> Iterator[Change]:
    """Everything that the structural diff tells, and what of it only a policy cares about."""
    changes = compared.subject.diff.sections
    for change in changes:
        sides = [side for side in (change.old, change.new) if side is not None]
        for told in _of_section(compared, change):
            yield _concerning(compared, told, sides)
        if change.kind is ChangeKind.MOVED and sides[0].path != sides[-1].path:
            yield _concerning(compared, _left_behind(*sides), sides)
    for leak in leaks(changes, subject_of):
        yield _concerning(compared, leak.told, [leak.old, leak.new])


def _concerning(compared: Comparison, change: Change, sides: Sequence[Section]) -> Change:
    """The change with the teams and roles of the section where it was and where it is."""
    return replace(
        change,
        owners=compared.owners(*(side.path for side in sides)),
        roles=compared.roles_of(*(side.name for side in sides)),
    )


def _of_section(compared: Comparison, change: SectionChange) -> Iterator[Change]:
    is_told = _is_told_by_document(compared, change)
    told = [
        *_whole(change),
        *([] if is_told else _clearance(change)),
        *fact_changes(change, subject_of(change.section)),
        *passage_changes(change, subject_of(change.section)),
    ]
    yield from told if told or is_told else [_reworded(change.section)]


def subject_of(section: Section) -> str:
    """A section as people point at it: `§ Refund a charge`."""
    return f"§ {section.title or OPENING}"


def _reworded(section: Section) -> Change:
    return Change(
        section.path,
        "section reworded",
        subject_of(section),
        line=section.line,
        weight=Weight.WORDING,
    )


def _whole(change: SectionChange) -> Iterator[Change]:
    """What happened to the section itself."""
    old, new = change.old, change.new
    at = Change(
        change.section.path,
        "section added",
        subject_of(change.section),
        line=change.section.line,
    )
    if old is None:
        yield at
    elif new is None:
        yield replace(at, what="section removed", old=_first_words(old))
    else:
        if change.kind is ChangeKind.MOVED:
            was, now = _places(old, new)
            yield replace(at, what="section moved", old=was, new=now)
        if old.title != new.title:
            yield replace(at, what="section renamed", old=old.title, new=new.title)
        elif old.anchor != new.anchor and change.kind is ChangeKind.RENAMED:
            yield replace(at, what="section renamed", old=f"#{old.anchor}", new=f"#{new.anchor}")


def _first_words(section: Section) -> str:
    return shortened(section.blocks[0].text) if section.blocks else ""


def _places(old: Section, new: Section) -> tuple[str, str]:
    """Where a section stood and stands: the document, by its name if that tells it, and the
    heading above.
    """
    names = [side.path.rsplit("/", 1)[-1] for side in (old, new)]
    if old.path != new.path and names[0] == names[1]:
        names = [old.path, new.path]
    above = [side.trail[-2] if len(side.trail) > 1 else "" for side in (old, new)]
    was, now = (f"{n} § {a}" if a else n for n, a in zip(names, above, strict=True))
    return was, now


def _is_told_by_document(compared: Comparison, change: SectionChange) -> bool:
    """Whether the section's clearance moved just as its whole document's did, which tells it."""
    old, new = change.old, change.new
    if not (change.clearance_moved and old and new and old.path == new.path):
        return False
    before, after = compared.base.document(old.path), compared.head.document(new.path)
    of_all = (side.front.clearance if side else None for side in (before, after))
    return tuple(of_all) == (old.clearance, new.clearance)


def _clearance(change: SectionChange) -> Iterator[Change]:
    old, new = change.old, change.new
    if change.clearance_moved and old and new:
        wider = new.clearance.rank < old.clearance.rank
        yield Change(
            new.path,
            "clearance widened" if wider else "clearance narrowed",
            subject_of(new),
            old.clearance,
            new.clearance,
            new.line,
            Weight.MUST_REREAD,
        )


def _left_behind(old: Section, new: Section) -> Change:
    """At the document that a section went from, that it did."""
    was, now = _places(old, new)
    return Change(old.path, "section moved", subject_of(old), was, now, old.line)


@reader("content order")
def read_order(compared: Comparison) -> Iterator[Change]:
    """Sections that stand in another order than before, below the same heading."""
    diff = compared.subject.diff
    followed = dict(diff.matches)
    moved = {one.section.name for one in diff.sections if one.kind is ChangeKind.MOVED}
    for path in compared.paths:
        if not path.startswith("content/"):
            continue  # the lock and pages are long, and no reader of Markdown is asked about them
        before, after = compared.base.document(path), compared.head.document(path)
        if before and after:
            was = {followed.get(one.name, ""): at for at, one in enumerate(before.sections)}
            kept = [s for s in after.sections if s.name in was and s.name not in moved]
            for above, below in pairwise(kept):
                if was[above.name] > was[below.name]:
                    yield _reordered(compared, above, below)


def _reordered(compared: Comparison, above: Section, below: Section) -> Change:
    return Change(
        below.path,
        "section moved",
        subject_of(below),
        f"above {subject_of(above)}",
        f"below {subject_of(above)}",
        below.line,
        roles=compared.roles_of(below.name),
    )
