"""The score of the Numenta Anomaly Benchmark, standard profile, from its published description.

Lavin and Ahmad, Evaluating Real-time Anomaly Detection Algorithms: the Numenta Anomaly Benchmark,
ICMLA 2015 (arXiv 1510.03336), §II: each labelled window gives up to one point, more for an
early detection; a detection outside costs, more the farther it is behind the window before it;
a window without a detection costs one point. The sum is scaled so that no detection at all is 0
and a perfect detector 100.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

FALSE_POSITIVE: Final = 0.11
"""What a false detection costs at most, in the standard profile; the other weights are 1."""

_LEARNING_SHARE: Final = 0.15
_LEARNING_MOST: Final = 750
"""The first rows of a series are there to learn from: 15 % of it, but of 5,000 rows at most."""


@dataclass(frozen=True, slots=True)
class Labels:
    """The rows of a series: how many, and the anomalous windows as [first row, last row]."""

    rows: int
    windows: tuple[tuple[int, int], ...]

    @property
    def learning(self) -> int:
        """How many rows at the start are not judged."""
        return min(int(_LEARNING_SHARE * self.rows), _LEARNING_MOST)


def sigmoid(position: float) -> float:
    """What a detection is worth at a relative position: −1 where the window begins, 0 at its end.

    From nearly 1 down to nearly −1, and −1 beyond three windows' lengths.
    """
    return -1.0 if position > 3 else 2 / (1 + math.exp(5 * position)) - 1


def raw(labels: Labels, detections: Iterable[int]) -> float:
    """The score of one series, not scaled: one point for each window detected at its first row."""
    best = [-1.0] * len(labels.windows)
    cost = 0.0
    for row in sorted(row for row in set(detections) if row >= labels.learning):
        inside = _window(labels.windows, row)
        if inside is None:
            cost += FALSE_POSITIVE * _false(labels.windows, row)
        else:
            first, last = labels.windows[inside]
            position = -(last - row + 1) / (last - first + 1)
            best[inside] = max(best[inside], sigmoid(position) / sigmoid(-1))
    return sum(best) + cost


def _window(windows: Sequence[tuple[int, int]], row: int) -> int | None:
    return next((n for n, (first, last) in enumerate(windows) if first <= row <= last), None)


def _false(windows: Sequence[tuple[int, int]], row: int) -> float:
    """The worth of a detection outside: less than none, the farther behind a window the less."""
    before = [(first, last) for first, last in windows if last < row]
    if not before:
        return -1.0
    first, last = before[-1]
    return sigmoid((row - last) / max(last - first, 1))


def scaled(found: Iterable[tuple[Labels, Iterable[int]]]) -> float:
    """The score of a detector over several series, 0 for none and 100 for a perfect one."""
    total, windows = 0.0, 0
    for labels, detections in found:
        total += raw(labels, detections)
        windows += len(labels.windows)
    return 100 * (total + windows) / (2 * windows)
