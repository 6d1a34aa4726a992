"""The score interval of a share: it holds for few cases and at 0 % and 100 %, too."""

from __future__ import annotations

import math
from statistics import NormalDist


def normal_quantile(confidence: float) -> float:
    """How many standard deviations a two-sided interval reaches: 1.96 for 0.95."""
    return NormalDist().inv_cdf((1 + confidence) / 2)


def wilson(share: float, size: float, confidence: float) -> tuple[float, float]:
    """The bounds of a share seen in `size` cases, which may be an effective number of them.

    E. B. Wilson, Probable inference, the law of succession, and statistical inference,
    Journal of the American Statistical Association 22 (1927). A mean of scores in [0, 1] never
    varies more than a share does, so it may be given as well. Without cases: everything.
    """
    if size <= 0:
        return 0.0, 1.0
    square = normal_quantile(confidence) ** 2
    middle = share + square / (2 * size)
    reach = math.sqrt(square * (share * (1 - share) + square / (4 * size)) / size)
    scale = 1 + square / size
    low, high = (middle - reach) / scale, (middle + reach) / scale
    return min(max(low, 0.0), share), max(min(high, 1.0), share)
