"""What single edits of a policy are told as."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from opsrail.governance.comparing import policy_changes
from tests.governance.comparing.policies import PATH, POLICY, SINCE, Said, edited, policy


def told(after: Said, before: Said = POLICY) -> list[str]:
    """Each change as `subject: what: old → new`."""
    changes = policy_changes(policy(before), policy(after), PATH, since=SINCE)
    return [f"{one.subject}: {one.describe()}" for one in changes]


@pytest.mark.parametrize(
    ("place", "value", "expected"),
    [
        ("approvals.risk.count", 1, ["approval risk: approval weakened: count 2 → count 1"]),
        ("approvals.risk.count", 3, ["approval risk: approval strengthened: count 2 → count 3"]),
        (
            "approvals.risk.from",
            ["risk-owners", "support-leads", "sales"],
            [
                (
                    "approval risk: approval weakened: from risk-owners, support-leads"
                    " → from risk-owners, sales, support-leads"
                )
            ],
        ),
        (
            "approvals.risk.from",
            ["risk-owners"],
            [
                (
                    "approval risk: approval strengthened: from risk-owners, support-leads"
                    " → from risk-owners"
                )
            ],
        ),
        (
            "approvals.owner.from",
            ["sales"],
            ["approval owner: approval weakened: by other people: owners → sales"],
        ),
        (
            "approvals.risk.from",
            ["sales"],
            [
                (
                    "approval risk: approval weakened: by other people:"
                    " risk-owners, support-leads → sales"
                )
            ],
        ),
        (
            "approvals.risk.distinct_from",
            ["author"],
            [
                (
                    "approval risk: approval weakened: distinct from author, co-authors,"
                    " committers, last-pusher → distinct from author"
                )
            ],
        ),
        (
            "approvals.spare",
            {"from": ["sales"]},
            ["approval spare: approval strengthened: 1 from sales"],
        ),
        (
            "approvals.risk.title",
            "Those who answer for risk",
            ["approval risk: policy changed: title none → title Those who answer for risk"],
        ),
        (
            "approvals.risk.from",
            ["support-leads", "risk-owners"],
            [
                (
                    'approval risk: policy changed: from ["risk-owners", "support-leads"]'
                    ' → from ["support-leads", "risk-owners"]'
                )
            ],
        ),
    ],
)
def test_an_approval_rule_is_weaker_or_stronger(
    place: str, value: object, expected: list[str]
) -> None:
    assert told(edited(place, value)) == expected


def test_a_rule_that_is_gone_is_weaker() -> None:
    before = edited("approvals.spare", {"from": ["sales"]})
    assert told(POLICY, before) == ["approval spare: approval weakened: 1 from sales"]


@pytest.mark.parametrize("groups", [["owners"], ["risk-owners"]])
def test_owners_and_groups_are_never_the_same_people(groups: list[str]) -> None:
    (found,) = told(edited("approvals.owner.from", groups))
    assert found.endswith(f"approval weakened: by other people: owners → {groups[0]}")


def test_a_rule_of_nobody_is_both() -> None:
    found = told(edited("approvals.owner.from", []))
    assert [line.split(": ")[1] for line in found] == ["approval strengthened", "approval weakened"]


def semantic(place: str, value: object) -> list[str]:
    """What is told of tiers, but for how they are written."""
    return [line for line in told(edited(place, value)) if "when" not in line]


def test_a_word_that_falls_to_a_lower_tier_is_quoted() -> None:
    found = semantic("tiers.1.when", ["deontic", {"change": "threshold", "kind": "rule"}])
    quoted = "money raised in all but governance"
    assert f"tier 2: tier weakened: {quoted}: tier 2 → tier 0, without owner, risk" in found


def test_a_sort_that_falls_to_several_tiers_is_quoted_for_each() -> None:
    before = edited("tiers.0.when", [{"change": "money"}])
    found = told(edited("tiers.0.when", [{"change": "route"}]), before)
    assert "tier 3: tier weakened: money raised: tier 3 → tier 2" in found
    assert (
        "tier 3: tier weakened: money lowered and 3 more: tier 3 → tier 0, without owner, risk"
    ) in found


def test_a_tier_that_takes_in_more_is_not_weaker() -> None:
    found = semantic("tiers.1.when", [*POLICY["tiers"][1]["when"], "percent"])
    percent = "percent in all but governance"
    assert found == [
        f"tier 0: tier changed: {percent}: tier 0 → tier 2",
        f"tier 1: tier changed: {percent}, of billing-support: tier 1 → tier 2",
    ]


def test_a_tier_that_needs_a_rule_less_is_weaker() -> None:
    (_, found) = semantic("tiers.1.needs", ["owner"])
    assert found.startswith("tier 2: tier weakened: money raised")
    assert found.endswith("needs owner, risk → owner")


def test_a_tier_that_needs_a_rule_more_is_not_weaker() -> None:
    (found, said) = semantic("tiers.2.needs", ["owner", "risk"])
    assert found.startswith("tier 1: tier changed")
    assert said.startswith("tier 1: tier changed")


def test_where_every_change_had_a_tier_and_one_has_none_nothing_is_weaker() -> None:
    found = semantic("tiers.3.when", ["money"])
    assert all("weakened" not in line for line in found)
    assert any("no tier, so it could not land" in line for line in found)


def test_words_spelled_otherwise_with_the_same_meaning_are_not_weaker() -> None:
    spelled = ["money raised", "deontic added", "deontic changed", "deontic removed"]
    found = told(edited("tiers.1.when", [*spelled, {"change": "threshold", "kind": ["rule"]}]))
    assert len(found) == 1
    assert "tier 2: tier changed" in found[0]


def test_a_glob_that_takes_in_the_other_is_not_weaker() -> None:
    found = told(edited("tiers.2.when", [{"files": "**"}, {"owner": "billing-support"}]))
    assert all("weakened" not in line for line in found)


def test_a_glob_that_takes_in_less_is_weaker() -> None:
    narrower = [{"files": ["content/sources/**", "playbooks/**"]}, {"owner": "billing-support"}]
    found = told(edited("tiers.2.when", narrower))
    assert any("files content/**: tier 1 → tier 0" in line for line in found)


def test_an_owner_that_is_not_watched_any_more_is_weaker() -> None:
    found = told(edited("tiers.2.when.1", None))
    assert any("of billing-support: tier 1 → tier 0" in line for line in found)


def test_another_order_of_conditions_is_told_and_is_not_weaker() -> None:
    when = list(reversed(POLICY["tiers"][2]["when"]))
    (found,) = told(edited("tiers.2.when", when))
    assert found.startswith("tier 1: tier changed: when")


def test_more_conditions_than_can_be_compared_count_as_weaker() -> None:
    many, others = (
        edited("tiers.1.when", [{"files": f"{folder}/{number}.md"} for number in range(200)])
        for folder in ("content", "rules")
    )
    assert "tiers: tier weakened: their conditions are too many to compare" in told(many, others)


@pytest.mark.parametrize(
    ("place", "value", "expected"),
    [
        (
            "freezes.0.weekly.from",
            "Fri 18:00",
            [("freeze weekend: freeze shortened: anything: frozen on 2026-12-04 at 17:00 UTC"
             " (from Fri 17:00) → not frozen (from Fri 18:00)")],
        ),
        (
            "freezes.0.weekly.until",
            "Mon 09:00",
            [("freeze weekend: freeze extended: not frozen (until Mon 08:00)"
             " → anything: frozen on 2026-12-07 at 08:00 UTC (until Mon 09:00)")],
        ),
        (
            "freezes.0.time_zone",
            "America/New_York",
            [
                ("freeze weekend: freeze extended: not frozen (time zone Europe/Lisbon)"
                " → anything: frozen on 2026-12-07 at 08:00 UTC"),
                ("freeze weekend: freeze shortened: anything: frozen on 2026-12-04 at 17:00 UTC"
                " (time zone Europe/Lisbon) → not frozen"),
            ],
        ),
        (
            "freezes.1.covers",
            ["money"],
            ["freeze holidays: freeze shortened: anything but money in rule: frozen"],
        ),
        (
            "freezes.0.covers",
            ["section"],
            [("freeze weekend: freeze shortened: anything but section: frozen"
             ' on 2026-12-04 at 17:00 UTC (covers ["anything"])'
             ' → not frozen (covers ["section"])')],
        ),
        ("freezes.0", None, ["freeze weekend: freeze shortened: anything: frozen on 2026-12-04"]),
        ("freezes.0.name", "end-of-week",
         ["freeze end-of-week: policy changed: name weekend → name end-of-week"]),
        ("freezes.0.title", "Quiet", ["freeze weekend: policy changed: title none → title Quiet"]),
    ],
)  # fmt: skip
def test_a_freeze_is_shorter_or_longer(place: str, value: object, expected: list[str]) -> None:
    found = told(edited(place, value))
    assert len(found) == len(expected)
    for line, beginning in zip(found, expected, strict=True):
        assert line.startswith(beginning)


def test_a_rule_that_freezes_the_same_instants_is_no_shorter() -> None:
    same = {
        "from": "2026-12-18T17:00",
        "until": "2027-01-04T08:00",
        "rule": "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=18",
    }
    (found,) = told(edited("freezes.1.dates", same))
    assert found.startswith("freeze holidays: policy changed")


def test_a_freeze_that_another_one_stands_in_for_is_not_shorter() -> None:
    twice = deepcopy(POLICY)
    twice["freezes"].append(POLICY["freezes"][0] | {"name": "again"})
    (found,) = told(POLICY, twice)
    assert found == "freeze again: policy changed: again"


def test_a_freeze_that_is_over_may_go() -> None:
    over = {"name": "launch", "dates": {"from": "2026-11-02 08:00", "until": "2026-11-03 08:00"}}
    before = edited("freezes", [*POLICY["freezes"], over])
    assert told(POLICY, before) == ["freeze launch: policy changed: launch"]


@pytest.mark.parametrize(
    "dates",
    [
        {"from": "2035-03-01 08:00", "until": "2035-03-02 08:00"},
        {"from": "2035-03-01 08:00", "until": "2035-03-02 08:00", "repeats": "yearly"},
    ],
)
def test_a_freeze_years_ahead_is_compared_too(dates: dict[str, str]) -> None:
    far = {"name": "launch", "covers": ["money raised"], "dates": dates}
    before = edited("freezes", [*POLICY["freezes"], far])
    (found,) = told(POLICY, before)
    assert "frozen on 2035-03-01 at 08:00 UTC → not frozen" in found


def test_a_freeze_that_goes_on_for_years_is_compared_up_to_its_end() -> None:
    def long(until: str) -> Said:
        return edited("freezes.1.dates", {"from": "2026-01-01 08:00", "until": until})

    (found,) = told(long("2031-01-01 08:00"), long("2032-01-01 08:00"))
    assert found == (
        "freeze holidays: freeze shortened: money: frozen on 2031-01-01 at 08:00 UTC"
        " (until 2032-01-01 08:00) → not frozen (until 2031-01-01 08:00)"
    )


def test_the_first_instant_that_is_lost_is_told_with_what_it_is_lost_for() -> None:
    launch = {
        "name": "launch",
        "covers": ["money"],
        "dates": {"from": "2026-12-04 00:00", "until": "2026-12-08 00:00"},
    }
    before = edited("freezes", [POLICY["freezes"][0], launch])
    (found,) = told(edited("freezes", [launch]), before)
    assert found == (
        "freeze weekend: freeze shortened: anything but money:"
        " frozen on 2026-12-04 at 17:00 UTC → not frozen"
    )


def test_a_rule_that_ends_earlier_years_ahead_is_shorter() -> None:
    def daily(until: str) -> Said:
        span = {"from": "2026-01-01 22:00", "until": "2026-01-02 04:00"}
        return edited("freezes.1.dates", span | {"rule": f"FREQ=DAILY;UNTIL={until}"})

    (found,) = told(daily("20400101"), daily("20450101"))
    assert found.startswith(
        "freeze holidays: freeze shortened: money: frozen on 2040-01-02 at 22:00"
    )


def test_another_order_of_freezes_is_told() -> None:
    (found,) = told(edited("freezes", list(reversed(POLICY["freezes"]))))
    assert found == ("freezes: policy changed: order weekend, holidays → order holidays, weekend")


def test_more_freezes_than_can_be_compared_count_as_shorter_and_longer() -> None:
    many = [POLICY["freezes"][0] | {"name": f"freeze-{number}"} for number in range(400)]
    found = told(edited("freezes", many))
    assert {line.split(": ")[1] for line in found[:2]} == {"freeze shortened", "freeze extended"}


def test_more_peaks_than_can_be_compared_count_as_weaker() -> None:
    many = [POLICY["risk"]["peaks"][0] | {"name": f"peak-{number}"} for number in range(400)]
    (found,) = told(edited("risk.peaks", many))
    assert found == "risk peaks: risk weakened: more peaks than can be compared"


@pytest.mark.parametrize(
    ("place", "value", "expected"),
    [
        ("rollbacks.freezes", "exempt",
         ["rollbacks: exception widened: freezes hold → freezes exempt"]),
        ("rollbacks.needs", ["owner", "risk"],
         ["rollbacks: exception narrowed: needs owner → needs owner, risk"]),
        ("rollbacks.needs", ["nobody"],
         ["rollbacks: exception narrowed: needs owner → needs nobody",
          "rollbacks: exception widened: needs owner → needs nobody"]),
        ("rollbacks.needs", [],
         ["rollbacks: exception narrowed: needs owner → needs those of its tiers",
          "rollbacks: exception widened: needs owner → needs those of its tiers"]),
        ("break_glass.count", 2, ["break-glass: exception widened: count 3 → count 2"]),
        ("break_glass.valid_for", "5h",
         ["break-glass: exception widened: valid for 4h → valid for 5h"]),
        ("break_glass.valid_for", "240m",
         ["break-glass: policy changed: valid for 4h → valid for 240m"]),
        ("break_glass.review_within", "1d",
         ["break-glass: exception narrowed: review within 7d → review within 1d"]),
        ("break_glass.from", ["support-leads", "sales"],
         ["break-glass: exception widened: from support-leads → from sales, support-leads"]),
        ("break_glass.distinct_from", [],
         [("break-glass: exception widened: distinct from author, co-authors, committers,"
          " last-pusher → distinct from none")]),
        ("break_glass", None,
         ["break-glass: exception narrowed: 3 from support-leads, valid for 4h"]),
    ],
)  # fmt: skip
def test_an_exception_is_wider_or_narrower(place: str, value: object, expected: list[str]) -> None:
    assert told(edited(place, value)) == expected


@pytest.mark.parametrize(
    ("place", "value", "what"),
    [
        ("risk.people", {"medium": 30, "high": 100}, "risk people: risk weakened"),
        ("risk.people", {"medium": 20, "high": 100}, "risk: risk changed"),
        ("risk.score", {"medium": 3, "high": 7}, "risk score: risk weakened"),
        ("risk.demands.high.stages", 1, "risk demands: risk weakened: high needs owner, risk,"),
        ("risk.demands.high.stages", 3, "risk: risk changed"),
        ("risk.demands.high", None, "risk demands: risk weakened"),
        # What medium risk needs, high risk needs too.
        ("risk.demands.high.needs", ["owner", "risk"], "risk: risk changed"),
        ("risk.mitigate", "high", "risk mitigate: risk weakened: from medium on → from high on"),
        ("risk.mitigate", "low", "risk: risk changed"),
        ("risk.lookahead", "24h", "risk lookahead: risk weakened"),
        ("risk.lookahead", "2d", "risk: risk changed"),
        ("risk.volumes", [], "risk volumes: risk weakened: playbooks/refunds/** by refund*"),
        ("risk.peaks", [], "risk peaks: risk weakened: monday on 2026-12-07 at 08:00 UTC"),
        ("risk.peaks.0.weekly.until", "Mon 13:00", "risk: risk changed"),
        ("risk.peaks.0.title", "Mondays", "risk: risk changed"),
    ],
)
def test_risk_weighs_less_or_otherwise(place: str, value: object, what: str) -> None:
    (found,) = told(edited(place, value))
    assert found.startswith(what)


def test_a_claim_by_another_team_is_told() -> None:
    assert told(edited("owners.0.owner", "billing-support")) == [
        "claim rules/**: claim changed: detection-desk → billing-support"
    ]
    assert told(edited("owners.0", None)) == ["claim rules/**: claim changed: detection-desk"]
    claims: list[Any] = list(reversed(POLICY["owners"]))
    assert told(edited("owners", claims)) == [
        "claims: claim changed: order rules/**, policies/** → order policies/**, rules/**"
    ]


def test_of_two_claims_for_the_same_files_the_first_is_compared() -> None:
    def claims(*owners: str) -> Said:
        return edited("owners", [{"files": "rules/**", "owner": owner} for owner in owners])

    assert told(claims("b", "a"), claims("a", "a")) == ["claim rules/**: claim changed: a → b"]
    assert told(claims("a", "b"), claims("a", "a")) == [
        "claims: claim changed: order rules/**, rules/** → order rules/**, rules/**"
    ]


@pytest.mark.parametrize(
    ("before", "after", "is_weaker"),
    [
        ({"reaches": "tier-1"}, {"reaches": "vendor-agent"}, True),
        ({"reaches": "tier-1"}, {"reaches": ["tier-1", "vendor-agent"]}, False),
        ({"owner": ["a", "b"]}, {"owner": "a"}, True),
        ({"owner": "a"}, {"owner": ["b", "a"]}, False),
        ({"owner": "a"}, {}, False),
        ({}, {"owner": "a"}, True),
        ({"weight": "must re-read"}, {"weight": "wording"}, True),
        ({"kind": ["source", "rule"]}, {"kind": "source"}, True),
        ({"files": "rules/"}, {"files": "rules/**"}, False),
        ({"files": "rules/*.yaml"}, {"files": "rules/**"}, False),
        ({"files": "rules/**"}, {"files": "rules/*.yaml"}, True),
        ({"files": "rules/**", "owner": "a"}, {"files": "rules/**"}, False),
        ({"files": "rules/**"}, {"files": "rules/**", "owner": "a"}, True),
    ],
)
def test_a_condition_that_fits_less_is_weaker(before: Said, after: Said, is_weaker: bool) -> None:
    found = told(edited("tiers.0.when", [after]), edited("tiers.0.when", [before]))
    assert any("tier weakened" in line for line in found) is is_weaker
