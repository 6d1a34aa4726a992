"""Who made the commits of a change: author, committer and co-authors, as Git has them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from opsrail.repo.git import Repository
from opsrail.repo.merging import merged_tree

_ADDRESS: Final = re.compile(r"<([^<>]*)>")
_FIELDS: Final = (
    "%H",
    "%P",
    "%T",
    "%ae",
    "%ce",
    "%(trailers:key=Co-authored-by,valueonly,unfold,separator=%x1f)",
    "%s",
)


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
    out = repository.run(
        "log",
        "-z",
        "--topo-order",
        "--reverse",
        f"--format={'%x1e'.join(_FIELDS)}",
        head,
        f"^{base}",
    )
    trees: dict[str, str] = {}
    return tuple(
        made
        for record in out.decode("utf-8", "replace").split("\0")
        if (made := _made(repository, record, trees)) is not None
    )


def _made(repository: Repository, record: str, trees: dict[str, str]) -> Made | None:
    fields = record.lstrip("\n").split("\x1e", len(_FIELDS) - 1)
    if len(fields) < len(_FIELDS):
        return None
    commit, parents, tree, author, committer, others, subject = fields
    trees[commit] = tree
    if _makes_nothing(repository, tree, parents.split(), trees):
        return None
    named = tuple(_address(other) for other in others.split("\x1f") if other.strip())
    return Made(commit, author, committer, named, subject)


def _makes_nothing(
    repository: Repository, tree: str, parents: list[str], trees: dict[str, str]
) -> bool:
    if len(parents) == 2:
        return is_plain_merge(repository, tree, *parents)
    return len(parents) == 1 and _tree(repository, parents[0], trees) == tree


def _tree(repository: Repository, commit: str, trees: dict[str, str]) -> str:
    if commit not in trees:
        trees[commit] = repository.run("rev-parse", f"{commit}^{{tree}}").decode().strip()
    return trees[commit]


def is_plain_merge(repository: Repository, tree: str, ours: str, theirs: str) -> bool:
    """Whether a tree is exactly what Git makes of two commits by itself, without conflict."""
    merged = merged_tree(repository, ours, theirs)
    return not merged.conflicts and merged.tree == tree


def _address(named: str) -> str:
    """The address in `Name <address>`; all of it where there is none."""
    found = _ADDRESS.search(named)
    return (found[1] if found else named).strip()
