"""CHANGES: what else the request does, in typed words, what weighs most first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from opsrail.content.changes import Weight
from opsrail.gate.plan.model import Impact
from opsrail.gate.plan.told.losses import in_order, packed, place_of
from opsrail.gate.plan.told.model import ToldLine, ToldPart, line
from opsrail.gate.plan.told.quoting import listed, plural, short_names, sides
from opsrail.governance.changes import Change
from opsrail.tailor.catalog import PageName

_MOST_ROWS: Final = 16
"""Rows in which every change has a line of its own; more are packed by file."""

_MOST_LINES: Final = 40
"""Lines that are made at all: there is no room for more on any screen."""

_REGENERATED: Final = "page regenerated"
_FOLLOWING: Final = {_REGENERATED, "lock regenerated"}


def changes_part(changes: Sequence[Change], impact: Impact) -> ToldPart:
    """Everything that is not destructive; wording and what the engine wrote is only counted."""
    own = own_changes(changes)
    others = sorted((one for one in own if not one.is_destructive), key=in_order)
    pages = tuple(_pages(impact, pages_written(changes)))
    words = [_figures(others, are_more=len(own) > len(others))]
    head = line(" · ".join(filter(None, (*words, *pages))) or "nothing changes")
    lines = tuple(_lines([one for one in others if one.weight is not Weight.WORDING]))
    told, every = _within(lines)
    return ToldPart("CHANGES", head, told, every - sum(one.counts for one in told), "change")


def own_changes(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The changes that somebody made: without what only follows them, pages written anew and the
    lock, and with the generated form of a page as the page that it is.
    """
    every = tuple(one for one in changes if one.what not in _FOLLOWING)
    there = {(one.path, one.what) for one in every}
    return tuple(
        one
        for one in every
        if (path := _page(one.path)) == one.path or (path, one.what) not in there
    )


def pages_written(changes: Iterable[Change]) -> int:
    """How many pages the engine wrote anew: a page and its generated form are one."""
    return len({_page(one.path) for one in changes if one.what == _REGENERATED})


def _page(path: str) -> str:
    page = PageName.of(path)
    return page.path if page else path


def _within(lines: tuple[ToldLine, ...]) -> tuple[tuple[ToldLine, ...], int]:
    return lines[:_MOST_LINES], sum(one.counts for one in lines)


def _figures(others: Sequence[Change], *, are_more: bool) -> str:
    if not others:
        return "no others" if are_more else ""
    files = len({one.path for one in others})
    counts = {weight: sum(one.weight is weight for one in others) for weight in Weight}
    weighed = ", ".join(f"{count:,} {weight}" for weight, count in counts.items() if count)
    others_words = f"{len(others):,} {'others' if len(others) > 1 else 'other'}"
    what = others_words if are_more else plural(len(others), "change")
    return f"{what} in {plural(files, 'file')}: {weighed}"


def _pages(impact: Impact, written: int) -> Iterator[str]:
    if count := written or impact.regenerated:
        yield f"{plural(count, 'page')} written anew"
    if impact.edited:
        keep = "keeps" if len(impact.edited) == 1 else "keep"
        yield f"{len(impact.edited):,} {keep} a person's words ({listed(sorted(impact.edited), 3)})"


def _lines(others: Sequence[Change]) -> Iterator[ToldLine]:
    names = short_names(one.path for one in others)
    each = [_one(one, names) for one in others[:_MOST_ROWS]]
    if len(others) <= _MOST_ROWS and sum(one.rows for one in each) <= _MOST_ROWS:
        yield from sorted(each, key=lambda one: one.lead != Weight.MUST_REREAD)
        return
    for weight in (Weight.MUST_REREAD, Weight.WORTH_KNOWING):
        for told in packed([one for one in others if one.weight is weight], names):
            text = f" {told.words.removeprefix(': ')}"
            yield line(text, weight, counts=told.counts)


def _one(change: Change, names: Mapping[str, str]) -> ToldLine:
    what = sides(change.old, change.new)
    words = f" {place_of(change, names)}: {change.what}{f', {what}' if what else ''}"
    return line(words, change.weight)
