"""What a verdict says of itself, in words and as a picture."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsrail.evals.decision.decide import decide
from opsrail.evals.decision.model import Evidence, Scores, Standard
from opsrail.evals.decision.picture import picture
from opsrail.evals.decision.words import in_words, listed, points
from opsrail.evals.parts import Judging
from opsrail.evals.statistics.paired import Paired

SAMPLE = Standard(Judging.SAMPLE, margin=1.0)


def sample(worse: int, better: int, same: int) -> Evidence:
    base = (1.0,) * worse + (0.0,) * better + (1.0,) * same
    head = (0.0,) * worse + (1.0,) * better + (1.0,) * same
    names = ("",) * len(base)
    ids = tuple(str(place + 1) for place in range(len(base)))
    return Evidence(ids=ids, paired=Paired(base, head, names), head=Scores(head, names))


def told(evidence: Evidence, standard: Standard) -> str:
    return in_words(
        decide(evidence, standard), measure="accuracy", cases="tickets", owner="support-quality"
    )


def test_a_failure_says_by_how_much_how_sure_and_who() -> None:
    assert told(sample(19, 2, 579), SAMPLE) == (
        "Accuracy 99.7 % → 96.8 %, −2.8 points (95 % interval −4.6 to −1.5) over 600 tickets:"
        " worse than chance would explain, and beyond the 1.0 point you allow."
        " 19 got worse (1, 10, 11, 12, 13 and 14 more), 2 better."
        " Judged by McNemar's exact test, Tango's score interval."
    )


def test_a_doubt_says_what_the_suite_can_see_and_what_to_do() -> None:
    declared = replace(SAMPLE, can_look_again=True)
    first = told(sample(3, 2, 55), declared)
    assert "it may be worse by more than the 1.0 point you allow" in first
    assert "97.5 % interval" in first
    assert "the suite cannot see a drop under" in first
    assert first.endswith("run once more with twice the repeats, and judged by that alone.")
    second = told(sample(3, 2, 55).seen_again(), declared)
    assert second.endswith("said the same. Needs one of support-quality to decide.")
    assert told(sample(3, 2, 55), SAMPLE).endswith("have one of support-quality decide on record.")


@pytest.mark.parametrize(
    ("evidence", "margin", "meaning"),
    [
        (sample(19, 2, 579), 5.0, "a little worse, within the 5.0 points you allow"),
        (sample(0, 0, 579), 2.0, "no worse than the 2.0 points you allow. Every case scores"),
        (sample(19, 2, 579), 3.0, "and not surely within the 3.0 points you allow"),
    ],
)
def test_the_margin_is_told(evidence: Evidence, margin: float, meaning: str) -> None:
    assert meaning in told(evidence, replace(SAMPLE, margin=margin))


def test_a_failure_that_other_suites_explain_is_told_as_such() -> None:
    found = decide(sample(8, 0, 100), SAMPLE, p_adjusted=0.03)
    assert "with so many suites in one run" in in_words(found)
    assert "adjusted p = 0.030" in in_words(found)


def test_promises_are_told_one_by_one() -> None:
    evidence = Evidence(
        regressions=("a",),
        fresh=("n",),
        failing=("a", "n", "old"),
        head=Scores((1.0,) * 9, ("",) * 9),
    )
    assert in_words(decide(evidence, Standard(Judging.EACH))) == (
        "6 of 9 cases pass. 1 passed at base and no longer: a. 1 new case fails: n."
        " 1 failed at base already: old."
    )


def test_a_must_pass_case_comes_first() -> None:
    evidence = replace(sample(1, 0, 600), must_pass=("1",))
    assert told(evidence, SAMPLE).startswith("1 case fails that must pass: 1. Accuracy")


def test_why_nothing_was_compared_is_told_with_what_to_do() -> None:
    evidence = Evidence(reasons=("the case a hung", "b", "c", "d", "e"))
    words = in_words(decide(evidence, SAMPLE))
    assert words.startswith("Base and head cannot be compared: the case a hung; b; c (and 2 more")
    assert "run the suite again" in words


def test_the_floor_is_told_where_it_is_in_question() -> None:
    standard = replace(SAMPLE, floor=97.0, margin=5.0)
    assert "The floor is 97.0 %, and the accuracy 96.8 %" in told(sample(19, 2, 579), standard)
    assert "floor" not in told(sample(0, 0, 600), standard)
    assert told(sample(100, 0, 100), replace(standard, floor=90.0)).endswith(": below it.")


def test_a_suite_without_cases_says_so() -> None:
    assert in_words(decide(Evidence(), SAMPLE)) == "No case counts, so there is nothing to judge."


def test_numbers_are_written_as_people_do() -> None:
    assert [points(one) for one in (-0.028, 0.018, -0.0001, 0.0)] == ["−2.8", "+1.8", "0.0", "0.0"]
    assert listed([*"abcdef"]) == "a, b, c, d, e, f"
    assert listed([*"abcdefg"]) == "a, b, c, d, e and 2 more"


def test_binary_scores_are_bars() -> None:
    drawn = picture(Paired((1.0,) * 3 + (0.0,), (0.0, 0.0, 1.0, 1.0), ("",) * 4))
    assert drawn == "worse   ██ 2\nsame    1\nbetter  █ 1"


def test_nothing_changed_has_no_bars() -> None:
    assert picture(Paired((1.0,), (1.0,), ("",))) == "worse   0\nsame    1\nbetter  0"


def test_graded_scores_are_bars_and_a_histogram() -> None:
    drawn = picture(Paired((0.9, 0.5, 0.5), (0.1, 0.55, 0.5), ("",) * 3))
    lines = drawn.splitlines()
    assert lines[:3] == ["worse   █ 1", "same    1", "better  █ 1"]
    assert lines[4].split() == ["███", "·", "·", "·", "·", "███", "·", "·", "·", "·"]
    assert lines[5].split() == [*"1000010000"]
    assert lines[6].split() == ["−100", "0", "+100"]


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=300))
def test_pictures_are_narrow_and_count_every_case(scores: list[tuple[float, float]]) -> None:
    pairs = Paired(
        tuple(one for one, _ in scores), tuple(one for _, one in scores), ("",) * len(scores)
    )
    lines = picture(pairs).splitlines()
    assert all(len(line) <= 60 for line in lines)
    assert sum(int(line.split()[-1]) for line in lines[:3]) == len(pairs)
    if len(lines) > 3:
        assert sum(map(int, lines[5].split())) == pairs.worse + pairs.better
