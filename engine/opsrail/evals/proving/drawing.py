"""Invented suites whose truth is known: scores of base and head with a drop put into head."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from opsrail.evals.statistics.arrays import Grouping, grouping
from opsrail.evals.statistics.compare import ENOUGH_CLUSTERS, Method

if TYPE_CHECKING:
    from opsrail.evals.statistics.arrays import Floats

RIGHT = 0.85
"""The share of binary answers that are right at base, where nothing changes between versions."""
NOISE = 0.03
"""The share of binary answers that get worse by chance, and the share that get better."""
WOBBLE = 0.6
"""How far a graded score varies between versions, as a share of the room it has."""
LOST = 0.5
"""What an answer that a drop concerns loses of a graded score."""
_MEAN_GRADE = 0.8
"""Of the beta distribution that graded scores come from: 8 / (8 + 2)."""


class Scoring(StrEnum):
    """What scores are like."""

    BINARY = "0 or 1"
    GRADED = "graded"


@dataclass(frozen=True, slots=True)
class Setting:
    """A kind of suite.

    `sizes` are those of its clusters; `correlation` is between cases of a cluster: of scores
    and of differences alike. `margin` is in points of 100.
    """

    scoring: Scoring
    sizes: tuple[int, ...]
    correlation: float
    margin: float

    @property
    def cases(self) -> int:
        """How many cases there are."""
        return sum(self.sizes)

    @property
    def grouping(self) -> Grouping:
        """Which of the rows drawn form a cluster."""
        return grouping(np.repeat(np.arange(len(self.sizes)), self.sizes).tolist())

    @property
    def method(self) -> Method:
        """How suites like this are compared."""
        if self.scoring is Scoring.BINARY and max(self.sizes) == 1:
            return Method.PAIRS
        return Method.BOOTSTRAP if len(self.sizes) >= ENOUGH_CLUSTERS else Method.PERMUTATION

    @property
    def words(self) -> str:
        """The setting for the table."""
        count = len(self.sizes)
        if max(self.sizes) == 1:
            shape = f"{count} cases"
        else:
            least, most = min(self.sizes), max(self.sizes)
            each = f"{least}" if least == most else f"{least} to {most}"
            shape = f"{count} clusters of {each}, alike {self.correlation:g}"
        return f"{self.scoring}, {shape}"


def draw(
    setting: Setting, drop: float, runs: int, generator: np.random.Generator
) -> tuple[Floats, Floats]:
    """Scores of base and head (cases × runs) with a true drop (a fraction of 1) in head.

    With the probability √correlation a case comes out as its whole cluster does, otherwise by
    itself: two cases of a cluster are then correlated exactly that much.
    """
    count = setting.cases
    place = np.repeat(np.arange(len(setting.sizes)), setting.sizes)
    alone = _pairs(setting.scoring, (count, runs), drop, generator)
    if max(setting.sizes) == 1:
        return alone
    shared = _pairs(setting.scoring, (len(setting.sizes), runs), drop, generator)
    follows = generator.random((count, runs)) < math.sqrt(setting.correlation)
    base, head = (
        np.where(follows, both[place], own) for own, both in zip(alone, shared, strict=True)
    )
    return base, head


def _pairs(
    scoring: Scoring, shape: tuple[int, int], drop: float, generator: np.random.Generator
) -> tuple[Floats, Floats]:
    if scoring is Scoring.BINARY:
        return _binary(shape, drop, generator)
    grade = generator.beta(8.0, 2.0, shape)
    room = WOBBLE * np.minimum(grade, 1 - grade)
    base, head = (grade + room * generator.uniform(-1.0, 1.0, shape) for _ in range(2))
    hit = generator.random(shape) < drop / (LOST * _MEAN_GRADE)
    return base, np.where(hit, head * (1 - LOST), head)


def _binary(
    shape: tuple[int, int], drop: float, generator: np.random.Generator
) -> tuple[Floats, Floats]:
    chance = generator.random(shape)
    worse, better = chance < NOISE + drop, chance >= 1 - NOISE
    right = generator.random(shape) < RIGHT
    base = np.where(worse, 1.0, np.where(better, 0.0, right))
    return base, np.where(worse, 0.0, np.where(better, 1.0, right))
