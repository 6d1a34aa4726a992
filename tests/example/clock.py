"""When the history runs, and when Larkspindle's customers are awake. All times: seconds, UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

Seconds = NDArray[np.int64]
Numbers = NDArray[np.float64]

HOUR: Final = 3_600
DAY: Final = 24 * HOUR
SEED: Final = 20_261_031


def moment(text: str) -> int:
    """Seconds since 1970 of `2026-10-14 09:40`."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


START: Final = moment("2026-07-04 00:00")
END: Final = moment("2026-11-01 00:00")
HOURS: Final = (END - START) // HOUR

# Clinics and workshops write when they are open: little at night, most at nine and at three.
_BY_HOUR: Final = np.array(
    [8, 6, 5, 5, 6, 9, 20, 52, 100, 130, 125, 110, 90, 95, 112, 110, 98, 78, 50, 36, 30, 22, 15, 11]
)
_BY_DAY: Final = np.array([1.24, 1.08, 1.0, 1.0, 0.93, 0.46, 0.34])  # Monday first
_AHEAD: Final = {"eu-1": 1, "us-1": -5, "ap-1": 9}  # hours ahead of UTC, summer time left aside


def random(part: str) -> np.random.Generator:
    """The dice of one part of the history, so that a change to one leaves the others alone."""
    return np.random.default_rng([SEED, *part.encode()])


def busy(region: str) -> Numbers:
    """How busy each hour of the history is in a region; 1 on average over a week."""
    local = np.arange(HOURS) + _AHEAD[region]
    weekday = (local // 24 + datetime.fromtimestamp(START, UTC).weekday()) % 7
    shape: Numbers = _BY_HOUR[local % 24] * _BY_DAY[weekday]
    even: Numbers = shape * (7 / (_BY_HOUR.mean() * _BY_DAY.sum()))
    return even


def hour_of_day(times: Seconds) -> Seconds:
    """0 to 23."""
    hours: Seconds = times % DAY // HOUR
    return hours


def spread(dice: np.random.Generator, median: float | Numbers, sigma: float, size: int) -> Numbers:
    """Lengths of time around a median, with the long tail that waiting has."""
    lengths: Numbers = median * np.exp(sigma * dice.standard_normal(size))
    return lengths
