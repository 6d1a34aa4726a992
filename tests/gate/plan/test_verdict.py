"""The verdict: one sentence first, and what is behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsrail.findings import Location
from opsrail.gate.plan.model import Plan
from opsrail.gate.plan.telling import is_too_large
from opsrail.gate.plan.told.model import (
    State,
)
from opsrail.governance.changes import Change
from opsrail.governance.model import (
    Approval,
    Decision,
    GlassBroken,
    RuleOutcome,
    RuleState,
)
from tests.gate.plan.plans import (
    CHANGES,
    FOUND,
    NOW,
    PLANS,
    POLICY,
    closed,
    frozen,
    glass,
    nothing,
    opened,
    plan,
    risk_owners,
    rollback,
    too_large,
    unmeetable,
    waiting,
    without_policy,
)
from tests.gate.plan.reading import told, verdict


@pytest.mark.parametrize(
    ("build", "state", "beginning"),
    [
        (waiting, State.WAITING, "WAITING for 1 of 2: have maya (billing-support); needs one of"),
        (opened, State.OPEN, "OPEN: all 2 approvals given, maya (billing-support), ana (risk-own"),
        (closed, State.CLOSED, "CLOSED by must-pass, source-fact, stale-section."),
        (frozen, State.CLOSED, "CLOSED by freeze “weekend” until Mon 07 Dec 08:00 UTC."),
        (
            glass,
            State.OPEN,
            "OPEN by break-glass (grace, jon) until Wed 02 Dec 13:30 UTC: “refunds",
        ),
        (without_policy, State.CLOSED, "CLOSED: there is no sound policies/governance.yaml"),
        (too_large, State.CLOSED, "CLOSED: too large to review on one screen (412 destructive"),
        (unmeetable, State.CLOSED, "CLOSED: rule risk (policies/governance.yaml:32) cannot be met"),
        (nothing, State.OPEN, "OPEN: nothing changes."),
        (rollback, State.WAITING, "WAITING for 1 of 1: needs one of support-leads"),
    ],
)
def test_the_verdict_comes_first_and_in_one_sentence(
    build: Callable[[], Plan], state: State, beginning: str
) -> None:
    assert told(build()).state is state
    assert verdict(build()).startswith(beginning)


def test_a_plan_is_open_only_if_its_value_is_and_it_can_be_weighed() -> None:
    for build in PLANS.values():
        one = build()
        assert (told(one).state is State.OPEN) == (one.is_open and not is_too_large(one))


def test_what_closes_stands_before_what_it_waits_for() -> None:
    held = replace(waiting().decision, frozen=frozen().decision.frozen, ahead=None)
    one = replace(frozen(), findings=FOUND, decision=held)
    first, *rest = verdict(one).split("\n")
    assert first == (
        "CLOSED by freeze “weekend” until Mon 07 Dec 08:00 UTC,"
        " must-pass, source-fact, stale-section."
    )
    assert rest[0].startswith("Also waits for 1 of 2: have maya")


def test_no_reason_at_all_still_means_no() -> None:
    one = plan(Decision(is_open=False))
    assert verdict(one).startswith("CLOSED: no rule says that it may land.")


def test_it_names_who_is_missing_why_and_the_line_of_the_rule() -> None:
    assert "needs one of risk-owners (ana, jon, lena)." in verdict(waiting())
    line = "Needs risk-owners because of money raised; rule risk (policies/governance.yaml:32)."
    assert line in verdict(waiting())


def test_what_only_the_risk_demands_says_so() -> None:
    asked = replace(risk_owners(), is_for_risk=True)
    one = plan(replace(waiting().decision, outcomes=(asked,)))
    line = "Needs risk-owners because the risk is medium; rule risk (policies/governance.yaml:32)."
    assert line in verdict(one)


def test_what_only_follows_is_no_reason_beside_a_real_one() -> None:
    follows = Change("playbooks/refunds/tier-1.md", "page regenerated")
    asked = replace(risk_owners(), changes=(follows, CHANGES[0]))
    one = replace(plan(replace(waiting().decision, outcomes=(asked,))), risk=None)
    assert "because of money raised;" in verdict(one)
    alone = replace(asked, changes=(follows,))
    one = replace(plan(replace(waiting().decision, outcomes=(alone,))), risk=None)
    assert "because of page regenerated;" in verdict(one)


def test_it_says_whose_yes_does_not_count_and_why() -> None:
    line = "Does not count: bao (wrote part of it), jon (agreed before refunds.md changed)."
    assert line in verdict(waiting())


def test_six_candidates_are_named_and_the_others_counted() -> None:
    names = tuple(f"p{number}" for number in range(10))
    outcome = replace(risk_owners(), candidates=names)
    one = plan(replace(waiting().decision, outcomes=(outcome,)))
    assert "(p0, p1, p2, p3, p4, p5 and 4 more)" in verdict(one)


def test_rules_that_ask_the_same_people_ask_once() -> None:
    twice = (risk_owners(), replace(risk_owners(), rule="second", place=Location(POLICY, 40)))
    one = plan(replace(waiting().decision, outcomes=twice))
    assert verdict(one).startswith("WAITING for 1 of 1: needs one of risk-owners (ana, jon, lena).")
    assert "rules risk (policies/governance.yaml:32), second (:40)." in verdict(one)


def test_rules_that_ask_others_ask_apart() -> None:
    other = replace(risk_owners(), candidates=("lena",))
    one = plan(replace(waiting().decision, outcomes=(risk_owners(), other)))
    assert verdict(one).startswith("WAITING for 2 of 2: needs one of risk-owners (ana, jon, lena)")
    assert "and one of risk-owners (lena)." in verdict(one)


def test_an_objection_alone_keeps_it_waiting() -> None:
    one = plan(replace(opened().decision, is_open=False, objections=("olu", "ana")))
    assert verdict(one).startswith("WAITING for ana, olu, who ask for changes. Have maya")
    assert "Only ana, olu can take that back." in verdict(one)


def test_many_teams_are_counted_and_the_first_named() -> None:
    outcomes = tuple(
        replace(risk_owners(), groups=(f"team-{number}",), place=Location(POLICY, 30 + number))
        for number in range(9)
    )
    one = plan(replace(waiting().decision, outcomes=outcomes))
    assert verdict(one).startswith("WAITING for 9 of 9: needs people of 9 teams.")
    assert all(f"team-{number}" in verdict(one) for number in range(9))
    assert " more teams: team-" in verdict(one)


def test_nothing_of_a_large_verdict_is_left_out_without_a_count() -> None:
    outcomes = tuple(
        replace(
            risk_owners(),
            groups=(f"team-{number}",),
            place=Location(POLICY, 30 + number),
            candidates=tuple(f"team-{number}-{who}" for who in "abcdefgh"),
        )
        for number in range(40)
    )
    frozen_too = replace(frozen().decision, outcomes=outcomes, is_open=False, objections=("olu",))
    one = replace(plan(frozen_too), findings=FOUND)
    words_ = verdict(one)
    assert words_.startswith("CLOSED by freeze “weekend” until Mon 07 Dec 08:00 UTC, must-pass")
    assert "Also waits for people of 40 teams; and for olu, who asks for changes." in words_
    (packed_,) = [line for line in words_.split("\n") if " more teams: " in line]
    named = sum(line.startswith("Needs one of team-") for line in words_.split("\n"))
    told_packed = packed_.split(": ")[1]
    hidden = int(told_packed.split(" and ")[1].split()[0]) if " and " in told_packed else 0
    assert named + told_packed.count("team-") + hidden == 40
    assert "more remark" in words_


def test_break_glass_that_does_not_hold_opens_nothing() -> None:
    broken = GlassBroken(("ana",), 2, "outage", NOW, None, holds=False)
    one = plan(replace(waiting().decision, glass=broken))
    assert told(one).state is State.WAITING
    line = "Break-glass (ana, 1 of 2 people) which ran out on Wed 02 Dec 09:30 UTC: “outage”"
    assert line in verdict(one)


def test_break_glass_does_not_stand_against_findings() -> None:
    one = replace(glass(), findings=FOUND)
    assert told(one).state is State.CLOSED
    assert "stands; findings count all the same." in verdict(one)


def test_when_it_can_change_by_itself_is_said_once() -> None:
    assert verdict(frozen()).count("Mon 07 Dec 08:00 UTC") == 1
    later = replace(waiting().decision, decides_again=datetime(2027, 1, 4, 8, tzinfo=UTC))
    line = "The answer can change by itself on Mon 04 Jan 2027 08:00 UTC."
    assert line in verdict(plan(later))


@given(st.integers(0, 4), st.integers(0, 4))
def test_a_further_yes_never_makes_more_people_missing(needed: int, given_: int) -> None:
    def missing(count: int) -> str:
        yes = tuple(Approval(f"p{number}", NOW) for number in range(count))
        outcome = RuleOutcome(
            "r", Location(POLICY), RuleState.PENDING, ("g",), needed, yes, candidates=("z",)
        )
        return verdict(plan(Decision(is_open=False, outcomes=(outcome,)))).split("\n")[0]

    before, after = missing(given_), missing(given_ + 1)
    if needed > given_ + 1:
        assert before.startswith(f"WAITING for {needed - given_} of {needed}")
        assert after.startswith(f"WAITING for {needed - given_ - 1} of {needed}")
