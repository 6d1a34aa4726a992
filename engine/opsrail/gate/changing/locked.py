"""The lock's lines, page by page: what is about a page is its owners' business and nobody else's.

The lock is one file for all playbooks. Were its share one, who edits a page would take back what
the owners of all other pages agreed to.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from opsrail.tailor.lock import Lock, read_lock


def changed_entries(before: str, after: str) -> tuple[Lock, Lock]:
    """The entries of either text that the other does not have as they are."""
    was, now = before.split("\n"), after.split("\n")
    old, new = set(was), set(now)
    return (
        read_lock("\n".join(line for line in was if line not in new)),
        read_lock("\n".join(line for line in now if line not in old)),
    )


def changed_pages(before: str, after: str) -> Mapping[str, tuple[str, str]]:
    """Each page whose lines differ, with a digest of those lines before and after, sorted."""
    old, new = changed_entries(before, after)
    pages = sorted({page for page, _ in (*old.entries, *new.entries)})
    return {page: (_digest(old, page), _digest(new, page)) for page in pages}


def _digest(lock: Lock, page: str) -> str:
    lines = _lines(lock, page)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:40] if lines else ""


def _lines(lock: Lock, page: str) -> list[str]:
    entries: Iterable[str] = (
        entry.line() for (name, _), entry in sorted(lock.entries.items()) if name == page
    )
    return list(entries)
