"""Fits of the past: what is usual at a moment, for many groups and moments at a time.

A fit has a core, a range of whole blocks that all moments of a step share, and for each moment the
edges left and right of it, so that the past always ends at the moment itself. What moves slowly
(limits, variances) comes of the core alone; means come of all. The work is so the past of each
step, not of each moment.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np

from opsrail.detection.baseline.arrays import FloatArray, IntArray
from opsrail.detection.baseline.history import Extremes, Past, Stretches
from opsrail.detection.baseline.seasons import Seasons, Tally
from opsrail.detection.baseline.spread import Limits, Usual, limits, quantile, settle, spread

_AT_ONCE = 2_000_000
"""How many values are looked at together; bounds the memory."""


@dataclass(frozen=True, slots=True)
class Moments:
    """What is asked: for `group`, the past in buckets [start, stop), compared as `season`.

    `first` is the first bucket of that range with an event.
    """

    group: IntArray
    start: IntArray
    stop: IntArray
    season: IntArray
    first: IntArray

    def __getitem__(self, which: IntArray | slice) -> Moments:
        return Moments(*(getattr(self, one.name)[which] for one in fields(self)))


@dataclass(frozen=True, slots=True)
class Steps:
    """How the lookback is cut, in buckets: blocks for the limits, steps of several blocks."""

    lookback: int
    block: int
    step: int

    @classmethod
    def of(cls, lookback: int, minimum_history: int) -> Steps:
        """28 blocks a lookback (of four weeks: days), four blocks a step.

        A step is never longer than the history asked for, so that who has that has a core.
        """
        block = max(1, min(lookback // 28, minimum_history // 4))
        return cls(lookback, block, max(block, min(4 * block, lookback // 2 // block * block)))

    def end(self, stop: IntArray) -> IntArray:
        """Where the core of a moment's fit ends."""
        return stop // self.step * self.step

    def begin(self, end: IntArray) -> IntArray:
        """Where a core begins: within the lookback of every moment of its step."""
        return -((self.lookback - self.step - end) // self.block) * self.block


@dataclass(frozen=True, slots=True)
class Fitting:
    """Everything that fits stand on."""

    past: Past
    extremes: Extremes
    kind: Seasons
    tally: Tally
    classes: IntArray
    steps: Steps
    counting: bool

    @classmethod
    def of(cls, past: Past, kind: Seasons, steps: Steps, *, counting: bool) -> Fitting:
        """Fits of this past by one kind of season."""
        tally = Tally.over(kind, past.origin, past.width + steps.lookback + 2)
        classes = kind.of_buckets(past.index)
        return cls(past, Extremes.of(past, steps.block), kind, tally, classes, steps, counting)

    def usual(self, asked: Moments) -> Usual:
        """What is usual at each of these moments."""
        order = np.lexsort((asked.season, asked.start, asked.stop, asked.group))
        rows = np.stack([asked.group, asked.stop, asked.start, asked.season])[:, order]
        new = np.any(np.diff(rows, axis=1, prepend=rows[:, :1] - 1) != 0, axis=0)
        once = asked[order[new]]  # a spike asks the same many times
        parts = [self._usual(once[part]) for part in self._parts(once)]
        back = np.empty(len(order), np.int64)
        back[order] = np.cumsum(new) - 1
        names = (one.name for one in fields(Usual))
        return Usual(*(np.concatenate([getattr(p, name) for p in parts])[back] for name in names))

    def _parts(self, asked: Moments) -> Iterator[slice]:
        """Runs of whole fits, short enough to be held at once."""
        end = self.steps.end(asked.stop)
        starts = _starts(asked.group, end)
        core = self._core(asked.group[starts], end[starts])
        moments = np.diff(starts, append=len(end))
        weight = core.sizes + self.kind.classes * 4 + moments * (self.steps.step + 8)
        part = np.cumsum(weight) // _AT_ONCE
        cuts = [*starts[np.flatnonzero(np.diff(part, prepend=-1))], len(end)]
        yield from (slice(a, b) for a, b in itertools.pairwise(cuts))

    def _core(self, group: IntArray, end: IntArray) -> Stretches:
        return self.past.stretch(group, self.steps.begin(end), end)

    def _usual(self, asked: Moments) -> Usual:
        end = self.steps.end(asked.stop)
        starts = _starts(asked.group, end)
        fit = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(end)))
        group, end = asked.group[starts], end[starts]
        limit, centre = self._limits(group, end)
        core = self._core(group, end)
        table = self._table(core, end, limit, centre)
        known = spread(*table)
        sums = self._edges(asked, end[fit], limit[fit], centre[fit])
        for mine, theirs in zip(sums, table, strict=False):
            mine[0] += theirs.sum(axis=1)[fit]
            mine[1] += theirs[fit, asked.season]
        number, total = sums
        if self.counting:
            number[0] = asked.stop - asked.first
            number[1] = self.tally.count(asked.season, asked.first, asked.stop)
        return settle(number, total, known[fit], centre[fit], counting=self.counting)

    def _limits(self, group: IntArray, end: IntArray) -> tuple[Limits, FloatArray]:
        """The limits of each fit, and a value in the middle, from which sums are exact."""
        block, begin = self.steps.block, self.steps.begin(end)
        count = self.steps.lookback // block
        least, greatest = self.extremes.table(group, begin // block, count)
        later = begin[:, None] + np.arange(count) * block >= end[:, None]
        least[later], greatest[later] = np.nan, np.nan
        if self.counting:  # a block without an event has nought, once there was one
            begun = np.maximum.accumulate(~np.isnan(greatest), axis=1) & ~later
            greatest[begun & np.isnan(greatest)] = 0
            return limits(least, greatest, counting=True), np.zeros(len(end))
        return limits(least, greatest, counting=False), quantile(greatest, 0.5)

    def _values(
        self, which: Stretches, limit: Limits, centre: FloatArray
    ) -> tuple[IntArray, IntArray, FloatArray]:
        """Owner, class and value of all buckets in these stretches, cut to the limits."""
        owner, place = which.members()
        value = np.clip(self.past.value[place], limit.low[owner], limit.high[owner])
        return owner, self.classes[place], value - centre[owner]

    def _table(
        self, core: Stretches, end: IntArray, limit: Limits, centre: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Number, sum and sum of squares of each core: a row a fit, a column a class."""
        shape = (len(end), self.kind.classes)
        owner, season, value = self._values(core, limit, centre)
        cell = owner * shape[1] + season
        size = shape[0] * shape[1]
        number = np.bincount(cell, minlength=size).astype(np.float64).reshape(shape)
        total = np.bincount(cell, value, size).astype(np.float64).reshape(shape)
        squares = np.bincount(cell, value * value, size).astype(np.float64).reshape(shape)
        if self.counting:
            first = np.where(core.sizes > 0, self.past.first(core), end)
            every = np.arange(shape[1])
            number = self.tally.count(every, first[:, None], end[:, None]).astype(np.float64)
        return number, total, squares

    def _edges(
        self, asked: Moments, end: IntArray, limit: Limits, centre: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Number and sum of what each moment's past has beyond the core: of all, of its class."""
        size = len(asked.stop)
        number, total = np.zeros((2, size)), np.zeros((2, size))
        begin = self.steps.begin(end)
        for start, stop in ((asked.start, begin), (end, asked.stop)):
            which = self.past.stretch(asked.group, start, stop)
            owner, season, value = self._values(which, limit, centre)
            own = season == asked.season[owner]
            for row, (mine, values) in enumerate(((owner, value), (owner[own], value[own]))):
                number[row] += np.bincount(mine, minlength=size)
                total[row] += np.bincount(mine, values, size)
        return number, total


def _starts(group: IntArray, end: IntArray) -> IntArray:
    """Where a new fit begins among moments in order."""
    new = (np.diff(group, prepend=-1) != 0) | (np.diff(end, prepend=end[:1] - 1) != 0)
    return np.flatnonzero(new)
