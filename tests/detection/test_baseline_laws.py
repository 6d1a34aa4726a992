"""Laws of baselines: what may change without changing a verdict."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsrail.detection.baseline import Buckets, Judged, fitting, judge
from opsrail.detection.baseline.arrays import FloatArray, IntArray
from opsrail.detection.formats import Baseline, Direction, Season
from opsrail.detection.model import Group
from opsrail.streams.spans import micros

HOUR = micros("1h")
NOW = 500_000
"""A bucket number."""
BASELINES = st.builds(
    Baseline,
    lookback=st.sampled_from(["2d", "5d", "10d12h", "28d", "100h30m"]),
    season=st.sampled_from(Season),
    direction=st.sampled_from(Direction),
    rate_ratio=st.sampled_from([1.0, 2.0]),
    significance=st.sampled_from([0.001, 0.05]),
    minimum_history=st.sampled_from(["0s", "6h", "2d", "7d"]),
)
SEEDS = st.integers(0, 2**32 - 1)


class World:
    """Some groups with a past of 60 days, and windows to judge at the end of it."""

    def __init__(self, seed: int, groups: int = 3, asked: int = 40) -> None:
        dice = np.random.default_rng(seed)
        self.groups: list[Group] = [(("area", str(number)),) for number in range(groups)]
        self.past = {one: _past(dice) for one in self.groups}
        self.at = dice.integers((NOW - 20 * 24) * HOUR, (NOW + 48) * HOUR, asked)
        self.group = [self.groups[number] for number in dice.integers(0, groups, asked)]
        self.value = dice.poisson(dice.choice([1, 5, 30], asked)).astype(np.float64)

    def judged(self, baseline: Baseline, *, counting: bool, scale: float = 1) -> Judged:
        past = {key: Buckets(one.index, one.value * scale) for key, one in self.past.items()}
        value = self.value * scale
        return judge(baseline, HOUR, past, self.at, self.group, value, counting=counting)


def _past(dice: np.random.Generator) -> Buckets:
    begin = NOW - int(dice.integers(5, 60 * 24))
    index = np.arange(begin, NOW)
    value = dice.poisson(dice.choice([0.1, 2, 20]), len(index)).astype(np.float64)
    return Buckets(index[value > 0], value[value > 0])


def _same(first: Judged, second: Judged) -> None:
    np.testing.assert_array_equal(first.expected, second.expected)
    np.testing.assert_array_equal(first.unusual, second.unusual)


def _part(buckets: Buckets, which: IntArray) -> Buckets:
    return Buckets(buckets.index[which], buckets.value[which])


@given(SEEDS, BASELINES, st.booleans())
def test_what_lies_outside_of_the_lookback_changes_nothing(
    seed: int, baseline: Baseline, counting: bool
) -> None:
    world = World(seed, groups=1, asked=1)
    whole = world.judged(baseline, counting=counting)
    (group,) = world.groups
    past, at = world.past[group], int(world.at[0])
    begin, end = past.index * HOUR, (past.index + 1) * HOUR
    inside = (end <= at - HOUR) & (begin >= at - HOUR - micros(baseline.lookback))
    world.past[group] = _part(past, np.flatnonzero(inside))
    _same(whole, world.judged(baseline, counting=counting))
    more = np.concatenate([np.arange(NOW - 9_000, NOW - 8_000), past.index, [NOW + 60]])
    value = np.concatenate([np.full(1_000, 1e6), past.value, [1e6]])
    world.past[group] = Buckets(more, value)
    _same(whole, world.judged(baseline, counting=counting))


@given(SEEDS, BASELINES, st.booleans())
def test_windows_judged_together_are_judged_as_each_by_itself(
    seed: int, baseline: Baseline, counting: bool
) -> None:
    world = World(seed, asked=12)
    whole = world.judged(baseline, counting=counting)
    for row, group in enumerate(world.group):
        at, value = world.at[row : row + 1], world.value[row : row + 1]
        only = {group: world.past[group]}
        alone = judge(baseline, HOUR, only, at, [group], value, counting=counting)
        _same(Judged(whole.unusual[row : row + 1], whole.expected[row : row + 1]), alone)


@pytest.mark.parametrize("at_once", [1, 3_000, 20_000])
def test_what_is_looked_at_together_makes_no_difference(
    at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for season in Season:
        world = World(1, asked=200)
        whole = world.judged(Baseline(season=season), counting=True)
        with monkeypatch.context() as patch:
            patch.setattr(fitting, "_AT_ONCE", at_once)
            _same(whole, world.judged(Baseline(season=season), counting=True))
        assert whole.unusual.any()


@given(SEEDS, BASELINES, st.booleans())
def test_the_order_of_windows_and_groups_makes_no_difference(
    seed: int, baseline: Baseline, counting: bool
) -> None:
    world = World(seed)
    whole = world.judged(baseline, counting=counting)
    order = np.random.default_rng(seed).permutation(len(world.at))
    world.at, world.value = world.at[order], world.value[order]
    world.group = [world.group[number] for number in order]
    world.past = dict(reversed(world.past.items()))
    _same(
        Judged(whole.unusual[order], whole.expected[order]),
        world.judged(baseline, counting=counting),
    )


@given(SEEDS, BASELINES, st.sampled_from([0.25, 2.0, 1024.0]))
def test_another_unit_of_a_metric_changes_no_verdict(
    seed: int, baseline: Baseline, factor: float
) -> None:
    world = World(seed)
    whole = world.judged(baseline, counting=False)
    other = world.judged(baseline, counting=False, scale=factor)
    _same(Judged(whole.unusual, whole.expected * factor), other)


@given(SEEDS, BASELINES)
@settings(max_examples=50)
def test_more_is_never_less_unusual(seed: int, baseline: Baseline) -> None:
    world = World(seed)
    above = baseline.model_copy(update={"direction": Direction.ABOVE})
    before = world.judged(above, counting=True).unusual
    world.value = world.value + 3
    assert not (before & ~world.judged(above, counting=True).unusual).any()


@given(SEEDS, st.sampled_from(["3d", "10d12h", "28d"]), st.integers(0, 3_599))
def test_without_a_season_the_usual_count_is_the_mean_since_the_first_event(
    seed: int, lookback: str, seconds: int
) -> None:
    dice = np.random.default_rng(seed)
    index = np.unique(dice.integers(NOW - 1_000, NOW, 700))
    value = dice.integers(5, 9, len(index)).astype(np.float64)  # none is an outlier
    at = NOW * HOUR + seconds * 1_000_000
    baseline = Baseline(lookback=lookback, season=Season.NONE, minimum_history="1d")
    group: Group = ()
    past = {group: Buckets(index, value)}
    found = judge(baseline, HOUR, past, np.array([at]), [group], np.ones(1), counting=True)
    assert found.expected[0] == _mean(index, value, at, micros(baseline.lookback))


def _mean(index: IntArray, value: FloatArray, at: int, lookback: int) -> float:
    inside = ((index + 1) * HOUR <= at - HOUR) & (index * HOUR >= at - HOUR - lookback)
    last = max(k for k in range(NOW - 5, NOW + 5) if (k + 1) * HOUR <= at - HOUR)
    return float(value[inside].sum() / (last - index[inside][0] + 1))
