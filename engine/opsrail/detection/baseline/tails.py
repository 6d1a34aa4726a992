"""How unlikely a value is: tails of the negative binomial, the Poisson and Student's t."""

from __future__ import annotations

import numpy as np
from scipy.special import betainc, gammainc, gammaincc, stdtr

from opsrail.detection.baseline.arrays import FloatArray

_POISSON = 1e-9
"""Below this overdispersion the two distributions agree to more digits than anybody needs."""


def count_above(value: FloatArray, mean: FloatArray, overdispersion: FloatArray) -> FloatArray:
    """P(X ≥ value) of a count with variance `mean + overdispersion · mean²`.

    The negative binomial's tail is an incomplete beta function, the Poisson's an incomplete
    gamma function (Johnson, Kemp and Kotz, Univariate Discrete Distributions, 3rd ed., §4.4
    and §5.6). 1 for a value of nought or less.
    """
    size = 1 / np.maximum(overdispersion, _POISSON)
    at_least = np.maximum(np.ceil(value), 1)
    tail = np.where(
        overdispersion <= _POISSON,
        gammainc(at_least, mean),
        betainc(at_least, size, mean / (mean + size)),
    )
    return np.where(value <= 0, 1.0, tail)


def count_below(value: FloatArray, mean: FloatArray, overdispersion: FloatArray) -> FloatArray:
    """P(X ≤ value) of a count with variance `mean + overdispersion · mean²`."""
    size = 1 / np.maximum(overdispersion, _POISSON)
    at_most = np.maximum(np.floor(value), 0)
    tail = np.where(
        overdispersion <= _POISSON,
        gammaincc(at_most + 1, mean),
        betainc(size, at_most + 1, size / (mean + size)),
    )
    return np.where(value < 0, 0.0, tail)


def measure_above(deviation: FloatArray, variance: FloatArray, freedom: FloatArray) -> FloatArray:
    """P of a deviation from the mean at least so large, for a variance that was estimated.

    `freedom` are the variance's degrees of freedom (Student 1908). Without any
    variance every deviation is impossible, and none at all is certain.
    """
    spread = np.sqrt(variance)
    with np.errstate(divide="ignore", invalid="ignore"):
        score = np.where(deviation == 0, 0.0, deviation / spread)
    return np.asarray(stdtr(freedom, -score), dtype=np.float64)
