"""A derived section that a model is to put into words, with what its answer is judged by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from opsrail.tailor.above import Runs, runs_above
from opsrail.tailor.brief import Brief
from opsrail.tailor.catalog import Catalog, PageName, Playbook
from opsrail.tailor.faithful.section import Grounds, grounds_of
from opsrail.tailor.formats import Role
from opsrail.tailor.generate import Generated


@dataclass(frozen=True, slots=True)
class Pending:
    """A section in its selected form, which a model is to put into words.

    `grounds` are what the source says, `runs` what is above the role's clearance.
    """

    page: PageName
    section: Generated
    brief: Brief
    role: Role
    grounds: Grounds
    runs: Runs


def pending_of(
    catalog: Catalog, playbook: Playbook, page: PageName, section: Generated
) -> Iterator[Pending]:
    """The section with what words for it are judged by; nothing if it is not to be rewritten."""
    role = catalog.roles[page.role]
    item, form = next(
        given for given in playbook.sections_for(page.role) if given[0].from_ == section.key
    )
    grounds = grounds_of(catalog, page, item, form, playbook.file.title)
    if grounds is not None and section.brief is not None:
        runs = runs_above(catalog, playbook.sources, role.clearance)
        yield Pending(page, section, section.brief, role, grounds, runs)
