"""The state of every derived section: how it stands to its sources and to its page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

from opsrail.content.digests import digest
from opsrail.content.facts import FactChange, moved_facts
from opsrail.content.statements import facts_in
from opsrail.tailor.catalog import Catalog, PageName, Playbook
from opsrail.tailor.generate import Draft, Generated, draft_page, rewritten, without_origin
from opsrail.tailor.lock import Lock, LockEntry
from opsrail.tailor.page import OPENING, Page, Segment, split_page


class State(StrEnum):
    """Where a derived section stands."""

    FRESH = "fresh"
    """Page, generated form and lock agree with the sources."""
    STALE = "stale"
    """The sources say something else by now."""
    EDITED = "edited"
    """In step, and a person changed it on the page."""
    CONFLICTED = "conflicted"
    """The sources changed where a person had changed it too; the person's text stands."""
    ORPHANED = "orphaned"
    """The playbook gives it to this role no longer, and a person's edit keeps it there."""
    MISSING = "missing"
    """The playbook gives it to this role, and the page does not have it."""
    BROKEN = "broken"
    """Its generated form is not what the lock says was written."""


@dataclass(frozen=True, slots=True)
class SectionState:
    """One derived section's state, with what a finding about it needs.

    `line` and `column` are where the page first departs from what it should say, else where
    the section starts.

    `moved` are the facts in which the page differs from the generated form, and `is_accepted`
    says whether a person put exactly those on record.
    """

    page: PageName
    key: str
    state: State
    line: int = 1
    column: int = 1
    title: str = ""
    moved: tuple[FactChange, ...] = ()
    is_accepted: bool = False
    behind: tuple[FactChange, ...] = ()
    """Facts in which the generated form lags behind the sources (stale, conflicted)."""
    asked_otherwise: bool = False
    """Whether a stale section's sources stand still, and only what its model was told moved."""
    is_unwritten: bool = False
    """Whether its playbook wants it in a model's words, and it is in its selected form."""

    @property
    def lost(self) -> tuple[FactChange, ...]:
        """Facts of the source that the page no longer states, or states otherwise.

        What a person only added is theirs to add.
        """
        return lost_facts(self.moved)


@dataclass(frozen=True)
class PageView:
    """Everything known about one page: how it should be, how it is, how it was written."""

    name: PageName
    draft: Draft
    theirs: Page | None
    written: Page | None
    lock: Lock
    answers: Mapping[str, Generated] = field(default_factory=dict)
    """What a model just made of some sections, by their keys: taken, or declined."""

    @cached_property
    def expected(self) -> tuple[Generated, ...]:
        """What the page should hold, the opening first; nothing for a page nobody reads."""
        return tuple(
            self.answers.get(section.key, self._standing(section))
            for section in self.draft.sections
        )

    def _standing(self, section: Generated) -> Generated:
        """The section in a model's words, where it was rewritten from just what it is made of
        now; else as it was selected.

        The rewritten text is the one that was written, so nobody needs to be asked again.
        """
        entry = self.entry(section.key)
        if section.brief is None or entry is None or entry.brief != section.brief.digest:
            return section
        if entry.declined:
            return replace(section, declined=entry.declined)
        written = self.written.segment(section.key) if self.written else None
        if written is None or digest(written.text) != entry.output:
            return section
        return rewritten(section, without_origin(written.text))

    def entry(self, key: str) -> LockEntry | None:
        """The lock's entry of one of its sections."""
        return self.lock.entry(self.name.path, key)

    @property
    def left_over(self) -> tuple[Segment, ...]:
        """Segments on the page that the playbook no longer gives, its opening included."""
        wanted = {item.key for item in self.expected} | self.draft.unresolved
        return tuple(
            s for s in (self.theirs.segments if self.theirs else ()) if s.key not in wanted
        )


def view_page(catalog: Catalog, lock: Lock, name: PageName, playbook: Playbook | None) -> PageView:
    """Look at one page. Without a playbook, or a role in it, the page should not be there."""
    wanted = playbook is not None and name.role in playbook.roles and name.role in catalog.roles
    draft = draft_page(catalog, playbook, name.role) if wanted and playbook else Draft(name, ())
    return PageView(
        name,
        draft,
        _page(catalog, name.path),
        _page(catalog, name.generated),
        lock,
    )


def _page(catalog: Catalog, path: str) -> Page | None:
    text = catalog.text(path)
    return None if text is None else split_page(path, text)


def states(view: PageView) -> Iterator[SectionState]:
    """The state of each of a page's sections, in the order the page should have."""
    for wanted in view.expected:
        yield _state(view, wanted)
    for segment in view.left_over:
        # An opening without sections below it only repeats what the page's other states say.
        if segment.key != OPENING or (segment.text and not view.expected):
            yield SectionState(
                view.name, segment.key, State.ORPHANED, segment.line, title=_title(segment.text)
            )


def _state(view: PageView, wanted: Generated) -> SectionState:
    segment = view.theirs.segment(wanted.key) if view.theirs else None
    written = view.written.segment(wanted.key) if view.written else None
    entry = view.entry(wanted.key)
    title = _title(wanted.text)
    if segment is None:
        return SectionState(view.name, wanted.key, State.MISSING, _place(view), title=title)
    before = written.text if written else ""
    moved = fact_moves(before, segment.text) if segment.text != before else ()
    state = _compare(wanted, segment, written, entry)
    lagging = state in {State.STALE, State.CONFLICTED}
    line, column = _departure(segment, before if state is State.EDITED else wanted.text)
    return SectionState(
        view.name,
        wanted.key,
        state,
        line,
        column,
        title,
        moved,
        is_accepted=bool(entry and entry.accepted == accepted_digest(moved, segment.text)),
        behind=fact_moves(before, wanted.text) if lagging else (),
        asked_otherwise=bool(entry and entry.brief and entry.sources == wanted.sources),
        is_unwritten=wanted.brief is not None and not wanted.is_rewritten,
    )


def _departure(segment: Segment, wanted: str) -> tuple[int, int]:
    """Line and column on the page of the first word that differs from `wanted`."""
    pairs = zip(segment.text, wanted, strict=False)
    shared = next((at for at, (one, other) in enumerate(pairs) if one != other), None)
    if shared is None:
        shared = min(len(segment.text), len(wanted))
    if shared == len(segment.text) == len(wanted):
        return segment.line, 1
    before = segment.text[:shared]
    start = max(before.rfind(" "), before.rfind("\n")) + 1
    return segment.line + before.count("\n"), start - (before.rfind("\n") + 1) + 1


def _compare(
    wanted: Generated, segment: Segment, written: Segment | None, entry: LockEntry | None
) -> State:
    if entry and entry.conflict and entry.conflict == wanted.inputs:
        return State.CONFLICTED
    if entry is None or written is None or digest(written.text) != entry.output:
        return State.BROKEN
    if entry.inputs != wanted.inputs or entry.output != wanted.output:
        return State.STALE
    return State.FRESH if segment.text == written.text else State.EDITED


def fact_moves(before: str, after: str) -> tuple[FactChange, ...]:
    """The facts in which two texts of a section differ, their lines of origin left out."""
    return moved_facts(facts_in(without_origin(before)), facts_in(without_origin(after)))


def lost_facts(moved: tuple[FactChange, ...]) -> tuple[FactChange, ...]:
    """The moves that take a fact of the source away or turn it into another."""
    return tuple(change for change in moved if change.old is not None)


def accepted_digest(moved: tuple[FactChange, ...], text: str) -> str:
    """What `--accept` records: exactly these departures, whatever the words around them.

    Where no fact of the source is lost, other things may be (the order of steps, where a link
    leads): then the very text is on record.
    """
    lost = lost_facts(moved)
    keys = (f"{change.old and change.old.key} {change.new and change.new.key}" for change in lost)
    return digest(*sorted(keys)) if lost else digest("text", text)


def _title(text: str) -> str:
    for line in text.split("\n"):
        if line.startswith("#"):
            return line.lstrip("#").partition(" {#")[0].strip()
    return ""


def _place(view: PageView) -> int:
    return 1 if view.theirs is None else max(s.line for s in view.theirs.segments)
