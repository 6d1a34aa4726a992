"""A classifier that says how sure it is, and when it is not sure enough to say anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from opsrail.flows.learning.confidence import NEVER, Curve, curve_of, seen_of, threshold_for
from opsrail.flows.learning.features import TextFeatures, telling
from opsrail.flows.learning.linear import LinearModel, margins_unknown, margins_unseen

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_WORDS: Final = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """How likely each label is, the likeliest first."""

    likely: Mapping[str, float]

    @property
    def best(self) -> str:
        """The likeliest label."""
        return next(iter(self.likely))


@dataclass(frozen=True, slots=True)
class Aim:
    """What a classifier has to achieve: of the texts whose label it tells, a share of `sure` has to
    be right, where a share of `unknown` of all is about something it never learnt. A `threshold`
    for the likelihood may be set by hand instead.
    """

    sure: float
    unknown: float
    threshold: float | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """What cross-validation said: the share of examples that are right, that are sure, and that
    are right of those; and the share that is left open where nothing of their kind was learnt.
    """

    examples: int
    right: float
    coverage: float
    right_when_sure: float
    left_open: float


class Classifier:
    """Learns labels from texts when it is made, and never changes afterwards."""

    def __init__(
        self,
        features: TextFeatures,
        rows: csr_matrix,
        labels: Sequence[str],
        *,
        aim: Aim,
    ) -> None:
        self._names = features.words
        self._model = LinearModel(rows, labels)
        self._curve, self.threshold, self.measured = _calibrated(rows, labels, aim)

    @property
    def labels(self) -> tuple[str, ...]:
        """All it knows, sorted."""
        return self._model.labels

    def answers(self, rows: csr_matrix) -> list[Answer]:
        """What each text (its row of features) is about."""
        likelihoods = self._curve.likelihoods(self._model.margins(rows))
        found = (zip(self.labels, map(float, row), strict=True) for row in likelihoods)
        return [Answer(dict(sorted(one, key=lambda pair: (-pair[1], pair[0])))) for one in found]

    def words(self, row: csr_matrix, label: str) -> tuple[str, ...]:
        """Words of the text that speak for the label, rather than for the next best one."""
        return _deciding(self._names, self._model, row, label)


class Labeller:
    """Gives every text one label, the likeliest, and has no idea how sure that is.

    Rare labels count as much as frequent ones.
    """

    def __init__(self, features: TextFeatures, rows: csr_matrix, labels: Sequence[str]) -> None:
        self._names = features.words
        self._model = LinearModel(rows, labels, is_balanced=True)

    @property
    def labels(self) -> tuple[str, ...]:
        """All it knows, sorted."""
        return self._model.labels

    def label(self, row: csr_matrix) -> str:
        """The text's label."""
        return self.labels[int(self._model.margins(row)[0].argmax())]

    def words(self, row: csr_matrix, label: str) -> tuple[str, ...]:
        """Words of the text that speak for the label, rather than for the next best one."""
        return _deciding(self._names, self._model, row, label)


def _deciding(
    names: Sequence[str], model: LinearModel, row: csr_matrix, label: str
) -> tuple[str, ...]:
    """The few words of a text that speak most for a label, against the best of the others."""
    margins = dict(zip(model.labels, map(float, model.margins(row)[0]), strict=True))
    others = [name for name in model.labels if name != label]
    if label not in margins or not others:
        return ()
    pull = model.pull(row, label, max(others, key=lambda name: margins[name]))
    return telling({names[at]: by for at, by in pull.items() if at < len(names)}, _WORDS)


def _calibrated(rows: csr_matrix, labels: Sequence[str], aim: Aim) -> tuple[Curve, float, Measured]:
    import numpy as np

    names = sorted(set(labels))
    if len(names) == 1:
        return Curve(0.0, 0.0, 0.0), aim.threshold or NEVER, _NOTHING
    margins = margins_unseen(rows, labels)
    right = np.array([names.index(name) for name in labels], dtype=np.float64)
    seen = seen_of(margins, right, margins_unknown(rows, labels), aim.unknown)
    curve = curve_of(seen)
    likelihoods = curve.likelihoods(seen.margins)
    is_right, best = likelihoods.argmax(axis=1) == seen.right, likelihoods.max(axis=1)
    threshold = aim.threshold
    if threshold is None:
        threshold = threshold_for(best, is_right, seen.weights, aim.sure)
    is_known, is_sure = seen.right >= 0, best >= threshold
    return (
        curve,
        threshold,
        Measured(
            len(labels),
            float(is_right[is_known].mean()),
            float(is_sure[is_known].mean()),
            float(is_right[is_known & is_sure].mean()) if is_sure.any() else 0.0,
            float(1 - is_sure[~is_known].mean()) if not is_known.all() else 0.0,
        ),
    )


_NOTHING: Final = Measured(0, 0.0, 0.0, 0.0, 0.0)
