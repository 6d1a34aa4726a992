"""Snapshots: every governed file at one revision, or in the work tree.

A snapshot knows the path, mode and blob id of each file without reading any of them; what a
file says is read when asked for. The work tree's snapshot takes blob ids from Git's index and
hashes only what differs from it, so its cost is that of `git status`.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from opsrail.findings import CannotWork, Finding, Location, Unreadable
from opsrail.repo.git import Repository

GOVERNED = ("content", "playbooks", "rules", "policies")
"""The folders that the engine reads; everything else in the repository is not its business."""

SIZE_LIMIT = 2 * 1024 * 1024
"""Bytes. A governed file is text that people review; larger ones are refused unread."""

LOCK_SIZE_LIMIT = 64 * 1024 * 1024
"""Bytes. Nobody reviews a lock as text, and it has a line for every derived section: 3 MiB at
3,000 pages.
"""

MOST_WORDS = 200
"""Git looks for each word apart, so that this many cost about a second in 10,000 files."""

LONGEST_LINE = 20_000
"""Characters. Nobody writes or reviews a longer line, and Markdown takes minutes to read one."""

REGULAR = ("100644", "100755")


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """A governed file: repository path, Git mode, and the id Git gives its content."""

    path: str
    mode: str
    blob: str

    @property
    def is_regular(self) -> bool:
        """False for symbolic links and submodules."""
        return self.mode in REGULAR


class Snapshot:
    """All governed files at one moment. `revision` is None for the work tree."""

    def __init__(
        self, repository: Repository, revision: str | None, entries: Iterable[Entry]
    ) -> None:
        self.repository = repository
        self.revision = revision
        self.entries: Mapping[str, Entry] = {entry.path: entry for entry in sorted(entries)}

    @cached_property
    def digest(self) -> str:
        """One hash over every path, mode and content."""
        summary = hashlib.sha256()
        for entry in self.entries.values():
            line = f"{entry.mode} {entry.blob} {entry.path}\0"
            summary.update(line.encode("utf-8", "surrogateescape"))
        return summary.hexdigest()

    def __contains__(self, path: object) -> bool:
        return path in self.entries

    def paths(self, folder: str, suffix: str = "") -> Iterator[str]:
        """Sorted paths of regular files under `folder` that end in `suffix`."""
        start = f"{folder}/"
        for path, entry in self.entries.items():
            if path.startswith(start) and path.endswith(suffix) and entry.is_regular:
                yield path

    def read(self, path: str) -> bytes:
        """A file's bytes. Raises `Unreadable` if it is no regular file or too large."""
        entry = self.entries[path]
        if not entry.is_regular:
            raise Unreadable(
                Finding(
                    Location(path),
                    "not-a-file",
                    "a symbolic link or submodule stands where a governed file belongs",
                    hint="commit the file itself: links can point out of the repository",
                )
            )
        return self._bytes(entry)

    def _bytes(self, entry: Entry) -> bytes:
        if self.revision is None:
            return _read_unfollowed(self.repository, entry.path)
        if (size := self.repository.blob_size(entry.blob)) > size_limit(entry.path):
            raise _too_large(entry.path, size)
        return self.repository.blob(entry.blob)

    def text(self, path: str) -> str:
        r"""A file as text with `\n` line ends and no byte order mark.

        Raises `Unreadable`, located at the first byte that is not UTF-8 or is NUL.
        """
        return decode(path, self.read(path))

    def changed(self, earlier: Snapshot) -> frozenset[str]:
        """Paths whose mode or content differ between `earlier` and this snapshot."""
        mine, theirs = self.entries, earlier.entries
        return frozenset(
            path for path in mine.keys() | theirs.keys() if mine.get(path) != theirs.get(path)
        )

    def mentioning(self, words: Iterable[str], folder: str) -> frozenset[str]:
        """Paths under `folder` whose text may contain one of `words`, found by `git grep`.

        This answers "who might depend on it" without parsing anything, so its cost hardly
        grows with the repository. With very many words it names every path: looking for all
        of them would cost more than looking at all of those.
        """
        patterns = [part for word in sorted(set(words)) for part in ("-e", word)]
        if not patterns:
            return frozenset()
        if len(patterns) > 2 * MOST_WORDS:
            return frozenset(path for path in self.entries if path.startswith(f"{folder}/"))
        scope = ["--untracked", "--no-recurse-submodules"] if self.revision is None else []
        tree = [] if self.revision is None else [self.revision]
        status, out, err = self.repository.attempt(
            "grep",
            "-l",
            "-z",
            "--text",
            "--fixed-strings",
            *scope,
            *patterns,
            *tree,
            "--",
            folder,
        )
        if status > 1:  # 1 means nothing found; a search that failed must not look like it
            raise CannotWork(f"git grep failed: {err.decode(errors='replace').strip()}")
        names = (name for name in out.decode("utf-8", "surrogateescape").split("\0") if name)
        prefix = f"{self.revision}:" if self.revision else ""
        return frozenset(name.removeprefix(prefix) for name in names) & self.entries.keys()


def revision_snapshot(repository: Repository, revision: str) -> Snapshot:
    """The governed files of a resolved commit."""
    out = repository.run("ls-tree", "-r", "-z", "--full-tree", revision, "--", *GOVERNED)
    return Snapshot(repository, revision, _tree_entries(out))


def _tree_entries(out: bytes) -> Iterator[Entry]:
    for record in out.decode("utf-8", "surrogateescape").split("\0"):
        if record:
            head, path = record.split("\t", 1)
            mode, _, blob = head.split(" ")
            yield Entry(path, mode, blob)


def worktree_snapshot(repository: Repository) -> Snapshot:
    """The governed files as they lie on disk: tracked, changed and new, but not ignored."""
    index = repository.run("ls-files", "-s", "-z", "--", *GOVERNED)
    entries = dict(_index_entries(index))
    changed, removed = worktree_changes(repository)
    for path in removed:
        entries.pop(path, None)
    for path in changed:
        entries[path] = _disk_entry(repository, path)
    return Snapshot(repository, None, entries.values())


def _index_entries(out: bytes) -> Iterator[tuple[str, Entry]]:
    for record in out.decode("utf-8", "surrogateescape").split("\0"):
        if record:
            head, path = record.split("\t", 1)
            mode, blob, _ = head.split(" ")
            yield path, Entry(path, mode, blob)


def worktree_changes(repository: Repository) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What lies on disk otherwise than in Git's index: (new or changed, removed) paths."""
    out = repository.run(
        "status",
        "--porcelain=v2",
        "-z",
        "--no-renames",
        "--untracked-files=all",
        "--",
        *GOVERNED,
    )
    changed: list[str] = []
    removed: list[str] = []
    for record in out.decode("utf-8", "surrogateescape").split("\0"):
        kind, _, rest = record.partition(" ")
        if kind == "?":
            changed.append(rest)
        elif kind == "1" and rest[1] != ".":
            path = rest.split(" ", 7)[7]
            (removed if rest[1] == "D" else changed).append(path)
        elif kind == "u":
            changed.append(rest.split(" ", 9)[9])
    on_disk = [path for path in changed if os.path.lexists(repository.root / path)]
    gone = [*removed, *(path for path in changed if path not in set(on_disk))]
    return tuple(sorted(on_disk)), tuple(sorted(gone))


def _disk_entry(repository: Repository, path: str) -> Entry:
    place = repository.root / path
    mode = place.lstat().st_mode
    if stat.S_ISLNK(mode):
        return Entry(path, "120000", blob_id(os.fsencode(place.readlink())))
    if not stat.S_ISREG(mode):
        return Entry(path, "160000", "0" * 40)
    git_mode = "100755" if mode & stat.S_IXUSR else "100644"
    if place.lstat().st_size > size_limit(path):
        return Entry(path, git_mode, blob_id(str(place.lstat().st_size).encode()))
    return Entry(path, git_mode, blob_id(_read_unfollowed(repository, path)))


def _read_unfollowed(repository: Repository, path: str) -> bytes:
    """Read without following a link: what was a file a moment ago may not be one now."""
    try:
        handle = os.open(repository.root / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        raise Unreadable(
            Finding(
                Location(path),
                "not-a-file",
                f"this file cannot be opened: {error.strerror}",
                hint="was it moved or replaced a moment ago? run the command again",
            )
        ) from error
    with os.fdopen(handle, "rb") as stream:
        size = os.fstat(stream.fileno()).st_size
        if size > size_limit(path):
            raise _too_large(path, size)
        return stream.read()


def size_limit(path: str) -> int:
    """The most bytes that the governed file at `path` may have."""
    return LOCK_SIZE_LIMIT if path.endswith(".lock") else SIZE_LIMIT


def _too_large(path: str, size: int) -> Unreadable:
    return Unreadable(
        Finding(
            Location(path),
            "file-too-large",
            f"{size / 1024 / 1024:.1f} MiB is more than the {size_limit(path) // 1024 // 1024} MiB"
            " that a governed file may have",
            hint="split it, or keep recordings and exports outside the governed folders",
        )
    )


def blob_id(content: bytes) -> str:
    """The object id Git gives this content (SHA-1 over a header and the bytes)."""
    header = f"blob {len(content)}\0".encode()
    return hashlib.sha1(header + content, usedforsecurity=False).hexdigest()


def decode(path: str, content: bytes) -> str:
    r"""Bytes as text with `\n` line ends and no byte order mark. Raises `Unreadable`."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable(
            _at_byte(path, content, error.start, "encoding", "this is not UTF-8 text")
        ) from error
    if (nul := content.find(b"\0")) >= 0:
        raise Unreadable(_at_byte(path, content, nul, "encoding", "a NUL byte: not a text file"))
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    _refuse_long_lines(path, text)
    return text


def _refuse_long_lines(path: str, text: str) -> None:
    if len(text) <= LONGEST_LINE:
        return
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > LONGEST_LINE:
            raise Unreadable(
                Finding(
                    Location(path, number, LONGEST_LINE + 1),
                    "line-too-long",
                    f"this line has {len(line):,} characters; {LONGEST_LINE:,} is the most",
                    hint="wrap it, or move the data out of the governed folders",
                )
            )


def _at_byte(path: str, content: bytes, offset: int, code: str, message: str) -> Finding:
    before = content[:offset]
    line = before.count(b"\n") + 1
    column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
    return Finding(Location(path, line, column), code, message, hint="save the file as UTF-8 text")
