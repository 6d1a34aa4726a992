"""Proposals: a branch with one commit, and nothing else touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from opsrail.findings import CannotWork
from opsrail.repo.commits import committing_user
from opsrail.repo.git import Repository
from opsrail.repo.proposals import BranchExists, is_ancestor, proposal_fault, propose
from tests.repo.sandbox import commit, git, new_repository

PAGE = "content/sources/refunds.md"
BRANCH = "opsrail/gap-refunds"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return new_repository(tmp_path / "repo", {PAGE: "# Refunds\n", "other.txt": "x\n"})


def made(repository: Repository, name: str = BRANCH, **files: str) -> str:
    texts = files or {PAGE: "# Refunds\n\nMore.\n"}
    return propose(repository, "HEAD", name, "Say more", texts, committing_user(repository))


def test_the_branch_has_one_commit_and_the_work_tree_is_as_it_was(repository: Repository) -> None:
    root = repository.root
    (root / PAGE).write_text("# Half done\n")
    (root / "staged.txt").write_text("s\n")
    git(root, "add", "staged.txt")
    before = (git(root, "status", "--porcelain"), git(root, "rev-parse", "HEAD"))
    commit_id = made(repository)
    assert (git(root, "status", "--porcelain"), git(root, "rev-parse", "HEAD")) == before
    assert git(root, "rev-parse", f"{BRANCH}^") == before[1]
    assert git(root, "rev-parse", BRANCH) == commit_id
    assert git(root, "diff", "--name-only", "HEAD", BRANCH) == PAGE
    assert git(root, "show", f"{BRANCH}:{PAGE}") == "# Refunds\n\nMore."
    assert git(root, "log", "-1", "--format=%an %s", BRANCH) == "Robin Example Say more"


def test_new_files_are_made_and_modes_are_kept(repository: Repository) -> None:
    root = repository.root
    (root / PAGE).chmod(0o755)
    commit(root)
    made(repository, **{PAGE: "a\n", "content/new.md": "b\n"})
    listed = git(root, "ls-tree", "-r", BRANCH, "--", "content").splitlines()
    assert [line.split()[0] for line in listed] == ["100644", "100755"]


def test_a_branch_that_is_there_stays_as_it_is(repository: Repository) -> None:
    first = made(repository)
    with pytest.raises(BranchExists) as raised:
        made(repository, **{PAGE: "other\n"})
    assert raised.value.commit == first
    assert git(repository.root, "rev-parse", BRANCH) == first


def test_names_that_are_not_ours_are_refused(repository: Repository) -> None:
    for name in ("main", "opsrail/", "gap", "opsrail/a..b", "opsrail/a b", "opsrail/x.lock", "-x"):
        with pytest.raises(CannotWork):
            made(repository, name)
    assert git(repository.root, "branch", "--list").split() == ["*", "main"]


@pytest.mark.parametrize(
    "path",
    [
        "other.txt",
        "policies/roles.yaml",
        "content",
        "content/../policies/roles.yaml",
        "content//a.md",
        "/content/a.md",
        "content/.git/hooks/x",
        "content/.GIT/config",
        "content/a\nb.md",
        ".github/workflows/ci.yml",
        "",
    ],
)
def test_paths_outside_of_content_are_refused(path: str) -> None:
    assert "no file below content/" in proposal_fault(BRANCH, {PAGE: "x", path: "x"})
    assert proposal_fault(BRANCH, {PAGE: "x"}) == ""


def test_what_is_refused_is_not_made(repository: Repository) -> None:
    with pytest.raises(CannotWork, match="no file below content/"):
        made(repository, **{"policies/roles.yaml": "x"})
    assert git(repository.root, "branch", "--list").split() == ["*", "main"]


def test_links_are_not_written_through_or_over(repository: Repository) -> None:
    root = repository.root
    (root / "content" / "link").symlink_to("../..")
    commit(root)
    for path in ("content/link", "content/link/x.md"):
        with pytest.raises(CannotWork):
            made(repository, **{path: "x"})
    assert git(root, "branch", "--list").split() == ["*", "main"]


def test_what_changes_nothing_is_no_proposal(repository: Repository) -> None:
    with pytest.raises(CannotWork, match="changes nothing"):
        made(repository, **{PAGE: "# Refunds\n"})
    with pytest.raises(CannotWork, match="changes no file"):
        propose(repository, "HEAD", BRANCH, "x", {}, committing_user(repository))


def test_no_hook_runs(repository: Repository) -> None:
    hook = repository.git_dir / "hooks" / "reference-transaction"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\ntouch hooked\nexit 1\n")
    hook.chmod(0o755)
    made(repository)
    assert not (repository.root / "hooked").exists()


def test_ancestors_are_told_from_others(repository: Repository) -> None:
    first = repository.resolve("HEAD")
    second = commit(repository.root)
    assert is_ancestor(repository, first, second)
    assert is_ancestor(repository, second, second)
    assert not is_ancestor(repository, second, first)
