"""How likely an answer is right, and from which likelihood on it may be given.

A margin is no probability. What it is worth is learnt from examples that the classifier had not
seen: one logistic curve for all labels over two figures, the label's margin and its lead over the
best other one (Platt, Probabilistic outputs for support vector machines, 1999). The likelihoods
of all labels need not sum to 1. What is missing is the chance that it is something else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from opsrail.evals.statistics.wilson import wilson

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, np.dtype[np.float64]]

NEVER: Final = 1.01
"""A threshold that nothing reaches."""
_CERTAINTY: Final = 0.6
"""Of the two-sided interval: in four of five such samples the true share is above its bound."""
_LOOKED_AT: Final = 3
"""Labels of each example that the curve is learnt from: the likeliest."""
_FURTHEST: Final = 5.0
"""Margins beyond this say nothing more."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Log odds = start + margin × by_margin + lead × by_lead; both factors are at least 0, so that
    the likeliest label is always the one with the largest margin.
    """

    start: float
    by_margin: float
    by_lead: float

    def likelihoods(self, margins: Numbers) -> Numbers:
        """Of each label, in rows as the margins."""
        import numpy as np

        figures = _figures(margins)
        odds = self.start + figures[..., 0] * self.by_margin + figures[..., 1] * self.by_lead
        return np.asarray(1 / (1 + np.exp(-odds)), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a classifier made of texts that it had not learnt from.

    `right` is the column of each one's label, -1 where the classifier does not have it. `weights`
    say how much each counts.
    """

    margins: Numbers
    right: Numbers
    weights: Numbers


def seen_of(margins: Numbers, right: Numbers, unknown: Numbers, share: float) -> Seen:
    """Texts of known labels and texts of unknown ones, these as if they were so large a `share` of
    all that come in.
    """
    import numpy as np

    ratio = share / (1 - share) * len(margins) / len(unknown) if len(unknown) else 0.0
    return Seen(
        np.vstack([margins, unknown]),
        np.concatenate([right, np.full(len(unknown), -1.0)]),
        np.concatenate([np.ones(len(margins)), np.full(len(unknown), ratio)]),
    )


def curve_of(seen: Seen) -> Curve:
    """The curve that fits best.

    Two made-up observations, a clear yes and a clear no, keep it finite where all were right.
    """
    import numpy as np
    from sklearn.linear_model import (  # type: ignore[import-untyped]  # published without types
        LogisticRegression,
    )

    looked_at = np.argsort(-seen.margins, axis=1, kind="stable")[:, :_LOOKED_AT]
    rows = np.arange(len(seen.margins))[:, None]
    figures = _figures(seen.margins)[rows, looked_at].reshape(-1, 2)
    is_right = (looked_at == seen.right[:, None]).reshape(-1)
    weights = np.repeat(seen.weights, looked_at.shape[1])
    figures = np.vstack([figures, [[2.0, 2.0], [-2.0, -2.0]]])
    model = LogisticRegression().fit(
        figures, np.append(is_right, [True, False]), np.append(weights, [1.0, 1.0])
    )
    by_margin, by_lead = (max(0.0, float(factor)) for factor in model.coef_[0])
    return Curve(float(model.intercept_[0]), by_margin, by_lead)


def _figures(margins: Numbers) -> Numbers:
    """Each label's margin, and its lead over the best of the others (which may be negative)."""
    import numpy as np

    margins = np.clip(margins, -_FURTHEST, _FURTHEST)
    if margins.shape[1] == 1:
        return np.stack([margins, margins], axis=-1)
    second, first = np.sort(margins, axis=1)[:, -2:].T
    best_other = np.where(margins == first[:, None], second[:, None], first[:, None])
    return np.stack([margins, margins - best_other], axis=-1)


def threshold_for(
    likelihoods: Numbers, is_right: Numbers, weights: Numbers, wanted: float
) -> float:
    """The lowest likelihood from which on the share of right answers is `wanted` (of 1), in
    texts that were not learnt from. `NEVER` where no threshold gets there.

    The share has to be that high with some certainty, or few examples would choose a lucky one:
    the lower bound of its score interval counts. Weighted texts count as many as they are worth
    (Kish, Survey sampling, 1965, 11.7).
    """
    import numpy as np

    order = np.argsort(-likelihoods, kind="stable")
    weights = weights[order]
    whole = np.cumsum(weights)
    share = (np.cumsum(is_right[order] * weights) / whole).tolist()
    sizes = (whole**2 / np.cumsum(weights**2)).tolist()
    ordered = likelihoods[order].tolist()
    found = NEVER
    for at, likelihood in enumerate(ordered):
        is_last_of_equals = at + 1 == len(ordered) or ordered[at + 1] < likelihood
        if is_last_of_equals and wilson(share[at], sizes[at], _CERTAINTY)[0] >= wanted:
            found = likelihood
    return float(found)
