"""Proposals: a branch with one commit on top of a revision, and nothing else touched.

Neither the work tree nor the index nor any other branch changes, no hook runs, nothing is pushed.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final

from opsrail.findings import CannotWork
from opsrail.repo.commits import tree_with
from opsrail.repo.git import Repository

BRANCHES: Final = "opsrail/"
"""How the names of these branches begin, so that no proposal ever takes one of people's."""
FOLDER: Final = "content"
"""Where a proposal may change files."""


class BranchExists(CannotWork):
    """There is a branch of that name. `commit` is where it stands."""

    def __init__(self, name: str, commit: str) -> None:
        super().__init__(
            f"there is a branch {name} already",
            f"look at it with `git log -p {name}`; delete it once it is merged or not wanted",
        )
        self.commit = commit


def proposal_fault(name: str, files: Mapping[str, str]) -> str:
    """Why a proposal cannot be made of this, whatever the repository; empty if it can."""
    if not name.startswith(BRANCHES) or name == BRANCHES:
        return f"the branch {name} has to begin with {BRANCHES}"
    if not files:
        return "it changes no file"
    for path in files:
        if not _is_allowed(path):
            return f"{path} is no file below {FOLDER}/, and only those may be changed"
    return ""


def propose(
    repository: Repository,
    revision: str,
    name: str,
    message: str,
    files: Mapping[str, str],
    author: Mapping[str, str],
) -> str:
    """Make the branch `name` with one commit on top of `revision`; the commit's id.

    `files` maps paths to their whole new text, `author` is from `committing_user`. Raises
    `BranchExists`, and `CannotWork` for a name or a path that is not allowed.
    """
    if fault := proposal_fault(name, files):
        raise CannotWork(fault)
    status, _, _ = repository.attempt("check-ref-format", f"refs/heads/{name}")
    if status:
        raise CannotWork(f"{name} cannot be the name of a branch")
    parent = repository.resolve(revision)
    tree = tree_with(repository, parent, files)
    if tree == repository.run("rev-parse", f"{parent}^{{tree}}").decode().strip():
        raise CannotWork("the proposal changes nothing: every file says so already")
    made = repository.run("commit-tree", tree, "-p", parent, "-m", message, environment=author)
    commit = made.decode().strip()
    # Forty noughts: only if there is no such branch yet, whoever else makes one at this moment.
    status, _, err = repository.attempt("update-ref", f"refs/heads/{name}", commit, "0" * 40)
    if status:
        if existing := branch_tip(repository, name):
            raise BranchExists(name, existing)
        raise CannotWork(f"the branch {name} cannot be made: {err.decode(errors='replace')}")
    return commit


def branch_tip(repository: Repository, name: str) -> str:
    """The commit that a branch stands at, empty if there is no such branch."""
    question = ("rev-parse", "--verify", "--quiet", f"refs/heads/{name}^{{commit}}")
    status, out, _ = repository.attempt(*question)
    return "" if status else out.decode().strip()


def is_ancestor(repository: Repository, earlier: str, later: str) -> bool:
    """Whether one resolved commit is in the history of the other (or is the other)."""
    status, _, _ = repository.attempt("merge-base", "--is-ancestor", earlier, later)
    return status == 0


def commit_message(repository: Repository, commit: str) -> str:
    """What a commit says about itself."""
    return repository.run("log", "-1", "--format=%B", commit).decode(errors="replace").strip()


def _is_allowed(path: str) -> bool:
    parts = path.split("/")
    plain = all(part not in {"", ".", ".."} and part.lower() != ".git" for part in parts)
    return (
        plain and path.isprintable() and len(parts) > 1 and PurePosixPath(path).parts[0] == FOLDER
    )
