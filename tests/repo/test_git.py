from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from opsrail.findings import CannotWork
from opsrail.repo.git import Repository, UnknownRevision, strip_git_environment
from opsrail.repo.snapshot import revision_snapshot, worktree_snapshot
from tests.repo.sandbox import commit, git, new_repository, write

FILES = {
    "content/a.md": "# A\n\nRefunds within 30 days.\n",
    "playbooks/one/playbook.yaml": "from: content/a.md#a\n",
    "outside.txt": "not governed\n",
}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return new_repository(tmp_path / "repo", FILES)


HOSTILE = [
    "--output=x",
    "-Ox",
    "-h",
    "--help",
    "--all",
    "--exec=touch x",
    "--upload-pack=touch x",
    "HEAD:content/a.md",
    "HEAD:content",
    "HEAD^{tree}",
    "^HEAD",
    "HEAD..HEAD",
    "HEAD...HEAD",
    "HEAD^@",
    "HEAD^!",
    "",
    " ",
    "main\nmain",
    "$(touch x)",
    "; touch x",
    "nowhere",
    "0" * 40,
    "../main",
    "@{upstream}",
    "stash@{9}",
]


@pytest.mark.parametrize("revision", HOSTILE)
def test_what_names_no_commit_is_refused(repository: Repository, revision: str) -> None:
    before = sorted(path.name for path in repository.root.iterdir())
    with pytest.raises(UnknownRevision, match="names no commit"):
        repository.resolve(revision)
    assert sorted(path.name for path in repository.root.iterdir()) == before


@pytest.mark.parametrize("name", ["--output=x", "-Ox", "-h", "--all", "a;touch$IFS@x", "ü", "$(x)"])
def test_a_branch_may_have_any_name_that_git_allows(repository: Repository, name: str) -> None:
    head = git(repository.root, "rev-parse", "HEAD")
    # No porcelain would make such a branch; a push can.
    place = repository.git_dir / "refs" / "heads" / name
    place.write_text(f"{head}\n")
    assert repository.resolve(f"refs/heads/{name}") == head
    assert not (repository.root / "x").exists()


@pytest.mark.parametrize("revision", ["HEAD", "main", "HEAD^{commit}", "v1", "@", "main~0"])
def test_what_names_a_commit_is_resolved(repository: Repository, revision: str) -> None:
    git(repository.root, "tag", "-a", "-m", "first", "v1")
    resolved = repository.resolve(revision)
    assert re.fullmatch(r"[0-9a-f]{40}", resolved)
    assert resolved == git(repository.root, "rev-parse", "HEAD")


def _marker(folder: Path) -> tuple[Path, Path]:
    """A program that leaves a mark when anything runs it, and the mark."""
    mark, program = folder / "was-run", folder / "program"
    program.write_text(f"#!/bin/sh\ntouch '{mark}'\ncat\n")
    program.chmod(0o755)
    return program, mark


def _exercise(repository: Repository) -> None:
    head = repository.resolve("HEAD")
    base = repository.resolve("HEAD~1")
    at_head, on_disk = revision_snapshot(repository, head), worktree_snapshot(repository)
    for snapshot in (at_head, on_disk):
        assert "content/a.md" in snapshot
        assert "Refunds" in snapshot.text("content/a.md")
        assert snapshot.mentioning(["content/a.md"], "playbooks")
        snapshot.changed(revision_snapshot(repository, base))
    repository.merge_base(base, head)
    assert list(repository.history(base, head)) == [head]
    repository.close()


CONFIGURED = {
    "core.fsmonitor": "{}",
    "core.pager": "{}",
    "core.editor": "{}",
    "core.sshCommand": "{}",
    "core.hooksPath": "{folder}",
    "diff.external": "{}",
    "diff.marked.command": "{}",
    "diff.marked.textconv": "{}",
    "grep.pager": "{}",
    "pager.grep": "{}",
    "pager.status": "{}",
    "gpg.program": "{}",
    "log.showSignature": "true",
    "alias.status": "!{}",
    "alias.grep": "!{}",
    "credential.helper": "!{}",
    "core.alternateRefsCommand": "{}",
    "core.askPass": "{}",
}


def test_no_program_that_a_repository_names_is_run(repository: Repository, tmp_path: Path) -> None:
    program, mark = _marker(tmp_path)
    write(repository.root, {".gitattributes": "* diff=marked\n"})
    commit(repository.root)
    for key, value in CONFIGURED.items():
        git(repository.root, "config", key, value.format(program, folder=tmp_path / "hooks"))
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in ("post-index-change", "reference-transaction", "fsmonitor-watchman"):
        (hooks / name).write_bytes(program.read_bytes())
        (hooks / name).chmod(0o755)
    write(
        repository.root, {"content/a.md": "# A\n\nRefunds in 14 days.\n", "content/b.md": "# B\n"}
    )
    _exercise(repository)
    assert not mark.exists()


def test_the_marker_program_would_be_noticed(repository: Repository, tmp_path: Path) -> None:
    program, mark = _marker(tmp_path)
    git(repository.root, "config", "core.fsmonitor", str(program))
    git(repository.root, "status")
    assert mark.exists()


def test_a_submodule_s_own_settings_run_nothing(repository: Repository, tmp_path: Path) -> None:
    inner = new_repository(tmp_path / "inner", {"a.md": "# Inner\n"})
    git(
        repository.root,
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        str(inner.root),
        "content/inner",
    )
    commit(repository.root)
    program, mark = _marker(tmp_path)
    git(repository.root / "content/inner", "config", "core.fsmonitor", str(program))
    write(repository.root, {"content/inner/a.md": "# Changed\n"})
    _exercise(repository)
    assert not mark.exists()


def test_variables_of_a_hook_are_forgotten(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = new_repository(tmp_path / "other", {"content/other.md": "# Other\n"})
    monkeypatch.setenv("GIT_DIR", str(other.git_dir))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.root))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "half-made"))
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", "false")
    strip_git_environment(os.environ)
    assert not {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_EXTERNAL_DIFF"} & {*os.environ}
    found = Repository.discover(repository.root / "content")
    assert found.root == repository.root
    assert list(worktree_snapshot(found).entries) == [
        "content/a.md",
        "playbooks/one/playbook.yaml",
    ]


def test_nothing_else_of_the_environment_is_touched() -> None:
    environment = {"GIT_DIR": "x", "PATH": "/bin", "MY_GIT_DIR": "y"}
    strip_git_environment(environment)
    assert environment == {"PATH": "/bin", "MY_GIT_DIR": "y"}


def test_found_from_a_folder_below(repository: Repository) -> None:
    found = Repository.discover(repository.root / "content")
    assert (found.root, found.git_dir) == (repository.root, repository.root / ".git")


def test_found_in_a_second_work_tree(repository: Repository, tmp_path: Path) -> None:
    git(repository.root, "worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    side = Repository.discover(tmp_path / "side")
    assert (side.root, side.git_dir.parent.name) == (tmp_path / "side", "worktrees")
    assert worktree_snapshot(side).entries == worktree_snapshot(repository).entries


def test_outside_of_a_repository(tmp_path: Path) -> None:
    with pytest.raises(CannotWork, match="is not inside a Git work tree"):
        Repository.discover(tmp_path)


def test_a_bare_repository_has_no_work_tree(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "--bare", "bare.git")
    with pytest.raises(CannotWork, match="is not inside a Git work tree") as raised:
        Repository.discover(tmp_path / "bare.git")
    assert raised.value.hint == "this operation must be run in a work tree"


@pytest.mark.parametrize("name", ["missing", "file"])
def test_a_start_that_is_no_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotWork, match="is no folder"):
        Repository.discover(tmp_path / name)


def test_without_git(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(CannotWork, match="git is not installed"):
        Repository.discover(repository.root)


@pytest.mark.parametrize("name", ["with blank", "ünï", "-dash", "a\u2028b"])
def test_a_repository_may_lie_in_a_folder_of_any_name(tmp_path: Path, name: str) -> None:
    found = new_repository(tmp_path / name, FILES)
    assert found.root == tmp_path / name
    assert "content/a.md" in worktree_snapshot(found)


def test_a_folder_with_a_line_break_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotWork, match="line break in the path"):
        new_repository(tmp_path / "new\nline", FILES)


def test_a_failing_command_says_what_git_said(repository: Repository) -> None:
    with pytest.raises(CannotWork, match=r"git ls-tree failed: fatal: Not a valid object name"):
        repository.run("ls-tree", "nowhere")


def test_history_is_oldest_first(repository: Repository) -> None:
    first = repository.resolve("HEAD")
    later = [commit(repository.root, f"Change {number}") for number in range(3)]
    assert list(repository.history(first, later[-1])) == later
    assert list(repository.history(None, later[0])) == [first, later[0]]
    assert repository.merge_base(later[0], later[-1]) == later[0]


def test_histories_that_share_nothing_are_compared_as_they_are(repository: Repository) -> None:
    head = repository.resolve("HEAD")
    tree = git(repository.root, "rev-parse", "HEAD^{tree}")
    stranger = git(repository.root, "commit-tree", "-m", "Stranger", tree)
    assert repository.merge_base(head, stranger) == head


def test_a_replaced_commit_is_not_followed(repository: Repository) -> None:
    first = repository.resolve("HEAD")
    write(repository.root, {"content/a.md": "# Replaced\n"})
    second = commit(repository.root)
    git(repository.root, "replace", first, second)
    assert revision_snapshot(repository, first).text("content/a.md") == FILES["content/a.md"]


@pytest.mark.parametrize("place", [".gitconfig", ".config/git/config"])
def test_the_users_own_name_is_read_where_git_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    home = tmp_path / "home"
    (home / place).parent.mkdir(parents=True)
    (home / place).write_text("[user]\n\tname = Robin Example\n", encoding="utf-8")
    monkeypatch.setenv("HOME", str(home))
    assert Repository(tmp_path, tmp_path).user_setting("user.name") == "Robin Example"
    assert Repository(tmp_path, tmp_path).user_setting("user.email") == ""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a repository to somebody else")
def test_a_repository_of_somebody_else_opens_only_if_the_user_said_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, root = tmp_path / "home", tmp_path / "theirs"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    for place in (root, *root.rglob("*")):
        os.chown(place, 65_534, 65_534)
    with pytest.raises(CannotWork, match="not inside a Git work tree"):
        Repository.discover(root)
    (home / ".gitconfig").write_text(f"[safe]\n\tdirectory = {root}\n", encoding="utf-8")
    assert Repository.discover(root).run("ls-files") == b""
