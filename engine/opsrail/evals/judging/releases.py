"""Releases: the tags that scores are held against, so that many small drops are seen."""

from __future__ import annotations

from dataclasses import dataclass

from opsrail.evals.reading.gates import eval_rules
from opsrail.repo.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Release:
    """A tag and the commit it names."""

    tag: str
    commit: str


def releases(snapshot: Snapshot, until: Snapshot | None = None) -> tuple[Release, ...]:
    """The releases that led up to a snapshot, the newest first.

    Which tags are releases is said by `until`, where it is given: base says what judges.
    """
    last = until or snapshot
    commit = last.revision or last.repository.resolve("HEAD")
    pattern = eval_rules(last).release_tags
    return tuple(Release(*found) for found in last.repository.tags(pattern, commit))


def last_release(head: Snapshot, base: Snapshot | None) -> Release | None:
    """The newest release before the change; None without one, or if base is that release.

    With base, the comparison with base already is the one with the release.
    """
    found = next(iter(releases(head, base)), None)
    is_base = base is not None and found is not None and found.commit == base.revision
    return None if is_base else found
