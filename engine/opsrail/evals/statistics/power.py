"""What a suite can see before it has run: power, the smallest drop, how many cases it takes.

All of this is for the best case: nothing but the drop changes, and the drop is made of cases
that fail altogether. Pure arithmetic, so that linting a suite imports nothing.
"""

from __future__ import annotations

import math
from statistics import NormalDist

from opsrail.evals.statistics.wilson import normal_quantile

STEPS = 50
"""Of halving a drop between 0 and 1."""
MOST_CASES = 1 << 24


def losses_needed(confidence: float) -> int:
    """The fewest cases that, all worse and none better, are more than chance would explain.

    From McNemar's exact test, (1/2)^k ≤ (1 − confidence) / 2, and Tango's interval below zero.
    """
    by_test = math.ceil(math.log2(2 / (1 - confidence)) - 1e-9)
    return max(by_test, math.floor(normal_quantile(confidence) ** 2) + 1)


def power(drop: float, cases: float, confidence: float, spread: float = 0.0) -> float:
    """How surely the interval lies below zero after a true drop (a fraction of 1).

    `cases` may be an effective number. `spread` is the standard deviation of the differences
    where nothing changes; with 0 the binomial distribution is exact, otherwise the normal one
    is used (Miller, Adding error bars to evals, arXiv 2411.00640, section 5).
    """
    if spread > 0:
        deviation = math.sqrt(spread**2 + drop * (1 - drop))
        return NormalDist().cdf(drop * math.sqrt(cases) / deviation - normal_quantile(confidence))
    return _at_least(losses_needed(confidence), int(cases + 1e-9), drop)


def smallest_drop(
    cases: float, confidence: float, wanted: float, spread: float = 0.0
) -> float | None:
    """The smallest drop seen with the power `wanted`; None where not even a drop to 0 is."""
    if power(1.0, cases, confidence, spread) < wanted:
        return None
    low, high = 0.0, 1.0
    for _ in range(STEPS):
        middle = (low + high) / 2
        is_seen = power(middle, cases, confidence, spread) >= wanted
        low, high = (low, middle) if is_seen else (middle, high)
    return high


def cases_needed(drop: float, confidence: float, wanted: float, spread: float = 0.0) -> int:
    """The fewest independent cases that see the drop with the power `wanted`."""
    high = losses_needed(confidence)
    while power(drop, high, confidence, spread) < wanted and high < MOST_CASES:
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        is_seen = power(drop, middle, confidence, spread) >= wanted
        low, high = (low, middle) if is_seen else (middle, high)
    return high


def _at_least(count: int, cases: int, share: float) -> float:
    """The binomial distribution's upper tail."""
    if count > cases:
        return 0.0
    if share in {0.0, 1.0}:
        return share
    odds = math.log(share), math.log1p(-share)
    below = (
        math.exp(
            math.lgamma(cases + 1)
            - math.lgamma(hits + 1)
            - math.lgamma(cases - hits + 1)
            + hits * odds[0]
            + (cases - hits) * odds[1]
        )
        for hits in range(count)
    )
    return max(0.0, 1 - math.fsum(below))
