from __future__ import annotations

import os
from pathlib import Path

import pytest

from opsrail.repo.git import Repository
from opsrail.repo.snapshot import blob_id
from opsrail.repo.trees import tree_changes, worktree_tree_changes
from tests.repo.sandbox import commit, git, new_repository, write

ODD = [
    "a\nb.md",
    "tab\t.md",
    'say "hi".md',
    "\x1b[31mred.md",
    ":(top)x",
    "-rf",
    "a -> b",
    os.fsdecode(b"\xff\xfe.md"),
    "\u202egnp.md",
]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return new_repository(tmp_path / "repo", {"README.md": "one\n", "content/a.md": "# A\n"})


def _head(repository: Repository) -> str:
    return repository.resolve("HEAD")


def test_every_name_is_told_as_it_is(repository: Repository) -> None:
    base = _head(repository)
    write(repository.root, dict.fromkeys(ODD, "x\n"))
    on_disk = worktree_tree_changes(repository, base)
    commit(repository.root)
    assert tree_changes(repository, base, _head(repository)) == on_disk
    assert on_disk == {name: ("", f"100644 {blob_id(b'x' + bytes([10]))}") for name in ODD}
    assert list(on_disk) == sorted(ODD)


def test_changed_removed_linked_and_executable(repository: Repository) -> None:
    base = _head(repository)
    write(repository.root, {"content/b.md": "# A\n", "run": "#!/bin/sh\n", "README.md": "two\n"})
    (repository.root / "content/a.md").unlink()
    (repository.root / "run").chmod(0o755)
    (repository.root / "link").symlink_to("/etc/passwd")
    on_disk = worktree_tree_changes(repository, base)
    assert {path: (old[:6], new[:6]) for path, (old, new) in on_disk.items()} == {
        "README.md": ("100644", "100644"),
        "content/a.md": ("100644", ""),
        "content/b.md": ("", "100644"),
        "link": ("", "120000"),
        "run": ("", "100755"),
    }
    commit(repository.root)
    assert tree_changes(repository, base, _head(repository)) == on_disk


def test_a_moved_submodule_is_seen_though_the_repository_says_to_ignore_it(
    repository: Repository,
) -> None:
    modules = '[submodule "x"]\n\tpath = x\n\turl = ./x\n\tignore = all\n'
    write(repository.root, {".gitmodules": modules})
    heads = []
    for letter in "ab":
        git(repository.root, "update-index", "--add", "--cacheinfo", f"160000,{letter * 40},x")
        git(repository.root, "add", ".gitmodules")
        git(repository.root, "commit", "-q", "-m", letter)
        heads.append(_head(repository))
    assert tree_changes(repository, *heads) == {"x": (f"160000 {'a' * 40}", f"160000 {'b' * 40}")}


def test_what_is_staged_and_what_is_not_are_one_change(repository: Repository) -> None:
    base = _head(repository)
    write(repository.root, {"README.md": "two\n"})
    git(repository.root, "add", "README.md")
    staged = worktree_tree_changes(repository, base)
    write(repository.root, {"README.md": "three\n"})
    assert worktree_tree_changes(repository, base) != staged
    write(repository.root, {"README.md": "one\n"})
    assert worktree_tree_changes(repository, base) == {}


def test_ignored_files_are_no_change(repository: Repository) -> None:
    write(repository.root, {".gitignore": "build/\n"})
    commit(repository.root)
    write(repository.root, {"build/x": "x"})
    assert worktree_tree_changes(repository, _head(repository)) == {}


@pytest.mark.parametrize("revision", ["HEAD", "main", "--output=x", "", "a" * 39])
def test_only_resolved_commits_are_compared(repository: Repository, revision: str) -> None:
    with pytest.raises(ValueError, match="no resolved commit"):
        tree_changes(repository, revision, _head(repository))


def test_no_text_conversion_and_no_filter_of_the_repository_runs(repository: Repository) -> None:
    base = _head(repository)
    ran = repository.root.parent / "ran"
    git(repository.root, "config", "diff.evil.textconv", f"touch {ran}")
    git(repository.root, "config", "diff.evil.command", f"touch {ran}")
    write(repository.root, {".gitattributes": "*.md diff=evil\n", "content/a.md": "# B\n"})
    commit(repository.root)
    assert set(tree_changes(repository, base, _head(repository))) == {
        ".gitattributes",
        "content/a.md",
    }
    assert not ran.exists()
