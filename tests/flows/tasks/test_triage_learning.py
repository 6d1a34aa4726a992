from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from opsrail.evals.statistics.wilson import wilson
from opsrail.flows.learning.classifier import Aim, Classifier, Labeller
from opsrail.flows.learning.confidence import NEVER, Curve, curve_of, seen_of, threshold_for
from opsrail.flows.learning.examples import LONGEST, text_of
from opsrail.flows.learning.features import TextFeatures, telling
from opsrail.flows.learning.linear import LinearModel, margins_unknown, margins_unseen

TEXTS = ["apple pie", "apple cake", "apple tart", "red car", "fast car", "old car", "deep sea"]
LABELS = ["food", "food", "food", "car", "car", "car", "sea"]
FLOATS = st.floats(-3, 3, allow_nan=False)


def classifier(texts: list[str], labels: list[str], unknown: float = 0.1) -> Classifier:
    features = TextFeatures(texts)
    return Classifier(features, features.known, labels, aim=Aim(0.9, unknown))


def test_every_half_of_a_row_has_length_one_and_unknown_texts_have_rows_too() -> None:
    features = TextFeatures(TEXTS)
    half = len(features.words)
    rows = features.of(["apple pie", "zzz"]).toarray()
    assert np.linalg.norm(rows[0, :half]) == pytest.approx(1)
    assert np.linalg.norm(rows[0, half:]) == pytest.approx(1)
    assert not rows[1, :half].any()


@pytest.mark.parametrize("texts", [["one"], ["!", "?"], ["a"] * 60])
def test_features_of_hardly_anything_can_be_made(texts: list[str]) -> None:
    assert TextFeatures(texts).known.shape[0] == len(texts)


def test_margins_of_unseen_examples_come_from_the_others_alone() -> None:
    features = TextFeatures(TEXTS)
    found = margins_unseen(features.known, LABELS)
    sea = sorted(set(LABELS)).index("sea")
    assert found[6, sea] == -np.inf  # its only example cannot be learnt from and asked as well
    assert np.isfinite(np.delete(found, sea, axis=1)).all()
    seen = LinearModel(features.known, LABELS).margins(features.known)
    assert seen[0].max() > found[0].max()


def test_the_boundary_between_two_labels_is_the_same_from_both_sides() -> None:
    features = TextFeatures(TEXTS[:6])
    margins = LinearModel(features.known, LABELS[:6]).margins(features.known)
    assert margins[:, 0] == pytest.approx(-margins[:, 1])
    assert (margins[:3, 1] > 0).all()


def test_with_a_single_label_nothing_is_ever_sure() -> None:
    lonely = classifier(["a b", "b c"], ["x", "x"])
    assert lonely.threshold == NEVER
    assert lonely.measured.coverage == 0


@given(arrays(float, (4, 5), elements=FLOATS), st.floats(0, 4), st.floats(0, 4))
def test_the_likeliest_label_has_the_largest_margin(
    margins: np.ndarray[tuple[int, int], np.dtype[np.float64]], one: float, other: float
) -> None:
    likelihoods = Curve(-1.0, one, other).likelihoods(margins)
    best = np.take_along_axis(likelihoods, margins.argmax(axis=1)[:, None], axis=1)[:, 0]
    assert best == pytest.approx(likelihoods.max(axis=1))
    assert ((likelihoods > 0) & (likelihoods < 1)).all()


def test_likelihoods_are_what_they_say() -> None:
    """Of made-up answers of which a known share is right, that share is what comes out."""
    dice = np.random.default_rng(3)
    margins = dice.normal(0, 1, (4_000, 2))
    chance = 1 / (1 + np.exp(-2 * (margins[:, 1] - margins[:, 0])))
    right = (dice.random(4_000) < chance).astype(float)
    seen = seen_of(margins, right, np.empty((0, 2)), 0.1)
    likelihoods = curve_of(seen).likelihoods(margins)
    assert likelihoods[:, 1] == pytest.approx(chance, abs=0.04)


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([0.2, 0.4, 0.6, 0.8, 0.9]), st.booleans(), st.sampled_from([0.5, 1, 2])
        ),
        min_size=1,
    ),
    st.sampled_from([0.5, 0.8, 0.95]),
)
def test_the_threshold_is_the_lowest_that_keeps_what_was_asked(
    seen: list[tuple[float, bool, float]], wanted: float
) -> None:
    likelihoods, right, weights = (np.array(part) for part in zip(*seen, strict=True))

    def holds(threshold: float) -> bool:
        sure = likelihoods >= threshold
        share = np.average(right[sure], weights=weights[sure])
        size = weights[sure].sum() ** 2 / (weights[sure] ** 2).sum()
        return bool(wilson(float(share), float(size), 0.6)[0] >= wanted - 1e-9)

    fitting = [one for one in sorted(set(likelihoods.tolist())) if holds(one)]
    found = threshold_for(likelihoods, right, weights, wanted)
    assert found == (fitting[0] if fitting else NEVER)


def test_texts_of_unknown_labels_count_as_much_as_they_are_said_to_come_in() -> None:
    seen = seen_of(np.zeros((90, 3)), np.zeros(90), np.zeros((45, 3)), 0.1)
    assert seen.weights[90:].sum() == pytest.approx(0.1 * seen.weights.sum())
    assert (seen.right[90:] == -1).all()
    none = seen_of(np.zeros((90, 3)), np.zeros(90), np.empty((0, 3)), 0.1)
    assert len(none.weights) == 90


MATTERS = [f"matter{at}" for at in range(8)]
DISTINCT = [f"{name} {name} word{at}" for name in MATTERS for at in range(12)]
NAMES = [name for name in MATTERS for _ in range(12)]


def test_no_margin_is_measured_where_nothing_of_the_label_was_learnt() -> None:
    features = TextFeatures(DISTINCT)
    found = margins_unknown(features.known, NAMES)
    own = np.array([sorted(MATTERS).index(name) for name in NAMES])
    assert (found[np.arange(len(own)), own] == -np.inf).all()
    assert np.isfinite(found.max(axis=1)).all()
    assert margins_unknown(TextFeatures(TEXTS).known, LABELS).shape == (0, 3)


def test_texts_about_something_new_raise_what_it_takes_to_be_sure() -> None:
    """What is learnt is so easy that everything known is right: that alone would let all pass."""
    careless, careful = classifier(DISTINCT, NAMES, 0.0), classifier(DISTINCT, NAMES, 0.2)
    assert careless.measured.right_when_sure == careful.measured.right_when_sure == 1
    assert careful.measured.left_open > careless.measured.left_open


def test_words_that_decide_are_told_without_small_words_and_once() -> None:
    weights = {"the refund": 3.0, "refund": 2.0, "of the": 5.0, "money": 1.0, "cake": -1.0}
    assert telling(weights, 3) == ("refund", "money")
    assert telling(weights, 1) == ("refund",)


def test_rare_labels_count_as_much_as_frequent_ones() -> None:
    texts = ["delay"] * 40 + ["delay calm"] * 5
    features = TextFeatures(texts)
    moods = Labeller(features, features.known, ["bad"] * 43 + ["good"] * 2)
    row = features.of(["delay calm"])
    assert moods.label(row) == "good"  # two of five, and two of two
    assert moods.words(row, "good") == ("calm",)


def test_what_a_ticket_quotes_is_not_its_own_and_long_ones_are_cut() -> None:
    assert text_of("Re: hello", "thanks\n> my old question\n  >> older") == "Re: hello\nthanks"
    assert len(text_of("", "x" * 10 * LONGEST)) <= LONGEST
