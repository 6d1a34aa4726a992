"""A comparison of two versions: methods, and laws that hold whatever the scores."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsrail.evals.statistics.compare import Method, compare
from opsrail.evals.statistics.paired import Paired

SCORES = st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0, 1))
CASES = st.lists(
    st.tuples(SCORES, SCORES, st.sampled_from(["", "a", "b", "c", *map(str, range(25))])),
    min_size=1,
    max_size=60,
)


def paired(cases: list[tuple[float, float, str]]) -> Paired:
    base, head, clusters = zip(*cases, strict=True)
    return Paired(base, head, clusters)


@given(CASES, st.randoms(use_true_random=False), st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_the_order_of_cases_and_the_names_of_clusters_do_not_matter(
    cases: list[tuple[float, float, str]], shuffle: random.Random, seed: int
) -> None:
    expected = compare(paired(cases), 0.95, seed)
    mixed = [(b, h, name and f"other {name}") for b, h, name in cases]
    shuffle.shuffle(mixed)
    assert compare(paired(mixed), 0.95, seed) == expected


@given(CASES, st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_exchanging_base_and_head_turns_the_comparison_round(
    cases: list[tuple[float, float, str]], seed: int
) -> None:
    found, other = (compare(one, 0.95, seed) for one in (paired(cases), paired(cases).swapped()))
    assert (other.low, other.high) == pytest.approx((-found.high, -found.low), abs=1e-7)
    assert (other.worse, other.better) == (found.better, found.worse)
    assert found.p_worse + other.p_worse >= 1 - 1e-9


@given(CASES)
@settings(max_examples=60, deadline=None)
def test_the_interval_holds_the_estimate_and_grows_with_confidence(
    cases: list[tuple[float, float, str]],
) -> None:
    narrow, wide = (compare(paired(cases), confidence, 1) for confidence in (0.8, 0.99))
    for one in (narrow, wide):
        assert -1 <= one.low <= one.estimate <= one.high <= 1
        assert 0 < one.p_worse <= 1
    assert wide.low <= narrow.low + 1e-9
    assert wide.high >= narrow.high - 1e-9


@given(st.integers(1, 80), st.sampled_from(["", "one", "many"]))
@settings(max_examples=40, deadline=None)
def test_equal_scores_never_give_an_interval_of_width_zero(count: int, shape: str) -> None:
    clusters = tuple({"": "", "one": "a", "many": str(place // 2)}[shape] for place in range(count))
    found = compare(Paired((1.0,) * count, (1.0,) * count, clusters), 0.95, 1)
    assert found.low <= -3.8 / (count + 4) < 0 < found.high
    assert found.p_worse == 1.0


@pytest.mark.parametrize(
    ("values", "clusters", "method"),
    [
        ((0.0, 1.0) * 30, ("",) * 60, Method.PAIRS),
        ((0.0, 1.0) * 30, tuple(map(str, range(60))), Method.PAIRS),
        ((0.5, 1.0) * 30, ("",) * 60, Method.BOOTSTRAP),
        ((0.0, 1.0) * 30, tuple(str(place % 20) for place in range(60)), Method.BOOTSTRAP),
        ((0.0, 1.0) * 30, tuple(str(place % 19) for place in range(60)), Method.PERMUTATION),
        ((0.5, 1.0) * 3, ("",) * 6, Method.PERMUTATION),
    ],
)
def test_the_method_fits_the_scores(
    values: tuple[float, ...], clusters: tuple[str, ...], method: Method
) -> None:
    found = compare(Paired(values, values[::-1], clusters), 0.95, 1)
    assert found.method is method
    assert found.method.words


def test_a_clustered_drop_is_less_sure_than_one_spread_over_all() -> None:
    base, head = (1.0,) * 300, (0.0,) * 10 + (1.0,) * 290
    together = compare(Paired(base, head, tuple(str(n // 10) for n in range(300))), 0.95, 1)
    apart = compare(Paired(base, head, ("",) * 300), 0.95, 1)
    assert apart.high < 0
    assert together.p_worse > 0.25
    assert together.low < apart.low


def test_without_cases_nothing_is_compared() -> None:
    with pytest.raises(ValueError, match="nothing to compare"):
        compare(Paired((), (), ()), 0.95, 1)


def test_sides_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match="one entry for each case"):
        Paired((1.0,), (1.0, 0.0), ("", ""))


def test_rules_for_promises_need_neither_numpy_nor_scipy() -> None:
    program = (
        "import sys\n"
        "from opsrail.evals.decision import decide, evidence, looks, model, picture, power_lint\n"
        "from opsrail.evals.decision import quarantine, words\n"
        "print([name for name in ('numpy', 'scipy') if name in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "[]"
