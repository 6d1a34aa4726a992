"""Detectors to compare with on the benchmark: chance, a trailing z-score, perfection."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from statistics import mean

import numpy as np

from opsrail.detection.baseline.arrays import FloatArray
from tests.bench.nab_data import Series
from tests.bench.nab_rules import Found, spaced
from tests.bench.nab_scoring import scaled

PUBLISHED: Mapping[str, tuple[float, float]] = {
    "ARTime": (74.9, 76.0),
    "Numenta HTM": (70.5, 70.6),
    "CAD OSE": (69.9, 73.1),
    "KNN-CAD": (58.0, 62.6),
    "Random Cut Forest": (51.7, 52.6),
    "Twitter ADVec": (47.1, 49.6),
    "Windowed Gaussian": (39.6, 41.8),
}
"""Scores of others: on the full corpus of 58 series as published, and on the 27 series here,
from the published scores of each series (numenta/NAB, folder results, files
`*_standard_scores.csv`), added up and scaled.
"""

_DRAWS = 20
"""How many random detectors are averaged."""

_SHARES = (0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05)
_TRAILING = 2_000
"""Rows of which the z-score takes mean and deviation."""


def score(series: Iterable[Series], found: Found) -> float:
    """The score over these series."""
    return scaled((one.labels, one.rows(found[one.name])) for one in series)


def perfect(series: Iterable[Series]) -> Found:
    """An alert at the first row of each window."""
    return {one.name: [one.times[first] for first, _ in one.labels.windows] for one in series}


def at_random(series: Sequence[Series], cooldown: str) -> float:
    """The mean score of random detectors, each with its best threshold."""
    return mean(_best_draw(series, cooldown, random.Random(seed)) for seed in range(_DRAWS))


def _best_draw(series: Sequence[Series], cooldown: str, dice: random.Random) -> float:
    drawn = {one.name: [dice.random() for _ in one.times] for one in series}
    return max(_above(series, drawn, 1 - share, cooldown) for share in _SHARES)


def z_score(series: Sequence[Series], cooldown: str) -> float:
    """The best score of a trailing z-score, over its thresholds."""
    scores = {one.name: _z_scores(np.array(one.values)).tolist() for one in series}
    return max(_above(series, scores, limit / 2, cooldown) for limit in range(4, 40))


def _above(
    series: Sequence[Series], scores: Mapping[str, Sequence[float]], limit: float, cooldown: str
) -> float:
    found = {}
    for one in series:
        rows = zip(one.times, scores[one.name], strict=True)
        found[one.name] = [time for time, height in rows if height >= limit]
    return score(series, spaced(found, cooldown))


def _z_scores(value: FloatArray) -> FloatArray:
    """Distance of each value from the mean of those before it, in their standard deviations."""
    centred = value - value.mean()
    row = np.arange(len(value))
    first = np.maximum(row - _TRAILING, 0)
    sums = [np.concatenate([[0.0], np.cumsum(centred**power)]) for power in (1, 2)]
    number = np.maximum(row - first, 1)
    middle, square = ((one[row] - one[first]) / number for one in sums)
    deviation = np.sqrt(np.maximum(square - middle**2, 1e-12))
    return np.asarray(np.abs(centred - middle) / deviation)
