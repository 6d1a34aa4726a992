from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from opsrail.gate.changing import change_set, shares_between
from opsrail.gate.subject import Subject
from opsrail.governance.changes import ChangeSet, digest_of
from opsrail.governance.formats import Claim
from opsrail.governance.kinds import ArtifactKind
from opsrail.repo.git import Repository
from opsrail.repo.snapshot import revision_snapshot, worktree_snapshot
from opsrail.tailor.catalog import Catalog
from tests.gate.told_cases import DESK, files_in
from tests.repo.sandbox import commit, git, new_repository, write

REFUNDS = "content/sources/refunds.md"
CLAIMS = (
    Claim(files=".github/**", owner="platform"),
    Claim(files="policies/**", owner="risk-owners"),
    Claim(files="**", owner="everybody"),
)
FILES = {**files_in(DESK), "README.md": "# Desk\n", ".github/workflows/gate.yml": "on: push\n"}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return new_repository(tmp_path / "repo", FILES)


def between(repository: Repository, base: str, head: str = "") -> ChangeSet:
    after = revision_snapshot(repository, head) if head else worktree_snapshot(repository)
    before = Catalog(revision_snapshot(repository, base))
    subject = Subject(Catalog(after), before, date(2026, 1, 5))
    return change_set(subject, base, head, CLAIMS)


def landed(repository: Repository, files: Mapping[str, str | bytes]) -> str:
    write(repository.root, files)
    commit(repository.root)
    return repository.resolve("HEAD")


def test_all_that_changed_anywhere_is_told_with_its_owners(repository: Repository) -> None:
    base = repository.resolve("HEAD")
    (repository.root / "README.md").unlink()
    head = landed(
        repository,
        {
            REFUNDS: FILES[REFUNDS].replace("USD 50", "USD 80"),
            ".github/workflows/gate.yml": "on: workflow_dispatch\n",
            "action.yml": "name: Gate\n",
            "tool.py": "print()\n",
        },
    )
    found = between(repository, base, head)
    told = {(one.path, one.what, one.kind, one.owners) for one in found.changes}
    assert told == {
        (".github/workflows/gate.yml", "workflow changed", ArtifactKind.WORKFLOW, ("platform",)),
        ("README.md", "file removed", ArtifactKind.OTHER, ("everybody",)),
        ("action.yml", "workflow changed", ArtifactKind.WORKFLOW, ("everybody",)),
        (REFUNDS, "money raised", ArtifactKind.SOURCE, ("billing-support",)),
        ("tool.py", "file added", ArtifactKind.OTHER, ("everybody",)),
    }
    assert set(found.shares) == {one.path for one in found.changes}
    assert (found.base, found.head) == (base, head)


def test_the_work_tree_gives_what_its_commit_will(repository: Repository) -> None:
    base = repository.resolve("HEAD")
    odd = {os.fsdecode(b"content/\xff\n\x1b[31m.md"): "# Odd\n", "a\nb": "x\n"}
    write(repository.root, {**odd, REFUNDS: "# Refunds\n", "policies/bin": b"\x00\xff"})
    (repository.root / "README.md").chmod(0o755)
    (repository.root / "content/link.md").symlink_to("../README.md")
    before = between(repository, base)
    commit(repository.root)
    after = between(repository, base, repository.resolve("HEAD"))
    assert before.changes == after.changes
    assert before.shares == after.shares
    assert before.digest == after.digest


def test_links_and_executables_are_told_and_never_read(repository: Repository) -> None:
    base = repository.resolve("HEAD")
    place = repository.root / REFUNDS
    place.unlink()
    place.symlink_to("/etc/passwd")
    (repository.root / "content/sources/hours.md").chmod(0o755)
    (repository.root / "policies/roles.yaml").unlink()
    (repository.root / "policies/roles.yaml").symlink_to("content.yaml")
    commit(repository.root)
    found = between(repository, base, repository.resolve("HEAD"))
    modes = {(one.path, one.what, one.old, one.new) for one in found.changes}
    assert modes >= {
        (REFUNDS, "mode changed", "a file", "a link"),
        ("policies/roles.yaml", "mode changed", "a file", "a link"),
        ("content/sources/hours.md", "mode changed", "a file", "an executable file"),
    }
    assert {one.what for one in found.changes} == {"mode changed"}


def test_an_empty_commit_and_another_history_give_the_same_shares(repository: Repository) -> None:
    base = repository.resolve("HEAD")
    one = landed(repository, {REFUNDS: "# Refunds\n", "README.md": "two\n"})
    shares = shares_between(repository, base, one)
    git(repository.root, "commit", "-q", "--allow-empty", "-m", "nothing")
    assert shares_between(repository, base, repository.resolve("HEAD")) == shares
    git(repository.root, "checkout", "-q", "-b", "other", base)
    landed(repository, {"README.md": "two\n"})
    landed(repository, {REFUNDS: "# On the way\n"})
    other = landed(repository, {REFUNDS: "# Refunds\n"})
    assert shares_between(repository, base, other) == shares
    assert between(repository, base, other).shares == shares


def test_what_else_landed_meanwhile_changes_no_share(repository: Repository) -> None:
    base = repository.resolve("HEAD")
    head = landed(repository, {REFUNDS: "# Refunds\n"})
    git(repository.root, "checkout", "-q", "-b", "later", base)
    moved_on = landed(repository, {"content/sources/hours.md": "# Hours\n"})
    rebased = landed(repository, {REFUNDS: "# Refunds\n"})
    assert shares_between(repository, moved_on, rebased) == shares_between(repository, base, head)


def test_touching_a_file_again_changes_its_share_alone(repository: Repository) -> None:
    base = repository.resolve("HEAD")
    first = shares_between(
        repository, base, landed(repository, {REFUNDS: "# A\n", "README.md": "two\n"})
    )
    second = shares_between(repository, base, landed(repository, {REFUNDS: "# B\n"}))
    assert first["README.md"] == second["README.md"]
    assert first[REFUNDS] != second[REFUNDS]
    assert digest_of(first) != digest_of(second)
    assert digest_of(first, ["README.md"]) == digest_of(second, ["README.md"])


def test_a_file_made_executable_has_another_share(repository: Repository) -> None:
    base = repository.resolve("HEAD")
    (repository.root / "README.md").chmod(0o755)
    head = landed(repository, {})
    assert list(shares_between(repository, base, head)) == ["README.md"]


def test_nothing_changed_is_an_empty_set(repository: Repository) -> None:
    base = repository.resolve("HEAD")
    for head in (base, ""):
        found = between(repository, base, head)
        assert (found.changes, dict(found.shares)) == ((), {})


def test_nothing_of_the_repository_is_run(repository: Repository) -> None:
    ran = repository.root.parent / "ran"
    for key in ("diff.evil.textconv", "diff.external", "core.pager", "core.fsmonitor"):
        git(repository.root, "config", key, f"touch {ran}")
    base = repository.resolve("HEAD")
    attributes = {".gitattributes": "*.md diff=evil\n", REFUNDS: "# Refunds\n"}
    head = landed(repository, attributes)
    ran.unlink(missing_ok=True)
    assert {one.what for one in between(repository, base, head).changes} >= {"workflow changed"}
    assert not ran.exists()
