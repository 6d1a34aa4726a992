"""The links of a batch: groups and pairs, each with what its tickets have in common, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations
from typing import Final

from opsrail.flows.tasks.duplicates.grouping import groups_of, nearest_pairs
from opsrail.flows.tasks.duplicates.likeness import Batch, batch_of
from opsrail.flows.tasks.duplicates.ticket import Ticket

_LATEST: Final = datetime.max.replace(tzinfo=UTC)
_MARKS: Final = 3


@dataclass(frozen=True, slots=True)
class Link:
    """Tickets that belong together, the oldest first. Every two are at least `score` alike."""

    ids: tuple[str, ...]
    same: str
    score: float


@dataclass(frozen=True, slots=True)
class Links:
    """What belongs together in a batch, the surest first."""

    groups: tuple[Link, ...] = ()
    pairs: tuple[Link, ...] = ()


def links_of(
    tickets: Sequence[Ticket], usual: Sequence[str], threshold: float, within_hours: float | None
) -> Links:
    """The links of a batch. Tickets without words belong to nothing."""
    tickets = [one for one in tickets if any(letter.isalnum() for letter in one.text)]
    if len(tickets) < 2:
        return Links()
    batch = batch_of(tickets, usual, within_hours)
    return Links(
        _sorted([_link(batch, group) for group in groups_of(batch.alike, threshold)]),
        _sorted([_link(batch, pair) for pair in nearest_pairs(batch.alike, threshold)]),
    )


def _sorted(links: Sequence[Link]) -> tuple[Link, ...]:
    return tuple(sorted(links, key=lambda link: (-link.score, link.ids)))


def _link(batch: Batch, members: Sequence[int]) -> Link:
    oldest = sorted(members, key=lambda at: (batch.tickets[at].at or _LATEST, batch.tickets[at].id))
    score = min(float(batch.alike[pair]) for pair in combinations(members, 2))
    return Link(tuple(batch.tickets[at].id for at in oldest), _same(batch, members), score)


def _same(batch: Batch, members: Sequence[int]) -> str:
    """What they have in common; the words are those of the two that are most alike."""
    tickets = [batch.tickets[at] for at in members]
    parts = []
    if len({one.text.casefold() for one in tickets}) == 1:
        parts.append("the same text")
    if tickets[0].customer and len({one.customer for one in tickets}) == 1:
        parts.append("the same customer")
    if marks := sorted(frozenset.intersection(*(batch.marks[at] for at in members))):
        parts.append("they name " + " and ".join(mark.name for mark in marks[:_MARKS]))
    best = max(combinations(members, 2), key=lambda pair: float(batch.alike[pair]))
    if words := batch.common_words(*best):
        parts.append("they speak of " + ", ".join(f"“{word}”" for word in words))
    said = "; ".join(parts) or "much the same words"
    return f"{said[0].upper()}{said[1:]}."
