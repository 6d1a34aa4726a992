"""An edition: what one build of the site holds, and nothing above its clearance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from opsrail.content.clearance import Clearance
from opsrail.content.model import Block, BlockKind, Document, Section
from opsrail.detection.model import Rule
from opsrail.governance.directory import Directory
from opsrail.governance.policy import ReadPolicy, read_policy
from opsrail.site.history import News
from opsrail.site.readings import Readings
from opsrail.tailor.catalog import Catalog, PageName, Playbook
from opsrail.tailor.formats import Role

if TYPE_CHECKING:
    from opsrail.detection.library import Library
    from opsrail.site.plans import PlanText
    from opsrail.site.records import Landed
    from opsrail.site.suites import Standing


@dataclass(frozen=True)
class Edition:
    """One build's content: a catalog seen with one clearance, on one day.

    `news` are the changes of the last `days` days, newest first, still unfiltered; `standings`
    are the eval suites, by name, and `landed` what landed on record, newest first, which outsiders
    do not see. `plans` say what is under way, and quote it: see `quotes`.
    """

    catalog: Catalog
    readings: Readings
    clearance: Clearance
    today: date
    news: tuple[News, ...] = ()
    days: int = 90
    standings: tuple[Standing, ...] = ()
    landed: tuple[Landed, ...] = ()
    plans: tuple[PlanText, ...] = ()

    @property
    def is_internal(self) -> bool:
        """Whether its readers are staff, who may see owners, review dates and commits."""
        return self.clearance.admits(Clearance.STAFF)

    @property
    def quotes(self) -> bool:
        """Whether its readers may read quotes from anything, whoever may read what is quoted."""
        return self.clearance.admits(Clearance.RESTRICTED)

    @property
    def is_public(self) -> bool:
        """Whether anybody may read it."""
        return self.clearance is Clearance.PUBLIC

    @cached_property
    def roles(self) -> Mapping[str, Role]:
        """Roles with pages in this edition: those whose clearance it admits."""
        every = self.catalog.roles.items()
        return {name: role for name, role in every if self.clearance.admits(role.clearance)}

    @cached_property
    def playbooks(self) -> tuple[Playbook, ...]:
        """Playbooks that a role of this edition reads, by title."""
        read = (book for book in self.catalog.playbooks() if self.roles.keys() & set(book.roles))
        return tuple(sorted(read, key=lambda book: (book.file.title.casefold(), book.name)))

    def books_of(self, role: str) -> tuple[Playbook, ...]:
        """The playbooks that a role reads, by title."""
        return tuple(book for book in self.playbooks if role in book.roles)

    def readers(self, book: Playbook) -> tuple[str, ...]:
        """The roles of this edition that read a playbook, in the order of roles.yaml."""
        return tuple(role for role in self.roles if role in book.roles)

    @cached_property
    def pages(self) -> tuple[PageName, ...]:
        """The derived pages that are there, by playbook and role."""
        wanted = (PageName(book.name, role) for book in self.playbooks for role in book.roles)
        return tuple(
            page
            for page in wanted
            if page.role in self.roles and self.catalog.text(page.path) is not None
        )

    @cached_property
    def documents(self) -> Mapping[str, Document]:
        """Source documents of which this edition shows at least one section, by path."""
        every = ((path, self.catalog.document(path)) for path in self.catalog.source_paths)
        return {path: found for path, found in every if found and any(self.sections(found))}

    @cached_property
    def library(self) -> Library:
        """Every rule that can be run, whoever reads: `alerts` are those that readers may see."""
        # It brings a query engine with it, and `opsrail site --help` should not wait for that.
        from opsrail.detection.library import read_library

        return read_library(self.catalog.snapshot)

    @cached_property
    def governed(self) -> ReadPolicy:
        """Who decides: the policy and the people. Outsiders learn nothing of either."""
        if not self.is_internal:
            return ReadPolicy(None, Directory(None), None)
        return read_policy(self.catalog.snapshot)

    @cached_property
    def alerts(self) -> tuple[Rule, ...]:
        """The rules that raise alerts, by name; outsiders see none."""
        if not self.is_internal:
            return ()
        return tuple(rule for rule in self.library.rules.values() if rule.ops)

    def alerts_about(self, path: str) -> Iterator[tuple[Rule, str]]:
        """The rules whose runbook a document is, each with the anchor that it names, if any.

        What matters most comes first.
        """
        for rule in sorted(self.alerts, key=lambda rule: -rule.level.rank):
            runbook, _, anchor = rule.ops.runbook.partition("#") if rule.ops else ("", "", "")
            if runbook == path:
                yield rule, anchor

    def sections(self, document: Document) -> Iterator[Section]:
        """The sections of a document that this edition may show and that say anything."""
        for section in document.sections:
            if self.clearance.admits(section.clearance) and (section.level or section.blocks):
                yield section

    def blocks(self, section: Section) -> Iterator[Block]:
        """A section's blocks without those that no role of this edition may read."""
        for block in section.blocks:
            if block.kind is not BlockKind.MARKER and self.is_for_somebody(block.only):
                yield block

    def is_for_somebody(self, only: frozenset[str] | None) -> bool:
        """Whether a restriction to some roles leaves a role of this edition."""
        return only is None or bool(only & self.roles.keys())

    def admits(self, name: str, clearance: Clearance | None = None) -> bool:
        """Whether the section `path#anchor` is there and may be seen.

        By readers of the given clearance; of the edition's own where none is given.
        """
        found = self.catalog.section(name)
        return bool(found and (clearance or self.clearance).admits(found[1].clearance))

    def title(self, document: Document) -> str:
        """A document's title, or its first visible heading where the title is withheld."""
        if self.clearance.admits(document.front.clearance):
            return document.title
        return next((s.title for s in self.sections(document) if s.level), "")
