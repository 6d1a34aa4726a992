"""Probes: the changes that two policies could tell apart, each as a sort of change.

Terms, kinds and weights are closed lists, so every combination is tried, those that no predicate
tells apart as one. Of globs, owners and roles only as many hold as make one predicate fit that
stands otherwise on the other side, or one of each side. With more of them more predicates fit, and
never fewer: whatever an edit takes away, it takes away for one of these probes already.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from opsrail.content.changes import Weight
from opsrail.governance.comparing.boxes import TERM_NAMES, Box, Symbols
from opsrail.governance.comparing.naming import Classes, Combination
from opsrail.governance.kinds import ArtifactKind

MOST: Final = 3_000_000
"""Times that a box may be asked whether it fits: a few seconds."""
Value = TypeVar("Value", bound=str)


@dataclass(slots=True)
class Probe:
    """Sorts of changes for which `held` holds, and which boxes of both sides fit them, by their
    numbers.
    """

    held: Symbols
    before: tuple[int, ...]
    after: tuple[int, ...]
    sorts: list[Combination] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Probes:
    """All that were tried, of those that the same boxes fit the one with the least held."""

    classes: Classes
    probes: tuple[Probe, ...]

    def words(self, probes: Sequence[Probe]) -> str:
        """What some of them are about: the sorts of the first, with those that go with it."""
        held = probes[0].held
        alike = [probe for probe in probes if probe.held == held]
        return self.classes.words([one for probe in alike for one in probe.sorts]) + _told(held)


@dataclass(frozen=True, slots=True)
class Side:
    """The boxes of one side. `moved` are the numbers of those that the other side has otherwise,
    or not at all.
    """

    boxes: Sequence[Box]
    moved: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Cell:
    """Combinations of term, kind and weight, and the boxes that have them."""

    sorts: list[Combination]
    before: tuple[int, ...]
    after: tuple[int, ...]


def probes(before: Side, after: Side, fresh: frozenset[int] = frozenset()) -> Probes | None:
    """Every probe that other boxes fit than the probes before it. None if there are too many.

    `fresh` are boxes of `after` that are tried together with each one of `before`.
    """
    boxes = (*before.boxes, *after.boxes)
    terms = _classes(TERM_NAMES, [one.terms for one in boxes])
    kinds = _classes(tuple(ArtifactKind), [one.kinds for one in boxes])
    weights = _classes(tuple(Weight), [one.weights for one in boxes])
    masks: dict[int, list[Combination]] = {}
    for term, by_term in enumerate(terms):
        for kind, by_kind in enumerate(kinds):
            for weight, by_weight in enumerate(weights):
                mask = by_term & by_kind & by_weight
                masks.setdefault(mask, []).append((term, kind, weight))
    middle = len(before.boxes)
    cells = [_cell(mask, sorts, middle, len(boxes)) for mask, sorts in masks.items()]
    if sum(_cost(cell, before, after, fresh) for cell in cells) > MOST:
        return None
    classes = Classes(tuple(terms.values()), tuple(kinds.values()), tuple(weights.values()))
    return Probes(classes, _tried(cells, before, after, fresh))


def without(marks: Sequence[Hashable], others: Iterable[Hashable]) -> frozenset[int]:
    """The numbers of the marks that are not among the others."""
    known = set(others)
    return frozenset(number for number, mark in enumerate(marks) if mark not in known)


def _classes(
    values: Iterable[Value], sets: Sequence[Collection[Value]]
) -> dict[int, tuple[Value, ...]]:
    """The values that are in the same sets together, by the bits of these sets."""
    found: dict[int, tuple[Value, ...]] = {}
    for value in values:
        mask = sum(1 << number for number, one in enumerate(sets) if value in one)
        found[mask] = (*found.get(mask, ()), value)
    return found


def _cell(mask: int, sorts: list[Combination], middle: int, end: int) -> _Cell:
    return _Cell(
        sorts,
        tuple(one for one in range(middle) if mask >> one & 1),
        tuple(one - middle for one in range(middle, end) if mask >> one & 1),
    )


def _tried(
    cells: Iterable[_Cell], before: Side, after: Side, fresh: frozenset[int]
) -> tuple[Probe, ...]:
    found: dict[tuple[tuple[int, ...], tuple[int, ...]], Probe] = {}
    for cell in cells:
        for held in _held(cell, before, after, fresh):
            was = tuple(one for one in cell.before if before.boxes[one].fits(held))
            now = tuple(one for one in cell.after if after.boxes[one].fits(held))
            probe = found.setdefault((was, now), Probe(held, was, now))
            if probe.held == held:
                probe.sorts += cell.sorts
    return tuple(found.values())


def _held(cell: _Cell, before: Side, after: Side, fresh: frozenset[int]) -> list[Symbols]:
    moved_before = before.moved.intersection(cell.before)
    moved_after = after.moved.intersection(cell.after)
    if not moved_before and not moved_after:
        return []
    found = {Symbols(), *_least(before, moved_before), *_least(after, moved_after)}
    every = _least(before, cell.before)
    new = _least(after, fresh.intersection(cell.after))
    found |= {one | another for one in new for another in every}
    return sorted(found, key=lambda held: held.order)


def _least(side: Side, numbers: Iterable[int]) -> set[Symbols]:
    return {held for one in numbers for held in side.boxes[one].least()}


def _cost(cell: _Cell, before: Side, after: Side, fresh: frozenset[int]) -> int:
    """How often a box is asked whether it fits, at the most."""
    moved_before = before.moved.intersection(cell.before)
    moved_after = after.moved.intersection(cell.after)
    if not moved_before and not moved_after:
        return 0
    new = _size(after, fresh.intersection(cell.after))
    tried = 1 + _size(before, moved_before) + _size(after, moved_after)
    tried += new * _size(before, cell.before)
    return tried * (len(cell.before) + len(cell.after))


def _size(side: Side, numbers: Iterable[int]) -> int:
    return sum(side.boxes[one].size for one in numbers)


def _told(held: Symbols) -> str:
    _, files, owners, roles = held.order
    return (
        (f", files {' and '.join(files)}" if files else "")
        + (f", of {' and '.join(owners)}" if owners else "")
        + (f", for {' and '.join(roles)}" if roles else "")
    )
