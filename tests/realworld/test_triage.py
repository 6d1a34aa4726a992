"""Real questions through the triage flow: right, sure where it says so, and open to the unseen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.realworld.triage import (
    DATA,
    SPLITS,
    asked,
    auroc,
    drawn,
    known_lines,
    opened,
    read,
    without,
)

pytestmark = pytest.mark.realworld

WORD = "card_"
"""Of the smaller run: the intents with this in their name."""


def test_cards_are_told_apart_and_what_was_never_seen_is_left_to_people(
    real_data: Callable[[str], Path],
) -> None:
    data = real_data(DATA)
    examples = read(data, "train", WORD)
    held_out = drawn(examples, seed=1, count=4)
    found = asked(opened(without(examples, held_out)), read(data, "test", WORD))
    known, sure, right = found.is_known, found.is_sure, found.is_right
    assert right[known].mean() >= 0.9
    assert right[known & sure].mean() >= 0.93
    assert sure[known].mean() >= 0.85
    assert auroc(found.likelihood, known) >= 0.8
    assert 1 - sure[~known].mean() >= 0.6


@pytest.mark.nightly
def test_nine_in_ten_questions_are_sorted_rightly(real_data: Callable[[str], Path]) -> None:
    data = real_data(DATA)
    found = asked(opened(read(data, "train")), read(data, "test"))
    assert found.is_right.mean() >= 0.9
    assert found.is_right[found.is_sure].mean() >= 0.94
    assert found.is_sure.mean() >= 0.75


@pytest.mark.nightly
@pytest.mark.parametrize("seed", SPLITS)
def test_intents_never_seen_are_mostly_left_to_people(
    real_data: Callable[[str], Path], seed: int
) -> None:
    data = real_data(DATA)
    examples, questions = read(data, "train"), read(data, "test")
    found = asked(opened(without(examples, drawn(examples, seed))), questions)
    assert found.is_right[found.is_known & found.is_sure].mean() >= 0.93
    assert 1 - found.is_sure[~found.is_known].mean() >= 0.6
    assert auroc(found.likelihood, found.is_known) >= 0.85


def test_a_tie_counts_half() -> None:
    likelihood, known = np.array([0.9, 0.5, 0.5, 0.1]), np.array([True, True, False, False])
    assert auroc(likelihood, known) == pytest.approx((1 + 1 + 0.5 + 1) / 4)


def test_the_table_can_be_printed_for_a_part(real_data: Callable[[str], Path]) -> None:
    data = real_data(DATA)
    examples, questions = read(data, "train", "top_up_by"), read(data, "test", "top_up_by")
    lines = list(known_lines(examples, questions))
    assert lines[0].startswith("learnt from ")
    assert len(lines) == 10
