"""A linear classifier over texts, and the same asked about texts it did not learn from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import numpy as np
    from scipy.sparse import csr_matrix

    Numbers = np.ndarray[Any, np.dtype[np.float64]]

_SEED: Final = 1
_FOLDS: Final = 5
_FEWER_FOLDS: Final = 3
_FEWEST: Final = 6
"""Labels. With fewer, leaving some out leaves nothing to mistake them for."""
_MANY: Final = 2_000
"""From this many examples on, three folds tell as much as five, and take half as long."""


class LinearModel:
    """One weight for each feature and label (a linear support vector machine, one against the
    rest: Fan et al., LIBLINEAR, JMLR 9, 2008). Always the same for the same examples.

    `margins` are positive on a label's side of its boundary. With a single label there is nothing
    to learn: its margin is 1.
    """

    def __init__(
        self, rows: csr_matrix, labels: Sequence[str], *, is_balanced: bool = False
    ) -> None:
        self.labels: tuple[str, ...] = tuple(sorted(set(labels)))
        self._weights: Numbers | None = None
        self._start: Numbers | None = None
        if len(self.labels) > 1:
            from sklearn.svm import (  # type: ignore[import-untyped]  # published without types
                LinearSVC,
            )

            weight = "balanced" if is_balanced else None
            model = LinearSVC(random_state=_SEED, class_weight=weight).fit(rows, list(labels))
            self._weights, self._start = _each_label(model.coef_, model.intercept_)

    def margins(self, rows: csr_matrix) -> Numbers:
        """A row for each text, a column for each label."""
        import numpy as np

        if self._weights is None or self._start is None:
            return np.ones((rows.shape[0], len(self.labels)))
        return np.asarray(rows @ self._weights.T + self._start, dtype=np.float64)

    def pull(self, row: csr_matrix, label: str, other: str) -> dict[int, float]:
        """Feature → how much it speaks for `label` rather than for `other` in this text."""
        if self._weights is None or label == other:
            return {}
        mine, theirs = (self._weights[self.labels.index(name)] for name in (label, other))
        return {
            int(at): float(value * (mine[at] - theirs[at]))
            for at, value in zip(row.indices, row.data, strict=True)
        }


def _each_label(weights: Numbers, start: Numbers) -> tuple[Numbers, Numbers]:
    """With two labels one boundary is learnt; the other label's is the same, seen from behind."""
    import numpy as np

    if len(weights) > 1:
        return weights, start
    return np.vstack([-weights, weights]), np.concatenate([-start, start])


def margins_unseen(rows: csr_matrix, labels: Sequence[str]) -> Numbers:
    """The margins of each example by a model that learnt from the others only.

    Cross-validation in folds of equal shares of every label. The columns are the sorted labels;
    one that a fold could not learn has no margin there: minus infinity.
    """
    # The examples of a label are dealt out in turn, as cards are.
    order = sorted(range(len(labels)), key=lambda at: (labels[at], at))
    places = {at: place for place, at in enumerate(order)}
    return _margins_apart(rows, labels, [places[at] for at in range(len(labels))])


def margins_unknown(rows: csr_matrix, labels: Sequence[str]) -> Numbers:
    """The margins of each example by a model that never saw anything of its label: what becomes
    of a text about something new. Columns as above. No rows where there are too few labels.
    """
    import numpy as np

    names = sorted(set(labels))
    if len(names) < _FEWEST:
        return np.empty((0, len(names)))
    return _margins_apart(rows, labels, [names.index(name) for name in labels])


def _margins_apart(rows: csr_matrix, labels: Sequence[str], places: Sequence[int]) -> Numbers:
    """The margins of each fold by what is learnt from the other folds."""
    import numpy as np

    names = sorted(set(labels))
    count = _FEWER_FOLDS if len(labels) >= _MANY else _FOLDS
    fold_of = np.array(places) % count
    found = np.full((len(labels), len(names)), -np.inf)
    for fold in range(count):
        asked, learnt = np.flatnonzero(fold_of == fold), np.flatnonzero(fold_of != fold)
        if len(asked) and len(learnt):
            model = LinearModel(rows[learnt], [labels[at] for at in learnt.tolist()])
            columns = np.array([names.index(name) for name in model.labels])
            found[np.ix_(asked, columns)] = model.margins(rows[asked])
    return found
