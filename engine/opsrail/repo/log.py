"""What landed: the first-parent commits that touched some paths, and what each did to files.

A merge counts as one landing, compared with what stood before it. Nothing here follows renames:
whoever knows what a file means does that better than Git, which only sees lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from opsrail.repo.git import Repository
from opsrail.repo.snapshot import Entry

EMPTY_TREE: Final = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
"""The tree without files: what a first commit is compared with. Git knows it without storing it."""

_FIELDS = "%x00%H%x00%P%x00%an%x00%ae%x00%cn%x00%ce%x00%ct%x00%B%x00"
_WIDTH = 9
_CO_AUTHOR = re.compile(r"^[ \t]*co-authored-by[ \t]*:(.*)$", re.IGNORECASE | re.MULTILINE)
_LATEST = 253_402_300_799
"""Seconds: the end of the year 9999."""


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit as it says of itself. `at` is when it was made, not when it was first written."""

    name: str
    parents: tuple[str, ...]
    author: str
    author_email: str
    committer: str
    committer_email: str
    at: datetime
    message: str

    @property
    def before(self) -> str:
        """What stood before it landed: its first parent, or the empty tree."""
        return self.parents[0] if self.parents else EMPTY_TREE

    @property
    def subject(self) -> str:
        """The first line."""
        return self.message.partition("\n")[0].strip()

    @property
    def co_authors(self) -> tuple[str, ...]:
        """Whom the message names as co-authors, as it names them, wherever it does: Git counts its
        last paragraph only, and a part in a change is not to be hidden by where it is said.
        """
        return tuple(name.strip() for name in _CO_AUTHOR.findall(self.message) if name.strip())


@dataclass(frozen=True, slots=True)
class Touched:
    """A file before and after; None on the side where it is not there."""

    path: str
    old: Entry | None
    new: Entry | None


def landed(
    repository: Repository, head: str, paths: Iterable[str] = (), beyond: str = ""
) -> tuple[Commit, ...]:
    """What landed on the way to `head` and touched these files or folders, newest first.

    Both are resolved commits; what `beyond` has already is left out. Without paths, everything.
    """
    until = [f"^{beyond}"] if beyond else []
    out = repository.run(
        "rev-list",
        "--first-parent",
        "--encoding=UTF-8",
        f"--format={_FIELDS}",
        head,
        *until,
        "--",
        *paths,
    )
    return tuple(_commits(out))


@dataclass(slots=True)
class Trail:
    """What landed and touched some paths, newest first, one landing after the other.

    Whoever walks it may name other `paths` on the way: what stood there before then counts.
    """

    repository: Repository
    start: str
    paths: frozenset[str]
    beyond: str = ""

    def __iter__(self) -> Iterator[Commit]:
        start, is_over = self.start, False
        while not is_over:
            paths, is_over = self.paths, True
            for commit in landed(self.repository, start, sorted(paths), self.beyond):
                yield commit
                if self.paths != paths:
                    start, is_over = commit.before, not commit.parents
                    break


def brought(repository: Repository, merge: Commit, paths: Iterable[str] = ()) -> tuple[Commit, ...]:
    """The commits that a merge brought along and that touched these paths, newest first."""
    if len(merge.parents) < 2:
        return ()
    first, *others = merge.parents
    out = repository.run(
        "rev-list",
        "--no-merges",
        "--encoding=UTF-8",
        f"--format={_FIELDS}",
        *others,
        f"^{first}",
        "--",
        *paths,
    )
    return tuple(_commits(out))


def added(repository: Repository, head: str, base: str) -> tuple[Commit, ...]:
    """Every commit of `head` that `base` does not have (resolved ids), oldest first."""
    out = repository.run(
        "rev-list",
        "--topo-order",
        "--reverse",
        "--encoding=UTF-8",
        f"--format={_FIELDS}",
        head,
        f"^{base}",
    )
    return tuple(_commits(out))


def touched(
    repository: Repository, before: str, after: str, paths: Iterable[str] = ()
) -> tuple[Touched, ...]:
    """The files that differ between two resolved commits or trees, by path."""
    out = repository.run(
        "diff-tree",
        "-r",
        "-z",
        "--no-renames",
        "--raw",
        "--full-index",
        before,
        after,
        "--",
        *paths,
    )
    parts = out.decode("utf-8", "surrogateescape").split("\0")
    return tuple(_touched(head, path) for head, path in zip(parts[::2], parts[1::2], strict=False))


def paths_touched(repository: Repository, head: str, beyond: str) -> frozenset[str]:
    """Every path that a landing touched which `beyond` does not have yet (resolved ids)."""
    out = repository.run(
        "log",
        "--first-parent",
        "--diff-merges=first-parent",
        "--no-renames",
        "--no-ext-diff",
        "--format=",
        "--name-only",
        "-z",
        head,
        f"^{beyond}",
    )
    return frozenset(out.decode("utf-8", "surrogateescape").split("\0")) - {""}


def is_shallow(repository: Repository) -> bool:
    """Whether older commits were left out when this repository was cloned."""
    return repository.run("rev-parse", "--is-shallow-repository").strip() == b"true"


def _commits(out: bytes) -> Iterator[Commit]:
    # No field can hold a NUL, so nothing that a person wrote shifts the fields behind it.
    fields = out.decode("utf-8", "replace").split("\0")
    for at in range(0, len(fields) - _WIDTH + 1, _WIDTH):
        _, name, parents, author, email, committer, committed, when, message = fields[
            at : at + _WIDTH
        ]
        yield Commit(
            name,
            tuple(parents.split()),
            author,
            email,
            committer,
            committed,
            _instant(when),
            message.rstrip("\n"),
        )


def _instant(seconds: str) -> datetime:
    """A commit may claim any time at all, or none that can be read."""
    count = int(seconds) if seconds.isdecimal() else 0
    return datetime.fromtimestamp(min(count, _LATEST), UTC)


def _touched(head: str, path: str) -> Touched:
    old_mode, new_mode, old, new, _ = head.removeprefix(":").split(" ")
    return Touched(path, _entry(path, old_mode, old), _entry(path, new_mode, new))


def _entry(path: str, mode: str, blob: str) -> Entry | None:
    return None if mode == "000000" else Entry(path, mode, blob)


def mentioning(repository: Repository, head: str, pattern: str, most: int) -> tuple[Commit, ...]:
    """The landings on the way to `head` (a resolved commit) with a line in their message that the
    pattern (basic, as Git's own) fits, the newest first, so many at the most.
    """
    out = repository.run(
        "rev-list",
        "--first-parent",
        "--encoding=UTF-8",
        f"--max-count={most}",
        f"--grep={pattern}",
        f"--format={_FIELDS}",
        head,
    )
    return tuple(_commits(out))
