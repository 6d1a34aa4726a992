"""What an edition calls teams, people, roles and files that governance speaks of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from opsrail.governance.globs import matches
from opsrail.report.escaping import visible
from opsrail.site.edition import Edition
from opsrail.site.layout import DECIDES, between
from opsrail.site.markup import plain_text
from opsrail.site.prose import code_span, escaped, link
from opsrail.tailor.catalog import PageName

WITHHELD = "withheld on this site"


@dataclass(frozen=True, slots=True)
class Naming:
    """Names as the readers of one edition may know them, in Markdown for the page `here`."""

    edition: Edition
    here: str

    def team(self, name: str) -> str:
        """A group, linked to who is in it; as the policy writes it where there is no such group."""
        people = self.edition.governed.people
        if people is None or name not in people.groups:
            return code_span(name)
        way = "" if self.here == DECIDES else between(self.here, DECIDES)
        return link(escaped(name), f"{way}#{group_anchor(name)}")

    def title(self, group: str) -> str:
        """What a group is for, in its own words; empty if nobody said."""
        people = self.edition.governed.people
        return plain_text(people.groups[group].title) if people and group in people.groups else ""

    def person(self, who: str) -> str:
        """Somebody's name; a stranger's as it is written."""
        people = self.edition.governed.people
        name = people.people[who].name if people and who in people.people else who
        return escaped(plain_text(name))

    def members(self, groups: Iterable[str]) -> tuple[str, ...]:
        """The names of everybody in one of the groups, sorted."""
        found = self.edition.governed.directory.members(groups)
        return tuple(sorted((self.person(who) for who in found), key=str.casefold))

    def role(self, name: str) -> str:
        """A role's title, if its pages are in this edition."""
        role = self.edition.roles.get(name)
        return escaped(plain_text(role.title)) if role else f"a role that is {WITHHELD}"

    def files(self, glob: str) -> str:
        """The files that a glob means, unless all there are is above the readers' clearance."""
        meant = (path for path in self.edition.catalog.snapshot.entries if matches(glob, path))
        first = next(meant, None)
        if first is None or not all(map(self._is_withheld, (first, *meant))):
            return code_span(visible(glob))
        return f"files that are {WITHHELD}"

    def _is_withheld(self, path: str) -> bool:
        if page := PageName.of(path):
            return page.role not in self.edition.roles
        is_document = path.startswith("content/") and path.endswith(".md")
        return is_document and path not in self.edition.documents


def group_anchor(name: str) -> str:
    """Where a group stands on the page of who decides."""
    return f"group-{name}"
