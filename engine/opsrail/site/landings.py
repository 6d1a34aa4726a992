"""Read the landings from Git: first-parent commits that touched content, newest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from opsrail.content.changes import ContentDiff
from opsrail.content.diff import diff_documents
from opsrail.content.model import Document
from opsrail.content.sections import parse_document
from opsrail.findings import Unreadable
from opsrail.repo.git import Repository, UnknownRevision
from opsrail.repo.snapshot import REGULAR, SIZE_LIMIT, decode
from opsrail.site.history import Landing

FOLDER = "content"
DAYS = 90
MOST_COMMITS = 200
_NOBODY = "0" * 40
_FIELDS = "%H%x00%P%x00%cs%x00%s"


@dataclass(frozen=True, slots=True)
class _Commit:
    name: str
    parent: str
    day: date
    subject: str


def landings(
    repository: Repository,
    revision: str,
    today: date,
    days: int = DAYS,
    most: int = MOST_COMMITS,
) -> tuple[Landing, ...]:
    """What landed within the last `days` days before `revision`, at most `most` commits.

    A repository without a commit has no history; the commit that brought its first documents
    changed nothing for anybody, it only began.
    """
    try:
        head = repository.resolve(revision)
    except UnknownRevision:
        return ()
    since = today - timedelta(days=days)
    found = (_landing(repository, one) for one in _commits(repository, head, since, most))
    return tuple(landing for landing in found if landing.diff)


def _commits(repository: Repository, head: str, since: date, most: int) -> Iterator[_Commit]:
    out = repository.run(
        "rev-list",
        "--first-parent",
        f"--max-count={most}",
        f"--since={since.isoformat()}T00:00:00Z",
        f"--format={_FIELDS}",
        head,
        "--",
        FOLDER,
    )
    for line in out.decode("utf-8", "replace").split("\n"):
        parts = line.split("\0")
        if len(parts) == 4 and parts[1]:
            parent = parts[1].split(" ")[0]
            yield _Commit(parts[0], parent, date.fromisoformat(parts[2]), parts[3])


def _landing(repository: Repository, commit: _Commit) -> Landing:
    before: dict[str, Document] = {}
    after: dict[str, Document] = {}
    for path, old, new in _touched(repository, commit):
        was, now = document_at(repository, path, old), document_at(repository, path, new)
        if was:
            before[path] = was
        if now:
            after[path] = now
    if after and not before and _is_beginning(repository, commit):
        return Landing(commit.name, commit.day, commit.subject, ContentDiff())
    return Landing(commit.name, commit.day, commit.subject, diff_documents(before, after))


def _is_beginning(repository: Repository, commit: _Commit) -> bool:
    """Whether there was no document at all before it."""
    names = repository.run("ls-tree", "-r", "-z", "--name-only", commit.parent, "--", FOLDER)
    return not any(name.endswith(b".md") for name in names.split(b"\0"))


def _touched(repository: Repository, commit: _Commit) -> Iterator[tuple[str, str, str]]:
    """(path, old blob, new blob) of each Markdown file that a commit touched."""
    out = repository.run(
        "diff-tree",
        "-r",
        "-z",
        "--no-renames",
        "--raw",
        "--full-index",
        commit.parent,
        commit.name,
        "--",
        FOLDER,
    )
    parts = out.decode("utf-8", "surrogateescape").split("\0")
    for head, path in zip(parts[::2], parts[1::2], strict=False):
        old_mode, new_mode, old, new, _ = head.removeprefix(":").split(" ")
        if path.endswith(".md"):
            yield (
                path,
                old if old_mode in REGULAR else _NOBODY,
                new if new_mode in REGULAR else _NOBODY,
            )


def document_at(repository: Repository, path: str, blob: str) -> Document | None:
    """The document that a blob holds; None if there is none, or nobody can read it."""
    if blob == _NOBODY or repository.blob_size(blob) > SIZE_LIMIT:
        return None
    try:
        return parse_document(path, decode(path, repository.blob(blob)))
    except Unreadable:
        return None
