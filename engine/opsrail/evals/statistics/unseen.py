"""How far the mean may lie beyond what resampling shows: losses that did not happen to be seen.

Resampling knows only the losses in the sample. Where losses are rare and come in bursts (one
customer, all of whose tickets fail), a sample with few or none of them gives an interval that is
too narrow, and a suite would pass for want of evidence: simulated, at more than ten times
the error allowed. So the variance is taken at the bound that is tested and not at the estimate, as
Wilson (1927) and Tango (1998) do for single cases, and the resampled interval is never narrower.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import t as student

from opsrail.evals.statistics.effective import NOTHING

if TYPE_CHECKING:
    from opsrail.evals.statistics.arrays import Clusters, Floats

IMAGINED = 2
"""Imaginary bursts each way, as Agresti and Coull (1998) add two successes and two failures."""
_MOST_GROWTH = 0.5
"""Of the variance by shifting, as a share: with so few bursts the other two say more."""
_FEWEST_DEGREES = 1.0


@dataclass(frozen=True, slots=True)
class _Spread:
    """Of the sum of all differences: its variance, its third moment, and how far t reaches."""

    variance: Floats
    skew: Floats
    far: Floats


def unseen(clusters: Clusters, alike: Floats, confidence: float) -> tuple[Floats, Floats]:
    """The bounds of the mean difference, with the variance that each bound itself would bring.

    To move the sum of differences down by y, there have to be more losses or fewer gains. Three
    things then raise the variance, and the largest counts. The skewness of the sample (third
    moment / variance, for each unit of y). Losses and gains that shift against each other, as
    sums of rare bursts do (`_shifted`). And what no fewer gains can make up for: losses in
    bursts of the size they have, with two imaginary bursts among them. A burst of a mixed
    cluster takes √`alike` of its cases, the root of the intra-cluster correlation: two of its
    cases are then hit together as often as that.
    """
    spread = _spread(clusters, confidence)
    cases = clusters.sizes.sum(axis=0)
    burst = 1 + ((clusters.sizes**2).sum(axis=0) / cases - 1) * np.sqrt(alike)
    down = _reach(spread, -spread.skew, _lost(clusters.totals), _lost(-clusters.totals), burst)
    up = _reach(spread, spread.skew, _lost(-clusters.totals), _lost(clusters.totals), burst)
    middle = clusters.estimate
    return np.clip(middle - down / cases, -1.0, 1.0), np.clip(middle + up / cases, -1.0, 1.0)


def _spread(clusters: Clusters, confidence: float) -> _Spread:
    """The jackknife's variance: each cluster is held against the mean of all the others.

    The degrees of freedom are Satterthwaite's (Biometrics Bulletin 2, 1946) for clusters whose
    variance grows with the square of their size.
    """
    shares = clusters.sizes / clusters.sizes.sum(axis=0)
    rest = np.maximum(1 - shares, NOTHING)
    residuals = (clusters.totals - clusters.estimate * clusters.sizes) / rest
    squares = clusters.sizes**2
    degrees = squares.sum(axis=0) ** 2 / (squares**2).sum(axis=0) - 1
    # All columns of a suite have the same sizes: one quantile does for all.
    far = student.ppf((1 + confidence) / 2, np.maximum(degrees, _FEWEST_DEGREES))
    return _Spread((residuals**2).sum(axis=0), (residuals**3).sum(axis=0), far)


def _lost(totals: Floats) -> Floats:
    return np.maximum(-totals, 0.0)


def _reach(spread: _Spread, skew: Floats, losses: Floats, gains: Floats, burst: Floats) -> Floats:
    """How far the sum can be moved before the test rejects."""
    lost, made_up = losses.sum(axis=0), gains.sum(axis=0)
    plain = spread.far * np.sqrt(spread.variance)
    size = ((losses**2).sum(axis=0) + IMAGINED * burst**2) / (lost + IMAGINED * burst)
    beyond = np.where(plain < made_up, plain, _root(spread, size, made_up))
    shifted = _shifted(spread, size, lost - made_up, lost + made_up)
    growth = np.maximum(skew, 0.0) / np.maximum(spread.variance, NOTHING)
    found = np.maximum(np.maximum(beyond, shifted), _root(spread, growth, 0.0))
    return np.asarray(np.maximum(found, plain))


def _shifted(spread: _Spread, size: Floats, more: Floats, total: Floats) -> Floats:
    """The y with y² = far² × (variance + size × y × (y + more) / total).

    Losses L and gains G are moved by y where they become L / (1 − t) and G / (1 + t), with t
    about y / (L + G): their variance changes by t × (L − G) + t² × (L + G) bursts.
    """
    share = np.minimum(spread.far**2 * size / np.maximum(total, NOTHING), _MOST_GROWTH)
    linear, rest = share * more, 1 - share
    inside = linear**2 + 4 * rest * spread.far**2 * spread.variance
    return np.asarray((linear + np.sqrt(inside)) / (2 * rest))


def _root(spread: _Spread, growth: Floats, offset: Floats | float) -> Floats:
    """The y with y² = far² × (variance + growth × (y − offset))."""
    square = spread.far**2
    inside = (square * growth) ** 2 + 4 * square * (spread.variance - growth * offset)
    return np.asarray((square * growth + np.sqrt(np.maximum(inside, 0.0))) / 2)
