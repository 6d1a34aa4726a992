"""Telling a diff: what changed, in typed plain words, and whom it touches."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsrail.content.changes import (
    ChangeKind,
    ContentDiff,
    FrontChange,
    PieceChange,
    SectionChange,
    Weight,
)
from opsrail.content.facts import FactChange
from opsrail.content.model import BlockKind
from opsrail.content.pieces import Piece
from opsrail.content.statements import facts_of
from opsrail.gate.automations import AutomationChange, automation_changes, touched_flows
from opsrail.gate.evals import suites_reached
from opsrail.gate.reaching import reach_of
from opsrail.gate.subject import Subject
from opsrail.tailor.impact import Reach

if TYPE_CHECKING:
    from opsrail.detection.changes import RuleChange

_TAG = re.compile(r"<[^<>]*>")

EXCERPT = 64
"""Characters of a changed passage that are shown; the rest is in the file."""


@dataclass(frozen=True, slots=True)
class Told:
    """A diff with what it touches, ready to be laid out."""

    diff: ContentDiff
    reach: Reach
    rules: tuple[RuleChange, ...] = ()
    automations: tuple[AutomationChange, ...] = ()
    flows: tuple[str, ...] = ()
    """Flows whose outcome may be another."""
    suites: tuple[str, ...] = ()
    """Eval suites that are run because of it."""
    changes_files: bool = False
    """Whether any governed file changed at all, told here or not."""

    def __bool__(self) -> bool:
        return bool(self.diff or self.rules or self.automations)


def tell(subject: Subject) -> Told:
    """The typed diff of head against base and its reach."""
    reached = reach_of(subject)
    return Told(
        subject.diff,
        reached,
        _rules(subject),
        automation_changes(subject),
        touched_flows(subject, reached),
        suites_reached(subject, reached.pages) if subject.base else (),
        changes_files=subject.base is not None and bool(subject.changed),
    )


def _rules(subject: Subject) -> tuple[RuleChange, ...]:
    """What the change does to detection rules."""
    paths = {path for path in subject.changed if path.startswith("rules/")}
    if subject.base is None or not paths:
        return ()
    # Reading rules takes a library of its own, and most changes touch none.
    from opsrail.detection.changes import rule_changes
    from opsrail.detection.library import read_library

    return rule_changes(
        read_library(subject.base.snapshot, paths), read_library(subject.head.snapshot, paths)
    )


def origin(change: SectionChange) -> str:
    """Where a section came from or went, in words; empty if it stayed."""
    old, new = change.old, change.new
    text = "" if change.pieces else ", text unchanged"
    match change.kind:
        case ChangeKind.MOVED if old and new:
            place = old.path.rsplit("/", 1)[-1] if old.path != new.path else "this document"
            above = f" § {old.trail[-2]}" if len(old.trail) > 1 and old.trail[-2] else ""
            return f"moved here from {place}{above}{text}"
        case ChangeKind.RENAMED if old and new:
            if old.title == new.title:
                return f"its anchor was #{old.anchor} and is #{new.anchor} now{text}"
            return f"was called “{old.title}”{text}"
        case ChangeKind.ADDED:
            return "new section"
        case ChangeKind.REMOVED:
            return "section removed"
    if old and new and old.title != new.title:
        return f"was called “{old.title}”"
    return ""


def clearance(change: SectionChange) -> str:
    """How the clearance moved, in words; empty if it did not."""
    if not (change.clearance_moved and change.old and change.new):
        return ""
    before, after = change.old.clearance, change.new.clearance
    wider = "for more readers" if after.rank < before.rank else "for fewer readers"
    return f"{before} → {after}  ({wider})"


def fact_words(change: FactChange) -> tuple[str, str]:
    """A fact change as (what it says, a remark): raised and lowered are said, since what is
    destructive must not need arithmetic.
    """
    limits = {"raised": "raised", "lowered": "lowered"}
    return change.describe(), limits.get(change.direction, "")


def passages(change: SectionChange) -> Iterator[PieceChange]:
    """Piece changes to tell beside the facts: what came, what went, and every change that
    no fact tells.
    """
    if change.kind in {ChangeKind.ADDED, ChangeKind.REMOVED}:
        return
    for piece in change.pieces:
        if piece.is_readership:
            yield piece
        elif _flat(piece.old) != _flat(piece.new):
            whole = piece.old is None or piece.new is None
            if whole or not change.facts or not _tells_fact(piece, change):
                yield piece


def _tells_fact(piece: PieceChange, change: SectionChange) -> bool:
    moved = {side.key for fact in change.facts for side in (fact.old, fact.new) if side}
    texts = [side.text for side in (piece.old, piece.new) if side and side.is_prose]
    return any(fact.key in moved for fact in facts_of(texts))


def passage_words(piece: PieceChange) -> str:
    """A passage before and after, cut to where they differ; a table's row by its first cell."""
    if piece.old is None:
        return f"added      {_excerpt(_flat(piece.new))}"
    if piece.new is None:
        return f"removed    {_excerpt(_flat(piece.old))}"
    if piece.is_readership:
        return f"for whom   {_readers(piece.old)}  →  {_readers(piece.new)}"
    before, after = _differing(_flat(piece.old), _flat(piece.new))
    if key := piece.new.key:
        return f"row        {_excerpt(key)}: {before}  →  {after}"
    return f"wording    {before}  →  {after}"


def _readers(piece: Piece) -> str:
    only = "only " + ", ".join(sorted(piece.only)) if piece.only is not None else "everyone"
    return f"{only}, needs {piece.needs}" if piece.needs else only


def _flat(piece: Piece | None) -> str:
    """A piece's words on one line; of raw HTML what a browser would show."""
    if piece is None:
        return ""
    text = _TAG.sub(" ", piece.text) if piece.kind == BlockKind.HTML else piece.text
    return " ".join(text.split())


def _excerpt(text: str) -> str:
    return f"“{text}”" if len(text) <= EXCERPT else f"“{text[: EXCERPT - 1].rstrip()}…”"


def _differing(before: str, after: str) -> tuple[str, str]:
    """Both texts from a few words before their first difference to a few after the last."""
    old, new = before.split(), after.split()
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    lead, trail = max(head - 2, 0), max(tail - 2, 0)
    return _cut(old, lead, trail), _cut(new, lead, trail)


def _cut(words: list[str], lead: int, trail: int) -> str:
    kept = " ".join(words[lead : len(words) - trail])
    before = "…" if lead else ""
    after = "…" if trail else ""
    if len(kept) > EXCERPT:
        kept, after = kept[: EXCERPT - 1].rstrip(), "…"
    return f"“{before}{kept}{after}”"


def front_words(change: FrontChange) -> str:
    """A front matter change in words."""
    if not change.old:
        return f"{change.key} set to {change.new}"
    if not change.new:
        return f"{change.key} removed (was {change.old})"
    return f"{change.key} {change.old} → {change.new}"


def heaviest(diff: ContentDiff) -> Weight | None:
    """The heaviest weight in a diff, None if nothing changed."""
    weights = [change.weight for change in diff.sections] + [c.weight for c in diff.front]
    return min(weights, key=lambda weight: weight.rank, default=None)
