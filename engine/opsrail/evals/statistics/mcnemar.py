"""McNemar's test in its exact form: would a coin put as many of the changed cases under worse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import binom

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def p_worse(worse: ArrayLike, better: ArrayLike) -> NDArray[np.float64]:
    """One-sided: how often a coin puts this many, or more, of the changed cases under worse.

    Q. McNemar, Note on the sampling error of the difference between correlated proportions,
    Psychometrika 12 (1947), with the binomial distribution instead of its limit. Takes numbers
    or arrays of them.
    """
    changed = np.add(worse, better)
    return np.asarray(binom.sf(np.subtract(worse, 1), changed, 0.5), dtype=np.float64)


def p_different(worse: ArrayLike, better: ArrayLike) -> NDArray[np.float64]:
    """Two-sided: twice the smaller tail, at most 1."""
    tails = np.minimum(p_worse(worse, better), p_worse(better, worse))
    return np.asarray(np.minimum(2 * tails, 1.0), dtype=np.float64)
