"""Sync: what to write so that every page follows its sources and keeps what people wrote.

Pure: from a view of the pages to the texts they should have. Writing them is `journal`'s work.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from opsrail.findings import Finding, Location
from opsrail.tailor.catalog import Catalog, PageName
from opsrail.tailor.generate import Generated
from opsrail.tailor.lock import LOCK_PATH, LockEntry, read_lock, write_lock
from opsrail.tailor.merge import merge
from opsrail.tailor.page import OPENING, Page, Segment, join_page
from opsrail.tailor.state import PageView, accepted_digest, fact_moves, view_page


class Deed(StrEnum):
    """What sync did to one derived section."""

    WRITTEN = "written"
    UPDATED = "updated"
    MERGED = "merged"
    """Updated around a person's edit."""
    CONFLICT = "conflict"
    """Left as the person wrote it: source and person changed the same words."""
    REMOVED = "removed"
    KEPT = "kept"
    """No longer asked for, but edited by a person: left on the page."""
    ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class Event:
    """One deed, for telling. `line` is where the section starts on the page as it was."""

    page: PageName
    key: str
    deed: Deed
    line: int = 1


@dataclass(frozen=True)
class SyncPlan:
    """What to write (None: delete), what happened to which section, and what stands in the way.

    The order of `writes` is the order of writing: pages, then generated forms, then the lock,
    so that an interrupted run never makes engine text look like a person's.
    """

    writes: Mapping[str, str | None] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def is_blocked(self) -> bool:
        """Whether a section or a whole page is left to a person."""
        return bool(self.findings or next(blocked(self.events), None))


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What `--accept` names: sections of one page, or all of them where `keys` is empty."""

    page: str
    key: str = ""

    def covers(self, page: PageName, key: str) -> bool:
        """Whether a section is meant; its key may be given by the anchor alone."""
        named = not self.key or key == self.key or key.endswith(f"#{self.key}")
        return page.path == self.page and named


@dataclass(slots=True)
class _Settled:
    """A page while it is put together."""

    segments: list[Segment] = field(default_factory=list)
    written: list[Segment] = field(default_factory=list)
    entries: list[LockEntry] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def keep(self, segment: Segment, written: Segment | None, entry: LockEntry | None) -> None:
        """Leave a section exactly as it is."""
        self.segments.append(segment)
        if written:
            self.written.append(written)
        if entry:
            self.entries.append(entry)


def pages_to_sync(
    catalog: Catalog, playbooks: Collection[str] | None = None
) -> tuple[PageName, ...]:
    """Every page that is there or should be, sorted; of some playbooks only, where they are
    named. Pages of a playbook that cannot be read are left alone: nobody knows what they
    should say.
    """
    names = catalog.playbook_names if playbooks is None else sorted(playbooks)
    found = [playbook for name in names if (playbook := catalog.playbook(name))]
    wanted = {
        PageName(playbook.name, role)
        for playbook in found
        for role in playbook.roles
        if role in catalog.roles
    }
    there = {
        page
        for path in catalog.snapshot.paths("playbooks", ".md")
        if (page := PageName.of(path)) and _is_derived(catalog, page)
    }
    unreadable = set(names) - {playbook.name for playbook in found}
    settled = {page for page in there if page.playbook not in unreadable}
    if not catalog.roles:
        return ()
    return tuple(sorted(wanted | settled, key=lambda page: page.path))


def _is_derived(catalog: Catalog, page: PageName) -> bool:
    """Whether a file beside a playbook is a page, and not, say, its README."""
    return page.role in catalog.roles or page.generated in catalog.snapshot


def plan_sync(
    catalog: Catalog,
    pages: Iterable[PageName] | None = None,
    accept: Collection[Acceptance] = (),
    progress: Callable[[str, int, int], None] | None = None,
    answers: Mapping[PageName, Mapping[str, Generated]] | None = None,
) -> SyncPlan:
    """Plan the writing of `pages` (all of them by default); the others' lock lines stay.

    `progress` is told the page at hand, how many are done, and of how many. `answers` are what a
    model made of some sections, by page and key.
    """
    lock = read_lock(catalog.text(LOCK_PATH))
    chosen = pages_to_sync(catalog) if pages is None else tuple(pages)
    entries = dict(lock.entries)
    texts: dict[str, str | None] = {}
    forms: dict[str, str | None] = {}
    events: list[Event] = []
    findings: list[Finding] = []
    for number, name in enumerate(chosen):
        if progress:
            progress(name.path, number, len(chosen))
        view = view_page(catalog, lock, name, catalog.playbook(name.playbook))
        view = replace(view, answers=(answers or {}).get(name, {}))
        if broken := _broken(catalog, view):
            findings += broken
            continue
        settled = settle(view, accept)
        for key in lock.sections(name.path):
            del entries[name.path, key]
        entries |= {(entry.page, entry.section): entry for entry in settled.entries}
        texts[name.path] = _text(settled.segments)
        forms[name.generated] = _text(settled.written)
        events += settled.events
    entries = {place: entry for place, entry in entries.items() if _is_alive(catalog, entry)}
    wanted = {**texts, **forms, LOCK_PATH: write_lock(entries.values()) or None}
    writes = {path: text for path, text in wanted.items() if text != catalog.text(path)}
    return SyncPlan(writes, tuple(events), tuple(findings))


def _is_alive(catalog: Catalog, entry: LockEntry) -> bool:
    """Whether a lock line still speaks of a page: one that is there, or may come back."""
    page = PageName.of(entry.page)
    return page is not None and (
        page.path in catalog.snapshot
        or f"playbooks/{page.playbook}/playbook.yaml" in catalog.snapshot
    )


def _text(segments: list[Segment]) -> str | None:
    return join_page(segments) if segments else None


def _broken(catalog: Catalog, view: PageView) -> tuple[Finding, ...]:
    """What keeps sync from touching a page: it cannot be read, so nobody knows what a person
    wrote there, or its markers are damaged.
    """
    if view.theirs is not None:
        return view.theirs.problems
    if view.name.path not in catalog.snapshot:
        return ()
    reason = catalog.unreadable(view.name.path)
    return (reason,) if reason else ()


def settle(view: PageView, accept: Collection[Acceptance] = ()) -> _Settled:
    """Decide every section of one page."""
    settled = _Settled()
    theirs = view.theirs or Page(())
    trailing = _trailing(view, theirs)
    _settle_left_over(view, settled, trailing.pop(None, []), accept)
    for wanted in view.expected:
        _settle_wanted(view, settled, wanted, theirs.segment(wanted.key), accept)
        _settle_left_over(view, settled, trailing.get(wanted.key, []), accept)
    return settled


def _trailing(view: PageView, theirs: Page) -> dict[str | None, list[Segment]]:
    """What the playbook does not give (any more), under the wanted section it stands behind."""
    wanted = {item.key for item in view.expected}
    behind: dict[str | None, list[Segment]] = {}
    last: str | None = None
    for segment in theirs.segments:
        if segment.key in wanted:
            last = segment.key
        else:
            behind.setdefault(last, []).append(segment)
    return behind


def _settle_wanted(
    view: PageView,
    settled: _Settled,
    wanted: Generated,
    theirs: Segment | None,
    accept: Collection[Acceptance],
) -> None:
    written = view.written.segment(wanted.key) if view.written else None
    entry = view.entry(wanted.key)
    fresh = Segment(wanted.key, wanted.text)
    if theirs is None:
        settled.keep(fresh, fresh, _entry(view, wanted))
        settled.events.append(Event(view.name, wanted.key, Deed.WRITTEN))
        return
    if any(given.covers(view.name, wanted.key) for given in accept):
        stamp = _stamp(wanted.text, theirs.text)
        settled.keep(theirs, fresh, _entry(view, wanted, stamp))
        settled.events.append(Event(view.name, wanted.key, Deed.ACCEPTED, theirs.line))
        return
    merged = _merged(written, theirs, wanted)
    if merged is None:
        kept = entry or _entry(view, wanted)
        settled.keep(theirs, written, replace(kept, conflict=wanted.inputs))
        settled.events.append(Event(view.name, wanted.key, Deed.CONFLICT, theirs.line))
        return
    stamp = entry.accepted if entry and merged != wanted.text else ""
    settled.keep(replace(theirs, text=merged), fresh, _entry(view, wanted, stamp))
    if merged != theirs.text:
        deed = Deed.UPDATED if merged == wanted.text else Deed.MERGED
        settled.events.append(Event(view.name, wanted.key, deed, theirs.line))


def _stamp(wanted: str, text: str) -> str:
    """What goes on record about a page's text; nothing where it is as the engine has it."""
    return accepted_digest(fact_moves(wanted, text), text) if text != wanted else ""


def _merged(written: Segment | None, theirs: Segment, wanted: Generated) -> str | None:
    """The page's text brought up to date. Without a record of what was written there is no
    telling what is the person's, so only equal texts agree.
    """
    if written is None:
        return wanted.text if theirs.text == wanted.text else None
    return merge(written.text, theirs.text, wanted.text)


def _entry(view: PageView, wanted: Generated, accepted: str = "") -> LockEntry:
    return LockEntry(
        page=view.name.path,
        section=wanted.key,
        inputs=wanted.inputs,
        output=wanted.output,
        generator=wanted.generator,
        form=wanted.form,
        sources=wanted.sources,
        accepted=accepted,
        brief=wanted.brief.digest if wanted.brief and _has_answer(wanted) else "",
        declined=wanted.declined,
    )


def _has_answer(wanted: Generated) -> bool:
    return wanted.is_rewritten or bool(wanted.declined)


def _settle_left_over(
    view: PageView, settled: _Settled, segments: Iterable[Segment], accept: Collection[Acceptance]
) -> None:
    for segment in segments:
        if segment.key == OPENING and not segment.text:
            continue
        written = view.written.segment(segment.key) if view.written else None
        entry = view.entry(segment.key)
        if segment.key in view.draft.unresolved:
            settled.keep(segment, written, entry)
        elif any(given.covers(view.name, segment.key) for given in accept):
            _hand_to_people(settled, segment.text, segment.addendum)
            settled.events.append(Event(view.name, segment.key, Deed.ACCEPTED, segment.line))
        elif written is not None and written.text == segment.text:
            _hand_to_people(settled, segment.addendum)
            settled.events.append(Event(view.name, segment.key, Deed.REMOVED, segment.line))
        else:
            settled.keep(segment, written, entry)
            settled.events.append(Event(view.name, segment.key, Deed.KEPT, segment.line))


def _hand_to_people(settled: _Settled, *texts: str) -> None:
    """Put texts behind the section before; on a page with nothing left, they open it."""
    text = "\n\n".join(text for text in texts if text)
    if not text:
        return
    if not settled.segments:
        settled.segments.append(Segment(OPENING, text))
        return
    last = settled.segments[-1]
    if last.key == OPENING:
        settled.segments[-1] = replace(last, text=f"{last.text}\n\n{text}".strip("\n"))
    else:
        settled.segments[-1] = replace(last, addendum=f"{last.addendum}\n\n{text}".strip("\n"))


def blocked(events: Iterable[Event]) -> Iterator[Finding]:
    """A finding for each section that sync had to leave to a person."""
    for event in events:
        place = Location(event.page.path, event.line)
        if event.deed is Deed.CONFLICT:
            yield Finding(
                place,
                "conflicted-section",
                f"{event.key} changed in its source where a person had changed this page too;"
                " the person's text stands",
                hint=f"bring it in line by hand, then `opsrail sync --accept {event.page.path}"
                f"#{event.key.rpartition('#')[2]}`",
            )
        elif event.deed is Deed.KEPT:
            yield Finding(
                place,
                "orphaned-section",
                f"the playbook no longer gives {event.key or 'this page'} to"
                f" {event.page.role}, but a person edited it here",
                hint="remove it, or make it the page's own with `opsrail sync --accept`",
            )
