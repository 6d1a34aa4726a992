"""Which paths differ between two trees, told by Git, whatever they are called.

Snapshots know the governed folders. A request may change anything: what runs the gate, a link, a
submodule. A side is told as `mode blob`, and as an empty text where there is nothing.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator, Mapping
from typing import Final

from opsrail.repo.git import Repository

Sides = tuple[str, str]
"""The path before and after, each as `mode blob`."""

_COMMIT: Final = re.compile(r"[0-9a-f]{40}")
_AT_ONCE: Final = 1 << 20
NO_BLOB: Final = "0" * 40


def tree_changes(repository: Repository, base: str, head: str) -> Mapping[str, Sides]:
    """Every path that differs between two resolved commits, by name.

    Renames are a path that is gone and one that came. A submodule counts even where the
    repository's own `.gitmodules` asks Git not to look.
    """
    for commit in (base, head):
        if not _COMMIT.fullmatch(commit):
            raise ValueError(f"{commit!r} is no resolved commit")
    out = repository.run(
        "diff-tree",
        "-r",
        "-z",
        "--raw",
        "--no-renames",
        "--no-abbrev",
        "--ignore-submodules=none",
        base,
        head,
    )
    return dict(sorted(_raw(out)))


def worktree_tree_changes(repository: Repository, base: str) -> Mapping[str, Sides]:
    """As `tree_changes`, from a resolved commit to the work tree: what is tracked, changed or new
    there and not ignored.
    """
    before = dict(_listed(repository.run("ls-tree", "-r", "-z", "--full-tree", base)))
    after = dict(_indexed(repository.run("ls-files", "-s", "-z")))
    for path in _touched(repository):
        after.pop(path, None)
        if side := _on_disk(repository, path):
            after[path] = side
    paths = sorted(before.keys() | after.keys())
    sides = ((path, before.get(path, ""), after.get(path, "")) for path in paths)
    return {path: (old, new) for path, old, new in sides if old != new}


def _raw(out: bytes) -> Iterator[tuple[str, Sides]]:
    """`:mode mode blob blob letter`, and the path behind it as a record of its own."""
    records = out.decode("utf-8", "surrogateescape").split("\0")
    for head, path in zip(records[::2], records[1::2], strict=False):
        old_mode, new_mode, old, new, _ = head.removeprefix(":").split(" ")
        yield path, (_side(old_mode, old), _side(new_mode, new))


def _side(mode: str, blob: str) -> str:
    return "" if mode == "000000" else f"{mode} {blob}"


def _listed(out: bytes) -> Iterator[tuple[str, str]]:
    for record in out.decode("utf-8", "surrogateescape").split("\0"):
        if record:
            head, path = record.split("\t", 1)
            mode, _, blob = head.split(" ")
            yield path, f"{mode} {blob}"


def _indexed(out: bytes) -> Iterator[tuple[str, str]]:
    for record in out.decode("utf-8", "surrogateescape").split("\0"):
        if record:
            head, path = record.split("\t", 1)
            mode, blob, _ = head.split(" ")
            yield path, f"{mode} {blob}"


def _touched(repository: Repository) -> Iterator[str]:
    """Paths that lie on disk otherwise than in Git's index, or are in conflict there."""
    out = repository.run(
        "status",
        "--porcelain=v2",
        "-z",
        "--no-renames",
        "--untracked-files=all",
        "--ignore-submodules=dirty",
    )
    fields = {"1": 8, "u": 10}
    for record in out.decode("utf-8", "surrogateescape").split("\0"):
        kind, _, rest = record.partition(" ")
        if kind == "?":
            yield rest
        elif kind == "u" or (kind == "1" and rest[1] != "."):
            yield record.split(" ", fields[kind])[fields[kind]]


def _on_disk(repository: Repository, path: str) -> str:
    """What lies there now; links are not followed. Empty where there is nothing."""
    place = repository.root / path
    try:
        found = place.lstat()
        if stat.S_ISLNK(found.st_mode):
            return f"120000 {_blob(os.fsencode(place.readlink()))}"
        if not stat.S_ISREG(found.st_mode):
            return f"160000 {NO_BLOB}"
        mode = "100755" if found.st_mode & stat.S_IXUSR else "100644"
        return f"{mode} {_file_blob(repository, path)}"
    except FileNotFoundError:
        return ""


def _blob(content: bytes) -> str:
    return hashlib.sha1(
        f"blob {len(content)}\0".encode() + content, usedforsecurity=False
    ).hexdigest()


def _file_blob(repository: Repository, path: str) -> str:
    """The id of a file of any size, read bit by bit."""
    handle = os.open(repository.root / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as stream:
        size = os.fstat(stream.fileno()).st_size
        found = hashlib.sha1(f"blob {size}\0".encode(), usedforsecurity=False)
        while part := stream.read(_AT_ONCE):
            found.update(part)
    return found.hexdigest()
