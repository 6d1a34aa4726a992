"""Sign flips: what would be seen, had base and head been exchanged for some of the clusters."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from opsrail.evals.statistics.arrays import Clusters, Floats

EXACT = 12
"""Up to so many clusters, all 2^12 = 4,096 exchanges are made."""
DRAWS = 5000
"""With more clusters: for each of their two orders."""
_AT_ONCE = 4_000_000
"""Numbers held in memory at a time."""
_TIE = 1e-7
"""Sums closer than this are equal but for rounding."""


def p_worse(clusters: Clusters, seed: int) -> Floats:
    """One-sided p-value of "head is worse", for each suite: exact under no change at all.

    R. A. Fisher, The Design of Experiments (1935), section 21; where exchanges are drawn, the
    one that was seen is counted among them: Phipson and Smyth, Permutation p-values should never
    be zero, Statistical Applications in Genetics and Molecular Biology 9 (2010).
    """
    flipped, _, seen = _flips(clusters, seed)
    # Exchanging clusters that improved in all makes the sum no larger than the one seen.
    return np.asarray(((flipped >= -_TIE).sum(axis=0) + seen) / (len(flipped) + seen))


def permutation(clusters: Clusters, confidence: float, seed: int) -> tuple[Floats, Floats]:
    """The bounds of the mean difference: those that the test does not reject.

    The test rejects a difference where too few exchanged sets of clusters have a mean beyond it,
    so the bounds are order statistics of these means: J. A. Hartigan, Using subsample values as
    typical values, Journal of the American Statistical Association 64 (1969). With too few
    clusters for any verdict the bounds are −1 and 1.
    """
    flipped, sizes, seen = _flips(clusters, seed)
    place = math.floor((1 - confidence) / 2 * (len(flipped) + seen) + _TIE)
    if place < 1:
        return np.full(flipped.shape[1], -1.0), np.full(flipped.shape[1], 1.0)
    nobody = sizes == 0
    means = flipped / np.where(nobody, 1.0, sizes)
    # Where all exchanges were made, the empty one is among them and stands at the end.
    place -= seen
    low = np.partition(np.where(nobody, -np.inf, means), place, axis=0)[place]
    high = np.partition(np.where(nobody, np.inf, means), -place - 1, axis=0)[-place - 1]
    return np.clip(low, -1.0, 1.0), np.clip(high, -1.0, 1.0)


def _flips(clusters: Clusters, seed: int) -> tuple[Floats, Floats, int]:
    """Sums and sizes of the exchanged clusters, and how many exchanges to add for what was seen."""
    if clusters.count <= EXACT:
        chosen = _all(clusters.count)
        # The exchange of nobody is what was seen: it is among them as the empty set.
        return chosen @ clusters.totals, chosen @ clusters.sizes, 0
    both = [clusters.ordered(falling=falling) for falling in (False, True)]
    rows = max(1, _AT_ONCE // clusters.count)
    sums, sizes = [], []
    for place in range(0, DRAWS, rows):
        chosen = _some(clusters.count, min(rows, DRAWS - place), seed + place)
        sums += [chosen @ one.totals for one in both]
        sizes += [chosen @ one.sizes for one in both]
    return np.concatenate(sums), np.concatenate(sizes), 1


@lru_cache(maxsize=1)
def _all(count: int) -> Floats:
    return np.asarray((np.arange(2**count)[:, None] >> np.arange(count)) & 1, dtype=np.float64)


@lru_cache(maxsize=1)
def _some(count: int, draws: int, seed: int) -> Floats:
    return np.random.default_rng(seed).integers(0, 2, (draws, count)).astype(np.float64)
