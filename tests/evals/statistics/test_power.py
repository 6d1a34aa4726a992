"""Power: against scipy's binomial distribution, and against counting simulated suites."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from opsrail.evals.statistics.mcnemar import p_worse
from opsrail.evals.statistics.power import cases_needed, losses_needed, power, smallest_drop
from opsrail.evals.statistics.tango import tango


@pytest.mark.parametrize("confidence", [0.5, 0.8, 0.9, 0.95, 0.975, 0.99, 0.999, 0.9999])
def test_the_losses_needed_are_the_fewest_that_are_seen(confidence: float) -> None:
    needed, error = losses_needed(confidence), (1 - confidence) / 2
    seen = [
        float(p_worse(losses, 0)) <= error and float(tango(losses, 0, 400, confidence)[1]) < 0
        for losses in (needed - 1, needed)
    ]
    assert seen == [False, True]


@given(st.integers(1, 2000), st.floats(0, 1), st.sampled_from([0.8, 0.95, 0.99]))
def test_power_is_the_upper_tail_of_the_losses(cases: int, drop: float, confidence: float) -> None:
    peer = stats.binom.sf(losses_needed(confidence) - 1, cases, drop)
    assert power(drop, cases, confidence) == pytest.approx(peer, abs=1e-9)


def test_known_figures() -> None:
    assert power(0.05, 100, 0.95) == pytest.approx(0.384, abs=5e-4)
    assert power(0.05, 200, 0.95) == pytest.approx(0.938, abs=5e-4)
    assert cases_needed(0.02, 0.95, 0.8) == 394
    assert smallest_drop(5, 0.95, 0.8) is None


@given(st.floats(0.005, 0.5), st.floats(0.5, 0.95), st.sampled_from([0.0, 0.2, 0.5]))
def test_the_cases_needed_are_the_fewest(drop: float, wanted: float, spread: float) -> None:
    needed = cases_needed(drop, 0.95, wanted, spread)
    assert power(drop, needed, 0.95, spread) >= wanted
    assert needed == losses_needed(0.95) or power(drop, needed - 1, 0.95, spread) < wanted


@given(st.integers(8, 3000), st.floats(0.5, 0.95), st.sampled_from([0.0, 0.2]))
def test_the_smallest_drop_is_just_seen(cases: int, wanted: float, spread: float) -> None:
    drop = smallest_drop(cases, 0.95, wanted, spread)
    if drop is None:
        assert power(1.0, cases, 0.95, spread) < wanted
    else:
        assert power(drop, cases, 0.95, spread) == pytest.approx(wanted, abs=1e-6)


def test_the_normal_approximation_is_near_what_is_counted() -> None:
    generator = np.random.default_rng(2)
    hit = generator.random((20_000, 200)) < 0.05
    differences = generator.normal(0, 0.3, (20_000, 200)) - hit
    means, errors = differences.mean(axis=1), differences.std(axis=1, ddof=1) / np.sqrt(200)
    counted = np.mean(means + stats.t.ppf(0.975, 199) * errors < 0)
    assert power(0.05, 200, 0.95, spread=0.3) == pytest.approx(counted, abs=0.03)
