"""The same cases asked of base and of head: what every comparison is made from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paired:
    """Scores in [0, 1] of the same cases, in order of case id, with the cluster of each.

    The empty cluster name means that a case has nothing in common with others.
    """

    base: tuple[float, ...]
    head: tuple[float, ...]
    clusters: tuple[str, ...]

    def __post_init__(self) -> None:
        if not len(self.base) == len(self.head) == len(self.clusters):
            raise ValueError("base, head and clusters must have one entry for each case")

    def __len__(self) -> int:
        return len(self.base)

    @property
    def differences(self) -> tuple[float, ...]:
        """Head − base of each case."""
        return tuple(after - before for before, after in zip(self.base, self.head, strict=True))

    @property
    def is_binary(self) -> bool:
        """Whether every score is 0 or 1."""
        return all(value in {0.0, 1.0} for value in (*self.base, *self.head))

    @property
    def is_clustered(self) -> bool:
        """Whether any two cases share a cluster."""
        return len(set(self.groups)) < len(self)

    @property
    def groups(self) -> tuple[int, ...]:
        """The number of each case's cluster; a case without one is a cluster of its own."""
        return numbered(self.clusters)

    @property
    def worse(self) -> int:
        """How many cases score less at head."""
        return sum(difference < 0 for difference in self.differences)

    @property
    def better(self) -> int:
        """How many cases score more at head."""
        return sum(difference > 0 for difference in self.differences)

    def swapped(self) -> Paired:
        """The same with base and head exchanged."""
        return Paired(self.head, self.base, self.clusters)


def numbered(clusters: tuple[str, ...]) -> tuple[int, ...]:
    """Cluster names as numbers from 0, in order of appearance; each empty name its own."""
    found: dict[str, int] = {}
    return tuple(
        found.setdefault(name or f"\0{place}", len(found)) for place, name in enumerate(clusters)
    )
