"""Merging two commits without a work tree, an index, or anything that a repository configures.

The merge is computed in an empty Git directory that borrows the repository's objects. So neither
the repository's own configuration nor its attributes are there: no merge driver runs, whoever
named it, and the same two commits merge alike on every machine.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from opsrail.findings import CannotWork
from opsrail.repo.git import Repository


@dataclass(frozen=True, slots=True)
class Merged:
    """A merge: its tree, and the files that two sides changed in ways that do not go together."""

    tree: str
    conflicts: tuple[str, ...] = ()


def merged_tree(repository: Repository, ours: str, theirs: str) -> Merged:
    """Merge two resolved commits. Raises `CannotWork` where Git is too old or they share nothing.

    The new objects are written, which nobody sees until a commit names them.
    """
    place = os.fsdecode(repository.run("rev-parse", "--git-path", "objects")).removesuffix("\n")
    with tempfile.TemporaryDirectory() as folder:
        repository.run("init", "--quiet", "--bare", "--template=", folder)
        borrowed = {
            "GIT_DIR": folder,
            "GIT_OBJECT_DIRECTORY": str((repository.root / place).resolve()),
        }
        status, out, err = repository.attempt(
            "merge-tree",
            "--write-tree",
            "-z",
            "--name-only",
            "--no-messages",
            ours,
            theirs,
            environment=borrowed,
        )
    if status not in {0, 1}:
        words = err.decode(errors="replace").strip().partition("\n")[0].removeprefix("fatal: ")
        raise CannotWork(f"git merge-tree failed: {words}", "it needs Git 2.38 and full history")
    tree, *files = os.fsdecode(out).removesuffix("\0").split("\0")
    conflicts = tuple(sorted(set(files) - {""}))
    if status == 1 and not conflicts:
        raise CannotWork("git merge-tree found a conflict and did not say where")
    return Merged(tree.strip(), conflicts)


def checked_out(repository: Repository) -> frozenset[str]:
    """The branches that some work tree of this repository stands on, as full reference names."""
    out = os.fsdecode(repository.run("worktree", "list", "--porcelain", "-z"))
    start = "branch "
    return frozenset(line.removeprefix(start) for line in out.split("\0") if line.startswith(start))


def merge_commit(
    repository: Repository,
    tree: str,
    parents: tuple[str, str],
    message: str,
    author: dict[str, str],
) -> str:
    """Make a commit of this tree with these parents; its id. No branch moves."""
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / "message"
        draft.write_text(message, encoding="utf-8", newline="\n")
        lines = [part for parent in parents for part in ("-p", parent)]
        options = ("-c", "i18n.commitEncoding=UTF-8")
        made = repository.run(
            *options, "commit-tree", *lines, "-F", str(draft), tree, environment=author
        )
    return made.decode().strip()


def move_branch(repository: Repository, branch: str, commit: str, before: str, why: str) -> bool:
    """Let a branch name another commit, if it still names `before`; whether it did."""
    status, _, _ = repository.attempt(
        "update-ref", "-m", why, f"refs/heads/{branch}", commit, before
    )
    return status == 0
