"""Real questions to a real classifier: what gets worse closes, what stays the same passes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from opsrail.evals.model import Verdict
from tests.cli.desk import Desk
from tests.realworld.banking import (
    CLUSTERED,
    CUT,
    DATA,
    FEWER,
    HASTY,
    MERGED,
    REFACTORED,
    SINGLE,
    STOPPED,
    SUITE,
    TODAY,
    WORDS_ONLY,
    Change,
    changed,
    codes,
    desk_of,
    seen,
)

pytestmark = pytest.mark.realworld

CODES = {
    Verdict.PASS: set(),
    Verdict.FAIL: {"eval-regression"},
    Verdict.INCONCLUSIVE: {"eval-inconclusive"},
}


@pytest.fixture(scope="module")
def few(real_data: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The 27 intents about cards, told by words alone: quick to learn."""
    root = tmp_path_factory.mktemp("bank") / "desk"
    desk = desk_of(real_data(DATA), root, word="card", features=WORDS_ONLY)
    desk.git("rm", "--quiet", f"policies/evals/{CLUSTERED}.yaml")
    desk.commit("One suite")
    return desk


@pytest.fixture(scope="module")
def every(real_data: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return desk_of(real_data(DATA), tmp_path_factory.mktemp("bank") / "desk")


@pytest.mark.parametrize("change", [MERGED, REFACTORED, SINGLE], ids=lambda change: change.name)
def test_a_change_to_some_intents_is_judged_for_what_it_is(
    few: Desk, monkeypatch: pytest.MonkeyPatch, change: Change
) -> None:
    changed(few, change)
    monkeypatch.setenv("OPSRAIL_TODAY", TODAY)
    ran = few.opsrail("eval", SUITE, "--base", "main")
    assert ran.code == (change.expected is not Verdict.PASS), ran.err
    assert change.expected.value in ran.out


def judged(desk: Desk, change: Change) -> None:
    changed(desk, change)
    found = seen(desk)
    assert found.verdict is change.expected, found.suite["words"]
    assert found.code == (change.expected is not Verdict.PASS)
    assert codes(desk) == (found.code, CODES[change.expected])


@pytest.mark.nightly
@pytest.mark.parametrize(
    "change", [REFACTORED, STOPPED, SINGLE, CUT], ids=lambda change: change.name
)
def test_a_change_is_judged_for_what_it_is(every: Desk, change: Change) -> None:
    judged(every, change)


@pytest.mark.nightly
def test_a_little_worse_passes_and_is_told(every: Desk) -> None:
    judged(every, HASTY)
    assert "a little worse, within the 1.0 point you allow" in seen(every).suite["words"]


@pytest.mark.nightly
def test_what_a_suite_cannot_see_depends_on_what_the_cases_are_a_sample_of(every: Desk) -> None:
    judged(every, MERGED)
    found = seen(every, CLUSTERED)
    assert found.verdict is Verdict.INCONCLUSIVE
    assert found.suite["comparison"]["clusters"] == 77
    assert "the suite cannot see a drop under" in found.suite["words"]


@pytest.mark.nightly
def test_small_losses_pass_one_by_one_and_close_the_gate_together(every: Desk) -> None:
    before = "main"
    errors = set[str]()
    for change in FEWER:
        branch = changed(every, change, before)
        assert seen(every, base=before).verdict is Verdict.PASS
        errors = codes(every, before)[1]
        before = branch
    assert errors == {"eval-drift"}
