"""Predicates as boxes: sets of terms, kinds and weights, and conditions that stay symbols.

Which files, owners and roles there will be nobody knows. So each glob, owner and role that a policy
names is a symbol that holds for a change or does not, independently of the others, but for a glob
that plainly takes in another one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Final

from opsrail.content.changes import Weight
from opsrail.governance.formats import Predicate, spread
from opsrail.governance.kinds import ArtifactKind
from opsrail.governance.predicates import meant_by
from opsrail.governance.vocabulary import TERMS

TERM_NAMES: Final = tuple(TERMS)
_BELOW: Final = "/**"


@dataclass(frozen=True, slots=True)
class Symbols:
    """Globs, owners and roles that hold for a change."""

    files: frozenset[str] = frozenset()
    owners: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()

    def __or__(self, other: Symbols) -> Symbols:
        return Symbols(
            self.files | other.files, self.owners | other.owners, self.roles | other.roles
        )

    @property
    def order(self) -> tuple[int, list[str], list[str], list[str]]:
        """The fewest first, then by name."""
        sides = (self.files, self.owners, self.roles)
        files, owners, roles = (sorted(side) for side in sides)
        return sum(map(len, sides)), files, owners, roles


@dataclass(frozen=True, slots=True)
class Box:
    """What one word or predicate means. Empty `symbols` fit all."""

    terms: frozenset[str]
    kinds: frozenset[ArtifactKind]
    weights: frozenset[Weight]
    symbols: Symbols = Symbols()

    def fits(self, held: Symbols) -> bool:
        """Whether it fits a change of its terms, kinds and weights for which these hold."""
        mine = self.symbols
        return (
            (not mine.owners or bool(mine.owners & held.owners))
            and (not mine.roles or bool(mine.roles & held.roles))
            and (
                not mine.files
                or any(_takes_in(wide, glob) for wide in mine.files for glob in held.files)
            )
        )

    @property
    def size(self) -> int:
        """How many `least` there are."""
        mine = self.symbols
        return max(len(mine.files), 1) * max(len(mine.owners), 1) * max(len(mine.roles), 1)

    def least(self) -> Iterator[Symbols]:
        """Every way to fit it with as few symbols as can be."""
        mine = self.symbols
        ways = ([frozenset({one}) for one in side] or [frozenset[str]()] for side in _sides(mine))
        for files, owners, roles in product(*ways):
            yield Symbols(files, owners, roles)


def box_of(word: str | Predicate) -> Box:
    """The box that a word or predicate is."""
    said = Predicate(change=word) if isinstance(word, str) else word
    terms = frozenset[str]().union(*(meant_by(one) for one in spread(said.change)))
    symbols = (spread(one) for one in (said.files, said.owner, said.reaches))
    return Box(
        terms,
        frozenset(spread(said.kind) or ArtifactKind),
        frozenset(spread(said.weight) or Weight),
        Symbols(*map(frozenset, symbols)),
    )


def _sides(symbols: Symbols) -> tuple[list[str], ...]:
    return sorted(symbols.files), sorted(symbols.owners), sorted(symbols.roles)


@lru_cache(maxsize=4_096)
def _takes_in(wide: str, glob: str) -> bool:
    """Whether every file of `glob` surely is one of `wide`. No where that is not plain."""
    wide, glob = _whole(wide), _whole(glob)
    if wide in (glob, "**"):
        return True
    folder = wide.removesuffix(_BELOW)
    is_plain = wide.endswith(_BELOW) and not {"*", "?"} & set(folder)
    return is_plain and glob.startswith(f"{folder}/")


def _whole(glob: str) -> str:
    return f"{glob.removeprefix('/')}**" if glob.endswith("/") else glob.removeprefix("/")
