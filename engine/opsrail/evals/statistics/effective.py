"""How much cases of one cluster are alike, and how many independent cases that leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from opsrail.evals.statistics.arrays import Grouping, grouping

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opsrail.evals.statistics.arrays import Floats

NOTHING = 1e-12
"""Less variance than this is a rounding error."""


def correlation(values: Floats, group: Grouping) -> Floats:
    """The intra-cluster correlation of each column, from 0 to 1 (cases × suites → suites).

    The estimator from the analysis of variance: A. Donner, A review of inference procedures for
    the intraclass correlation coefficient, International Statistical Review 54 (1986). Where no
    cluster has two cases it is 0; where nothing varies it cannot be told, and is NaN.
    """
    cases, count = group.cases, len(group.sizes)
    if cases == count:
        return np.zeros(values.shape[1])
    sums, sizes = group.sums(values), group.sizes[:, None]
    between = (sums**2 / sizes).sum(axis=0) - values.sum(axis=0) ** 2 / cases
    within = (values**2).sum(axis=0) - (sums**2 / sizes).sum(axis=0)
    if count == 1:
        return np.full(values.shape[1], np.nan)
    mean_between, mean_within = between / (count - 1), within / (cases - count)
    typical = (cases - group.reach) / (count - 1)
    total = mean_between + (typical - 1) * mean_within
    known = total > NOTHING
    found = (mean_between - mean_within) / np.where(known, total, 1.0)
    return np.asarray(np.where(known, np.clip(found, 0.0, 1.0), np.nan))


def worst(*correlations: Floats) -> Floats:
    """The largest of those that can be told; where none can, 1: a cluster stands or falls."""
    largest = np.fmax.reduce(correlations)
    return np.asarray(np.where(np.isnan(largest), 1.0, largest))


def design_effect(alike: float, reach: float) -> float:
    """By how much clusters inflate the variance: 1 + (reach − 1) × intra-cluster correlation.

    L. Kish, Survey Sampling (Wiley, 1965), section 5.4; `reach` is the size of the cluster that
    an average case is in, so that large clusters count as they should.
    """
    return 1 + (reach - 1) * alike


def effective_size(values: Sequence[float], groups: Sequence[int]) -> float:
    """How many independent cases would tell the mean of these as well.

    `groups` are the numbers of the cases' clusters. Equal scores throughout say nothing about
    how alike a cluster's cases are: then each cluster counts as one case.
    """
    if not values:
        return 0.0
    group = grouping(groups)
    column = np.asarray(values, dtype=np.float64)[:, None]
    alike = float(worst(correlation(column, group))[0])
    return group.cases / design_effect(alike, group.reach)


def likeness(values: Sequence[float], groups: Sequence[int]) -> float | None:
    """The intra-cluster correlation of one version's scores; None where it cannot be told."""
    if not values:
        return None
    found = float(correlation(np.asarray(values)[:, None], grouping(groups))[0])
    return None if np.isnan(found) else found
