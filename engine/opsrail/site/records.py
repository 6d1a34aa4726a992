"""What landed with a decision record in its commit, and who may read what it says.

A record is what a commit message claims. Whether it is about what landed is for `opsrail log`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from opsrail.content.clearance import Clearance
from opsrail.content.diff import diff_documents
from opsrail.content.model import Document
from opsrail.governance.record import Record
from opsrail.governance.trailers import read_record
from opsrail.repo.git import Repository, UnknownRevision
from opsrail.repo.log import Commit, Touched, landed, touched
from opsrail.repo.snapshot import Entry
from opsrail.site.history import highest
from opsrail.site.landings import FOLDER, document_at
from opsrail.tailor.catalog import PageName
from opsrail.tailor.formats import Role

MOST: Final = 50
"""Landings that are shown."""


@dataclass(frozen=True, slots=True)
class Landed:
    """One landing on record; `record` is None where it cannot be believed.

    `needs` is the highest clearance among the texts that landed with it: only who may see all of
    that may read the subject and the reasons, which may speak of any of it. `paths` are the files
    that changed.
    """

    commit: str
    at: datetime
    subject: str
    record: Record | None
    needs: Clearance
    paths: frozenset[str]


def landed_on_record(
    repository: Repository, revision: str, roles: Mapping[str, Role], most: int = MOST
) -> tuple[Landed, ...]:
    """The last landings before `revision` with a record, newest first."""
    try:
        head = repository.resolve(revision)
    except UnknownRevision:
        return ()
    found = []
    for commit in landed(repository, head):
        record, fault = read_record(commit.message)
        if record is None and not fault:
            continue
        found.append(_landed(repository, commit, record, roles))
        if len(found) == most:
            break
    return tuple(found)


def _landed(
    repository: Repository, commit: Commit, record: Record | None, roles: Mapping[str, Role]
) -> Landed:
    files = touched(repository, commit.before, commit.name)
    paths = frozenset(file.path for file in files)
    needs = (*_of_texts(repository, files), *_of_pages(paths, roles))
    return Landed(
        commit.name,
        commit.at,
        commit.subject,
        record,
        max(needs, key=lambda one: one.rank, default=Clearance.PUBLIC),
        paths,
    )


def _of_texts(repository: Repository, files: Iterable[Touched]) -> Iterator[Clearance]:
    """What the documents need of which something changed; what nobody can read needs the most."""
    before: dict[str, Document] = {}
    after: dict[str, Document] = {}
    for file in files:
        if not (file.path.startswith(f"{FOLDER}/") and file.path.endswith(".md")):
            continue
        for entry, documents in ((file.old, before), (file.new, after)):
            found = _document(repository, entry)
            if found:
                documents[file.path] = found
            elif entry:
                yield Clearance.RESTRICTED
    diff = diff_documents(before, after)
    yield highest(diff.sections)
    for path in {change.path for change in diff.front}:
        yield from (side[path].front.clearance for side in (before, after) if path in side)


def _document(repository: Repository, entry: Entry | None) -> Document | None:
    if entry is None or not entry.is_regular:
        return None
    return document_at(repository, entry.path, entry.blob)


def _of_pages(paths: frozenset[str], roles: Mapping[str, Role]) -> Iterator[Clearance]:
    """What the pages need that people edited: of one that the engine wrote, the sources tell."""
    for path in paths:
        page = PageName.of(path)
        if page and path == page.path and page.generated not in paths:
            role = roles.get(page.role)
            yield role.clearance if role else Clearance.RESTRICTED
