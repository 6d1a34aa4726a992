"""Which hours are alike: the classes of the week or the day into which the past is sorted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from opsrail.detection.baseline.arrays import IntArray
from opsrail.detection.formats import Season

HOUR = 3_600_000_000
_PERIODS = {Season.HOUR_OF_WEEK: 168 * HOUR, Season.HOUR_OF_DAY: 24 * HOUR}
_COARSER = (Season.HOUR_OF_WEEK, Season.HOUR_OF_DAY, Season.NONE)


@dataclass(frozen=True, slots=True)
class Seasons:
    """The classes of one kind of season, for windows of `timespan` microseconds.

    A window belongs where its middle lies. `period` is 0 where all windows are alike.
    """

    period: int
    timespan: int

    @property
    def step(self) -> int:
        """How long one class lasts: an hour, or a window if that is longer."""
        return max(HOUR, self.timespan)

    @property
    def classes(self) -> int:
        """How many there are."""
        return -(-self.period // self.step) if self.period else 1

    def of(self, end: IntArray) -> IntArray:
        """The class of each window that ends at these microseconds."""
        if not self.period:
            return np.zeros_like(end)
        return (end - self.timespan // 2) % self.period // self.step

    def of_buckets(self, index: IntArray) -> IntArray:
        """The class of each bucket."""
        return self.of((index + 1) * self.timespan)


def seasons(season: Season, timespan: int) -> tuple[Seasons, ...]:
    """The kind asked for, then ever coarser ones for a group that is too young for it.

    A kind needs two periods of past. One Monday says nothing of how far Mondays differ.
    """
    kinds = _COARSER[_COARSER.index(season) :]
    return tuple(Seasons(_PERIODS.get(kind, 0), timespan) for kind in kinds)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many buckets of each class lie in a range, for bucket numbers from `origin` on."""

    key: IntArray
    origin: int
    width: int

    @classmethod
    def over(cls, kind: Seasons, origin: int, width: int) -> Tally:
        """The tally for `width` bucket numbers."""
        offset = np.arange(width, dtype=np.int64)
        key = kind.of_buckets(offset + origin) * width + offset
        return cls(np.sort(key), origin, width)

    def count(self, season: IntArray, start: IntArray, stop: IntArray) -> IntArray:
        """Buckets of the class `season` from `start` up to but without `stop`; broadcasts."""
        base = season * self.width
        low = np.searchsorted(self.key, base + np.clip(start - self.origin, 0, self.width))
        high = np.searchsorted(self.key, base + np.clip(stop - self.origin, 0, self.width))
        return np.asarray(np.maximum(high - low, 0), dtype=np.int64)
