"""Landings as values: who, when, which pull request, and what their records are worth."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from opsrail.gate.changing import shares_between
from opsrail.gate.chronicle.model import Landing, Standing
from opsrail.governance.changes import digest_of
from opsrail.governance.record import Record, one_line
from opsrail.governance.trailers import read_record
from opsrail.repo.git import Repository
from opsrail.repo.log import Commit, brought

_REQUESTS: Final = (
    re.compile(r"^Merge pull request #(\d{1,12})\b"),
    re.compile(r"\(#(\d{1,12})\)$"),
)
FORGES: Final = frozenset({"noreply@github.com"})
"""Addresses in whose name a forge commits what people merge in the browser."""
_MERGE_REQUEST = re.compile(r"^See merge request \S*!(\d{1,12})$", re.MULTILINE)


@dataclass(slots=True)
class Landings:
    """Tells the landings of one repository, each at most once."""

    repository: Repository
    _told: dict[str, Landing] = field(default_factory=dict)

    def of(self, commit: Commit) -> Landing:
        """A commit of the main line as a landing."""
        if commit.name not in self._told:
            self._told[commit.name] = self._tell(commit)
        return self._told[commit.name]

    def _tell(self, commit: Commit) -> Landing:
        record, fault = read_record(commit.message)
        standing = self._standing(commit, record, fault)
        believed = record if standing is Standing.MATCHES else None
        return Landing(
            commit.name,
            commit.before,
            commit.at,
            commit.subject,
            self._authors(commit),
            _landed_by(commit),
            (believed and believed.request) or request_of(commit.message),
            standing,
            record,
            fault,
        )

    def _standing(self, commit: Commit, record: Record | None, fault: str) -> Standing:
        if record is None:
            return Standing.UNREADABLE if fault else Standing.NONE
        shares = shares_between(self.repository, commit.before, commit.name)
        return Standing.MATCHES if digest_of(shares) == record.plan else Standing.DIFFERS

    def _authors(self, commit: Commit) -> tuple[str, ...]:
        """Who wrote it: of a merge, whoever wrote what it brought along."""
        commits = brought(self.repository, commit) or (commit,)
        names: Mapping[str, None] = dict.fromkeys(
            name
            for one in reversed(commits)
            for name in (one.author, *(other.partition("<")[0] for other in one.co_authors))
            if name.strip()
        )
        return tuple(dict.fromkeys(one_line(name, 60) for name in names))


def _landed_by(commit: Commit) -> str:
    """Who put it there. A forge commits in its own name, and its merges are whoever pressed it."""
    is_forge = commit.committer_email in FORGES
    return one_line(commit.author if is_forge and len(commit.parents) > 1 else commit.committer, 60)


def request_of(message: str) -> str:
    """The pull request that a commit message names, as forges write it; empty if none."""
    subject = message.partition("\n")[0].strip()
    for pattern in _REQUESTS:
        if found := pattern.search(subject):
            return found[1]
    found = _MERGE_REQUEST.search(message)
    return found[1] if found else ""
