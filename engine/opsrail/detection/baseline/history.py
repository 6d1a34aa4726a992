"""The past of many groups as flat arrays, and sums over stretches of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from opsrail.detection.baseline.arrays import FloatArray, IntArray
from opsrail.detection.model import Group


@dataclass(frozen=True, slots=True)
class Buckets:
    """A group's past: tumbling windows [k·T, (k + 1)·T) that held an event, by number k, rising.

    `value` is the rule's value of each window; NaN where it has none.
    """

    index: IntArray
    value: FloatArray


@dataclass(frozen=True, slots=True)
class Past:
    """The buckets of all groups, one group after the other, each in order of time.

    `key` is group · width + (bucket number − origin), so it rises throughout and one binary
    search finds any stretch of any group.
    """

    key: IntArray
    index: IntArray
    value: FloatArray
    origin: int
    width: int

    @classmethod
    def of(cls, groups: Sequence[Buckets]) -> Past:
        """The past of these groups, numbered in this order. No value, no bucket."""
        sizes = [len(one.index) for one in groups]
        number = np.repeat(np.arange(len(groups), dtype=np.int64), sizes)
        index = np.concatenate([np.empty(0, np.int64), *(one.index for one in groups)])
        value = np.concatenate([np.empty(0), *(one.value for one in groups)])
        known = ~np.isnan(value)
        number, index, value = number[known], index[known], value[known]
        origin = int(index.min()) if len(index) else 0
        width = int(index.max()) - origin + 1 if len(index) else 1
        return cls(number * width + (index - origin), index, value, origin, width)

    def stretch(self, group: IntArray, start: IntArray, stop: IntArray) -> Stretches:
        """Each group's buckets from number `start` up to but without `stop`."""
        base = group * self.width
        low = np.searchsorted(self.key, base + np.clip(start - self.origin, 0, self.width))
        high = np.searchsorted(self.key, base + np.clip(stop - self.origin, 0, self.width))
        return Stretches(low, np.maximum(low, high))

    def first(self, found: Stretches) -> IntArray:
        """The number of the first bucket in each stretch; of any bucket where it is empty."""
        return self.index[np.minimum(found.low, len(self.index) - 1)]


@dataclass(frozen=True, slots=True)
class Stretches:
    """Positions [low, high) in the flat arrays, many of them."""

    low: IntArray
    high: IntArray

    @property
    def sizes(self) -> IntArray:
        """How many positions each has."""
        return self.high - self.low

    def __getitem__(self, which: slice) -> Stretches:
        return Stretches(self.low[which], self.high[which])

    def members(self) -> tuple[IntArray, IntArray]:
        """All positions one after the other: to which stretch each belongs, and the position."""
        sizes = self.sizes
        owner = np.repeat(np.arange(len(sizes), dtype=np.int64), sizes)
        shift = self.low - (np.cumsum(sizes) - sizes)
        return owner, np.arange(len(owner), dtype=np.int64) + shift[owner]


@dataclass(frozen=True, slots=True)
class Extremes:
    """The least and the greatest value of each block of `size` buckets that holds any."""

    key: IntArray
    least: FloatArray
    greatest: FloatArray
    origin: int
    width: int
    size: int

    @classmethod
    def of(cls, past: Past, size: int) -> Extremes:
        """The extremes of a past, in blocks counted from bucket 0."""
        group, block = past.key // past.width, past.index // size
        origin = past.origin // size
        width = (past.origin + past.width - 1) // size - origin + 1
        key = group * width + (block - origin)
        starts = np.flatnonzero(np.diff(key, prepend=-1))
        least = np.minimum.reduceat(past.value, starts)
        return cls(key[starts], least, np.maximum.reduceat(past.value, starts), origin, width, size)

    def table(self, group: IntArray, start: IntArray, count: int) -> tuple[FloatArray, FloatArray]:
        """Least and greatest of `count` blocks from block `start` on, a row a group.

        NaN for a block that holds none.
        """
        block = start[:, None] - self.origin + np.arange(count)
        wanted = group[:, None] * self.width + block
        place = np.minimum(np.searchsorted(self.key, wanted), len(self.key) - 1)
        there = (self.key[place] == wanted) & (block >= 0) & (block < self.width)
        least = np.where(there, self.least[place], np.nan)
        return least, np.where(there, self.greatest[place], np.nan)


def flat(past: Mapping[Group, Buckets], group: Sequence[Group]) -> tuple[Past, IntArray]:
    """The past of the groups asked about, and each one's number in it; −1 without a past."""
    numbers: dict[Group, int] = {}
    for one in group:
        if one in past and one not in numbers:
            numbers[one] = len(numbers)
    known = Past.of([past[one] for one in numbers])
    return known, np.array([numbers.get(one, -1) for one in group], dtype=np.int64)
