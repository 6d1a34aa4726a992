"""Cohen's kappa: how much two who label the same things agree, beyond what chance would do."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from opsrail.evals.statistics.wilson import normal_quantile

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DRAWS: Final = 2000
"""Of the bootstrap by clusters."""

Pair = tuple[int, int]
"""The labels that the first and the second gave to one thing, counted from 0."""
Shares = Sequence[Sequence[float]]
"""Of each pair of labels: rows the first's, columns the second's."""
Distances = Sequence[Sequence[float]]


class Weights(StrEnum):
    """How much a disagreement weighs, by the steps between two ordered labels."""

    NONE = "none"
    """Every disagreement the same: for labels without an order."""
    LINEAR = "linear"
    QUADRATIC = "quadratic"
    """A step beside the right label weighs little: kappas come out higher."""


@dataclass(frozen=True, slots=True)
class Kappa:
    """Kappa with its interval. `same` is the share of things that got the same label from both.

    `value`, `low` and `high` are None where kappa has no meaning: both gave one and the same
    label to everything, or there is nothing.
    """

    cases: int
    same: float
    value: float | None = None
    low: float | None = None
    high: float | None = None


def distances(labels: int, weights: Weights) -> tuple[tuple[float, ...], ...]:
    """How far apart labels are: 0 for the same, 1 for the farthest."""
    power = {Weights.NONE: 0, Weights.LINEAR: 1, Weights.QUADRATIC: 2}[weights]
    far = max(labels - 1, 1) ** power
    return tuple(
        tuple(0.0 if one == other else abs(one - other) ** power / far for other in range(labels))
        for one in range(labels)
    )


def kappa(pairs: Sequence[Pair], labels: int, weights: Weights = Weights.NONE) -> float | None:
    """Kappa: 1 − the disagreement seen / the disagreement of two who label independently.

    J. Cohen, A coefficient of agreement for nominal scales, Educational and Psychological
    Measurement 20 (1960); with weights, Psychological Bulletin 70 (1968).
    """
    seen, by_chance = _disagreements(_shares(pairs, labels), distances(labels, weights))
    return None if by_chance == 0 else 1 - seen / by_chance


def standard_error(pairs: Sequence[Pair], labels: int, weights: Weights = Weights.NONE) -> float:
    """The large-sample standard error of a kappa that is defined, for intervals.

    J. L. Fleiss, J. Cohen, B. S. Everitt, Large sample standard errors of kappa and weighted
    kappa, Psychological Bulletin 72 (1969); kappa without weights is a special case.
    """
    return _error(_shares(pairs, labels), distances(labels, weights), len(pairs))


def _error(shares: Shares, far: Distances, size: float) -> float:
    rows, columns = _margins(shares)
    near = [[1 - value for value in row] for row in far]
    across = [math.fsum(c * w for c, w in zip(columns, row, strict=True)) for row in near]
    down = [
        math.fsum(r * w for r, w in zip(rows, way, strict=True)) for way in zip(*near, strict=True)
    ]
    seen, by_chance = _disagreements(shares, far)
    centre = (1 - seen) * by_chance - 2 * (1 - by_chance) * seen
    # The paper takes the centre's square off at the end, which loses a small variance in rounding.
    spread = math.fsum(
        share * (near[i][j] * by_chance - (across[i] + down[j]) * seen - centre) ** 2
        for i, row in enumerate(shares)
        for j, share in enumerate(row)
    )
    return math.sqrt(spread / size) / by_chance**2


def measured(
    pairs: Sequence[Pair],
    labels: int,
    weights: Weights = Weights.NONE,
    *,
    clusters: Sequence[int] | None = None,
    confidence: float = 0.95,
    seed: int = 0,
) -> Kappa:
    """Kappa with an interval of that confidence. `clusters` numbers what each thing belongs to.

    The interval is the large-sample one, or without independent things the bootstrap's over
    whole clusters. Where nearly all agree both are too narrow, and of no width where all do. So
    the lower bound is never above that of the table with a few more things that agree by chance
    alone: z², about four for 95 %, as A. Agresti and B. A. Coull, The American Statistician 52
    (1998), do for a share. There, a cluster counts as one thing.
    """
    if not pairs:
        return Kappa(0, 0.0)
    same = sum(one == other for one, other in pairs) / len(pairs)
    value = kappa(pairs, labels, weights)
    if value is None:
        return Kappa(len(pairs), same)
    size = len(pairs if clusters is None else set(clusters))
    if clusters is not None and size < len(pairs):
        low, high = by_clusters(pairs, labels, weights, clusters, confidence, seed)
    else:
        reach = normal_quantile(confidence) * standard_error(pairs, labels, weights)
        low, high = value - reach, value + reach
    low = min(low, value, _careful_low(pairs, labels, weights, size, confidence))
    return Kappa(len(pairs), same, value, max(low, -1.0), max(min(high, 1.0), value))


def _careful_low(
    pairs: Sequence[Pair], labels: int, weights: Weights, size: int, confidence: float
) -> float:
    """The lower bound where z² more things agree by chance alone."""
    shares, far = _shares(pairs, labels), distances(labels, weights)
    rows, columns = _margins(shares)
    more = normal_quantile(confidence) ** 2
    mixed = [
        [
            (size * share + more * rows[i] * columns[j]) / (size + more)
            for j, share in enumerate(row)
        ]
        for i, row in enumerate(shares)
    ]
    seen, by_chance = _disagreements(mixed, far)
    reach = normal_quantile(confidence) * _error(mixed, far, size + more)
    return 1 - seen / by_chance - reach


def by_clusters(
    pairs: Sequence[Pair],
    labels: int,
    weights: Weights,
    clusters: Sequence[int],
    confidence: float,
    seed: int,
) -> tuple[float, float]:
    """The bounds of kappa by drawing whole clusters again and again, in a fixed order of luck.

    The percentiles are moved outward for few clusters: T. Hesterberg, The American Statistician
    69 (2015). One cluster says nothing of others, so its interval is everything. Drawings in
    which kappa has no meaning count as 0: no agreement was shown.
    """
    import numpy as np

    from opsrail.evals.statistics.bootstrap import expanded_tail

    tables = _tables(pairs, labels, clusters)
    count = len(tables)
    if count < 2:
        return -1.0, 1.0
    chances = np.full(count, 1 / count)
    drawn = np.random.default_rng(seed).multinomial(count, chances, DRAWS).astype(np.float64)
    whole = drawn @ tables
    shares = (whole / whole.sum(axis=1, keepdims=True)).reshape(DRAWS, labels, labels)
    far = np.asarray(distances(labels, weights))
    seen = (shares * far).sum(axis=(1, 2))
    independent = shares.sum(axis=2)[:, :, None] * shares.sum(axis=1)[:, None, :]
    by_chance = (independent * far).sum(axis=(1, 2))
    safe = np.where(by_chance > 0, by_chance, 1.0)
    values = np.where(by_chance > 0, 1 - seen / safe, 0.0)
    tail = expanded_tail(count, confidence)
    low, high = np.quantile(values, [tail, 1 - tail])
    return float(low), float(high)


def _tables(pairs: Sequence[Pair], labels: int, clusters: Sequence[int]) -> NDArray[np.float64]:
    """A row a cluster: how often each pair of labels comes, in order of what the rows hold, so
    that the order of clusters changes nothing.
    """
    import numpy as np

    places = {name: at for at, name in enumerate(dict.fromkeys(clusters))}
    rows = np.zeros((len(places), labels * labels), dtype=np.float64)
    for (one, other), cluster in zip(pairs, clusters, strict=True):
        rows[places[cluster], one * labels + other] += 1
    return np.asarray(rows[np.lexsort(rows.T)], dtype=np.float64)


def _shares(pairs: Sequence[Pair], labels: int) -> list[list[float]]:
    shares = [[0.0] * labels for _ in range(labels)]
    for one, other in pairs:
        shares[one][other] += 1
    return [[value / max(len(pairs), 1) for value in row] for row in shares]


def _margins(shares: Shares) -> tuple[list[float], list[float]]:
    rows = [math.fsum(row) for row in shares]
    return rows, [math.fsum(column) for column in zip(*shares, strict=True)]


def _disagreements(shares: Shares, far: Distances) -> tuple[float, float]:
    """The mean distance between the two labels: as seen, and of independent ones."""
    rows, columns = _margins(shares)
    places = [(i, j) for i in range(len(rows)) for j in range(len(rows))]
    seen = math.fsum(shares[i][j] * far[i][j] for i, j in places)
    return seen, math.fsum(rows[i] * columns[j] * far[i][j] for i, j in places)
