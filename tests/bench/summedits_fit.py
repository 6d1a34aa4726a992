"""Weights fitted anew, from the tuning domains only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from opsrail.tailor.faithful.words.evidence import Trait

_RIDGE = 0.01

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Fitted:
    """Weights by trait, and the sum that is as likely faithful as not."""

    weights: dict[Trait, float]
    threshold: float

    def flags(self, traits: frozenset[Trait]) -> bool:
        """Whether a text with these traits is held to be unfaithful."""
        return sum(self.weights.get(trait, 0.0) for trait in traits) > self.threshold


def fit(
    names: Sequence[Trait], traits: Sequence[frozenset[Trait]], unfaithful: Sequence[bool]
) -> Fitted:
    """Logistic regression with weights of zero or more, both classes with equal say in all."""
    given = np.array([[float(name in one) for name in names] for one in traits])
    truth = np.array(unfaithful, dtype=np.float64)
    share = truth.mean()
    say = np.where(truth == 1, 0.5 / share, 0.5 / (1 - share))

    def loss(found: Array) -> tuple[float, Array]:
        score = given @ found[1:] + found[0]
        each = np.logaddexp(0, score) - truth * score
        slope = say * (1 / (1 + np.exp(-score)) - truth) / len(truth)
        ridge = _RIDGE * found[1:]
        whole = float((say * each).mean() + ridge @ found[1:] / 2)
        return whole, np.concatenate([[slope.sum()], given.T @ slope + ridge])

    bounds = [(None, None), *[(0, None)] * len(names)]
    start = np.zeros(len(names) + 1)
    best = minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B").x
    weights = dict(zip(names, (float(one) for one in best[1:]), strict=True))
    return Fitted(weights, -float(best[0]))
