"""Words of other people, quoted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from opsrail.findings import Location
from opsrail.gate.plan.told.model import (
    COLUMNS,
    LABEL,
    line,
)
from opsrail.gate.plan.told.quoting import said, short_names, sides, when
from tests.gate.plan.plans import (
    NOW,
    PLANS,
    POLICY,
    owners,
    plan,
    risk_owners,
    waiting,
)
from tests.gate.plan.reading import huge, told, verdict


@given(st.text(), st.integers(1, 50))
def test_what_is_quoted_is_on_one_line_and_short_and_shows_where_it_is_cut(
    text: str, most: int
) -> None:
    shown = said(text, most)
    assert "\n" not in shown
    assert len(shown) <= most + 25
    assert shown == text or shown.endswith("…") or "\\" in shown


def test_a_long_text_is_cut_once_and_at_a_word() -> None:
    text = "and the lead answers for what the desk wrote, within two days " * 5
    assert said(text, 40) == "and the lead answers for what the desk…"
    assert line(f": {said(text, 250)} (refunds.md)", "deontic changed").words.count("…") == 1
    assert "characters" not in verdict(huge())


@given(st.lists(st.text("ab/", min_size=1, max_size=12), max_size=12))
def test_short_names_are_ends_of_their_paths_and_differ(paths: list[str]) -> None:
    names = short_names(paths)
    assert names.keys() == set(paths)
    assert all(path.endswith(name) for path, name in names.items())
    assert len(set(names.values())) == len(names)


@given(st.text("ab", max_size=300), st.text("ab", max_size=300))
def test_two_sides_that_differ_look_different(old: str, new: str) -> None:
    shown = sides(old, new)
    if old and new and old != new:
        left, right = shown.split(" → ")
        assert left != right


def test_a_time_has_its_zone_and_its_year_only_if_it_is_another() -> None:
    assert when(NOW, NOW) == "Wed 02 Dec 09:30 UTC"
    assert when(NOW.replace(tzinfo=None), NOW) == "Wed 02 Dec 09:30 UTC"
    assert when(datetime(2027, 3, 1, tzinfo=UTC), NOW) == "Mon 01 Mar 2027 00:00 UTC"


def test_the_screen_leaves_room_for_labels() -> None:
    labels = {each.label for build in PLANS.values() for each in told(build()).parts}
    assert max(map(len, labels)) < LABEL < COLUMNS // 2


def test_an_owner_who_agreed_is_named_once_for_all_their_teams() -> None:
    also = replace(owners(), rule="second", groups=("support-leads",), place=Location(POLICY, 40))
    one = plan(replace(waiting().decision, outcomes=(owners(), also, risk_owners())))
    assert "have maya (billing-support, support-leads); needs" in verdict(one)
