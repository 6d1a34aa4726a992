from __future__ import annotations

import random
from collections.abc import Sequence
from importlib import import_module

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from opsrail.evals.statistics.kappa import (
    Pair,
    Weights,
    by_clusters,
    distances,
    kappa,
    measured,
    standard_error,
)

Table = Sequence[Sequence[int]]

MAMMOGRAMS = [[21, 12, 0, 0], [4, 17, 1, 0], [3, 9, 15, 2], [0, 0, 0, 1]]
"""Boyd and others (1982), two radiologists: the worked example of Stata's manual on `kap`."""
PATHOLOGISTS = [[22, 2, 2, 0], [5, 7, 14, 0], [0, 2, 36, 0], [0, 1, 17, 10]]
"""Landis and Koch (1977), slides: A. Agresti, Categorical Data Analysis, section on kappa."""
COUPLES = [[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]]
"""Hout and others (1987), wives and husbands: the example of `Kappa` in the R package vcd."""
DIAGNOSES = [[75, 1, 4], [5, 4, 1], [0, 0, 10]]
"""J. L. Fleiss, Statistical Methods for Rates and Proportions, the first example on kappa."""


def pairs_of(table: Table) -> list[Pair]:
    return [
        (row, column)
        for row, counts in enumerate(table)
        for column, count in enumerate(counts)
        for _ in range(count)
    ]


@pytest.mark.parametrize(
    ("table", "weights", "value", "error"),
    [
        (MAMMOGRAMS, Weights.NONE, 0.4728, None),
        (MAMMOGRAMS, Weights.LINEAR, 0.5684, None),
        (PATHOLOGISTS, Weights.NONE, 0.493, 0.057),
        (PATHOLOGISTS, Weights.LINEAR, 0.6488, 0.0477),
        (COUPLES, Weights.NONE, 0.1293, 0.06860),
        (COUPLES, Weights.LINEAR, 0.2374, 0.07832),
        (DIAGNOSES, Weights.NONE, 0.68, None),
    ],
)
def test_published_examples_come_out(
    table: Table, weights: Weights, value: float, error: float | None
) -> None:
    pairs = pairs_of(table)
    places = len(str(value)) - 2
    assert round(kappa(pairs, len(table), weights) or 0, places) == value
    if error is not None:
        places = 3 if error == 0.057 else 4
        assert standard_error(pairs, len(table), weights) == pytest.approx(error, abs=10**-places)


LABELLED = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=60)
WEIGHTS = st.sampled_from(list(Weights))


@given(LABELLED, WEIGHTS)
def test_kappa_is_that_of_scikit_learn(pairs: list[Pair], weights: Weights) -> None:
    metrics = import_module("sklearn.metrics")  # takes a second, and only this test needs it
    value = kappa(pairs, 4, weights)
    assume(value is not None)
    named = None if weights is Weights.NONE else weights.value
    ones, others = zip(*pairs, strict=True)
    theirs = metrics.cohen_kappa_score(ones, others, labels=range(4), weights=named)
    assert value == pytest.approx(theirs, abs=1e-9)


@given(LABELLED, WEIGHTS, st.randoms(use_true_random=False))
def test_neither_order_nor_who_is_called_first_counts(
    pairs: list[Pair], weights: Weights, luck: random.Random
) -> None:
    mixed = [(other, one) for one, other in pairs]
    luck.shuffle(mixed)
    one, other = measured(pairs, 4, weights), measured(mixed, 4, weights)
    assert (one.value is None) == (other.value is None)
    if one.value is not None:
        assert (one.low, one.high) == pytest.approx((other.low, other.high), abs=1e-9)


@given(LABELLED, WEIGHTS)
def test_the_interval_holds_the_value_and_stays_within_one(
    pairs: list[Pair], weights: Weights
) -> None:
    found = measured(pairs, 4, weights)
    assume(found.value is not None)
    assert found.low is not None
    assert found.high is not None
    assert found.value is not None
    assert -1 <= found.low <= found.value + 1e-12
    assert found.value - 1e-12 <= found.high <= 1


def test_without_weights_the_two_formulas_of_1969_agree() -> None:
    # The paper's formula for kappa without weights, written out by itself.
    pairs = pairs_of(PATHOLOGISTS)
    n, k = len(pairs), 4
    p = [[PATHOLOGISTS[i][j] / n for j in range(k)] for i in range(k)]
    rows = [sum(row) for row in p]
    columns = [sum(p[i][j] for i in range(k)) for j in range(k)]
    same = sum(p[i][i] for i in range(k))
    chance = sum(rows[i] * columns[i] for i in range(k))
    left = sum(
        p[i][i] * ((1 - chance) - (columns[i] + rows[i]) * (1 - same)) ** 2 for i in range(k)
    )
    middle = (1 - same) ** 2 * sum(
        p[i][j] * (columns[i] + rows[j]) ** 2 for i in range(k) for j in range(k) if i != j
    )
    right = (same * chance - 2 * chance + same) ** 2
    variance = (left + middle - right) / (n * (1 - chance) ** 4)
    assert standard_error(pairs, k) == pytest.approx(variance**0.5)


@pytest.mark.parametrize("pairs", [[], [(0, 0)], [(1, 1)] * 30])
def test_where_everything_has_one_label_kappa_has_no_meaning(pairs: list[Pair]) -> None:
    found = measured(pairs, 2)
    assert (found.value, found.low, found.high) == (None, None, None)
    assert found.cases == len(pairs)


def test_a_judge_that_always_says_the_same_agrees_no_more_than_chance() -> None:
    found = measured([(0, 1)] * 20 + [(1, 1)] * 40, 2)
    assert found.same == pytest.approx(2 / 3)
    assert found.value == pytest.approx(0)


def test_perfect_agreement_on_few_is_no_proof() -> None:
    few, more = ([(0, 0)] * n + [(1, 1)] * n for n in (3, 40))
    assert standard_error(few, 2) == 0  # the large-sample interval alone would be sure
    assert (measured(few, 2).low or 0) < 0.2
    assert (measured(more, 2).low or 0) > 0.85


def test_copies_of_the_same_answers_prove_nothing_new() -> None:
    pairs = pairs_of([[12, 3], [4, 11]])
    alone = measured(pairs, 2)
    clusters = list(range(len(pairs))) * 10
    copied = measured(pairs * 10, 2, clusters=clusters)
    ignored = measured(pairs * 10, 2)
    assert alone.low is not None
    assert copied.low is not None
    assert ignored.low is not None
    assert ignored.low > alone.low + 0.1
    assert copied.low == pytest.approx(alone.low, abs=0.06)


def test_the_order_of_clusters_changes_no_bound() -> None:
    luck = random.Random(3)
    pairs = pairs_of([[12, 3], [4, 11]])
    clusters = [luck.randrange(9) for _ in pairs]
    order = list(range(len(pairs)))
    luck.shuffle(order)
    mixed, named = [pairs[at] for at in order], [90 - clusters[at] for at in order]
    found = by_clusters(pairs, 2, Weights.NONE, clusters, 0.95, 0)
    assert found == by_clusters(mixed, 2, Weights.NONE, named, 0.95, 0)
    assert by_clusters(pairs, 2, Weights.NONE, [0] * len(pairs), 0.95, 0) == (-1.0, 1.0)


@pytest.mark.parametrize(
    ("labels", "weights", "truth", "size"),
    [
        ([0.2, 0.8], Weights.NONE, 0.6, 60),
        ([0.2, 0.8], Weights.NONE, 0.8, 30),
        ([0.5, 0.5], Weights.NONE, 0.95, 60),
        ([0.2, 0.3, 0.5], Weights.LINEAR, 0.8, 60),
    ],
)
def test_the_lower_bound_is_too_high_at_most_as_often_as_it_says(
    labels: list[float], weights: Weights, truth: float, size: int
) -> None:
    luck, runs = random.Random(1), 400
    kinds = range(len(labels))
    missed = missed_by_large_sample = 0
    for _ in range(runs):
        people = luck.choices(kinds, labels, k=size)
        guesses = luck.choices(kinds, labels, k=size)
        pairs = [
            (said, said if luck.random() < truth else guess)
            for said, guess in zip(people, guesses, strict=True)
        ]
        found = measured(pairs, len(labels), weights)
        if found.value is None or found.low is None:
            continue
        missed += found.low > truth
        reach = 1.96 * standard_error(pairs, len(labels), weights)
        missed_by_large_sample += found.value - reach > truth
    assert missed / runs <= 0.025 + 0.016  # two standard errors of 400 runs
    assert missed_by_large_sample > missed  # why the large-sample bound does not decide


def test_distances_grow_with_the_steps_between_labels() -> None:
    assert distances(3, Weights.NONE)[0] == (0, 1, 1)
    assert distances(3, Weights.LINEAR)[0] == (0, 0.5, 1)
    assert distances(3, Weights.QUADRATIC)[0] == (0, 0.25, 1)
