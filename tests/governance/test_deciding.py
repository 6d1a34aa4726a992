"""Decisions one at a time: what each part of a policy does."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from opsrail.governance.changes import Change, ChangeSet
from opsrail.governance.deciding import decide
from opsrail.governance.directory import Directory
from opsrail.governance.formats import Part
from opsrail.governance.model import RuleState
from opsrail.governance.request import Request, ReviewState
from tests.governance.requests import (
    NOW,
    PEOPLE,
    World,
    change_set,
    excluded,
    people,
    policy_of,
    request_of,
    review,
)

REFUNDS = "content/sources/refunds.md"
MISUSE = "content/sources/misuse.md"
WORDED = change_set({REFUNDS: "section reworded"})
RAISED = change_set({REFUNDS: "money raised"})


def _world(change: ChangeSet, *reviews: object, **policy: object) -> World:
    return World(policy_of(**policy), change, request_of(*reviews))  # type: ignore[arg-type]  # reviews of several kinds


def test_without_a_policy_nobody_can_agree() -> None:
    decided = decide(None, Directory(people()), WORDED, request_of(), NOW)
    assert not decided.is_open
    assert "policies/governance.yaml" in decided.problems[0]


def test_where_nothing_changes_there_is_nothing_to_agree_to() -> None:
    decided = _world(ChangeSet("a", "b", (), {})).decide()
    assert not decided.is_open
    assert decided.problems


def test_an_owner_who_had_no_part_in_it_opens() -> None:
    decided = _world(WORDED, review("ben", WORDED)).decide()
    assert decided.is_open
    assert (decided.tier, decided.title) == (0, "Light")


def test_each_tier_asks_for_its_own_rules_only() -> None:
    states = {one.rule: one.state for one in _world(WORDED).decide().outcomes}
    assert states == {"owners": RuleState.PENDING, "leads": RuleState.SKIPPED}
    states = {one.rule: one.state for one in _world(RAISED).decide().outcomes}
    assert states == {"owners": RuleState.PENDING, "leads": RuleState.PENDING}


def test_owners_are_asked_each_for_their_own_files() -> None:
    both = change_set({REFUNDS: "section reworded", MISUSE: "section reworded"})
    decided = _world(both, review("dan", both)).decide()
    assert [(one.groups, one.state) for one in decided.active] == [
        (("billing",), RuleState.PENDING),
        (("trust",), RuleState.APPROVED),
    ]


def test_a_person_in_two_teams_speaks_for_both() -> None:
    both = change_set({REFUNDS: "section reworded", MISUSE: "section reworded"})
    assert _world(both, review("cleo", both)).decide().is_open


@pytest.mark.parametrize("part", list(Part))
def test_whoever_had_a_part_in_it_does_not_count(part: Part) -> None:
    misuse = change_set({MISUSE: "section reworded"})
    agreed = replace(excluded(part), reviews=(review("dan", misuse),))
    decided = World(policy_of(), misuse, agreed).decide()
    assert not decided.is_open
    assert [one.person for one in decided.active[0].discounted] == ["dan"]


@pytest.mark.parametrize("part", list(Part))
def test_a_rule_may_let_a_part_count(part: Part) -> None:
    misuse = change_set({MISUSE: "section reworded"})
    others = [one.value for one in Part if one is not part]
    policy = policy_of(
        approvals={
            "owners": {"from": "owners", "distinct_from": others},
            "leads": {"from": ["leads"]},
        }
    )
    agreed = replace(excluded(part), reviews=(review("dan", misuse),))
    assert World(policy, misuse, agreed).decide().is_open


def test_a_yes_to_an_unknown_commit_proves_nothing() -> None:
    unseen = replace(review("ben", WORDED), covers=None)
    decided = _world(WORDED, unseen).decide()
    assert not decided.is_open
    assert "not known" in decided.active[0].discounted[0].why


def test_a_yes_falls_with_the_file_that_it_was_about() -> None:
    edited = change_set({REFUNDS: "section reworded"}, {REFUNDS: "something else"})
    decided = _world(edited, review("ben", WORDED)).decide()
    assert not decided.is_open
    assert decided.active[0].discounted[0].why == f"agreed before {REFUNDS} changed"


def test_who_asks_for_changes_is_heard_until_they_agree() -> None:
    objects = review("cleo", WORDED, ReviewState.CHANGES_REQUESTED, ago=30)
    decided = _world(WORDED, review("ben", WORDED), objects).decide()
    assert (decided.is_open, decided.objections) == (False, ("cleo",))
    later = review("cleo", WORDED, ago=10)
    assert _world(WORDED, review("ben", WORDED), objects, later).decide().is_open


def test_who_may_not_agree_may_not_object() -> None:
    objects = review("finn", WORDED, ReviewState.CHANGES_REQUESTED)
    assert _world(WORDED, review("ben", WORDED), objects).decide().is_open


def test_a_dismissed_yes_is_none() -> None:
    dismissed = review("ben", WORDED, ReviewState.DISMISSED, ago=10)
    assert not _world(WORDED, review("ben", WORDED), dismissed).decide().is_open


def test_a_comment_takes_nothing_back() -> None:
    comment = review("ben", WORDED, ReviewState.COMMENTED, ago=10)
    assert _world(WORDED, review("ben", WORDED), comment).decide().is_open


def test_a_change_that_no_tier_fits_is_in_the_way() -> None:
    tiers = [{"tier": 1, "title": "Money", "when": ["money"], "needs": ["owners"]}]
    decided = _world(WORDED, review("ben", WORDED), tiers=tiers).decide()
    assert not decided.is_open
    assert decided.problems == (f"no tier fits section reworded in {REFUNDS}",)


def test_a_file_that_nobody_answers_for_is_in_the_way() -> None:
    orphan = ChangeSet("a", "b", (Change("rules/new.yaml", "rule added"),), {"rules/new.yaml": "x"})
    tiers = [{"tier": 0, "title": "All", "when": ["anything"], "needs": ["leads"]}]
    agreed = [review(who, orphan) for who in ("dan", "eve")]
    decided = _world(orphan, *agreed, tiers=tiers).decide()
    assert not decided.is_open
    assert "nobody answers for rules/new.yaml" in decided.problems[0]


def test_an_owner_that_is_no_group_is_an_error() -> None:
    stray = Change(REFUNDS, "section reworded", owners=("gone",))
    change = ChangeSet("a", "b", (stray,), WORDED.shares)
    decided = _world(change).decide()
    assert decided.active[0].state is RuleState.ERROR
    assert "gone" in decided.active[0].problem


def test_a_rule_that_nobody_is_left_to_meet_says_so() -> None:
    approvals = {"owners": {"from": ["trust"], "count": 2}}
    tiers = [{"tier": 0, "title": "All", "when": ["anything"], "needs": ["owners"]}]
    request = request_of(author="dan")
    decided = World(policy_of(approvals=approvals, tiers=tiers), WORDED, request).decide()
    assert decided.active[0].state is RuleState.ERROR
    assert "only 1 had no part in it" in decided.active[0].problem


def test_a_rule_of_nobody_is_met_by_nobody() -> None:
    approvals = {"nobody": {"from": ["leads"], "count": 0}}
    tiers = [{"tier": 0, "title": "All", "when": ["anything"], "needs": ["nobody"]}]
    assert _world(WORDED, approvals=approvals, tiers=tiers).decide().is_open


def test_what_the_risk_demands_is_asked_of_everything() -> None:
    agreed = request_of(review("ben", WORDED))
    decided = decide(policy_of(), Directory(people()), WORDED, agreed, NOW, demanded=("leads",))
    assert {one.rule: (one.state, one.is_for_risk) for one in decided.active} == {
        "owners": (RuleState.APPROVED, False),
        "leads": (RuleState.PENDING, True),
    }


FREEZE = {"name": "today", "dates": {"from": "2026-12-02 08:00", "until": "2026-12-02 18:00"}}


def test_a_freeze_holds_until_it_ends() -> None:
    world = _world(WORDED, review("ben", WORDED), freezes=[FREEZE])
    decided = world.decide()
    assert not decided.is_open
    assert decided.frozen[0].until == decided.decides_again == NOW.replace(hour=18)
    assert replace(world, now=NOW.replace(hour=18)).decide().is_open


def test_a_freeze_holds_only_for_what_it_covers() -> None:
    freeze = {**FREEZE, "covers": ["money"]}
    assert _world(WORDED, review("ben", WORDED), freezes=[freeze]).decide().is_open


def test_freezes_without_a_gap_are_one() -> None:
    then = {"name": "then", "dates": {"from": "2026-12-02 18:00", "until": "2026-12-03 06:00"}}
    decided = _world(WORDED, review("ben", WORDED), freezes=[FREEZE, then]).decide()
    assert decided.decides_again == NOW.replace(day=3, hour=6)


def test_an_open_answer_names_the_freeze_that_ends_it() -> None:
    then = {"name": "then", "dates": {"from": "2026-12-02 18:00", "until": "2026-12-03 06:00"}}
    decided = _world(WORDED, review("ben", WORDED), freezes=[then]).decide()
    assert decided.is_open
    assert decided.ahead is not None
    assert decided.decides_again == decided.ahead.begins == NOW.replace(hour=18)


def test_a_proved_rollback_passes_freezes_and_needs_its_own_rule() -> None:
    policy = policy_of(
        approvals={
            "owners": {"from": "owners"},
            "leads": {"from": ["leads"], "count": 2},
            "one": {"from": ["leads"]},
        },
        freezes=[FREEZE],
        rollbacks={"needs": ["one"]},
    )
    back = request_of(review("dan", RAISED), rolls_back="e" * 40)
    decided = World(policy, RAISED, back).decide()
    assert decided.is_open
    assert [one.rule for one in decided.active] == ["one"]


GLASS = {"from": ["leads", "trust"], "count": 2, "valid_for": "4h", "review_within": "7d"}
CALL = "It is bad.\n/break-glass the page tells people to delete their data\nSorry."


def _broken(*people: str, ago: int = 60) -> list[object]:
    return [review(who, WORDED, ReviewState.COMMENTED, ago=ago, text=CALL) for who in people]


def test_two_people_break_the_glass_against_a_freeze_and_missing_approvals() -> None:
    decided = _world(WORDED, *_broken("dan", "eve"), freezes=[FREEZE], break_glass=GLASS).decide()
    assert decided.is_open
    assert decided.glass is not None
    assert decided.glass.people == ("dan", "eve")
    assert decided.glass.reason == "the page tells people to delete their data"
    assert decided.decides_again == decided.glass.expires == NOW + timedelta(hours=3)
    assert decided.glass.review_by == NOW + timedelta(days=7, hours=-1)


@pytest.mark.parametrize(
    "calls",
    [
        pytest.param(_broken("dan"), id="one alone"),
        pytest.param(_broken("dan", "dan"), id="one twice"),
        pytest.param(_broken("dan", "ben"), id="somebody who may not"),
        pytest.param(_broken("dan", "eve", ago=241), id="too long ago"),
        pytest.param([*_broken("dan"), *_broken("eve", ago=241)], id="one too long ago"),
    ],
)
def test_the_glass_holds_out_against(calls: list[object]) -> None:
    decided = _world(WORDED, *calls, break_glass=GLASS).decide()
    assert not decided.is_open


def test_who_wrote_it_cannot_break_the_glass_for_it() -> None:
    request: Request = request_of(*_broken("dan", "eve"), author="eve")  # type: ignore[arg-type]  # reviews of several kinds
    assert not World(policy_of(break_glass=GLASS), WORDED, request).decide().is_open


def test_broken_glass_is_about_what_was_seen_and_nothing_else() -> None:
    edited = change_set({REFUNDS: "section reworded"}, {REFUNDS: "something else"})
    assert not _world(edited, *_broken("dan", "eve"), break_glass=GLASS).decide().is_open


def test_broken_glass_does_not_silence_who_objects() -> None:
    objects = review("ben", WORDED, ReviewState.CHANGES_REQUESTED)
    decided = _world(WORDED, *_broken("dan", "eve"), objects, break_glass=GLASS).decide()
    assert not decided.is_open


def test_a_policy_without_break_glass_has_none() -> None:
    assert _world(WORDED, *_broken("dan", "eve")).decide().glass is None


def test_strangers_are_named() -> None:
    request = request_of(review("zoe", WORDED), author="mallory")
    decided = World(policy_of(), WORDED, request).decide()
    assert decided.unknown == ("mallory", "mallory@desk.example", "zoe")


def test_a_yes_cannot_be_told_from_the_last_pusher_s_where_nobody_knows_who_pushed() -> None:
    unnamed = request_of(review("ben", WORDED), last_pusher="")
    decided = World(policy_of(), WORDED, unnamed).decide()
    assert decided.active[0].state is RuleState.ERROR
    assert "not known who pushed" in decided.active[0].problem
    glass = request_of(*_broken("dan", "eve"), last_pusher="")  # type: ignore[arg-type]  # as above
    assert not World(policy_of(break_glass=GLASS), WORDED, glass).decide().is_open


def test_a_rule_that_is_not_there_is_never_met() -> None:
    tiers = [{"tier": 0, "title": "All", "when": ["anything"], "needs": ["owners", "gone"]}]
    agreed = [review(who, WORDED) for who in PEOPLE if who != "ada"]
    decided = _world(WORDED, *agreed, tiers=tiers).decide()
    assert not decided.is_open
    assert [one.problem for one in decided.active if one.rule == "gone"] == [
        "there is no approval rule gone"
    ]


def test_where_no_rule_is_asked_nobody_has_agreed() -> None:
    lock = Change("playbooks/opsrail.lock", "lock regenerated", owners=("billing",))
    change = ChangeSet("a", "b", (lock,), {lock.path: "x"})
    decided = _world(change, *[review(who, change) for who in PEOPLE]).decide()
    assert not decided.active
    assert not decided.is_open


def test_a_proved_rollback_is_asked_nothing_besides_its_own_rule() -> None:
    policy = policy_of(
        approvals={
            "owners": {"from": "owners"},
            "leads": {"from": ["leads"], "count": 2},
            "one": {"from": ["leads"]},
        },
        rollbacks={"needs": ["one"]},
    )
    back = request_of(review("dan", RAISED), rolls_back="e" * 40)
    decided = decide(policy, Directory(people()), RAISED, back, NOW, demanded=("leads",))
    assert decided.is_open


@pytest.mark.parametrize(("saw", "objections"), [([MISUSE], ("cleo",)), ([MISUSE, REFUNDS], ())])
def test_a_no_is_lifted_by_a_yes_that_saw_all_that_it_was_about(
    saw: list[str], objections: tuple[str, ...]
) -> None:
    both = change_set({REFUNDS: "section reworded", MISUSE: "section reworded"})
    objects = review("cleo", both, ReviewState.CHANGES_REQUESTED, ago=30)
    others = (review("ben", both), review("dan", both))
    decided = _world(both, *others, objects, review("cleo", both, ago=10, saw=saw)).decide()
    assert decided.objections == objections
    assert decided.is_open is not bool(objections)
