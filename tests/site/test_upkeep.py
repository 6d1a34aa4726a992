from __future__ import annotations

from datetime import date

import pytest

from opsrail.content.model import FrontMatter
from opsrail.site.upkeep import Freshness, Upkeep, upkeep_of

TODAY = date(2026, 11, 22)
CHECKED = date(2026, 11, 1)


@pytest.mark.parametrize(
    ("upkeep", "expected"),
    [
        (Upkeep("a", CHECKED, date(2027, 1, 1)), Freshness.FRESH),
        (Upkeep("a", CHECKED, None), Freshness.FRESH),
        (Upkeep("a", CHECKED, date(2026, 12, 6)), Freshness.DUE),
        (Upkeep("a", CHECKED, date(2026, 12, 7)), Freshness.FRESH),
        (Upkeep("a", CHECKED, TODAY), Freshness.DUE),
        (Upkeep("a", CHECKED, date(2026, 11, 21)), Freshness.OVERDUE),
        (Upkeep("a", None, None), Freshness.UNVERIFIED),
        (Upkeep("a", CHECKED, date(2027, 1, 1), is_behind=True), Freshness.BEHIND),
    ],
)
def test_the_worst_is_said(upkeep: Upkeep, expected: Freshness) -> None:
    assert upkeep.freshness(TODAY) is expected


def test_a_page_is_as_old_as_the_oldest_it_stands_on() -> None:
    fronts = [
        FrontMatter(verified=date(2026, 11, 1), review_by=date(2027, 3, 1)),
        FrontMatter(verified=date(2026, 10, 1), review_by=date(2027, 2, 1)),
    ]
    assert upkeep_of(fronts, "x") == Upkeep("x", date(2026, 10, 1), date(2027, 2, 1))
    assert upkeep_of([*fronts, FrontMatter()], "x").verified is None
