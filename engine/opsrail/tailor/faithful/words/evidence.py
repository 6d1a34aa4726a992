"""What speaks against a word of the derived text: the kinds of evidence, and one piece of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from opsrail.tailor.faithful.words.tokens import Word


class Trait(StrEnum):
    """In what way a word lacks support."""

    NUMBER = "number"
    """A number that the source does not have."""
    NAME = "name"
    """A name, a word with a capital inside a sentence, that the source does not have."""
    NEGATION = "negation"
    """A "not" where the source has none, or none where it has one."""
    LIMIT = "limit"
    """An "only", "except" or "just" that came or went."""
    CONTRAST = "contrast"
    """A "but" or "instead" that sets two things against each other, and the source doesn't."""
    OPPOSITE_HERE = "opposite-here"
    """Right beside the same words, the source has a word that excludes this one."""
    OPPOSITE = "opposite"
    """The source has a word that turns this one round or excludes it."""
    REVERSAL = "reversal"
    """A word of lack, limit or reversal, and the source has none like it."""
    SIBLING = "sibling"
    """Another word of the same kind: Monday for Tuesday, e-mail for phone."""
    REPLACED = "replaced"
    """An uncommon word in place of one that means something else, as far as the lists know."""
    ADDED = "added"
    """Words put in where the source has none, and nowhere else either."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece of evidence."""

    trait: Trait
    word: Word | None
    """The word of the derived text; None for what only the source has."""
    place: int | None
    """The nearest word of the source, by its number; None if nothing is near."""
    instead: str = ""
    """The word that the source has instead, where one is known."""


def traits_in(found: Iterable[Evidence]) -> frozenset[Trait]:
    """Each trait counts once: a long text must not look worse for being long."""
    return frozenset(one.trait for one in found)
