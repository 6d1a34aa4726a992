"""The subject of a run: what is judged, against what, and which part of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from opsrail.content.changes import ContentDiff
from opsrail.content.diff import diff_documents
from opsrail.content.formats import ContentPolicy
from opsrail.content.model import Document
from opsrail.llm.formats import MODELS_PATH, PROMPTS_FOLDER
from opsrail.tailor.catalog import CONTENT_POLICY_PATH, ROLES_PATH, Catalog, PageName
from opsrail.tailor.lock import LOCK_PATH, Lock, read_lock
from opsrail.tailor.state import PageView, SectionState, states, view_page
from opsrail.tailor.sync import pages_to_sync

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and of how much."""


@dataclass(frozen=True)
class Subject:
    """Everything a check may look at. `base` is None where the whole repository is judged.

    `today` is the calendar date the run counts from; no check reads a clock. `scope` sets what
    counts as changed, where that is not the difference to base. `remembers` says whether what
    earlier runs came to may be used; `progress` hears of what takes long. Without `runs_programs`
    nothing that the repository brings along is executed: eval suites that would are left out.
    """

    head: Catalog
    base: Catalog | None
    today: date
    scope: frozenset[str] | None = None
    remembers: bool = True
    runs_programs: bool = True
    progress: Progress | None = field(default=None, compare=False)

    @cached_property
    def changed(self) -> frozenset[str]:
        """Paths that differ from base; every path where there is no base."""
        if self.scope is not None:
            return self.scope
        if self.base is None:
            return frozenset(self.head.snapshot.entries)
        return self.head.snapshot.changed(self.base.snapshot)

    def before(self) -> Subject | None:
        """The same files as they were at base; None without one."""
        if self.base is None:
            return None
        return Subject(
            self.base, self.base, self.today, self.changed, self.remembers, self.runs_programs
        )

    @property
    def policy(self) -> ContentPolicy:
        """The content policy in force: base's, so that no change loosens its own judge."""
        return (self.base or self.head).content_policy

    @cached_property
    def diff(self) -> ContentDiff:
        """The typed difference of the source documents against base."""
        if self.base is None:
            return ContentDiff()
        paths = sorted(p for p in self.changed if p.startswith("content/") and p.endswith(".md"))
        return diff_documents(_documents(self.base, paths), _documents(self.head, paths))

    @cached_property
    def unsettled(self) -> frozenset[str]:
        """Changed documents in which an anchor went away or a clearance moved, so that links
        and pages elsewhere may no longer hold.
        """
        if self.base is None:
            return frozenset()
        return frozenset(
            path
            for path in self.changed
            if path.endswith(".md")
            and _footholds(self.base.document(path)) - _footholds(self.head.document(path))
        )

    @cached_property
    def _linking(self) -> frozenset[str]:
        names = {path.rsplit("/", 1)[-1] for path in self.unsettled}
        return self.head.snapshot.mentioning(names, "content") if names else frozenset()

    @cached_property
    def document_paths(self) -> tuple[str, ...]:
        """Source documents to look at: changed ones, and those that link to what went away."""
        wanted = self.changed | self._linking
        return tuple(path for path in self.head.source_paths if path in wanted)

    def documents(self) -> Iterator[Document]:
        """The readable ones among `document_paths`."""
        return (found for path in self.document_paths if (found := self.head.document(path)))

    @cached_property
    def playbook_names(self) -> tuple[str, ...]:
        """Playbooks to look at: changed ones, and those that draw from changed documents."""
        names = self.head.playbook_names
        if self.base is None or ROLES_PATH in self.changed:
            return names
        touched = {path.split("/")[1] for path in self.changed if path.startswith("playbooks/")}
        sources = {path for path in self.changed if path.startswith("content/")} | self._linking
        drawing = self.head.snapshot.mentioning(sources, "playbooks")
        touched |= {path.split("/")[1] for path in drawing if path.endswith("playbook.yaml")}
        if LOCK_PATH in self.changed:
            touched |= {page.split("/")[1] for page in self._relocked}
        touched |= self._told_otherwise
        return tuple(name for name in names if name in touched)

    @property
    def _told_otherwise(self) -> set[str]:
        """Playbooks whose pages a model words, where something changed that it is told."""
        told = {path for path in self.changed if path.startswith(f"{PROMPTS_FOLDER}/")}
        told |= {MODELS_PATH, CONTENT_POLICY_PATH} & self.changed
        if not told:
            return set()
        paths = self.head.snapshot.mentioning({"rewrite"}, "playbooks")
        found = (self.head.playbook(path.split("/")[1]) for path in paths)
        return {one.name for one in found if one is not None and any(one.prompts())}

    @property
    def _relocked(self) -> set[str]:
        """Pages with a lock line that differs from base's."""
        before = (self.base.text(LOCK_PATH) if self.base else None) or ""
        after = self.head.text(LOCK_PATH) or ""
        lines = set(before.splitlines()) ^ set(after.splitlines())
        return {page for page, _ in read_lock("\n".join(lines)).entries}

    @cached_property
    def lock(self) -> Lock:
        """The lock as it lies at head."""
        return read_lock(self.head.text(LOCK_PATH))

    @cached_property
    def page_names(self) -> tuple[PageName, ...]:
        """Every page of the playbooks to look at, and pages without a playbook."""
        names = set(self.playbook_names)
        known = set(self.head.playbook_names)
        return tuple(
            page
            for page in pages_to_sync(self.head, names if self.base else None)
            if page.playbook in names or (page.playbook not in known and self._concerns(page))
        )

    @cached_property
    def pages(self) -> Mapping[PageName, PageView]:
        """A view of each of these pages."""
        return {
            page: view_page(self.head, self.lock, page, self.head.playbook(page.playbook))
            for page in self.page_names
        }

    def _concerns(self, page: PageName) -> bool:
        folder = f"playbooks/{page.playbook}/"
        return any(path.startswith(folder) for path in self.changed)

    @cached_property
    def section_states(self) -> tuple[SectionState, ...]:
        """The state of every derived section on those pages."""
        return tuple(state for view in self.pages.values() for state in states(view))


def _documents(catalog: Catalog, paths: list[str]) -> Mapping[str, Document]:
    return {path: found for path in paths if (found := catalog.document(path))}


def _footholds(document: Document | None) -> set[tuple[str, str]]:
    """What others may stand on: each anchor with its clearance."""
    return {(s.anchor, s.clearance) for s in document.sections} if document else set()
