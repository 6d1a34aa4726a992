"""What documents say about themselves: who answers, who may read, when to look again; and where
their link definitions lead.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date

from opsrail.content.changes import Weight
from opsrail.content.model import Document
from opsrail.gate.changing.comparison import Comparison
from opsrail.gate.changing.quoting import quoted
from opsrail.gate.changing.registry import reader
from opsrail.gate.texts import place_in_front
from opsrail.governance.changes import Change


@reader("front matter")
def read(compared: Comparison) -> Iterator[Change]:
    """Every value of a document's front matter that differs, also where the document moved."""
    for before, after in _pairs(compared):
        was, now = before.front_values, after.front_values
        owners, roles = (
            compared.owners(before.path, after.path),
            tuple(sorted({*compared.roles(before.path), *compared.roles(after.path)})),
        )
        for key in sorted(was.keys() | now.keys()):
            if (type(was.get(key)), was.get(key)) != (type(now.get(key)), now.get(key)):
                what, weight = _weighed(key, before, after)
                old, new = quoted(*(_written(side.get(key)) for side in (was, now)))
                line = place_in_front(after if key in now else before, key).line
                yield Change(after.path, what, key, old, new, line, weight, owners, roles)


def _weighed(key: str, before: Document, after: Document) -> tuple[str, Weight]:
    """Which term it is, and how much it weighs."""
    clearances = before.front.clearance, after.front.clearance
    if key == "clearance" and clearances[0] is not clearances[1]:
        wider = clearances[1].rank < clearances[0].rank
        return f"clearance {'widened' if wider else 'narrowed'}", Weight.MUST_REREAD
    if key == "owner":
        return "owner changed", Weight.WORTH_KNOWING
    if key == "review_by" and _is_postponed(before.front.review_by, after.front.review_by):
        return "review postponed", Weight.WORTH_KNOWING
    return "front matter changed", Weight.WORDING


def _is_postponed(before: date | None, after: date | None) -> bool:
    return before is not None and (after is None or after > before)


def _written(value: object) -> str:
    return "" if value is None else str(value)


def _pairs(compared: Comparison) -> Iterator[tuple[Document, Document]]:
    """Every changed document before and now; one that is gone, with where most of it went."""
    went = _went(compared)
    for path in compared.paths:
        if path.startswith("content/") and path.endswith(".md"):
            before = compared.base.document(path)
            after = compared.head.document(went.get(path, path))
            if before is not None and after is not None:
                yield before, after


def _went(compared: Comparison) -> dict[str, str]:
    """Documents that are gone, and the new ones that most of their sections are in."""
    counts: dict[str, Counter[str]] = {}
    for old, new in compared.subject.diff.matches:
        was, now = old.partition("#")[0], new.partition("#")[0]
        if compared.entries(was)[1] is None and compared.entries(now)[0] is None:
            counts.setdefault(was, Counter())[now] += 1
    return {was: min(found, key=lambda now: (-found[now], now)) for was, found in counts.items()}


@reader("link definitions")
def read_links(compared: Comparison) -> Iterator[Change]:
    """Where `[name]: address` lines lead: they stand in no passage."""
    for before, after in _pairs(compared):
        was, now = before.references, after.references
        for label in sorted(was.keys() | now.keys()):
            if was.get(label) != now.get(label):
                old, new = quoted(was.get(label, ""), now.get(label, ""))
                direction = "added" if not old else "changed" if new else "removed"
                yield Change(
                    after.path,
                    f"url {direction}",
                    f"[{label}]",
                    old,
                    new,
                    _defined_at(after if label in now else before, label),
                    Weight.MUST_REREAD,
                    compared.owners(before.path, after.path),
                    compared.roles(after.path),
                )


def _defined_at(document: Document, label: str) -> int:
    wanted = re.compile(rf"\s*\[{re.escape(label)}\]:", re.IGNORECASE)
    found = (number for number, line in enumerate(document.lines, 1) if wanted.match(line))
    return next(found, 1)
