"""What changed for whom: landed changes of the source documents, as each role has to know them.

Pure: from landings (each a typed difference) and today's catalog to news. Names are followed
through renames and moves, so that an old change links to where its section stands now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from opsrail.content.changes import ChangeKind, ContentDiff, PieceChange, SectionChange, Weight
from opsrail.content.clearance import Clearance
from opsrail.content.diff import facts_moved
from opsrail.tailor.catalog import Catalog, Playbook

MayRead = Callable[[frozenset[str] | None], bool]
"""Whether a restriction to some roles (None: to nobody) leaves the reader in."""


@dataclass(frozen=True, slots=True)
class Landing:
    """One commit on the main line that touched the source documents."""

    commit: str
    day: date
    subject: str
    diff: ContentDiff


@dataclass(frozen=True, slots=True)
class News:
    """One section's change, with the name the section has today ("" if it is gone).

    `needs` is the highest clearance among everything that landed with it: only who may see
    all of that may read the commit's subject, which may speak of any of it.
    """

    commit: str
    day: date
    subject: str
    needs: Clearance
    change: SectionChange
    name: str

    @property
    def weight(self) -> Weight:
        """See `Weight`."""
        return self.change.weight


def follow(landings: Iterable[Landing]) -> Iterator[News]:
    """Every section change of some landings (newest first), named as the sections are today."""
    today: dict[str, str] = {}
    gone: set[str] = set()
    for landing in landings:
        needs = highest(landing.diff.sections)
        for change in landing.diff.sections:
            name = change.new.name if change.new else ""
            name = today.get(name, name) if name not in gone else ""
            yield News(landing.commit, landing.day, landing.subject, needs, change, name)
        _step_back(landing.diff, today, gone)


def _step_back(diff: ContentDiff, today: dict[str, str], gone: set[str]) -> None:
    """From the names after a landing to those before it."""
    before = {old: today.get(new, new) for old, new in diff.matches if new not in gone}
    lost = {old for old, new in diff.matches if new in gone}
    for _, new in diff.matches:
        today.pop(new, None)
        gone.discard(new)
    today.update(before)
    gone |= lost | {c.old.name for c in diff.sections if c.old and c.new is None}


def highest(changes: Sequence[SectionChange]) -> Clearance:
    """The highest clearance that either side of any of these changes has; public if none is."""
    sides = (side.clearance for change in changes for side in (change.old, change.new) if side)
    return max(sides, key=lambda clearance: clearance.rank, default=Clearance.PUBLIC)


@dataclass(frozen=True, slots=True)
class Reach:
    """Which sections reach a role, by which playbook; sub-sections come with their section."""

    by_name: Mapping[str, tuple[str, ...]]
    heads: tuple[tuple[str, tuple[str, ...], str], ...]
    """(document, heading path, playbook) of each section asked for with its sub-sections."""

    def playbooks(self, news: News) -> tuple[str, ...]:
        """Playbooks through which a change reaches the role, in order."""
        if news.name:
            return self.by_name.get(news.name, ())
        old = news.change.section
        found = (
            book
            for path, trail, book in self.heads
            if news.change.kind is ChangeKind.REMOVED
            and path == old.path
            and trail == old.trail[: len(trail)]
        )
        return tuple(dict.fromkeys(found))


def reach(
    catalog: Catalog, playbooks: Iterable[Playbook], role: str, clearance: Clearance
) -> Reach:
    """What reaches a role now, by the playbooks as they are now."""
    by_name: dict[str, dict[str, None]] = {}
    heads: list[tuple[str, tuple[str, ...], str]] = []
    for book in playbooks:
        for item, _ in book.sections_for(role):
            if (found := catalog.section(item.from_)) is None:
                continue
            document, head = found
            chosen = document.visible(head, clearance) if item.children else iter((head,))
            for section in chosen:
                by_name.setdefault(section.name, {})[book.name] = None
            if item.children and clearance.admits(head.clearance):
                heads.append((document.path, head.trail, book.name))
    return Reach({name: tuple(books) for name, books in by_name.items()}, tuple(heads))


def as_read(change: SectionChange, clearance: Clearance, may_read: MayRead) -> SectionChange | None:
    """A change with only what a reader may see of both sides; None if nothing is left.

    Whoever may not see one of the sides sees nothing: the text a section had while it was
    withheld stays withheld, even once the section is open.
    """
    sides = [side for side in (change.old, change.new) if side]
    if not all(clearance.admits(side.clearance) for side in sides):
        return None
    pieces = tuple(seen for piece in change.pieces if (seen := _as_read(piece, may_read)))
    renamed = bool(change.old and change.new and change.old.title != change.new.title)
    told = renamed or change.kind is not ChangeKind.CHANGED or change.clearance_moved
    if not pieces and not told:
        return None
    one_sided = change.old is None or change.new is None
    titles = (
        change.old.title if change.old and (renamed or one_sided) else "",
        change.new.title if change.new and (renamed or one_sided) else "",
    )
    return replace(change, pieces=pieces, facts=facts_moved(titles, pieces))


def _as_read(change: PieceChange, may_read: MayRead) -> PieceChange | None:
    old = change.old if change.old and may_read(change.old.only) else None
    new = change.new if change.new and may_read(change.new.only) else None
    return PieceChange(old, new) if old or new else None
