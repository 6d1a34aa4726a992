"""The score interval of a difference of paired shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from opsrail.evals.statistics.wilson import normal_quantile

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

HALVINGS = 60
"""Of an interval two wide: more would not change a double."""


def tango(
    worse: ArrayLike, better: ArrayLike, cases: int, confidence: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The bounds of (better − worse) / cases: the differences that a score test does not reject.

    T. Tango, Equivalence test and confidence interval for the difference in proportions for the
    paired-sample design, Statistics in Medicine 17 (1998). `worse` and `better` are numbers of
    cases, or arrays of them. Equal results give no interval of width zero.
    """
    down, up = np.asarray(worse, dtype=np.float64), np.asarray(better, dtype=np.float64)
    far = normal_quantile(confidence)
    low = _lower(down, up, cases, far)
    return low, -_lower(up, down, cases, far)


def _lower(
    down: NDArray[np.float64], up: NDArray[np.float64], cases: int, far: float
) -> NDArray[np.float64]:
    # The score falls as the difference tested rises, so halving finds where it crosses `far`.
    low, high = np.full(down.shape, -1.0), (up - down) / cases
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        is_rejected = _score(down, up, cases, middle) > far
        low, high = np.where(is_rejected, middle, low), np.where(is_rejected, high, middle)
    return np.asarray(low, dtype=np.float64)


def _score(
    down: NDArray[np.float64], up: NDArray[np.float64], cases: int, tested: NDArray[np.float64]
) -> NDArray[np.float64]:
    # Tango's equations 5 to 7: the likeliest share of worse cases if `tested` is the difference.
    linear = (2 * cases + down - up) * tested - down - up
    constant = -down * tested * (1 - tested)
    root = np.sqrt(np.maximum(linear**2 - 8 * cases * constant, 0.0))
    share = (root - linear) / (4 * cases)
    variance = cases * (2 * share + tested * (1 - tested))
    return np.asarray(
        (up - down - cases * tested) / np.sqrt(np.maximum(variance, 1e-300)), dtype=np.float64
    )
