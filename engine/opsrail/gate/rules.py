"""The rules that a change concerns, and what their files say."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from opsrail.detection.reading.documents import (
    FOLDER,
    STREAMS_PATH,
    Document,
    RuleFormat,
    is_rule_file,
    read_documents,
)
from opsrail.detection.reading.search import files_needing
from opsrail.findings import Unreadable
from opsrail.gate.subject import Subject
from opsrail.tailor.catalog import Catalog

if TYPE_CHECKING:
    from opsrail.detection.library import Library


def rule_paths(subject: Subject) -> tuple[str, ...]:
    """Every rule file at head."""
    found = subject.head.snapshot.paths(FOLDER, ".yaml")
    return tuple(path for path in found if is_rule_file(path))


@lru_cache(maxsize=2)
def concerned(subject: Subject) -> frozenset[str]:
    """Rule files to look at: changed ones, and those that name a rule that changed or went.

    Another rules/streams.yaml concerns them all.
    """
    every = rule_paths(subject)
    if subject.base is None or STREAMS_PATH in subject.changed:
        return frozenset(every)
    changed = {path for path in subject.changed if is_rule_file(path)}
    if not changed:
        return frozenset()
    base = subject.base
    head = subject.head
    needing = files_needing(
        head.snapshot,
        changed,
        lambda path: _both(head, base, path) if path in changed else head.text(path) or "",
    )
    return frozenset(needing & set(every))


def _both(head: Catalog, base: Catalog, path: str) -> str:
    """What a file says now and said before: who named a rule that went is concerned, too."""
    now, before = head.text(path) or "", base.text(path) or ""
    return now if now == before else f"{now}\n---\n{before}"


@lru_cache(maxsize=2)
def library_for(subject: Subject) -> Library:
    """The library of the rules that the change concerns and what they need.

    Reading rules takes long to import: ask only if there are any.
    """
    from opsrail.detection.library import read_library

    only = None if subject.base is None else concerned(subject)
    return read_library(subject.head.snapshot, only)


def rule_documents(
    subject: Subject, paths: Collection[str]
) -> Iterator[tuple[Document, RuleFormat]]:
    """The readable documents of these rule files at head, whether the rules can be run or not."""
    for path in sorted(paths):
        try:
            found = read_documents(path, subject.head.text(path) or "")
        except Unreadable:
            continue
        yield from ((one.document, one.file) for one in found if one.file is not None)
