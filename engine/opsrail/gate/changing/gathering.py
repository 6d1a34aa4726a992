"""Everything that a request changes, as one sorted set of typed changes with their owners."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from opsrail.findings import Unreadable
from opsrail.gate.changing.comparison import Comparison
from opsrail.gate.changing.leftovers import (
    changes_elsewhere,
    leftover_changes,
    mode_changes,
    unreadable_changes,
)
from opsrail.gate.changing.locked import changed_pages
from opsrail.gate.changing.owners import owners_of
from opsrail.gate.changing.registry import readers
from opsrail.gate.subject import Subject
from opsrail.governance.changes import Change, ChangeSet, share_of
from opsrail.governance.formats import Claim
from opsrail.repo.git import Repository
from opsrail.repo.snapshot import GOVERNED, LOCK_SIZE_LIMIT, REGULAR, decode
from opsrail.repo.trees import Sides, tree_changes, worktree_tree_changes
from opsrail.tailor.lock import LOCK_PATH


def change_set(subject: Subject, base: str, head: str, policy: Sequence[Claim]) -> ChangeSet:
    """All that differs between base and head, in governed files and elsewhere.

    `base` and `head` are resolved commits; `head` is empty for the work tree. `policy` are the
    claims of base's policy. Every path that differs has a share, and at least one change.
    """
    differing = _differing(subject.head.snapshot.repository, base, head)
    elsewhere = [
        change
        for path, sides in differing.items()
        if not _is_governed(path)
        for change in _with_owners(changes_elsewhere(path, *sides), subject, policy)
    ]
    changes = (*typed_changes(subject, policy), *elsewhere)
    texts = subject.base.text(LOCK_PATH) if subject.base else "", subject.head.text(LOCK_PATH)
    shares = _shares(differing, changed_pages(texts[0] or "", texts[1] or ""))
    return ChangeSet(base, head, _in_order(changes), shares)


def typed_changes(subject: Subject, claims: Sequence[Claim]) -> tuple[Change, ...]:
    """Every difference between the governed files of base and head, sorted by place.

    Raises `ValueError` without a base.
    """
    if subject.base is None:
        raise ValueError("without a base there is nothing that could have changed")
    compared = Comparison(subject, tuple(claims))
    broken = set(compared.unreadable) | {
        path for path in compared.paths if _is_link(compared, path)
    }
    found = [*unreadable_changes(compared), *mode_changes(compared)]
    told = (change for read in readers() for change in read(compared))
    found += (change for change in told if change.path not in broken)
    found += leftover_changes(compared, {change.path for change in found})
    return _in_order(
        change if change.owners else replace(change, owners=compared.owners(change.path))
        for change in found
    )


def shares_between(repository: Repository, base: str, head: str) -> Mapping[str, str]:
    """The share of each path that differs between two resolved commits: what somebody looked at
    who reviewed that head.
    """
    differing = tree_changes(repository, base, head)
    texts = (_blob_text(repository, side) for side in differing.get(LOCK_PATH, ("", "")))
    return _shares(differing, changed_pages(*texts))


def _blob_text(repository: Repository, side: str) -> str:
    """What a side of a path says; nothing where it is no file, or cannot be read as text."""
    mode, _, blob = side.partition(" ")
    if mode not in REGULAR or repository.blob_size(blob) > LOCK_SIZE_LIMIT:
        return ""
    try:
        return decode(LOCK_PATH, repository.blob(blob))
    except Unreadable:
        return ""


def _differing(repository: Repository, base: str, head: str) -> Mapping[str, Sides]:
    if head:
        return tree_changes(repository, base, head)
    return worktree_tree_changes(repository, base)


def _shares(
    differing: Mapping[str, Sides], locked: Mapping[str, tuple[str, str]]
) -> Mapping[str, str]:
    """The share of each path; of a page, together with what the lock says about it."""
    paths = sorted({*differing, *locked})
    return {path: share_of(path, *_sides(path, differing, locked)) for path in paths}


def _sides(
    path: str, differing: Mapping[str, Sides], locked: Mapping[str, tuple[str, str]]
) -> Sides:
    sides = differing.get(path, ("", ""))
    if path not in locked:
        return sides
    old, new = (f"{side} {lines}" for side, lines in zip(sides, locked[path], strict=True))
    return old, new


def _is_governed(path: str) -> bool:
    return path.startswith(tuple(f"{folder}/" for folder in GOVERNED))


def _is_link(compared: Comparison, path: str) -> bool:
    """Whether no file is there any more but a link or a submodule, which nobody reads."""
    entry = compared.entries(path)[1]
    return entry is not None and not entry.is_regular


def _with_owners(
    changes: Iterable[Change], subject: Subject, claims: Sequence[Claim]
) -> Iterable[Change]:
    for change in changes:
        yield replace(change, owners=owners_of(subject.head, change.path, claims))


def _in_order(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Sorted and without repeats."""
    return tuple(sorted(dict.fromkeys(changes), key=lambda change: change.order))
