"""Small repositories with suites in them, for the tests of evals."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from opsrail.evals.targets.model import Side
from opsrail.repo.git import Repository
from opsrail.repo.snapshot import revision_snapshot, worktree_snapshot
from opsrail.tailor.catalog import Catalog


def git(folder: Path, *arguments: str) -> str:
    """Run git there, without anybody's configuration."""
    run = subprocess.run(
        ["git", *arguments],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull},
    )
    return run.stdout.strip()


def write(folder: Path, files: Mapping[str, str | None]) -> None:
    """Write files; None removes one."""
    for path, text in files.items():
        place = folder / path
        if text is None:
            place.unlink()
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")


def commit(folder: Path, files: Mapping[str, str | None]) -> str:
    """Write files and commit them; a folder becomes a repository first. The commit's id."""
    if not (folder / ".git").exists():
        folder.mkdir(parents=True, exist_ok=True)
        git(folder, "init", "-q", "-b", "main")
    write(folder, files)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "a change")
    return git(folder, "rev-parse", "HEAD")


def side(folder: Path, revision: str | None = None) -> Side:
    """The folder's work tree, or a commit of it; its files are those of the work tree."""
    repository = Repository.discover(folder)
    if revision is None:
        snapshot = worktree_snapshot(repository)
    else:
        snapshot = revision_snapshot(repository, revision)
    return Side(Catalog(snapshot), lambda: folder)
