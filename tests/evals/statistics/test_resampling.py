"""The bootstrap, sign flips and effective sizes beside scipy's and beside plain loops."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy import stats

from opsrail.evals.statistics import bootstrap as bootstrapping
from opsrail.evals.statistics.arrays import Clusters, clusters_of, grouping
from opsrail.evals.statistics.bootstrap import bootstrap, expanded_tail
from opsrail.evals.statistics.effective import correlation, design_effect, effective_size, worst
from opsrail.evals.statistics.permutation import p_worse, permutation
from opsrail.evals.statistics.unseen import unseen


def singles(values: list[float]) -> Clusters:
    return clusters_of(np.asarray(values)[:, None], grouping(range(len(values))))


def random_values(count: int, seed: int = 3) -> list[float]:
    return list(np.random.default_rng(seed).normal(-0.05, 0.2, count))


def test_few_clusters_have_wider_percentiles() -> None:
    # Hesterberg 2015: for n = 20 at 95 %, t = 2.093, z' = 2.093 × √(20/19) = 2.147.
    assert expanded_tail(20, 0.95) == pytest.approx(0.0159, abs=1e-4)
    assert expanded_tail(100_000, 0.95) == pytest.approx(0.025, abs=1e-5)


def test_the_bootstrap_agrees_with_scipys_percentiles() -> None:
    values = random_values(60)
    low, high = bootstrap(singles(values), 0.95, seed=1)
    peer = stats.bootstrap(
        (values,),
        np.mean,
        confidence_level=1 - 2 * expanded_tail(60, 0.95),
        method="percentile",
        n_resamples=20_000,
        rng=np.random.default_rng(5),
    ).confidence_interval
    assert (low[0], high[0]) == pytest.approx((peer.low, peer.high), abs=0.005)


def test_whole_clusters_are_drawn() -> None:
    # Twenty clusters whose cases are all alike tell as much as twenty cases.
    values = random_values(20)
    groups = [place for place in range(20) for _ in range(7)]
    repeated = clusters_of(np.repeat(values, 7)[:, None], grouping(groups))
    assert bootstrap(repeated, 0.95, 1)[0] == pytest.approx(bootstrap(singles(values), 0.95, 1)[0])


def test_draws_in_parts_are_as_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrapping, "_AT_ONCE", 1000)
    values = random_values(30)
    in_parts = np.concatenate(bootstrap(singles(values), 0.95, 1))
    monkeypatch.undo()
    assert in_parts == pytest.approx(np.concatenate(bootstrap(singles(values), 0.95, 1)), abs=0.01)


def test_few_clusters_are_exchanged_in_every_way() -> None:
    values = random_values(9)
    sums = [
        sum(s * v for s, v in zip(signs, values, strict=True))
        for signs in product((1, -1), repeat=9)
    ]
    by_hand = np.mean([one <= sum(values) + 1e-7 for one in sums])
    assert p_worse(singles(values), 0)[0] == pytest.approx(by_hand)


@pytest.mark.parametrize("count", [8, 11, 40])
def test_sign_flips_agree_with_scipys_permutation_test(count: int) -> None:
    values = random_values(count)
    peer = stats.permutation_test(
        (values, [0.0] * count),
        lambda x, y, axis: np.mean(x - y, axis=axis),
        permutation_type="samples",
        alternative="less",
        n_resamples=20_000,
        rng=np.random.default_rng(1),
    )
    assert p_worse(singles(values), 0)[0] == pytest.approx(peer.pvalue, abs=0.01)


@pytest.mark.parametrize("count", [7, 10, 15])
def test_the_bounds_are_where_the_test_turns(count: int) -> None:
    values = np.asarray(random_values(count))
    low, high = (float(bound[0]) for bound in permutation(singles(list(values)), 0.9, 0))
    assert p_worse(singles(list(values - high - 1e-6)), 0)[0] <= 0.05
    assert p_worse(singles(list(values - high + 1e-6)), 0)[0] > 0.05
    assert p_worse(singles(list(low - values - 1e-6)), 0)[0] <= 0.05
    assert p_worse(singles(list(low - values + 1e-6)), 0)[0] > 0.05


def test_five_clusters_exclude_nothing_at_95_percent() -> None:
    low, high = permutation(singles([-1.0] * 5), 0.95, 0)
    assert (low[0], high[0]) == (-1.0, 1.0)


def test_the_correlation_is_that_of_the_analysis_of_variance() -> None:
    groups = [0] * 4 + [1] * 4 + [2] * 4
    values = np.asarray([3.0, 4, 5, 4, 8, 7, 9, 8, 1, 2, 1, 0])
    between = 4 * np.var([values[g * 4 : g * 4 + 4].mean() for g in range(3)], ddof=1)
    within = np.mean([np.var(values[g * 4 : g * 4 + 4], ddof=1) for g in range(3)])
    by_hand = (between - within) / (between + 3 * within)
    f_ratio = stats.f_oneway(*(values[g * 4 : g * 4 + 4] for g in range(3))).statistic
    assert by_hand == pytest.approx((f_ratio - 1) / (f_ratio + 3))
    assert correlation(values[:, None], grouping(groups))[0] == pytest.approx(by_hand)


def test_what_cannot_be_told_counts_as_the_worst() -> None:
    unknown = correlation(np.ones((6, 1)), grouping([0, 0, 0, 1, 1, 1]))
    assert np.isnan(unknown[0])
    assert worst(unknown)[0] == 1.0
    assert worst(unknown, np.asarray([0.2]))[0] == 0.2
    assert effective_size([1.0] * 6, [0, 0, 0, 1, 1, 1]) == pytest.approx(2.0)


def test_alike_cases_count_as_one_cluster_each() -> None:
    assert design_effect(1.0, 5.0) == 5.0
    assert effective_size([0.0, 0.0, 1.0, 1.0, 0.0, 0.0], [0, 0, 1, 1, 2, 2]) == pytest.approx(3.0)
    assert effective_size([0.0, 1.0, 1.0], [0, 1, 2]) == 3.0
    assert effective_size([], []) == 0.0


def test_losses_not_seen_leave_room() -> None:
    quiet = singles([0.0] * 50)
    low, high = unseen(quiet, np.asarray([0.0]), 0.95)
    far = stats.t.ppf(0.975, 49)
    assert low[0] == -high[0] == pytest.approx(-(far**2) / 50)


def test_a_burst_not_seen_is_as_large_as_a_cluster_that_stands_or_falls() -> None:
    groups = [place for place in range(50) for _ in range(4)]
    quiet = clusters_of(np.zeros((200, 1)), grouping(groups))
    apart, together = (unseen(quiet, np.asarray([alike]), 0.95)[0][0] for alike in (0.0, 1.0))
    assert together == pytest.approx(4 * apart)


def test_losses_widen_their_own_side_more() -> None:
    low, high = unseen(singles([-1.0] * 3 + [0.0] * 97), np.asarray([0.0]), 0.95)
    assert -0.03 - low[0] > 1.5 * (high[0] + 0.03)
