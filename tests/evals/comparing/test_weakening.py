"""What a change takes away from a suite is told, whatever it looks like."""

from __future__ import annotations

from pathlib import Path

import pytest

from opsrail.evals.comparing.matching import Matched, matched
from opsrail.evals.comparing.weakening import loosened, weakenings
from opsrail.evals.formats import EvalRules
from opsrail.evals.reading.suite import read_suite
from tests.evals.repositories import commit, side

PATH = "policies/evals/refunds.yaml"
SUITE = """\
title: Refunds
owner: billing
target: {playbook: refunds}
floor: 90
margin: 2
scorers: [{length: {most: 900}}]
cases:
  - id: window
    ask: Until when?
    role: tier-1
    must_pass: true
    expect:
      - contains: within 30 days
      - {overlap: within 30 days of the charge, at_least: 0.5}
  - {id: band, ask: Who asks, role: tier-1, expect: [{contains: Tier 1}]}
"""


def compared(folder: Path, before: str, after: str | None) -> Matched:
    commit(folder, {PATH: before})
    base = read_suite(side(folder).catalog.snapshot, PATH).suite
    assert base
    if after is None:
        return matched(base, None)
    commit(folder, {PATH: after})
    found = read_suite(side(folder).catalog.snapshot, PATH)
    assert found.suite, found.findings
    return matched(base, found.suite)


def told(both: Matched) -> list[str]:
    return [
        f"{one.case}: {one.words}{' (changed)' if one.is_change else ''}"
        for one in weakenings(both)
    ]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("floor: 90\n", "floor: 80\n", ": its `floor` of 90 went down to 80"),
        ("floor: 90\n", "", ": its `floor` of 90 was removed"),
        ("margin: 2\n", "margin: 5\n", ": its `margin` went from 2 to 5 points"),
        ("margin: 2\n", "tier: advisory\n", "it closes the gate no longer"),
        ("margin: 2\n", "judge: sample\n", "judged together, and no longer each"),
        ("scorers: [{length: {most: 900}}]\n", "", "for all cases, `length` is no longer"),
        ("{playbook: refunds}", "{playbook: returns}", ": it asks another target"),
        ("    must_pass: true\n", "", "window: need no longer pass"),
        ("      - contains: within 30 days\n", "", "window: `contains` is no longer asked"),
        ("at_least: 0.5", "at_least: 0.2", "window: `overlap` asks for 0.2 instead of 0.5"),
        (
            "  - {id: band, ask: Who asks, role: tier-1, expect: [{contains: Tier 1}]}\n",
            "",
            "band: was deleted",
        ),
        ("id: band", "id: bands", "band: was deleted"),
        (
            "contains: within 30 days\n",
            "contains: within 3\n",
            "something else: “within 30 days” → “within 3” (changed)",
        ),
        (
            "ask: Until when?",
            "ask: When?",
            "window: asks something else, or asks somebody else (changed)",
        ),
        (
            "      - contains: within",
            "      - icontains: within",
            "window: `contains` is no longer",
        ),
    ],
)
def test_every_loosening_is_told(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in SUITE
    (one,) = told(compared(tmp_path, SUITE, SUITE.replace(old, new)))
    assert words in one


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("floor: 90\n", "floor: 95\n"),
        ("margin: 2\n", "margin: 1\n"),
        ("title: Refunds", "title: Money back"),
        ("at_least: 0.5", "at_least: 0.7"),
        (
            "      - contains: within 30 days\n",
            "      - contains: within 30 days\n      - contains: a\n",
        ),
    ],
)
def test_what_becomes_stricter_is_no_weakening(tmp_path: Path, old: str, new: str) -> None:
    found = weakenings(compared(tmp_path, SUITE, SUITE.replace(old, new)))
    assert all(one.is_change for one in found)


def test_a_whole_suite_that_goes_is_told(tmp_path: Path) -> None:
    assert told(compared(tmp_path, SUITE, None)) == [": the whole suite was deleted"]


def test_thresholds_come_from_base_and_targets_from_their_own_side(tmp_path: Path) -> None:
    both = compared(
        tmp_path,
        SUITE,
        SUITE.replace("floor: 90", "floor: 10")
        .replace("margin: 2", "margin: 50")
        .replace("{playbook: refunds}", "{playbook: returns}"),
    )
    assert both.judge.floor == 90
    assert both.judge.margin == 2
    assert both.judge.target.playbook == "returns"


def test_cases_are_the_same_new_changed_or_gone(tmp_path: Path) -> None:
    after = SUITE.replace("within 30 days\n", "within 14 days\n").replace("id: band", "id: bands")
    both = compared(tmp_path, SUITE, after)
    assert [case.id for case in both.kept] == []
    assert [now.id for _, now in both.changed] == ["window"]
    assert [case.id for case in both.new] == ["bands"]
    assert [case.id for case in both.gone] == ["band"]
    assert [case.id for case in both.fresh] == ["bands", "window"]


def test_where_a_case_stands_does_not_make_it_another(tmp_path: Path) -> None:
    both = compared(tmp_path, SUITE, SUITE.replace("title: Refunds", "\n\ntitle: Refunds"))
    assert [case.id for case in both.kept] == ["band", "window"]


def test_rules_for_all_suites_are_not_loosened_unseen() -> None:
    loose = EvalRules(
        confidence=0.8, power=0.5, quarantine_most=20, quarantine_days=300, release_tags="x"
    )
    assert len(list(loosened(EvalRules(), loose))) == 5
    assert not list(loosened(loose, EvalRules(release_tags="x")))
