"""A policy with tiers over a real handbook's history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.realworld.governed import Judged, judged, table
from tests.realworld.handbook import BUNDLE, clone

pytestmark = pytest.mark.realworld


@pytest.fixture(scope="module")
def history(
    real_data: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Judged, ...]:
    folder = tmp_path_factory.mktemp("governed")
    return tuple(judged(clone(real_data(BUNDLE), folder / "handbook")))


def _of(history: tuple[Judged, ...], number: str) -> Judged:
    return next(one for one in history if f"(#{number})" in one.subject)


def test_every_change_falls_into_a_tier(history: tuple[Judged, ...]) -> None:
    # 331 commits: one has nothing before it, and two change no file.
    assert len(history) == 328
    tiers = Counter(one.tier.tier for one in history)
    assert sum(tiers.values()) == len(history)
    # Most changes of a handbook are facts and passages, few are money and duties.
    assert tiers[1] > tiers[2] > tiers[0] > 0
    assert 0.1 < tiers[2] / len(history) < 0.3


def test_a_promise_that_was_lowered_is_grave(history: tuple[Judged, ...]) -> None:
    one = _of(history, "6984")
    assert one.tier.tier == 2
    assert [change.describe() for change in one.because] == [
        "percent lowered: 100% of the time → 95% of the time"
    ]


def test_shares_that_moved_are_told_each(history: tuple[Judged, ...]) -> None:
    whats = Counter(change.what for change in _of(history, "7879").because)
    assert (whats["percent raised"], whats["percent lowered"]) == (2, 1)


def test_a_duty_that_went_with_its_page_is_grave(history: tuple[Judged, ...]) -> None:
    one = _of(history, "7492")
    assert one.tier.tier == 2
    assert {change.what for change in one.because} == {"deontic removed"}


def test_the_table_counts_each_commit_once(history: tuple[Judged, ...]) -> None:
    head, *rows = table(history)
    assert head == f"{len(history)} commits that change something"
    assert sum(int(row.split()[2]) for row in rows) == len(history)
