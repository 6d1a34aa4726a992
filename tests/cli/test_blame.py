from __future__ import annotations

import json

import pytest

from tests.cli.desk import LOCK, REFUNDS, WINDOW, Desk


@pytest.fixture
def changed(desk: Desk) -> Desk:
    desk.edit(REFUNDS, *WINDOW)
    desk.commit("Refund window 14 days (#482)")
    return desk


def test_it_says_since_when_who_and_what_was_before(changed: Desk) -> None:
    ran = changed.opsrail("blame", REFUNDS)
    assert (ran.code, ran.err) == (0, "")
    window = [line for line in ran.out.splitlines() if "14 days" in line and "was:" in line]
    assert window
    assert all("2026-01-05 #482" in line and "30 days" in line for line in window)
    assert "2026-01-05 #482  Refund window 14 days (#482)\n    Robin Example · no record" in ran.out


@pytest.mark.parametrize("form", ["json", "markdown", "text"])
def test_two_runs_say_the_same_bytes(changed: Desk, form: str) -> None:
    first, second = (changed.opsrail("blame", REFUNDS, "--format", form) for _ in range(2))
    assert first == second
    assert first.code == 0


def test_the_values_of_a_policy_are_told(changed: Desk) -> None:
    told = json.loads(changed.opsrail("blame", "policies/roles.yaml", "--format", "json").out)
    kinds = {one["kind"] for one in told["holds"]}
    assert any(kind.endswith(".clearance") for kind in kinds)
    assert all(one["commit"] in told["landings"] for one in told["holds"])


def test_what_is_not_committed_does_not_hold_yet(changed: Desk) -> None:
    before = changed.opsrail("blame", REFUNDS)
    changed.edit(REFUNDS, "14 days", "7 days")
    assert changed.opsrail("blame", REFUNDS) == before


def test_nothing_that_somebody_wrote_acts_on_a_page(desk: Desk) -> None:
    desk.edit(REFUNDS, WINDOW[0], "14 days for `<b>|x` and @everyone")
    desk.commit("<img src=x> | @everyone")
    page = desk.opsrail("blame", REFUNDS, "--format", "markdown").out
    assert "<img" not in page
    assert "@everyone" not in page
    rows = [line for line in page.splitlines() if line.startswith("| ")]
    assert len(rows) > 3
    assert {line.replace("\\|", "").count("|") for line in rows} == {7}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("content", "is a folder"),
        (LOCK, "git blame"),
        (f"{REFUNDS}#nothing", "there is no section #nothing"),
    ],
)
def test_what_states_nothing_is_a_usage_error(desk: Desk, name: str, said: str) -> None:
    ran = desk.opsrail("blame", name)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
