"""The score of the Numenta Anomaly Benchmark, by hand and against what it published."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.bench.nab_data import read_series
from tests.bench.nab_rules import spaced
from tests.bench.nab_scoring import FALSE_POSITIVE, Labels, raw, scaled, sigmoid

ONE = Labels(1_000, ((300, 399),))


def test_the_first_rows_are_there_to_learn_from() -> None:
    assert Labels(1_000, ()).learning == 150
    assert Labels(20_000, ()).learning == 750
    assert raw(Labels(1_000, ()), range(150)) == 0


def test_an_alert_is_worth_most_where_the_window_begins() -> None:
    assert raw(ONE, [300]) == pytest.approx(1)
    assert raw(ONE, [399]) == pytest.approx(sigmoid(-0.01) / sigmoid(-1))
    assert raw(ONE, []) == -1
    assert raw(ONE, [300]) > raw(ONE, [340]) > raw(ONE, [399]) > 0 > raw(ONE, [])


def test_only_the_first_alert_in_a_window_counts() -> None:
    assert raw(ONE, [320, 321, 390]) == raw(ONE, [320])


def test_a_false_alert_costs_more_the_farther_behind_a_window_it_is() -> None:
    costs = [raw(ONE, [300, row]) - raw(ONE, [300]) for row in (400, 450, 500, 900)]
    assert costs == sorted(costs, reverse=True)
    assert costs[0] > -0.01
    assert costs[3] == pytest.approx(-FALSE_POSITIVE)
    assert raw(ONE, [200]) == pytest.approx(-1 - FALSE_POSITIVE)


def test_the_scale_runs_from_no_alerts_to_perfect_ones() -> None:
    two = Labels(1_000, ((200, 299), (600, 699)))
    assert scaled([(ONE, []), (two, [])]) == 0
    assert scaled([(ONE, [300]), (two, [200, 600])]) == pytest.approx(100)
    assert scaled([(ONE, [300]), (two, [])]) == pytest.approx(100 / 3)
    assert scaled([(ONE, range(1_000)), (two, [])]) < 0


@pytest.mark.parametrize(
    ("labels", "rows", "score"),
    [  # the detector "windowedGaussian" of NAB: rows above its threshold, and its published score
        (
            Labels(4_032, ((1_396, 1_596), (2_559, 2_759))),
            [2, 446, 1_592, 2_168, 2_456, 2_750, 3_038],
            -0.141423196117,
        ),
        (
            Labels(4_032, ((698, 832), (2_064, 2_198), (2_535, 2_669))),
            [1, 11, 66, 67, 760, 761, 764, 766, 767, 2_131, 3_921],
            0.638757791772,
        ),
        (
            Labels(4_032, ()),
            [2, 3, 152, 456, 731, 1023, 1305, 1596, 1886, 2173, 2461, 2743, 3044, 3322, 3610, 3898],
            -1.32,
        ),
        (
            Labels(15_902, ((2_872, 3_402), (5_800, 6_330), (7_768, 8_298))),
            [1, 2, 3_136, 3_137, 3_138, 3_143, 6_029, 6_064, 6_065, 6_066, 6_067, 6_068],
            0.763845764094,
        ),
    ],
)
def test_scores_are_those_that_were_published(
    labels: Labels, rows: Sequence[int], score: float
) -> None:
    assert raw(labels, rows) == pytest.approx(score, abs=1e-9)


def test_a_cooldown_keeps_the_first_of_each_run() -> None:
    hour = 3_600_000_000
    assert spaced({"a": [0, 5, hour, hour + 1, 3 * hour]}, "1h") == {"a": [0, hour, 3 * hour]}


@pytest.mark.realworld
def test_the_series_are_read_with_their_windows(real_data: Callable[[str], Path]) -> None:
    series = {one.name: one for one in read_series(real_data("nab"))}
    assert len(series) == 27
    assert sum(len(one.labels.windows) for one in series.values()) == 63
    one = series["realAWSCloudwatch/ec2_cpu_utilization_53ea38.csv"]
    assert one.labels == Labels(4_032, ((1_396, 1_596), (2_559, 2_759)))
    assert one.rows([one.times[7]]) == [7]
