from __future__ import annotations

import json

import pytest

from tests.cli.desk import REFUNDS, WINDOW, Desk

PEOPLE = """\
people:
  robin: {name: Robin Example, emails: [robin@example.com]}
  ana: {name: Ana Torres, emails: [ana@example.com]}
groups:
  risk-owners: {members: [ana]}
"""
GOVERNANCE = """\
owners: [{files: "**", owner: risk-owners}]
approvals:
  agreed: {from: [risk-owners], count: COUNT}
tiers:
  - {tier: 1, title: Everything, when: [anything], needs: [agreed]}
"""


def governed(desk: Desk, count: int) -> None:
    """A policy on main, and a topic on top of it that changes the refund window."""
    desk.write("policies/people.yaml", PEOPLE)
    desk.write("policies/governance.yaml", GOVERNANCE.replace("COUNT", str(count)))
    desk.commit("Who must agree")
    desk.git("switch", "--quiet", "--create", "topic")
    desk.edit(REFUNDS, *WINDOW)
    assert desk.opsrail("sync").code == 0
    desk.commit("Window 14 days")


def test_what_may_land_lands_with_its_record_and_is_told_by_log_and_blame(desk: Desk) -> None:
    governed(desk, 0)
    before, files = desk.git("rev-parse", "main"), desk.files()
    ran = desk.opsrail("land", "topic")
    assert (ran.code, ran.err) == (0, "")
    landed = desk.git("rev-parse", "main")
    assert ran.out == (
        f"topic landed on main as {landed}\n"
        "Nothing was pushed. That is yours:\n    git push origin main\n"
    )
    assert desk.git("log", "-1", "--format=%P", "main").split()[0] == before
    assert desk.files() == files
    told = json.loads(desk.opsrail("log", REFUNDS, "--head", "main", "--format", "json").out)
    newest = told["landings"][0]
    assert (newest["commit"], newest["standing"]) == (landed, "record matches")
    assert newest["record"]["verdict"] == "open"
    assert newest["record"]["policy"] == before
    held = json.loads(desk.opsrail("blame", REFUNDS, "--head", "main", "--format", "json").out)
    facts = [one for one in held["holds"] if "14 days" in one["words"]]
    assert facts
    assert all(one["commit"] == landed and "30 days" in one["was"] for one in facts)
    assert held["landings"][landed]["standing"] == "record matches"


def test_a_closed_plan_is_shown_and_nothing_changes(desk: Desk) -> None:
    governed(desk, 1)
    refs, files = desk.git("for-each-ref"), desk.files()
    ran = desk.opsrail("land", "topic")
    assert (ran.code, ran.err) == (1, "")
    assert "risk-owners" in ran.out
    assert (desk.git("for-each-ref"), desk.files()) == (refs, files)


def test_an_approval_opens_it_and_stands_on_record(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    governed(desk, 1)
    monkeypatch.setenv("GIT_AUTHOR_EMAIL", "ana@example.com")
    assert desk.opsrail("approve", "topic").code == 0
    monkeypatch.setenv("GIT_AUTHOR_EMAIL", "robin@example.com")
    ran = desk.opsrail("land", "topic")
    assert (ran.code, ran.err) == (0, "")
    assert "approved by ana (risk-owners)" in desk.opsrail("log", REFUNDS, "--head", "main").out
    assert "Opsrail-Approved-By: ana (risk-owners) 2026-01-05T" in desk.git("log", "-1", "main")


def test_what_does_not_merge_is_refused(desk: Desk) -> None:
    governed(desk, 0)
    desk.git("switch", "--quiet", "main")
    desk.edit(REFUNDS, "30 days", "60 days")
    assert desk.opsrail("sync").code == 0
    desk.commit("Window 60 days")
    desk.git("switch", "--quiet", "topic")
    refs, files = desk.git("for-each-ref"), desk.files()
    ran = desk.opsrail("land", "topic")
    assert (ran.code, ran.out) == (1, "")
    assert (
        "not landed: it does not merge with main by itself: content/sources/refunds.md" in ran.err
    )
    assert (desk.git("for-each-ref"), desk.files()) == (refs, files)


def test_a_branch_that_is_checked_out_is_not_moved_below_its_files(desk: Desk) -> None:
    governed(desk, 0)
    desk.git("switch", "--quiet", "main")
    ran = desk.opsrail("land", "topic")
    assert (ran.code, ran.out) == (1, "")
    assert "main is checked out" in ran.err
    assert "git switch main" in ran.err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("topic", "--onto", "nowhere"), 2, "There is no branch nowhere here to land on"),
        (("nowhere",), 3, "“nowhere” names no commit"),
        (("--onto", "main", "--", "--upload-pack=x"), 3, "names no commit"),
    ],
)
def test_what_is_not_there_is_said(
    desk: Desk, arguments: tuple[str, ...], code: int, said: str
) -> None:
    governed(desk, 0)
    ran = desk.opsrail("land", *arguments)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err
