"""Columns of the history's tables: texts by number, times, and how late a record arrives."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tests.example.clock import END, HOUR, Numbers, Seconds, random


def words(names: Sequence[str | None], numbers: Seconds) -> pa.Array:
    """The name for each number; null for negative ones."""
    texts = pa.array([*names, None], pa.string())
    return texts.take(pa.array(np.where(numbers < 0, len(names), numbers)))


def whole(numbers: Seconds) -> pa.Array:
    """Whole numbers; null for negative ones."""
    return pa.array(numbers, pa.int32(), mask=numbers < 0)


def decimals(numbers: Numbers) -> pa.Array:
    """Numbers; null for those that are none."""
    return pa.array(numbers, pa.float64(), mask=np.isnan(numbers))


def times(seconds: Seconds) -> pa.Array:
    """Moments in UTC."""
    return pa.array(seconds * 1_000, pa.timestamp("ms", tz="UTC"))


def delays(part: str, size: int, grace: int, *, steady: bool) -> Seconds:
    """How late records arrive: most within seconds, some minutes, one of two thousand too late.
    What a clock sends (`steady`) mostly needs the same three seconds.
    """
    dice = random(f"delays {part}")
    seconds = 1 + dice.geometric(0.4, size)
    seconds[dice.random(size) < (0.98 if steady else 0)] = 3
    slow = dice.random(size) < (0.002 if steady else 0.02)
    seconds[slow] = dice.integers(10, grace, int(slow.sum()))
    lost = dice.random(size) < 0.0005
    seconds[lost] = dice.integers(grace + 1, grace + 3 * HOUR, int(lost.sum()))
    return seconds


def table(
    time: Seconds, part: str, grace: int, columns: dict[str, pa.Array], *, steady: bool = False
) -> pa.Table:
    """A stream's table in order of time, without what lies after the history's end."""
    late = delays(part, len(time), grace, steady=steady)
    whole_table = pa.table(
        {"occurred_at": times(time), "ingested_at": times(time + late), **columns}
    )
    order: NDArray[np.int64] = np.argsort(time, kind="stable")
    return whole_table.take(pa.array(order[time[order] < END]))
