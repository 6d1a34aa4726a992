"""The lock: differences between page and source that somebody put on record."""

from __future__ import annotations

from collections.abc import Iterator

from opsrail.content.changes import Weight
from opsrail.gate.changing.comparison import Comparison
from opsrail.gate.changing.locked import changed_entries
from opsrail.gate.changing.registry import reader
from opsrail.governance.changes import Change
from opsrail.tailor.catalog import PageName
from opsrail.tailor.lock import LOCK_PATH, Lock, read_lock


@reader("lock")
def read(compared: Comparison) -> Iterator[Change]:
    """Each page whose lines changed: newly accepted differences, or, where nothing else of the
    page changed, that its record did. The lock itself only follows.
    """
    if LOCK_PATH not in compared.subject.changed:
        return
    texts = compared.texts(LOCK_PATH)
    before, after = changed_entries(*texts)
    if after.problems:
        problem = (read_lock(texts[1]).problems or after.problems)[0]
        line = problem.location.line
        yield Change(LOCK_PATH, "file unreadable", new=problem.message, line=line)
    pages = sorted({page for page, _ in (*before.entries, *after.entries)})
    for page in pages:
        accepted = tuple(_accepted_on(compared, page, before, after))
        yield from accepted
        if not accepted and page not in compared.subject.changed:
            yield _followed(compared, page)
    if pages:
        owners = compared.owners(*pages)
        yield Change(LOCK_PATH, "lock regenerated", weight=Weight.WORDING, owners=owners)
    elif not after.problems:
        yield Change(LOCK_PATH, "file changed", weight=Weight.WORDING)


def _accepted_on(compared: Comparison, page: str, before: Lock, after: Lock) -> Iterator[Change]:
    """What somebody put on record that the page may say otherwise than its sources."""
    for (name, section), entry in sorted(after.entries.items()):
        if name == page and entry.accepted and entry.accepted != _accepted(before, page, section):
            yield Change(
                page,
                "difference accepted",
                _section(section),
                weight=Weight.MUST_REREAD,
                owners=compared.owners(page),
                roles=_roles(page),
            )


def _followed(compared: Comparison, page: str) -> Change:
    """The page reads as before, and its record in the lock is another."""
    return Change(
        page,
        "page regenerated",
        "its record in the lock",
        weight=Weight.WORDING,
        owners=compared.owners(page),
        roles=_roles(page),
    )


def _section(section: str) -> str:
    anchor = section.partition("#")[2] or section
    return f"§ {anchor}" if anchor else "the opening"


def _accepted(lock: Lock, page: str, section: str) -> str:
    entry = lock.entry(page, section)
    return entry.accepted if entry else ""


def _roles(page: str) -> tuple[str, ...]:
    found = PageName.of(page)
    return (found.role,) if found else ()
