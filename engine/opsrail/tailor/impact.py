"""Impact: which pages, roles and people a change of the source documents reaches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from opsrail.content.changes import SectionChange
from opsrail.content.clearance import Clearance
from opsrail.content.model import Section
from opsrail.tailor.catalog import Catalog, PageName, Playbook
from opsrail.tailor.formats import PlaybookSection


@dataclass(frozen=True, slots=True)
class Reach:
    """What a change touches. `people` is the head count of the touched roles, of `staff` in
    all; roles without a head count add nothing.
    """

    pages: tuple[PageName, ...]
    people: int = 0
    staff: int = 0

    @property
    def playbooks(self) -> tuple[str, ...]:
        """Names of the playbooks, sorted."""
        return tuple(sorted({page.playbook for page in self.pages}))

    @property
    def roles(self) -> tuple[str, ...]:
        """Ids of the roles, sorted."""
        return tuple(sorted({page.role for page in self.pages}))


def pages_by_section(
    catalogs: Iterable[Catalog], playbooks: Iterable[str]
) -> Mapping[str, frozenset[PageName]]:
    """Section name → the pages that hold it, in any of the snapshots given.

    Head and base together answer for what is there now and for what a change took away.
    """
    names = tuple(playbooks)
    found: dict[str, set[PageName]] = {}
    for catalog in catalogs:
        for name in names:
            if playbook := catalog.playbook(name):
                for section, page in _placements(catalog, playbook):
                    found.setdefault(section, set()).add(page)
    return {section: frozenset(pages) for section, pages in found.items()}


def _placements(catalog: Catalog, playbook: Playbook) -> Iterator[tuple[str, PageName]]:
    for name in playbook.roles:
        if (role := catalog.roles.get(name)) is not None:
            for item, _ in playbook.sections_for(name):
                for section in _sections(catalog, item, role.clearance):
                    yield section.name, PageName(playbook.name, name)


def _sections(catalog: Catalog, item: PlaybookSection, clearance: Clearance) -> Iterator[Section]:
    if (found := catalog.section(item.from_)) is not None:
        document, head = found
        below = document.visible(head, clearance)
        yield from below if item.children else (s for s in below if s is head)


def reach(
    changes: Iterable[SectionChange], placed: Mapping[str, frozenset[PageName]], catalog: Catalog
) -> Reach:
    """The pages that hold one of the changed sections, and how many people read them."""
    touched: set[PageName] = set()
    for change in changes:
        for section in (change.old, change.new):
            if section is not None:
                touched |= placed.get(section.name, frozenset())
    pages = tuple(sorted(touched, key=lambda page: page.path))
    roles = {page.role for page in pages}
    return Reach(
        pages,
        people=sum(role.people for name, role in catalog.roles.items() if name in roles),
        staff=sum(role.people for role in catalog.roles.values()),
    )
