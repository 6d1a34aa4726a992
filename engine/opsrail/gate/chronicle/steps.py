"""One landing's effect on documents, looked at as narrowly as the question allows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from opsrail.content.changes import ContentDiff
from opsrail.content.diff import diff_documents
from opsrail.content.model import Document
from opsrail.content.sections import parse_document
from opsrail.findings import Unreadable
from opsrail.repo.git import Repository
from opsrail.repo.log import Commit, Touched, touched
from opsrail.repo.snapshot import Entry, Snapshot

FOLDER: Final = "content"
MOST_DOCUMENTS: Final = 100
"""Documents of one landing in which a section is looked for that came from elsewhere."""
TELLING: Final = 12
"""Characters that a line has to have, so that two documents do not share it by chance."""


@dataclass(frozen=True, slots=True)
class Step:
    """Documents before and after one landing, and what differs between them.

    `broken` are those that were there before, and could not be read.
    """

    before: Mapping[str, Document]
    after: Mapping[str, Document]
    diff: ContentDiff
    broken: frozenset[str] = frozenset()

    def origin(self, path: str) -> str:
        """The path that the document at `path` had before; empty if it is new.

        A document that was not there is the one that most of its sections came from.
        """
        if path in self.before or path in self.broken or path not in self.after:
            return path
        pairs = (pair for pair in self.diff.matches if pair[1].partition("#")[0] == path)
        came = Counter(old.partition("#")[0] for old, _ in pairs)
        return min(came, key=lambda old: (-came[old], old), default="")


def text_of(repository: Repository, entry: Entry | None) -> str | None:
    """What a file says; None if it is not there or cannot be read as text."""
    if entry is None:
        return None
    try:
        return Snapshot(repository, entry.blob, (entry,)).text(entry.path)
    except Unreadable:
        return None


def narrow_step(repository: Repository, commit: Commit, paths: Collection[str]) -> Step:
    """What a landing did to these documents, without a look at any other."""
    return _step(repository, touched(repository, commit.before, commit.name, sorted(paths)))


def wide_step(
    repository: Repository,
    commit: Commit,
    paths: Collection[str],
    wanted: Collection[str] = (),
    *,
    looks_ahead: bool = False,
) -> Step:
    """As `narrow_step`, beside those other documents that what is new in these may come from:
    they lost a line that these got, or one of the `wanted` quotes. With `looks_ahead` also beside
    those where what these lost may stand now.
    """
    files = touched(repository, commit.before, commit.name, (FOLDER,))
    readings = [_reading(repository, one) for one in files if one.path.endswith(".md")]
    mine = [one for one in readings if one.file.path in paths]
    come = frozenset().union(*(one.come for one in mine))
    gone = frozenset().union(*(one.gone for one in mine)) if looks_ahead else frozenset()
    others = [
        one
        for one in readings
        if one not in mine and (one.gone & come or one.come & gone or one.lost(wanted))
    ]
    return _step(repository, (one.file for one in (*mine, *others[:MOST_DOCUMENTS])))


@dataclass(frozen=True, slots=True)
class _Reading:
    """A document that a landing touched, read as lines: cheap enough for every one of them."""

    file: Touched
    was: str
    now: str
    gone: frozenset[str]
    come: frozenset[str]

    def lost(self, quotes: Collection[str]) -> bool:
        """Whether one of these stood there before and does not any more."""
        return any(one in self.was and one not in self.now for one in quotes)


def _reading(repository: Repository, file: Touched) -> _Reading:
    was, now = (text_of(repository, side) or "" for side in (file.old, file.new))
    before, after = _lines(was), _lines(now)
    return _Reading(
        file, " ".join(was.split()), " ".join(now.split()), before - after, after - before
    )


def _lines(text: str) -> frozenset[str]:
    lines = (line.strip() for line in text.split("\n"))
    return frozenset(line for line in lines if len(line) >= TELLING)


def _step(repository: Repository, files: Iterable[Touched]) -> Step:
    before: dict[str, Document] = {}
    after: dict[str, Document] = {}
    broken: set[str] = set()
    for one in files:
        was, now = text_of(repository, one.old), text_of(repository, one.new)
        if was is not None:
            before[one.path] = parse_document(one.path, was)
        elif one.old:
            broken.add(one.path)
        if now is not None:
            after[one.path] = parse_document(one.path, now)
    return Step(before, after, diff_documents(before, after), frozenset(broken))
