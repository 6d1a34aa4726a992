"""`opsrail policy test` and `simulate`, as whoever writes the policy meets them."""

from __future__ import annotations

import pytest

from tests.cli.desk import Desk
from tests.cli.governed import HOLIDAYS, governed

SCENARIO = """\
scenarios:
  - name: Holidays need the desk
    at: 2026-01-07T10:00:00Z
    author: ben
    changes: [{change: duration raised, file: content/sources/hours.md, owner: desk}]
    expect: {open: false, tier: 0, rules: {owners: pending, money: skipped}}
"""


@pytest.fixture
def author(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return governed(desk, monkeypatch)


def test_a_scenario_that_comes_out_as_it_says_is_counted(author: Desk) -> None:
    author.write("policies/governance/desk.yaml", SCENARIO)
    ran = author.opsrail("policy", "test")
    assert (ran.code, ran.out) == (0, "1 scenario, 1 as expected\n")


def test_a_scenario_that_does_not_says_where_and_how(author: Desk) -> None:
    author.write(
        "policies/governance/desk.yaml",
        SCENARIO.replace("open: false", "open: true").replace("skipped", "approved"),
    )
    ran = author.opsrail("policy", "test")
    assert ran.code == 1
    assert ran.out == (
        "policies/governance/desk.yaml:2:11: Holidays need the desk\n"
        "    it is closed, and should be open\n"
        "    the rule money is skipped, and should be approved\n"
        "1 scenario, 0 as expected\n"
    )


def test_the_gate_tries_scenarios_where_the_policy_changes(author: Desk) -> None:
    author.write("policies/governance/desk.yaml", SCENARIO.replace("tier: 0", "tier: 2"))
    ran = author.opsrail("check", "--base", "main")
    assert ran.code == 1
    assert "governance-scenario: “Holidays need the desk”: it falls into tier 0" in ran.out


def test_a_mistake_in_a_scenario_has_a_place(author: Desk) -> None:
    author.write("policies/governance/desk.yaml", SCENARIO.replace("duration raised", "duratio"))
    ran = author.opsrail("policy", "test")
    assert ran.code == 1
    assert "policies/governance/desk.yaml:5:24: schema:" in ran.out


def test_an_edited_policy_is_tried_on_what_landed(author: Desk) -> None:
    author.edit(*HOLIDAYS)
    author.opsrail("sync")
    author.commit("Holidays (#7)")
    ran = author.opsrail("policy", "simulate")
    assert ran.code == 0
    assert "would be judged as they are now" in ran.out
    author.edit(
        "policies/governance.yaml", "when: [money raised]", "when: [money raised, duration]"
    )
    ran = author.opsrail("policy", "simulate")
    assert ran.code == 0
    assert "Holidays (#7)" in ran.out
    assert "tier: 0 (The rest) → 2 (Money)" in ran.out
    assert "needs, new: 1 of money (money)" in ran.out
    assert "1 of " in ran.out.splitlines()[-1]


def test_where_nothing_landed_nothing_is_judged(author: Desk) -> None:
    author.git("checkout", "-q", "--orphan", "fresh")
    author.commit("The first commit there is")
    ran = author.opsrail("policy", "simulate")
    assert (ran.code, ran.out) == (0, "nothing has landed yet that it could be tried on\n")


def test_a_policy_that_cannot_be_read_cannot_be_tried(author: Desk) -> None:
    author.edit("policies/governance.yaml", "approvals:", "aprovals:")
    ran = author.opsrail("policy", "simulate")
    assert ran.code == 3
    assert "policies/governance.yaml:" in ran.err


def test_scenarios_wait_for_a_policy_that_can_be_read(author: Desk) -> None:
    author.write("policies/governance/desk.yaml", SCENARIO)
    author.edit("policies/governance.yaml", "approvals:", "aprovals:")
    ran = author.opsrail("policy", "test")
    assert ran.code == 1
    assert ran.out.endswith("\n1 scenario cannot be tried until that is mended\n")
    assert "Holidays need the desk" not in ran.out


def test_a_scenario_that_no_tier_fits_says_so(author: Desk) -> None:
    author.write("policies/governance/desk.yaml", SCENARIO)
    author.edit("policies/governance.yaml", "[anything]", "[money]")
    ran = author.opsrail("policy", "test")
    assert ran.code == 1
    assert "    no tier fits it, and it should fall into tier 0\n" in ran.out
