"""Whether a window is unusual, given its group's past."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from opsrail.detection.baseline.arrays import FloatArray, IntArray
from opsrail.detection.baseline.fitting import Fitting, Moments, Steps
from opsrail.detection.baseline.history import Buckets, Past, flat
from opsrail.detection.baseline.seasons import Seasons, seasons
from opsrail.detection.baseline.spread import Usual
from opsrail.detection.baseline.tails import count_above, count_below, measure_above
from opsrail.detection.formats import Baseline, Direction
from opsrail.detection.model import Group
from opsrail.streams.spans import micros

BoolArray: TypeAlias = npt.NDArray[np.bool_]

_GRAIN = 0.01
"""Least scatter of a metric, as a share of its mean: one that never moved may still tremble."""

_TIE = 1e-9
"""Relative slack of the rate ratio, so that twice the usual is twice in binary numbers, too."""


@dataclass(frozen=True, slots=True)
class Judged:
    """For each window asked about: whether it is unusual, and what was to be expected.

    `expected` is NaN where the group has no past to speak of; such a window is not unusual.
    """

    unusual: BoolArray
    expected: FloatArray


def judge(
    baseline: Baseline,
    timespan: int,
    past: Mapping[Group, Buckets],
    at: IntArray,
    group: Sequence[Group],
    value: FloatArray,
    *,
    counting: bool,
) -> Judged:
    """Compare windows of `timespan` microseconds that end `at` with the past of their groups.

    A window's past are the buckets within [at − timespan − lookback, at − timespan]. `past` may
    hold more; buckets outside change nothing. For counts (`counting`) a bucket without events
    is nought from the group's first one on; for other metrics it is missing. A window is unusual
    if its value is far enough (`rate_ratio`) on the side that matters, and less likely than
    `significance` (shared by the two sides where both matter).
    """
    known, number = flat(past, group)
    result = Judged(np.zeros(len(at), np.bool_), np.full(len(at), np.nan))
    if not len(known.index):
        return result
    stretch = _Stretch.of(baseline, timespan, at)
    first, some = _first(known, number, stretch)
    reach = micros(baseline.minimum_history), micros(baseline.lookback) * 3 // 4
    history = at - timespan - first * timespan
    able = some & (history >= min(reach))
    steps = Steps.of(micros(baseline.lookback) // timespan, min(reach) // timespan)
    for kind, mine in _by_season(seasons(baseline.season, timespan), history, able):
        fitting = Fitting.of(known, kind, steps, counting=counting)
        asked = Moments(number, stretch.start, stretch.stop, kind.of(at), first)[mine]
        usual = fitting.usual(asked)
        result.expected[mine] = usual.mean
        result.unusual[mine] = _unusual(baseline, usual, value[mine], counting=counting)
    return result


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Bucket numbers [start, stop) of the past of each window."""

    start: IntArray
    stop: IntArray

    @classmethod
    def of(cls, baseline: Baseline, timespan: int, at: IntArray) -> _Stretch:
        earliest = at - timespan - micros(baseline.lookback)
        return cls(-(-earliest // timespan), at // timespan - 1)


def _first(past: Past, number: IntArray, stretch: _Stretch) -> tuple[IntArray, BoolArray]:
    """The first bucket of each window's past, and whether there is any."""
    found = past.stretch(np.maximum(number, 0), stretch.start, stretch.stop)
    return past.first(found), (found.sizes > 0) & (number >= 0)


def _by_season(
    kinds: Sequence[Seasons], history: IntArray, able: BoolArray
) -> list[tuple[Seasons, IntArray]]:
    """Each kind of season, and the windows whose group has just enough past for it."""
    left, parts = able.copy(), []
    for kind in kinds:
        mine = left & (history >= 2 * kind.period)
        left &= ~mine
        if mine.any():
            parts.append((kind, np.flatnonzero(mine)))
    return parts


def _unusual(baseline: Baseline, usual: Usual, value: FloatArray, *, counting: bool) -> BoolArray:
    """Whether each value is far and unlikely. What is NaN is never unusual."""
    both = baseline.direction is Direction.BOTH
    limit = baseline.significance / 2 if both else baseline.significance
    tails = _count_tails if counting else _measure_tails
    slack = _TIE * np.abs(usual.mean)
    size = np.abs(usual.mean)
    high = usual.mean + (baseline.rate_ratio - 1) * size - slack
    low = usual.mean - (1 - 1 / baseline.rate_ratio) * size + slack
    with np.errstate(invalid="ignore"):
        above, below = tails(usual, value)
        sides = {
            Direction.ABOVE: (above < limit) & (value >= high),
            Direction.BELOW: (below < limit) & (value <= low),
        }
    return sides[Direction.ABOVE] | sides[Direction.BELOW] if both else sides[baseline.direction]


def _count_tails(usual: Usual, value: FloatArray) -> tuple[FloatArray, FloatArray]:
    given = (value, usual.mean, usual.overdispersion)
    return count_above(*given), count_below(*given)


def _measure_tails(usual: Usual, value: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Both tails of what a further window would deviate by: its own scatter and the doubt."""
    variance = np.maximum(usual.within, (_GRAIN * usual.mean) ** 2) + usual.doubt
    deviation = value - usual.mean
    return (
        measure_above(deviation, variance, usual.freedom),
        measure_above(-deviation, variance, usual.freedom),
    )
