"""Make a commit without touching anything else: no hooks, no staged work taken along."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from opsrail.findings import CannotWork
from opsrail.repo.git import Repository


def commit_files(
    repository: Repository, files: Mapping[str, str], message: str, author: Mapping[str, str]
) -> str:
    """Commit the given texts on top of HEAD, as `author` (from `committing_user`); its id.

    Only these paths differ from HEAD in the commit, whatever else is staged or changed. The
    branch moves only if nobody else moved it meanwhile. The files must already lie in the work
    tree, so that it matches the commit afterwards.
    """
    head = repository.resolve("HEAD")
    tree = tree_with(repository, head, files)
    commit = (
        repository.run("commit-tree", tree, "-p", head, "-m", message, environment=author)
        .decode()
        .strip()
    )
    repository.run("update-ref", "HEAD", commit, head)
    repository.run("update-index", "--add", "--", *files)
    return commit


def tree_with(repository: Repository, revision: str, files: Mapping[str, str]) -> str:
    """The revision's tree with these files in it, built in an index of its own. A file that is
    there keeps its mode. Raises `CannotWork` for a link.
    """
    with tempfile.TemporaryDirectory() as folder:
        index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        repository.run("read-tree", revision, environment=index)
        for path, text in files.items():
            draft = Path(folder) / "text"
            draft.write_text(text, encoding="utf-8", newline="\n")
            blob = repository.run("hash-object", "-w", "--no-filters", str(draft)).decode().strip()
            info = f"{_mode(repository, revision, path)},{blob},{path}"
            repository.run("update-index", "--add", "--cacheinfo", info, environment=index)
        return repository.run("write-tree", environment=index).decode().strip()


def _mode(repository: Repository, revision: str, path: str) -> str:
    listed = repository.run("ls-tree", "--full-tree", revision, "--", path).decode()
    mode = listed.split(" ", 1)[0] if listed else "100644"
    if not mode.startswith("100"):
        raise CannotWork(f"{path} is no file, but a link or a folder")
    return mode


def committing_user(repository: Repository) -> Mapping[str, str]:
    """Who commits, as variables for Git. Raises `CannotWork` if nobody told Git.

    The user's own configuration is read for this and for nothing else.
    """
    found = {
        name: os.environ[name]
        for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL")
        if os.environ.get(name)
    }
    for key, name in (("user.name", "GIT_AUTHOR_NAME"), ("user.email", "GIT_AUTHOR_EMAIL")):
        if name not in found and (value := repository.user_setting(key)):
            found[name] = value
    if len(found) < 2:
        raise CannotWork(
            "Git does not know who you are", 'set `git config user.name "…"` and user.email'
        )
    author = {name.replace("AUTHOR", "COMMITTER"): value for name, value in found.items()}
    return {**found, **author}
