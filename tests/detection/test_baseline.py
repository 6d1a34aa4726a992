"""What a baseline thinks usual, and what it lets through."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from opsrail.detection.baseline import Buckets, Judged, judge
from opsrail.detection.baseline.arrays import FloatArray, IntArray
from opsrail.detection.baseline.seasons import HOUR, Tally, seasons
from opsrail.detection.baseline.spread import quantile
from opsrail.detection.baseline.tails import count_above, count_below, measure_above
from opsrail.detection.formats import Baseline, Direction, Season
from opsrail.detection.model import Group

QUARTER = 15 * 60_000_000
WEEK = 7 * 96
BEGIN = 2_000 * WEEK
"""A bucket number: a Thursday, as 1970-01-01 was one."""
GROUP: Group = (("product_area", "billing"),)
PLAIN = Baseline(season=Season.NONE)


def shape(index: IntArray) -> FloatArray:
    """How busy an hour is: days busier than nights, weekdays busier than weekends."""
    hour = index // 4 % 168
    busy = np.where(hour // 24 % 7 >= 5, 0.4, 1.0)
    return np.asarray((1 + 0.8 * np.sin(2 * np.pi * hour / 24)) * busy)


def counts(
    seed: int, mean: float, overdispersion: float, weeks: int
) -> tuple[IntArray, FloatArray]:
    """Negative binomial counts with the week's shape."""
    dice = np.random.default_rng(seed)
    index = np.arange(BEGIN, BEGIN + weeks * WEEK)
    rate = dice.gamma(1 / overdispersion, mean * shape(index) * overdispersion)
    return index, dice.poisson(rate).astype(np.float64)


def of(index: IntArray, value: FloatArray) -> Buckets:
    """Buckets as a query finds them: only those with an event."""
    return Buckets(index[value > 0], value[value > 0])


def asked(
    baseline: Baseline,
    past: Buckets,
    index: IntArray,
    value: FloatArray,
    *,
    counting: bool = True,
) -> Judged:
    """Judges the windows that are the buckets of these numbers."""
    at = (index + 1) * QUARTER
    groups = [GROUP] * len(at)
    return judge(baseline, QUARTER, {GROUP: past}, at, groups, value, counting=counting)


def one(baseline: Baseline, past: Buckets, value: float, *, counting: bool = True) -> bool:
    """Whether this value is unusual in the bucket after the last of the past."""
    index = past.index[-1:] + 1
    found = asked(baseline, past, index, np.array([value]), counting=counting)
    return bool(found.unusual[0])


@pytest.mark.parametrize("mean", [0.05, 1.0, 10.0, 100.0])
@pytest.mark.parametrize("overdispersion", [0.001, 0.1, 0.5])
def test_usual_windows_are_seldom_called_unusual(mean: float, overdispersion: float) -> None:
    false, judged = 0, 0
    for seed in range(6):
        index, value = counts(seed, mean, overdispersion, weeks=7)
        later = slice(4 * WEEK, None)
        found = asked(Baseline(significance=0.002), of(index, value), index[later], value[later])
        false, judged = false + int(found.unusual.sum()), judged + len(found.unusual)
    assert false / judged < 3 * 0.002


@pytest.mark.parametrize("direction", [Direction.BELOW, Direction.BOTH])
def test_usual_windows_are_seldom_called_unusual_on_any_side(direction: Direction) -> None:
    index, value = counts(1, 50, 0.1, weeks=8)
    baseline = Baseline(significance=0.01, direction=direction)
    found = asked(baseline, of(index, value), index[4 * WEEK :], value[4 * WEEK :])
    assert found.unusual.mean() < 2 * 0.01


def test_few_windows_alike_leave_doubt_about_their_mean() -> None:
    called = []
    for seed in range(10):  # hourly: four windows alike, as each hour of the week came four times
        index = np.arange(BEGIN // 4, BEGIN // 4 + 7 * 168)
        value = np.random.default_rng(seed).poisson(8 * shape(4 * index)).astype(np.float64)
        later = slice(4 * 168, None)
        at, groups = (index[later] + 1) * HOUR, [GROUP] * (3 * 168)
        past, baseline = {GROUP: of(index, value)}, Baseline(significance=0.002)
        called.append(judge(baseline, HOUR, past, at, groups, value[later], counting=True).unusual)
    assert np.mean(called) < 1.2 * 0.002


def test_three_times_the_usual_is_found_in_nearly_every_busy_hour() -> None:
    index, value = counts(2, 60, 0.02, weeks=5)
    busy = index[4 * WEEK :][shape(index[4 * WEEK :]) > 0.5]
    spike = np.round(3 * 60 * shape(busy))
    assert asked(Baseline(), of(index, value), busy, spike).unusual.mean() > 0.99


def test_what_is_usual_at_noon_is_unusual_at_night() -> None:
    index, value = counts(3, 60, 0.02, weeks=5)
    last = index[4 * WEEK : 5 * WEEK]
    night, noon = last[np.argmin(shape(last))], last[np.argmax(shape(last))]
    found = asked(Baseline(), of(index, value), np.array([night, noon]), np.array([70.0, 70.0]))
    assert found.unusual.tolist() == [True, False]
    assert found.expected[0] < 12
    assert found.expected[1] > 90


def test_rate_ratio_is_how_many_times_the_usual_it_must_be() -> None:
    steady = Buckets(np.arange(BEGIN, BEGIN + 4 * WEEK), np.full(4 * WEEK, 40.0))
    twice = PLAIN.model_copy(update={"rate_ratio": 2.0})
    assert not one(twice, steady, 79)
    assert one(twice, steady, 80)  # exactly twice is enough
    assert one(PLAIN, steady, 79)


def test_data_that_merely_begins_is_no_spike() -> None:
    for days, alert in ((0, False), (1, False), (6, False), (8, True)):
        index = np.arange(BEGIN, BEGIN + days * 96 + 1)
        assert one(Baseline(), Buckets(index, np.full(len(index), 5.0)), 80) is alert, days


def test_without_a_past_nothing_is_expected() -> None:
    at = np.array([BEGIN * QUARTER])
    for past in ({}, {GROUP: Buckets(np.array([BEGIN + 5]), np.array([1.0]))}):
        found = judge(Baseline(), QUARTER, past, at, [GROUP], np.array([99.0]), counting=True)
        assert not found.unusual[0]
        assert np.isnan(found.expected[0])


def test_history_may_be_as_long_as_the_lookback() -> None:
    short = Baseline(lookback="7d", minimum_history="7d", season=Season.NONE)
    index = np.arange(BEGIN, BEGIN + 3 * WEEK, 5)  # no event begins the lookback
    assert one(short, Buckets(index, np.full(len(index), 5.0)), 80)


def test_a_bucket_without_events_counts_as_nought_from_the_first_event_on() -> None:
    index = np.arange(BEGIN, BEGIN + 2 * WEEK)[::4]
    found = asked(
        PLAIN, Buckets(index, np.full(len(index), 8.0)), np.array([BEGIN + 2 * WEEK]), np.ones(1)
    )
    # The last bucket counted ends a timespan before the window begins.
    assert found.expected[0] == pytest.approx(8 * len(index) / (2 * WEEK), rel=1e-9)


def test_a_bucket_without_events_is_missing_from_an_average() -> None:
    index = np.arange(BEGIN, BEGIN + 2 * WEEK)[::4]
    past = Buckets(index, np.where(np.arange(len(index)) % 2, 4.0, 6.0))
    found = asked(PLAIN, past, np.array([BEGIN + 2 * WEEK]), np.array([5.0]), counting=False)
    assert found.expected[0] == pytest.approx(5.0)


def test_a_group_too_young_for_weeks_is_compared_by_the_hour_of_the_day() -> None:
    index = np.arange(BEGIN, BEGIN + 11 * 96)
    hours = np.where(index // 4 % 24 == 12, 40.0, 4.0)
    night, noon = index[10 * 96 + 10], index[10 * 96 + 50]
    found = asked(Baseline(), Buckets(index, hours), np.array([noon, night]), np.full(2, 38.0))
    assert found.unusual.tolist() == [False, True]
    assert found.expected[0] == pytest.approx(40, rel=0.02)


def test_a_past_incident_does_not_hide_the_next() -> None:
    index, value = counts(4, 20, 0.05, weeks=5)
    incident = slice(2 * WEEK, 2 * WEEK + 48)  # twelve hours of ten times the usual
    value[incident] = 10 * value[incident]
    busy = index[4 * WEEK :][shape(index[4 * WEEK :]) > 0.8]
    spike = np.round(4 * 20 * shape(busy))
    assert asked(Baseline(), of(index, value), busy, spike).unusual.mean() > 0.9


def test_what_lasts_longer_than_an_incident_becomes_the_usual() -> None:
    index = np.arange(BEGIN, BEGIN + 4 * WEEK)
    level = np.where(index < BEGIN + 3 * WEEK, 10.0, 100.0)
    assert not one(PLAIN, Buckets(index, level), 110)


def test_silence_is_below_the_usual() -> None:
    index, value = counts(5, 60, 0.02, weeks=5)
    busy = index[4 * WEEK :][shape(index[4 * WEEK :]) > 0.5]
    silence = np.zeros(len(busy))
    below = Baseline(direction=Direction.BELOW)
    assert asked(below, of(index, value), busy, silence).unusual.all()
    assert not asked(Baseline(), of(index, value), busy, silence).unusual.any()


def test_both_sides_share_the_significance() -> None:
    index = np.arange(BEGIN, BEGIN + 4 * WEEK)
    noise = np.random.default_rng(6).normal(100, 10, len(index))
    above = PLAIN.model_copy(update={"significance": 0.01})
    both = above.model_copy(update={"direction": Direction.BOTH})
    past = Buckets(index, noise)
    assert one(above, past, 124.5, counting=False)  # 2.33 deviations are 1 %
    assert not one(both, past, 124.5, counting=False)
    assert one(both, past, 127, counting=False)  # 2.58 deviations are half a per cent
    assert one(both, past, 73, counting=False)


def test_a_constant_metric_may_tremble_and_not_jump() -> None:
    index = np.arange(BEGIN, BEGIN + 4 * WEEK)
    past = Buckets(index, np.full(len(index), 200.0))
    assert not one(PLAIN, past, 202, counting=False)
    assert one(PLAIN, past, 220, counting=False)


def test_a_metric_that_was_always_nought_is_unusual_at_one() -> None:
    index = np.arange(BEGIN, BEGIN + 4 * WEEK)
    past = Buckets(index, np.zeros(len(index)))
    assert one(PLAIN, past, 1, counting=False)
    assert not one(PLAIN, past, 0, counting=False)


def test_less_than_nothing_has_a_ratio_too() -> None:
    index = np.arange(BEGIN, BEGIN + 4 * WEEK)
    past = Buckets(index, np.random.default_rng(7).normal(-100, 1, len(index)))
    twice = PLAIN.model_copy(update={"rate_ratio": 2.0})
    assert not one(twice, past, -50, counting=False)
    assert one(twice, past, 1, counting=False)


def test_one_event_in_weeks_makes_two_no_certainty() -> None:
    index = np.array([BEGIN, BEGIN + 3 * WEEK, BEGIN + 4 * WEEK])
    past = Buckets(index, np.ones(3))
    assert not one(Baseline(significance=1e-6), past, 2)
    assert one(Baseline(significance=1e-6), past, 8)


def test_what_is_no_number_is_not_unusual_and_no_past() -> None:
    index = np.arange(BEGIN, BEGIN + 4 * WEEK)
    value = np.where(index % 2, 5.0, np.nan)
    past = Buckets(index, value)
    assert not one(PLAIN, past, float("nan"), counting=False)
    found = asked(PLAIN, past, index[-1:] + 1, np.array([5.0]), counting=False)
    assert found.expected[0] == 5.0


def test_the_tails_are_those_of_the_distributions() -> None:
    value = np.array([0.0, 1, 3, 10, 40])
    mean, over = np.full(5, 4.0), np.array([0.0, 0.1, 0.5, 1.0, 0.0])
    size = 1 / np.maximum(over, 1e-300)
    exact = stats.nbinom(size, size / (size + mean))
    poisson = stats.poisson(mean)
    above = np.where(over > 0, exact.sf(value - 1), poisson.sf(value - 1))
    below = np.where(over > 0, exact.cdf(value), poisson.cdf(value))
    assert count_above(value, mean, over) == pytest.approx(above, rel=1e-9)
    assert count_below(value, mean, over) == pytest.approx(below, rel=1e-9)
    given = np.array([-1.0, 0, 2]), np.full(3, 4.0), np.full(3, 7.0)
    assert measure_above(*given) == pytest.approx(stats.t(7).sf(given[0] / 2), rel=1e-9)


@pytest.mark.parametrize(
    ("season", "timespan", "classes"),
    [
        (Season.HOUR_OF_WEEK, QUARTER, 168),
        (Season.HOUR_OF_WEEK, 24 * HOUR, 7),
        (Season.HOUR_OF_WEEK, 10 * 24 * HOUR, 1),
        (Season.HOUR_OF_DAY, 5 * HOUR, 5),
        (Season.NONE, HOUR, 1),
    ],
)
def test_seasons_have_a_class_an_hour_or_a_window(
    season: Season, timespan: int, classes: int
) -> None:
    kind = seasons(season, timespan)[0]
    found = kind.of_buckets(np.arange(-50, 5_000))
    assert kind.classes == classes
    assert set(np.unique(found)) == set(range(classes))
    tally = Tally.over(kind, -50, 5_050)
    start, stop = np.array([-50, 7, 100]), np.array([-40, 7, 2_000])
    for season_class in range(classes):
        many = tally.count(np.full(3, season_class), start, stop)
        naive = [
            np.count_nonzero(found[a + 50 : b + 50] == season_class)
            for a, b in zip(start, stop, strict=True)
        ]
        assert many.tolist() == naive


def test_quantiles_leave_out_what_is_missing() -> None:
    rows = np.array([[3.0, np.nan, 1.0, 2.0], [np.nan, np.nan, np.nan, 5.0], [np.nan] * 4])
    assert quantile(rows, 0.75)[:2].tolist() == [2.5, 5.0]
    assert np.isnan(quantile(rows, 0.75)[2])
