"""Sorts of changes in words: `money raised in source`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from opsrail.content.changes import Weight
from opsrail.governance.kinds import ArtifactKind
from opsrail.governance.vocabulary import ANYTHING, NOUNS, TERMS, terms_of

Value = TypeVar("Value", bound=str)
Combination = tuple[int, int, int]
"""A class of terms, of kinds and of weights, by their numbers."""


@dataclass(frozen=True, slots=True)
class Classes:
    """Terms, kinds and weights, those that nothing tells apart together."""

    terms: tuple[tuple[str, ...], ...]
    kinds: tuple[tuple[ArtifactKind, ...], ...]
    weights: tuple[tuple[Weight, ...], ...]

    def words(self, sorts: Sequence[Combination]) -> str:
        """The first sort, with every other term, kind and weight that goes with its two others."""
        first = min(sorts)
        term, kind, weight = first
        terms = _joined(self.terms, (one for one, *rest in sorts if rest == [kind, weight]))
        kinds = _joined(self.kinds, (one[1] for one in sorts if one[::2] == first[::2]))
        weights = _joined(self.weights, (one[2] for one in sorts if one[:2] == (term, kind)))
        return (
            _terms(terms)
            + _among(" in {}", kinds, tuple(ArtifactKind))
            + _among(" ({})", weights, tuple(Weight))
        )


def _joined(classes: Sequence[tuple[Value, ...]], numbers: Iterable[int]) -> list[Value]:
    return [value for number in sorted(set(numbers)) for value in classes[number]]


def _terms(terms: list[str]) -> str:
    """A word that means exactly these or all others, or the first and how many more there are."""
    if len(terms) == len(TERMS):
        return ANYTHING
    if len(terms) == 1:
        return terms[0]
    others = TERMS.keys() - set(terms)
    for noun in NOUNS:
        meant = terms_of(noun)
        if meant in (set(terms), others):
            return f"{ANYTHING} but {noun}" if meant == others else noun
    return _some(terms)


def _among(words: str, names: Sequence[str], every: Sequence[str]) -> str:
    """Nothing where all are meant, the exception where all but one are."""
    others = [name for name in every if name not in names]
    if not others:
        return ""
    is_exception = len(others) == 1 < len(names)
    return words.format(f"all but {others[0]}" if is_exception else _some(names))


def _some(names: Sequence[str]) -> str:
    more = len(names) - 1
    return f"{names[0]} and {more} more" if more else names[0]
