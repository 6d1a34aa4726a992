"""What changed on a role's own pages between two revisions, as that role may read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from opsrail.content.changes import ChangeKind, PieceChange, SectionChange, Weight
from opsrail.content.diff import diff_documents, facts_moved
from opsrail.content.facts import FactChange, FactKind
from opsrail.content.model import Document
from opsrail.flows.tasks.briefing.wording import plain_words
from opsrail.tailor.catalog import Catalog, PageName
from opsrail.tailor.impact import pages_by_section
from opsrail.tailor.prose import with_words

MOST: Final = 6


@dataclass(frozen=True, slots=True)
class OwnChange:
    """A section's change with the page through which it reaches the role."""

    change: SectionChange
    page: PageName

    @property
    def link(self) -> str:
        """Where the section stands on the page, from the repository's root."""
        section = self.change.section
        return f"{self.page.path}#{section.anchor}" if self.change.new else self.page.path


def own_changes(base: Catalog, head: Catalog, role: str) -> Iterator[OwnChange]:
    """The changes that reach a role, heaviest first, wording left out.

    A section counts where it is on a page of the role now, or was; whoever may not read one of
    its two versions hears nothing of it.
    """
    diff = diff_documents(*_changed(base, head))
    playbooks = sorted({*base.playbook_names, *head.playbook_names})
    placed = pages_by_section((base, head), playbooks)
    found: list[OwnChange] = []
    for change in diff.sections:
        pages = _pages(change, placed, role)
        seen = _as_read(change, head, role)
        if pages and seen and seen.weight is not Weight.WORDING:
            found.append(OwnChange(seen, pages[0]))
    yield from sorted(found, key=lambda one: one.change.weight.rank)


def _changed(base: Catalog, head: Catalog) -> tuple[Mapping[str, Document], Mapping[str, Document]]:
    paths = [p for p in head.snapshot.changed(base.snapshot) if p.endswith(".md")]
    paths = sorted(path for path in paths if path.startswith("content/"))
    return tuple(  # type: ignore[return-value]  # two catalogs, two mappings
        {path: found for path in paths if (found := catalog.document(path))}
        for catalog in (base, head)
    )


def _pages(
    change: SectionChange, placed: Mapping[str, frozenset[PageName]], role: str
) -> list[PageName]:
    names = {side.name for side in (change.old, change.new) if side}
    pages = {page for name in names for page in placed.get(name, ()) if page.role == role}
    return sorted(pages, key=lambda page: page.path)


def _as_read(change: SectionChange, head: Catalog, role: str) -> SectionChange | None:
    """The change with only what the role may read of both sides; None if nothing is left."""
    clearance = head.roles[role].clearance
    sides = [side for side in (change.old, change.new) if side]
    if not all(clearance.admits(side.clearance) for side in sides):
        return None
    pieces = tuple(seen for piece in change.pieces if (seen := _piece_as_read(piece, role)))
    renamed = bool(change.old and change.new and change.old.title != change.new.title)
    told = renamed or change.clearance_moved or change.kind is not ChangeKind.CHANGED
    if not pieces and not told:
        return None
    titles = tuple(
        side.title if side and (renamed or len(sides) == 1) else ""
        for side in (change.old, change.new)
    )
    return replace(change, pieces=pieces, facts=facts_moved((titles[0], titles[1]), pieces))


def _piece_as_read(change: PieceChange, role: str) -> PieceChange | None:
    old, new = (
        side if side and (side.only is None or role in side.only) else None
        for side in (change.old, change.new)
    )
    return PieceChange(old, new) if old or new else None


_KINDS = {
    ChangeKind.ADDED: "new section",
    ChangeKind.REMOVED: "section removed",
    ChangeKind.MOVED: "section moved",
}


def told(own: OwnChange, words: Mapping[str, str]) -> str:
    """One change in a sentence: facts old → new first, else what is new and what is gone."""
    change = own.change
    facts = [_fact(fact, words) for fact in _facts(change)]
    parts = [_KINDS[change.kind]] if change.kind in _KINDS else []
    if change.old and change.new and change.old.title != change.new.title:
        parts.append(f"“{change.old.title}” is now “{change.new.title}”")
    is_whole = change.old is None or change.new is None
    parts += facts[:MOST] if facts and not is_whole else []
    if not parts or not (facts or is_whole):
        parts += [*_pieces(change, words)][:MOST]
    title = with_words(change.section.title, words)
    return f"{title}: {'; '.join(parts)}" if parts else title


def _facts(change: SectionChange) -> Iterator[FactChange]:
    return (fact for fact in change.facts if fact.kind is not FactKind.DEONTIC)


def _fact(fact: FactChange, words: Mapping[str, str]) -> str:
    direction = f" ({fact.direction})" if fact.direction in {"raised", "lowered"} else ""
    return with_words(" ".join(fact.describe().split()), words) + direction


def _pieces(change: SectionChange, words: Mapping[str, str]) -> Iterator[str]:
    for piece in change.pieces:
        if piece.new:
            yield f"now: {with_words(plain_words(piece.new.text), words)}"
        elif piece.old:
            yield f"gone: {with_words(plain_words(piece.old.text), words)}"


def rows(own: OwnChange, words: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """The facts that moved, for a table: what, old, new."""
    for fact in _facts(own.change):
        old, new = (with_words(text, words) for text in fact.words)
        side = fact.new or fact.old
        what = fact.label or (side.noun if side else "") or own.change.section.title
        section = own.change.section.name
        yield {"what": what, "old": old, "new": new, "section": section, "link": own.link}
