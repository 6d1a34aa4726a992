"""Who made the commits of a change: author, committer and co-authors, as Git has them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from opsrail.repo.git import Repository
from opsrail.repo.log import Commit, added
from opsrail.repo.merging import merged_tree

_ADDRESS: Final = re.compile(r"<([^<>]*)>")
_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Made:
    """One commit, by the addresses of those who made it, and the first line of its message."""

    commit: str
    author: str
    committer: str
    co_authors: tuple[str, ...]
    subject: str


def commits_between(repository: Repository, base: str, head: str) -> tuple[Made, ...]:
    """The commits of `head` that `base` does not have (resolved ids), oldest first.

    A merge that adds nothing of its own, such as bringing a branch up to date, and a commit that
    changes no file made nothing: they are left out.
    """
    commits = added(repository, head, base)
    trees = _trees(repository, (name for one in commits for name in (one.name, *one.parents)))
    return tuple(_made(one) for one in commits if not _makes_nothing(repository, one, trees))


def _made(commit: Commit) -> Made:
    named = tuple(_address(other) for other in commit.co_authors)
    return Made(commit.name, commit.author_email, commit.committer_email, named, commit.subject)


def _makes_nothing(repository: Repository, commit: Commit, trees: Mapping[str, str]) -> bool:
    tree = trees[commit.name]
    if len(commit.parents) == 2:
        ours, theirs = commit.parents
        return is_plain_merge(repository, tree, ours, theirs)
    return [trees[parent] for parent in commit.parents] == [tree]


def _trees(repository: Repository, commits: Iterable[str]) -> Mapping[str, str]:
    names = sorted(set(commits))
    found: dict[str, str] = {}
    for start in range(0, len(names), _AT_ONCE):
        some = names[start : start + _AT_ONCE]
        out = repository.run("rev-parse", *(f"{name}^{{tree}}" for name in some))
        found |= dict(zip(some, out.decode().split(), strict=True))
    return found


def is_plain_merge(repository: Repository, tree: str, ours: str, theirs: str) -> bool:
    """Whether a tree is exactly what Git makes of two commits by itself, without conflict."""
    merged = merged_tree(repository, ours, theirs)
    return not merged.conflicts and merged.tree == tree


def _address(named: str) -> str:
    """The address in `Name <address>`; all of it where there is none."""
    found = _ADDRESS.search(named)
    return (found[1] if found else named).strip()
