"""DESTRUCTIVE: what is lost or let loose. Every such change is told, or the plan is too large."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from opsrail.gate.plan.told.model import COLUMNS, LABEL, Look, ToldLine, ToldPart, line
from opsrail.gate.plan.told.quoting import counted, plural, said, short_names, sides
from opsrail.governance.changes import Change

MOST_ROWS: Final = 26
"""Rows of the screen for destructive changes: about half of it."""

_MOST_PACKED: Final = 2 * (COLUMNS - LABEL)
_MOST_TERMS: Final = 12


@dataclass(frozen=True, slots=True)
class Losses:
    """The destructive changes among others, in lines. With `is_too_large` they are only counted,
    since nobody can weigh so many on one screen.
    """

    changes: tuple[Change, ...]
    lines: tuple[ToldLine, ...]
    is_too_large: bool

    @property
    def figures(self) -> str:
        """How many there are: `412 destructive changes in 37 files`."""
        files = len({change.path for change in self.changes})
        what = plural(len(self.changes), "destructive change")
        return f"{what} in {plural(files, 'file')}"


def losses_of(changes: Sequence[Change]) -> Losses:
    """One line each if there is room, else packed by file, else counted."""
    found = tuple(sorted((one for one in changes if one.is_destructive), key=in_order))
    # Even packed, none takes less than a tenth of a row.
    if len(found) <= 10 * MOST_ROWS:
        names = short_names(change.path for change in found)
        for lines in (_one_each(found, names), packed(found, names)):
            if sum(told.rows for told in lines) <= MOST_ROWS:
                return Losses(found, lines, is_too_large=False)
    return Losses(found, tuple(_tallied(found)), is_too_large=True)


def in_order(change: Change) -> tuple[object, ...]:
    """The same order for the same changes, whatever order they come in."""
    return (*change.order, change.weight.rank, change.owners, change.roles)


def place_of(change: Change, names: Mapping[str, str]) -> str:
    """`refunds.md:14 § Refund a charge`."""
    known = _subject(change)
    subject = f" {said(known, 60)}" if known else ""
    return f"{said(names[change.path], 80)}:{change.line}{subject}"


def _subject(change: Change) -> str:
    """Its place in the file; not where that is the name of a row that is what it says itself."""
    return "" if change.subject in {change.old, change.new} else change.subject


def _one_each(found: Sequence[Change], names: Mapping[str, str]) -> tuple[ToldLine, ...]:
    told, before = [], ""
    for one in found:
        # What is lost is said once of changes of one sort that follow each other.
        danger = f"; {one.term.danger}" if one.what != before else ""
        text = f"{_colon(sides(one.old, one.new))} ({place_of(one, names)}){danger}"
        told.append(ToldLine(text, one.what, Look.BAD))
        before = one.what
    return tuple(told)


def _colon(words: str) -> str:
    return f": {words}" if words else ""


def packed(found: Sequence[Change], names: Mapping[str, str]) -> tuple[ToldLine, ...]:
    """The changes of one file after each other, on as many lines as they need."""
    by_file: dict[str, list[Change]] = {}
    for change in found:
        by_file.setdefault(change.path, []).append(change)
    return tuple(
        told
        for path, changes in by_file.items()
        for told in _of_file(said(names[path], 80), [_in_short(one) for one in changes])
    )


def _in_short(change: Change) -> str:
    known = _subject(change)
    subject = f" {said(known, 40)}" if known else f" line {change.line}"
    return f"{change.what}{subject}{_colon(sides(change.old, change.new, 40))}"


def _of_file(name: str, entries: list[str]) -> Iterator[ToldLine]:
    words = [entries[0]]
    for entry in entries[1:]:
        if len(name) + sum(len(word) + 3 for word in (*words, entry)) > _MOST_PACKED:
            yield ToldLine(f": {' · '.join(words)}", name, counts=len(words))
            words = []
        words.append(entry)
    yield ToldLine(f": {' · '.join(words)}", name, counts=len(words))


def _tallied(found: Sequence[Change]) -> Iterator[ToldLine]:
    """Exact counts by term, and by file where there are few terms."""
    terms = Counter(change.what for change in found)
    if len(terms) > _MOST_TERMS:
        yield ToldLine(counted(terms, len(terms)), counts=len(found))
        return
    names = short_names(change.path for change in found)
    for term in sorted(terms, key=lambda term: (-terms[term], term)):
        files = Counter(names[change.path] for change in found if change.what == term)
        where = f" in {plural(len(files), 'file')}: {counted(files, 3)}"
        yield line(where, f"{term} {terms[term]:,}", Look.BAD, terms[term])


def losses_part(losses: Losses, are_others: bool) -> ToldPart | None:  # noqa: FBT001 - said by its name
    """The part, or None where nothing changes at all."""
    if not losses.changes:
        head = line("nothing is lost, and nothing let loose")
        return ToldPart("DESTRUCTIVE", head, is_whole=True) if are_others else None
    if len(losses.lines) == 1 and not losses.is_too_large:
        return ToldPart("DESTRUCTIVE", losses.lines[0], is_whole=True)
    head = line(losses.figures.replace("destructive ", ""))
    if losses.is_too_large:
        head = line(f"{head.text}: too many to weigh on one screen, so only counted here")
    elif len(losses.lines) < len(losses.changes):
        dangers = counted([change.term.danger for change in losses.changes])
        head = line(f"{head.text}: {dangers}")
    return ToldPart("DESTRUCTIVE", head, losses.lines, is_whole=True)
