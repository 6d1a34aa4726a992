"""How long baselines take: 100,000 windows of 2,000 groups against four weeks of quarter hours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from opsrail.detection.baseline import Buckets, judge
from opsrail.detection.baseline.arrays import IntArray
from opsrail.detection.formats import Baseline
from opsrail.detection.model import Group
from tests.bench.measuring import Row, interleaved, table

QUARTER = 15 * 60_000_000
BEGIN = 2_000 * 672
BUCKETS = 2_700


@dataclass(frozen=True, slots=True)
class Asked:
    """Windows at random among the groups."""

    past: Mapping[Group, Buckets]
    at: IntArray
    group: list[Group]

    def judged(self, share: int = 1) -> Callable[[], object]:
        """The work on one window in `share`."""
        at, group = self.at[::share], self.group[::share]
        value = np.full(len(at), 20.0)
        return lambda: judge(Baseline(), QUARTER, self.past, at, group, value, counting=True)


def asked(windows: int, groups: int) -> Asked:
    """Made windows: skewed groups, all with the same length of past."""
    dice = np.random.default_rng(1)
    names: list[Group] = [(("area", str(number)),) for number in range(groups)]
    index = np.arange(BEGIN, BEGIN + BUCKETS)
    past = {}
    for name in names:
        value = dice.poisson(dice.lognormal(0, 1.5), BUCKETS).astype(np.float64)
        past[name] = Buckets(index[value > 0], value[value > 0])
    at = (BEGIN + dice.integers(700, BUCKETS, windows)) * QUARTER
    return Asked(past, at, [names[number] for number in dice.integers(0, groups, windows)])


def main() -> None:
    """Prints the table."""
    work = asked(100_000, 2_000)
    times = interleaved({"whole": work.judged(), "half": work.judged(2)}, rounds=3)
    rows = [
        Row("100,000 windows, 2,000 groups", times["whole"], budget=2.0),
        Row("half of the windows", times["half"]),
    ]
    for line in table(f"baselines: {BUCKETS} buckets a group", rows):
        print(line)
