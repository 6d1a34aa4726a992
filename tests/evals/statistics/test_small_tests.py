"""Wilson, McNemar, Tango and Holm against published figures and independent oracles."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize, stats

from opsrail.evals.statistics.holm import holm
from opsrail.evals.statistics.mcnemar import p_different, p_worse
from opsrail.evals.statistics.tango import tango
from opsrail.evals.statistics.wilson import normal_quantile, wilson


def bounds(worse: int, better: int, cases: int, confidence: float = 0.95) -> tuple[float, float]:
    low, high = tango(worse, better, cases, confidence)
    return float(low), float(high)


@pytest.mark.parametrize(
    ("hits", "cases", "low", "high"),
    # Newcombe 1998, Statistics in Medicine 17:857-872, table I, method 3.
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_newcombes_published_bounds(
    hits: int, cases: int, low: float, high: float
) -> None:
    assert wilson(hits / cases, cases, 0.95) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 500), st.data(), st.floats(0.5, 0.999))
def test_wilson_agrees_with_scipy(cases: int, data: st.DataObject, confidence: float) -> None:
    hits = data.draw(st.integers(0, cases))
    peer = stats.binomtest(hits, cases).proportion_ci(confidence, method="wilson")
    assert wilson(hits / cases, cases, confidence) == pytest.approx((peer.low, peer.high), abs=1e-9)


def test_without_cases_wilson_excludes_nothing() -> None:
    assert wilson(0.0, 0, 0.95) == (0.0, 1.0)


@given(st.integers(0, 200), st.integers(0, 200))
def test_mcnemar_agrees_with_scipys_binomial_test(worse: int, better: int) -> None:
    if worse + better == 0:
        assert float(p_worse(0, 0)) == float(p_different(0, 0)) == 1.0
        return
    one = stats.binomtest(worse, worse + better, alternative="greater").pvalue
    two = stats.binomtest(worse, worse + better).pvalue
    assert float(p_worse(worse, better)) == pytest.approx(one)
    assert float(p_different(worse, better)) == pytest.approx(two)


def test_mcnemar_needs_six_losses_without_a_gain() -> None:
    assert float(p_worse(5, 0)) > 0.025
    assert float(p_worse(6, 0)) < 0.025


def test_tango_gives_the_published_interval_for_airway_reactivity() -> None:
    # Bentur et al. 2009 as worked in Fagerland, Lydersen and Laake, Statistics in Medicine 33
    # (2014): 21 children, 7 changed one way and 1 the other.
    assert bounds(7, 1, 21) == pytest.approx((-0.517, -0.026), abs=5e-4)


def likeliest_score(worse: int, better: int, cases: int, tested: float) -> float:
    """The score with the likeliest shares found by searching, not by Tango's formula."""

    def unlikely(share: float) -> float:
        parts = ((worse, share), (better, share + tested))
        rest = (cases - worse - better, 1 - 2 * share - tested)
        return -sum(n * math.log(max(p, 1e-300)) for n, p in (*parts, rest) if n)

    low, high = max(0.0, -tested), (1 - tested) / 2
    found = optimize.minimize_scalar(
        unlikely, bounds=(low, high), method="bounded", options={"xatol": 1e-12}
    )
    share = float(found.x)
    variance = cases * (2 * share + tested - tested**2)
    return float((better - worse - cases * tested) / math.sqrt(variance))


@pytest.mark.parametrize(
    ("worse", "better", "cases"), [(12, 1, 44), (3, 9, 60), (19, 2, 600), (5, 5, 30), (40, 20, 160)]
)
def test_tangos_bounds_are_where_the_score_reaches_the_quantile(
    worse: int, better: int, cases: int
) -> None:
    low, high = bounds(worse, better, cases)
    far = normal_quantile(0.95)
    assert likeliest_score(worse, better, cases, low) == pytest.approx(far, abs=2e-3)
    assert likeliest_score(worse, better, cases, high) == pytest.approx(-far, abs=2e-3)


@given(st.integers(1, 300), st.floats(0.6, 0.99))
def test_equal_results_leave_room_as_wilson_does(cases: int, confidence: float) -> None:
    square = normal_quantile(confidence) ** 2
    low, high = bounds(0, 0, cases, confidence)
    assert (low, high) == pytest.approx((-square / (cases + square), square / (cases + square)))


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 60))
def test_tango_turns_round_with_base_and_head(worse: int, better: int, same: int) -> None:
    cases = max(1, worse + better + same)
    low, high = bounds(worse, better, cases)
    assert low <= (better - worse) / cases <= high
    assert bounds(better, worse, cases) == pytest.approx((-high, -low), abs=1e-12)


def test_holm_gives_the_adjusted_values_of_a_worked_example() -> None:
    # By hand: 4 × .005, 3 × .01, 2 × .03, and .04 raised to the one before it.
    adjusted = holm({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005})
    assert adjusted == pytest.approx({"a": 0.03, "b": 0.06, "c": 0.06, "d": 0.02})


@given(st.lists(st.floats(0, 1), max_size=8))
def test_holm_keeps_the_order_and_never_lowers(values: list[float]) -> None:
    given_values = {str(place): value for place, value in enumerate(values)}
    adjusted = holm(given_values)
    assert all(given_values[name] <= adjusted[name] <= 1 for name in given_values)
    ordered = sorted(given_values, key=lambda name: (given_values[name], name))
    assert np.all(np.diff([adjusted[name] for name in ordered]) >= 0)
