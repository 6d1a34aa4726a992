"""The cluster bootstrap: whole clusters are drawn again and again, as if anew from outside."""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import t as student

if TYPE_CHECKING:
    from opsrail.evals.statistics.arrays import Clusters, Floats

DRAWS = 2500
"""For each of the two orders of clusters."""
_AT_ONCE = 4_000_000
"""Numbers held in memory at a time."""


def bootstrap(clusters: Clusters, confidence: float, seed: int) -> tuple[Floats, Floats]:
    """The bounds of the mean difference: expanded percentiles of means of drawn clusters.

    T. Hesterberg, What teachers should know about the bootstrap, The American Statistician 69
    (2015): the percentiles are moved outward so that few clusters don't give too narrow an
    interval. Field and Welsh, Bootstrapping clustered data, JRSS B 69 (2007).
    """
    means = _means(clusters, seed)
    tail = expanded_tail(clusters.count, confidence)
    low, high = np.quantile(means, [tail, 1 - tail], axis=0)
    return low, high


def expanded_tail(count: int, confidence: float) -> float:
    """The share of means beyond each bound, smaller than (1 − confidence) / 2."""
    far = float(student.ppf((1 + confidence) / 2, count - 1))
    return NormalDist().cdf(-math.sqrt(count / (count - 1)) * far)


def _means(clusters: Clusters, seed: int) -> Floats:
    both = [clusters.ordered(falling=falling) for falling in (False, True)]
    rows = max(1, _AT_ONCE // clusters.count)
    parts = []
    for place in range(0, DRAWS, rows):
        drawn = _drawn(clusters.count, min(rows, DRAWS - place), seed + place)
        parts += [(drawn @ one.totals) / (drawn @ one.sizes) for one in both]
    return np.concatenate(parts)


@lru_cache(maxsize=1)
def _drawn(count: int, draws: int, seed: int) -> Floats:
    """How often each cluster is drawn (draws × clusters)."""
    generator = np.random.default_rng(seed)
    return generator.multinomial(count, np.full(count, 1 / count), draws).astype(np.float64)
