"""Cases as arrays: one column a suite, so that a thousand simulated suites cost little."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Grouping:
    """Which rows form a cluster: rows are sorted by cluster, `starts` are the first of each."""

    order: NDArray[np.intp]
    starts: NDArray[np.intp]
    sizes: Floats

    @property
    def cases(self) -> int:
        """How many rows there are."""
        return len(self.order)

    @property
    def reach(self) -> float:
        """The size of the cluster that an average case is in."""
        return float((self.sizes**2).sum() / self.sizes.sum())

    def sums(self, values: Floats) -> Floats:
        """The sum of each cluster's rows (clusters × suites)."""
        return np.asarray(np.add.reduceat(values[self.order], self.starts, axis=0))


def grouping(groups: Sequence[int]) -> Grouping:
    """Rows by the number of their cluster."""
    numbers = np.asarray(groups, dtype=np.intp)
    order = np.argsort(numbers, kind="stable")
    _, starts, sizes = np.unique(numbers[order], return_index=True, return_counts=True)
    return Grouping(order, starts, sizes.astype(np.float64))


@dataclass(frozen=True, slots=True)
class Clusters:
    """The differences of a suite's clusters: `totals` and `sizes` (clusters × suites).

    Clusters stand in an order that depends on nothing but these numbers, so that resampling
    cannot depend on names or on the order of cases.
    """

    totals: Floats
    sizes: Floats

    @property
    def count(self) -> int:
        """How many clusters a suite has."""
        return len(self.totals)

    @property
    def estimate(self) -> Floats:
        """The mean difference of a case, for each suite."""
        return np.asarray(self.totals.sum(axis=0) / self.sizes.sum(axis=0))

    def ordered(self, *, falling: bool) -> Clusters:
        """By total, rising or falling; equal ones by size.

        With base and head exchanged, one order becomes the other: what is made from both is
        the same but for its sign.
        """
        order = np.lexsort((self.sizes, -self.totals if falling else self.totals), axis=0)
        return Clusters(
            np.take_along_axis(self.totals, order, axis=0),
            np.take_along_axis(self.sizes, order, axis=0),
        )


def clusters_of(differences: Floats, group: Grouping) -> Clusters:
    """The clusters of differences (cases × suites)."""
    # Sums of the same numbers in another order may differ in the last bit: told apart no more.
    totals = np.round(group.sums(differences), 9) + 0.0
    return Clusters(totals, np.broadcast_to(group.sizes[:, None], totals.shape))
