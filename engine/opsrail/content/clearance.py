"""Clearance: who may see a section. A lattice of four levels, each containing those below."""

from __future__ import annotations

from enum import StrEnum


class Clearance(StrEnum):
    """public < partner < staff < restricted."""

    PUBLIC = "public"
    PARTNER = "partner"
    STAFF = "staff"
    RESTRICTED = "restricted"

    @property
    def rank(self) -> int:
        """0 for public."""
        return list(Clearance).index(self)

    def admits(self, needed: Clearance) -> bool:
        """Whether a reader of this clearance may see what needs `needed`."""
        return needed.rank <= self.rank


DEFAULT = Clearance.STAFF
"""What a document without a word about clearance is worth: never shown outside."""


def clearance_named(word: object) -> Clearance | None:
    """The level that `word` names, or None."""
    return Clearance(word) if isinstance(word, str) and word in set(Clearance) else None
