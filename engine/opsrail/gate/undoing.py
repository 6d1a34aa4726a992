"""Rollbacks recognised: a change is one if it gives back exactly what a landed change took.

Nobody becomes a rollback by saying so: the message only says which change to compare with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from opsrail.governance.kinds import ArtifactKind, kind_of
from opsrail.repo.git import Repository, UnknownRevision
from opsrail.repo.proposals import is_ancestor
from opsrail.repo.trees import tree_changes
from opsrail.tailor.catalog import PageName

_NAMED: Final = re.compile(
    r"^(?:This reverts commit|Opsrail-Rollback:)[ \t]+([0-9a-f]{40})\b", re.MULTILINE
)
"""How `git revert` and `opsrail rollback` name what they take back."""
MOST_NAMED: Final = 20
"""Commits that one request may name, each of which costs two comparisons."""

Pairs = Mapping[str, tuple[str, str]]


def proved_rollback(repository: Repository, start: str, head: str) -> str:
    """The landed commit that the change from `start` to `head` takes back, proved; empty if it is
    none. The lock and pages as the engine wrote them may differ: that they are in step is proved
    by the gate itself.
    """
    ours: Pairs | None = None
    for named in _named(repository, start, head):
        ours = _written(tree_changes(repository, start, head)) if ours is None else ours
        parent = _parent(repository, named)
        if not parent or not _landed(repository, named, start):
            continue
        theirs = _written(tree_changes(repository, parent, named))
        if ours and ours == {path: (new, old) for path, (old, new) in theirs.items()}:
            return named
    return ""


def _named(repository: Repository, start: str, head: str) -> Iterator[str]:
    out = repository.run("log", "--format=%B", head, f"^{start}").decode("utf-8", "replace")
    for commit in list(dict.fromkeys(_NAMED.findall(out)))[:MOST_NAMED]:
        try:
            yield repository.resolve(commit)
        except UnknownRevision:
            continue  # names nothing that landed here


def _landed(repository: Repository, commit: str, start: str) -> bool:
    """Whether a commit is one by which the branch itself moved. A commit that a merge brought along
    never stood there, and neither did what was before it: nobody agreed to either.
    """
    if not is_ancestor(repository, commit, start):
        return False
    out = repository.run("rev-list", "--first-parent", start, f"^{commit}^@")
    return commit in out.decode().split()


def _parent(repository: Repository, commit: str) -> str:
    """What the branch was before the commit landed; empty for the first of all."""
    try:
        return repository.resolve(f"{commit}^1")
    except UnknownRevision:
        return ""


def _written(pairs: Pairs) -> Pairs:
    """What people wrote: without the lock and what the engine writes of pages."""
    return {
        path: sides
        for path, sides in pairs.items()
        if kind_of(path) is not ArtifactKind.LOCK and not _is_generated(path, pairs)
    }


def _is_generated(path: str, pairs: Pairs) -> bool:
    """Whether it is a generated form, or a page that is the same as its generated form."""
    page = PageName.of(path)
    if page is None:
        return False
    return path == page.generated or pairs.get(page.generated) == pairs[path]
