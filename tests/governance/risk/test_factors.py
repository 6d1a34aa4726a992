"""What each factor says and how much it weighs, by example."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from opsrail.governance.formats import Demand, Limits, RiskLevel, RiskPolicy
from opsrail.governance.kinds import ArtifactKind
from opsrail.governance.risk.assess import assess
from opsrail.governance.risk.evidence import (
    Aftermath,
    Evidence,
    Newcomer,
    Occasion,
    Readers,
    Review,
    Traffic,
    Tried,
    Watched,
    Way,
)
from opsrail.governance.risk.registry import factors
from opsrail.governance.risk.words import exactly
from tests.governance.risk.made import NOW, REFUNDS, TODAY, factor_of, filed

LOW, MEDIUM, HIGH = RiskLevel
TRIAGE = "policies/flows/triage.yaml"


def test_the_factors_are_told_in_one_order() -> None:
    assert [one.name for one in factors()] == [
        "blast radius",
        "reversibility",
        "novelty",
        "detection coverage",
        "timing",
        "freshness",
    ]


def test_people_are_told_beside_how_many_there_are() -> None:
    readers = (Readers("agent", "Agent", 64, is_vendor=True), Readers("lead", "Lead", 78))
    found = factor_of(Evidence(reaching=(REFUNDS,), readers=readers, staff=310), "blast radius")
    assert found.evidence == ("142 of 310 people; 64 of them with a vendor",)
    assert (found.level, found.paths, found.unmitigated) == (HIGH, (REFUNDS,), (REFUNDS,))


@pytest.mark.parametrize(("people", "level"), [(24, LOW), (25, MEDIUM), (99, MEDIUM), (100, HIGH)])
def test_a_limit_belongs_to_the_level_that_begins_there(people: int, level: RiskLevel) -> None:
    readers = (Readers("lead", "Lead", people),)
    assert factor_of(Evidence(readers=readers, staff=400), "blast radius").level is level


@pytest.mark.parametrize(("vendors", "level"), [(0, LOW), (1, MEDIUM), (49, MEDIUM), (50, HIGH)])
def test_vendors_weigh_more_than_as_many_others(vendors: int, level: RiskLevel) -> None:
    readers = (Readers("agent", "Agent", vendors, is_vendor=True),)
    policy = RiskPolicy(people=Limits(medium=1_000, high=1_000))
    assert factor_of(Evidence(readers=readers, staff=400), "blast radius", policy).level is level


def test_readers_whom_nobody_counts_are_named() -> None:
    readers = (Readers("customer", "Customer", 0, is_public=True), Readers("lead", "Lead", 9))
    found = factor_of(Evidence(readers=readers, staff=30), "blast radius")
    assert found.evidence == (
        "9 of 30 people",
        "it is on a public page, whose readers nobody counts: Customer",
    )


def test_tickets_weigh_for_the_files_that_they_go_by_and_people_for_those_that_they_read() -> None:
    busy = Traffic(("the flow triage",), "8,400 tickets", 28.66, (TRIAGE,))
    evidence = Evidence(
        reaching=(REFUNDS,), readers=(Readers("lead", "Lead", 30),), staff=30, traffic=(busy,)
    )
    found = factor_of(evidence, "blast radius")
    assert found.level is HIGH
    assert found.evidence[1] == "29 tickets an hour go by the flow triage: 8,400 tickets"
    assert (found.paths, found.unmitigated) == ((REFUNDS, TRIAGE), (TRIAGE,))


@pytest.mark.parametrize(
    ("per_hour", "said"),
    [(1.0, "1 ticket an hour goes"), (2.44, "2.4 tickets"), (0.083, "0.083 tickets"), (0.0, "0 t")],
)
def test_a_rate_is_as_precise_as_it_is_worth_saying(per_hour: float, said: str) -> None:
    evidence = Evidence(traffic=(Traffic(("the playbook refunds",), "counted", per_hour),))
    assert factor_of(evidence, "blast radius").evidence[0].startswith(said)


def test_tickets_that_nobody_could_count_are_said_and_weigh_nothing() -> None:
    evidence = Evidence(traffic=(Traffic(("the playbook refunds",), "nothing is recorded"),))
    found = factor_of(evidence, "blast radius")
    assert found.level is LOW
    assert found.evidence == (
        "tickets an hour not known for the playbook refunds: nothing is recorded",
    )


def test_what_is_final_weighs_more_than_what_is_only_used_meanwhile() -> None:
    used = Aftermath(REFUNDS, "refunds.md § Pay", "money raised", "what is paid is not paid back")
    read = Aftermath(
        REFUNDS, "refunds.md § Never", "clearance widened", "what was read stays read", True
    )
    assert factor_of(Evidence(aftermath=(used,)), "reversibility").level is MEDIUM
    found = factor_of(Evidence(aftermath=(used, read)), "reversibility")
    assert found.level is HIGH
    assert found.evidence[0].startswith("clearance widened: what was read stays read")
    assert factor_of(Evidence(), "reversibility").evidence == ("a revert brings everything back",)


def test_a_limit_that_was_never_in_force_is_told_with_the_highest() -> None:
    one = Tried(
        REFUNDS,
        "USD 80",
        Way.RAISED,
        "the limit",
        "USD 50",
        since=date(2026, 3, 2),
        is_grave=True,
    )
    found = factor_of(Evidence(tried=(one, one)), "novelty")
    assert found.level is HIGH
    assert found.evidence == (
        "USD 80 was never the limit before; the highest was USD 50 (since 2026-03-02)",
    )


def test_a_value_that_was_in_force_weighs_nothing_and_is_told_last() -> None:
    old = Tried(REFUNDS, "USD 20", Way.LOWERED, "the limit", "USD 50", last=date(2026, 3, 2))
    new = Tried(REFUNDS, "7 days", Way.LOWERED, "the limit", "14 days", is_length=True)
    assert factor_of(Evidence(tried=(old,)), "novelty").level is LOW
    assert factor_of(Evidence(tried=(old, new)), "novelty").evidence == (
        "7 days was never the limit before; the shortest was 14 days",
        "USD 20 was the limit before, last on 2026-03-02",
    )


@pytest.mark.parametrize(
    ("kind", "level", "said"),
    [
        (ArtifactKind.FLOW, HIGH, "no ticket has gone through it yet"),
        (ArtifactKind.PROMPT, HIGH, "no ticket has gone through it yet"),
        (ArtifactKind.RULE, MEDIUM, "it has never been live"),
        (ArtifactKind.PLAYBOOK, MEDIUM, "nobody has worked by it yet"),
        (ArtifactKind.SOURCE, MEDIUM, "nobody has worked by it yet"),
    ],
)
def test_what_acts_by_itself_is_the_newer_the_graver(
    kind: ArtifactKind, level: RiskLevel, said: str
) -> None:
    found = factor_of(Evidence(newcomers=(Newcomer(TRIAGE, "the thing", kind),)), "novelty")
    assert (found.level, found.evidence) == (level, (f"the thing is new: {said}",))


def test_what_nothing_looks_at_is_told_before_what_something_does() -> None:
    seen = Watched(TRIAGE, TRIAGE, ArtifactKind.FLOW, ("the suite triage-flow",), "no suite")
    bare = Watched("p", "playbooks/refunds", ArtifactKind.PLAYBOOK, (), "no rule and no suite")
    found = factor_of(Evidence(watched=(seen, bare)), "detection coverage")
    assert (found.level, found.paths) == (MEDIUM, ("p",))
    assert found.evidence == (
        "no rule and no suite looks at playbooks/refunds",
        f"{TRIAGE}: the suite triage-flow",
    )


def test_many_files_that_are_looked_at_are_counted() -> None:
    seen = tuple(Watched(name, name, ArtifactKind.PLAYBOOK, ("a suite",)) for name in "abcdefgh")
    assert factor_of(Evidence(watched=seen), "detection coverage").evidence == (
        "8 reached files have something that looks at them: a, b, c, d and 4 more",
    )


def test_a_freeze_that_holds_weighs_more_than_one_ahead() -> None:
    lisbon = timezone(timedelta(), "WET")
    begins = datetime(2026, 11, 24, 5, 30, tzinfo=lisbon)
    one = Occasion(begins, begins + timedelta(hours=4), "night", "Nobody is here", True)
    evidence = Evidence(paths=(REFUNDS,), occasions=(one,))
    ahead = factor_of(evidence, "timing")
    assert (ahead.level, ahead.paths) == (MEDIUM, (REFUNDS,))
    assert ahead.evidence == (
        "the freeze night begins in 20 hours, Tue 2026-11-24 05:30 WET (Nobody is here)",
    )
    holding = factor_of(evidence, "timing", now=begins)
    assert holding.level is HIGH
    assert holding.evidence == (
        "the freeze night holds until Tue 2026-11-24 09:30 WET (Nobody is here)",
    )
    assert factor_of(evidence, "timing", now=one.ends).level is LOW


def test_an_occasion_beyond_the_lookahead_is_not_told() -> None:
    begins = NOW + timedelta(hours=5)
    one = Occasion(begins, begins + timedelta(hours=1), "morning")
    found = factor_of(Evidence(occasions=(one,)), "timing", RiskPolicy(lookahead="4h"))
    assert (found.level, found.evidence) == (
        LOW,
        ("no freeze and no peak in the next 4 hours",),
    )


@pytest.mark.parametrize(
    ("days", "level", "said"),
    [(0, LOW, "1 document it rests on"), (1, MEDIUM, "yesterday"), (90, MEDIUM, "90 days ago"),
     (91, HIGH, "91 days ago")],
)  # fmt: skip
def test_what_was_not_read_again_in_time_weighs(days: int, level: RiskLevel, said: str) -> None:
    review = Review(REFUNDS, TODAY - timedelta(days=days))
    found = factor_of(Evidence(reviews=(review,)), "freshness")
    assert found.level is level
    assert said in found.evidence[0]


def test_a_document_without_a_day_for_its_review_weighs() -> None:
    found = factor_of(Evidence(reviews=(Review(REFUNDS, None),)), "freshness")
    assert (found.level, found.evidence) == (
        MEDIUM,
        (f"nothing says when {REFUNDS} is read again",),
    )


FINAL = Evidence(
    aftermath=(Aftermath(REFUNDS, "refunds.md", "clearance widened", "it was read", True),)
)


def test_a_mitigation_on_file_closes_a_factor_and_is_told_with_its_place() -> None:
    assert factor_of(FINAL, "reversibility").unmitigated == (REFUNDS,)
    found = factor_of(FINAL, "reversibility", None, filed("reversibility", "content/**"))
    assert (found.is_open, found.level) == (False, HIGH)
    assert str(found.mitigations[0].place) == "policies/mitigations.yaml:3:5"


@pytest.mark.parametrize(
    ("factor", "files"), [("novelty", "content/**"), ("reversibility", "rules/**")]
)
def test_a_mitigation_of_another_factor_or_file_closes_nothing(factor: str, files: str) -> None:
    assert factor_of(FINAL, "reversibility", None, filed(factor, files)).is_open


def test_a_mitigation_counts_on_its_last_day_and_is_told_after_it() -> None:
    last = filed("reversibility", "**", TODAY)
    assert not factor_of(FINAL, "reversibility", None, last).is_open
    past = filed("reversibility", "**", TODAY - timedelta(days=1))
    found = factor_of(FINAL, "reversibility", None, past)
    assert (found.is_open, found.mitigations) == (True, ())
    assert found.evidence[-1] == (
        "“a lead watches the queue” (policies/mitigations.yaml line 3) ran out on 2026-11-22"
        " and does not count"
    )


def test_a_stricter_policy_asks_for_mitigations_of_lesser_factors() -> None:
    evidence = Evidence(reviews=(Review(REFUNDS, None),))
    assert not factor_of(evidence, "freshness").is_open
    assert factor_of(evidence, "freshness", RiskPolicy(mitigate=MEDIUM)).unmitigated == (REFUNDS,)


def test_the_score_is_the_sum_and_demands_add_up() -> None:
    policy = RiskPolicy(
        score=Limits(medium=1, high=3),
        demands={
            HIGH: Demand(needs=("leads",), stages=2),
            MEDIUM: Demand(needs=("risk",), stages=3),
            LOW: Demand(needs=("owners",)),
        },
    )
    quiet = assess(Evidence(), policy, (), NOW)
    assert (quiet.score, quiet.level, quiet.needs, quiet.stages) == (0, LOW, ("owners",), 1)
    some = assess(FINAL, policy, (), NOW)
    assert (some.score, some.level, some.needs, some.stages) == (2, MEDIUM, ("owners", "risk"), 3)
    more = Evidence(aftermath=FINAL.aftermath, reviews=(Review(REFUNDS, None),))
    much = assess(more, policy, (), NOW)
    assert (much.score, much.level) == (3, HIGH)
    assert (much.needs, much.stages) == (("owners", "risk", "leads"), 3)


@pytest.mark.parametrize(
    ("minutes", "said"), [(1, "1 minute"), (90, "90 minutes"), (120, "2 hours"), (1_440, "1 day")]
)
def test_a_length_is_told_in_the_largest_unit_that_fits(minutes: int, said: str) -> None:
    assert exactly(timedelta(minutes=minutes)) == said
