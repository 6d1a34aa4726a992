"""Base and head side by side, as every reader of changes looks at them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from opsrail.findings import Finding, Unreadable
from opsrail.gate.changing.owners import owners_of
from opsrail.gate.subject import Subject
from opsrail.governance.formats import Claim
from opsrail.governance.kinds import ArtifactKind, kind_of
from opsrail.repo.schemas import violations
from opsrail.repo.snapshot import Entry
from opsrail.repo.yaml import YamlText
from opsrail.tailor.catalog import Catalog, PageName
from opsrail.tailor.impact import pages_by_section


@dataclass(frozen=True)
class Comparison:
    """What is compared, and what readers ask again and again. `claims` are base's."""

    subject: Subject
    claims: tuple[Claim, ...]

    @cached_property
    def base(self) -> Catalog:
        """The files before."""
        assert self.subject.base is not None, "a comparison has two sides"
        return self.subject.base

    @property
    def head(self) -> Catalog:
        """The files now."""
        return self.subject.head

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Every governed file that changed, sorted."""
        return tuple(sorted(self.subject.changed))

    def changed(self, *kinds: ArtifactKind, suffix: str = "") -> tuple[str, ...]:
        """Those of these kinds, sorted."""
        return tuple(p for p in self.paths if kind_of(p) in kinds and p.endswith(suffix))

    def entries(self, path: str) -> tuple[Entry | None, Entry | None]:
        """The file at both sides, None where there is none."""
        return self.base.snapshot.entries.get(path), self.head.snapshot.entries.get(path)

    def texts(self, path: str) -> tuple[str, str]:
        """What the file says at both sides; nothing where it says nothing that can be read."""
        return self.base.text(path) or "", self.head.text(path) or ""

    def yamls(self, path: str) -> tuple[YamlText | None, YamlText | None]:
        """The file as YAML at both sides, None where there is none to read."""
        return self.base.yaml(path), self.head.yaml(path)

    @cached_property
    def unreadable(self) -> dict[str, Finding]:
        """Files that are there now, should be text, and cannot be read; with what is wrong."""
        found = ((path, fault(self.head, path)) for path in self.paths)
        return {path: finding for path, finding in found if finding is not None}

    def wrong_with(self, kind: str, path: str) -> tuple[str, int]:
        """What is wrong with a file of this kind as it is now, and on which line."""
        yaml = self.head.yaml(path)
        found = violations(kind, yaml) if yaml else ()
        return (found[0].message, found[0].location.line) if found else (UNSOUND, 1)

    # Whom it concerns

    def owners(self, *paths: str) -> tuple[str, ...]:
        """The teams that answer for any of these files: base's, and head's where it names others.

        Of a new file there is only head's word.
        """
        return tuple(sorted(set(chain.from_iterable(map(self._owners, paths)))))

    def _owners(self, path: str) -> set[str]:
        if path not in self._known:
            before, after = self.entries(path)
            sides = [(self.base, before), (self.head, after)]
            there = [side for side, entry in sides if entry is not None]
            self._known[path] = {
                owner for side in there for owner in owners_of(side, path, self.claims)
            }
        return self._known[path]

    @cached_property
    def _known(self) -> dict[str, set[str]]:
        return {}

    def roles(self, path: str) -> tuple[str, ...]:
        """The roles whose pages the file reaches: a page's own, a playbook's, a document's."""
        if (page := PageName.of(path)) is not None:
            return (page.role,)
        if kind_of(path) is ArtifactKind.PLAYBOOK:
            found = (side.playbook(path.split("/")[1]) for side in (self.base, self.head))
            return tuple(sorted({role for one in found if one for role in one.roles}))
        return self.roles_reading(lambda section: section.partition("#")[0] == path)

    def roles_of(self, *sections: str) -> tuple[str, ...]:
        """The roles whose pages hold one of these sections, by their names."""
        names = set(sections)
        return self.roles_reading(names.__contains__)

    def roles_reading(self, is_meant: Callable[[str], bool]) -> tuple[str, ...]:
        """The roles whose pages hold a section whose name is meant."""
        pages = (pages for name, pages in self._placed.items() if is_meant(name))
        return tuple(sorted({page.role for page in chain.from_iterable(pages)}))

    @cached_property
    def _placed(self) -> dict[str, frozenset[PageName]]:
        """The sections of changed documents, and the pages that hold them at either side.

        Only playbooks that name a changed document are read: the cost follows the change.
        """
        documents = [path for path in self.paths if path.startswith("content/")]
        sides = (self.base, self.head)
        found = (side.snapshot.mentioning(documents, "playbooks") for side in sides)
        naming = {path for path in chain.from_iterable(found) if path.endswith("/playbook.yaml")}
        return dict(pages_by_section(sides, sorted({path.split("/")[1] for path in naming})))


UNSOUND = "it does not have the form that it must have"
TEXTS: Sequence[str] = (".md", ".yaml", ".yml", ".lock", ".json", ".jsonl", ".csv", ".txt")
"""Files that are read as text. Others (pictures, tables of what was recorded) need not be."""


def fault(side: Catalog, path: str) -> Finding | None:
    """Why a file that should be text, or YAML, cannot be read; None where all is well."""
    entry = side.snapshot.entries.get(path)
    if entry is None or not entry.is_regular or not path.endswith(tuple(TEXTS)):
        return None
    try:
        text = side.snapshot.text(path)
        if path.endswith((".yaml", ".yml")):
            YamlText.parse_all(path, text)
    except Unreadable as error:
        return error.finding
    return None
