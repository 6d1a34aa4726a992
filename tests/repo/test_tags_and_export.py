"""Tags that lead up to a commit, and files of a snapshot written out."""

from __future__ import annotations

from pathlib import Path

from opsrail.repo.export import write_out
from opsrail.repo.git import Repository
from opsrail.repo.snapshot import revision_snapshot, worktree_snapshot
from tests.evals.repositories import commit, git


def test_tags_are_those_that_lead_up_to_the_commit_the_newest_first(tmp_path: Path) -> None:
    first = commit(tmp_path, {"content/a.md": "1\n"})
    git(tmp_path, "tag", "v1")
    second = commit(tmp_path, {"content/a.md": "2\n"})
    git(tmp_path, "tag", "-a", "-m", "the second", "v2")
    git(tmp_path, "tag", "other")
    git(tmp_path, "tag", "v-blob", "HEAD:content/a.md")
    third = commit(tmp_path, {"content/a.md": "3\n"})
    git(tmp_path, "tag", "v3")
    repository = Repository.discover(tmp_path)
    assert dict(repository.tags("v*", third)) == {"v3": third, "v2": second, "v1": first}
    assert repository.tags("v*", second)[-1] == ("v1", first)
    assert ("v3", third) not in repository.tags("v*", second)
    assert repository.tags("no*", third) == ()
    repository.close()


def test_files_are_written_as_their_version_has_them(tmp_path: Path) -> None:
    folder = tmp_path / "repository"
    old = commit(folder, {"policies/evals/a.py": "old\n", "rules/b.sh": "run\n"})
    (folder / "rules/b.sh").chmod(0o755)
    (folder / "policies/link").symlink_to("/etc/passwd")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "a link")
    (folder / "policies/evals/a.py").write_text("new\n", encoding="utf-8")
    repository = Repository.discover(folder)
    for name, snapshot in (
        ("old", revision_snapshot(repository, old)),
        ("new", worktree_snapshot(repository)),
    ):
        write_out(snapshot, snapshot.entries, tmp_path / name)
    repository.close()
    assert (tmp_path / "old/policies/evals/a.py").read_text("utf-8") == "old\n"
    assert (tmp_path / "new/policies/evals/a.py").read_text("utf-8") == "new\n"
    assert (tmp_path / "new/rules/b.sh").stat().st_mode & 0o100
    assert not (tmp_path / "new/policies/link").exists()
