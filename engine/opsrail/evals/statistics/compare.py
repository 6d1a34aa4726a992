"""Base against head on the same cases: how much worse or better, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from opsrail.evals.statistics import mcnemar
from opsrail.evals.statistics.arrays import Grouping, clusters_of, grouping
from opsrail.evals.statistics.bootstrap import bootstrap
from opsrail.evals.statistics.effective import correlation, worst
from opsrail.evals.statistics.paired import Paired
from opsrail.evals.statistics.permutation import p_worse, permutation
from opsrail.evals.statistics.tango import tango
from opsrail.evals.statistics.unseen import unseen

if TYPE_CHECKING:
    from opsrail.evals.statistics.arrays import Floats

ENOUGH_CLUSTERS = 20
"""From here on clusters are drawn anew; fewer are exchanged between base and head."""


class Method(StrEnum):
    """How an interval and its p-value were found."""

    PAIRS = "pairs"
    BOOTSTRAP = "bootstrap"
    PERMUTATION = "permutation"

    @property
    def words(self) -> str:
        """The method as people may look it up."""
        return _WORDS[self]


_WORDS = {
    Method.PAIRS: "McNemar's exact test, Tango's score interval",
    Method.BOOTSTRAP: "clusters drawn anew (bootstrap), with room for losses not seen",
    Method.PERMUTATION: "base and head exchanged (sign flips), with room for losses not seen",
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Head − base, as fractions of 1: `low` and `high` hold it with `confidence`.

    `p_worse` says how often chance alone would make head look at least this much worse. `worse`
    and `better` count cases; `clusters` counts those without a cluster as one each.
    """

    estimate: float
    low: float
    high: float
    p_worse: float
    method: Method
    cases: int
    clusters: int
    worse: int
    better: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Bounds:
    """The same for many suites at once, one entry each."""

    low: Floats
    high: Floats
    p_worse: Floats


def compare(paired: Paired, confidence: float, seed: int) -> Comparison:
    """Compare the two versions; the same cases in any order give the same result.

    Scores of 0 and 1 in independent cases are counted (McNemar, Tango). Otherwise whole clusters
    are resampled, and the bounds leave room for losses that a sample may not have shown.
    """
    if not len(paired):
        raise ValueError("without cases there is nothing to compare")
    rows = _in_order(paired)
    base = np.asarray([[row[1]] for row in rows], dtype=np.float64)
    head = np.asarray([[row[2]] for row in rows], dtype=np.float64)
    group = grouping([row[0] for row in rows])
    method = method_for(paired)
    bounds = compare_many(base, head, group, method, confidence, seed)
    estimate = float(np.mean(head - base))
    return Comparison(
        estimate=estimate,
        low=min(float(bounds.low[0]), estimate),
        high=max(float(bounds.high[0]), estimate),
        p_worse=float(bounds.p_worse[0]),
        method=method,
        cases=len(paired),
        clusters=len(group.sizes),
        worse=paired.worse,
        better=paired.better,
        confidence=confidence,
    )


def _in_order(paired: Paired) -> list[tuple[int, float, float]]:
    """Cluster, base and head of each case, in an order that depends on the scores alone."""
    found: dict[int, list[tuple[float, float]]] = {}
    for number, base, head in zip(paired.groups, paired.base, paired.head, strict=True):
        found.setdefault(number, []).append((base, head))
    clusters = sorted(sorted(scores) for scores in found.values())
    return [(place, *pair) for place, scores in enumerate(clusters) for pair in scores]


def method_for(paired: Paired) -> Method:
    """The method that fits the scores and their clusters."""
    if paired.is_binary and not paired.is_clustered:
        return Method.PAIRS
    few = len(set(paired.groups)) < ENOUGH_CLUSTERS
    return Method.PERMUTATION if few else Method.BOOTSTRAP


def compare_many(
    base: Floats, head: Floats, group: Grouping, method: Method, confidence: float, seed: int
) -> Bounds:
    """The bounds of many suites with the same clusters (cases × suites)."""
    differences = head - base
    if method is Method.PAIRS:
        worse, better = (differences < 0).sum(axis=0), (differences > 0).sum(axis=0)
        low, high = tango(worse, better, len(differences), confidence)
        return Bounds(low, high, mcnemar.p_worse(worse, better))
    clusters = clusters_of(differences, group)
    resampled = bootstrap if method is Method.BOOTSTRAP else permutation
    low, high = resampled(clusters, confidence, seed)
    # How losses come together may not be seen yet; how scores do is then the best guess.
    alike = worst(*(correlation(values, group) for values in (base, head, differences)))
    lowest, highest = unseen(clusters, alike, confidence)
    return Bounds(np.minimum(low, lowest), np.maximum(high, highest), p_worse(clusters, seed))
