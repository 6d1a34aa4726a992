"""What is gathered about a change, and how it reads to a lead."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from opsrail.governance.kinds import ArtifactKind
from tests.gate.risk.desk import PARCELS, POLICY, Desk, files, parcels, rule, tickets

NEW_FLOW = """\
title: Sort parcels
owner: parcel-desk
task: triage
settings: {examples: policies/flows/examples/parcels.jsonl, intents: {lost: {about: lost}}}
"""


def test_people_and_vendors_are_counted_over_the_roles_that_a_change_reaches(
    tmp_path: Path,
) -> None:
    desk = Desk.begun(tmp_path).write({PARCELS: parcels(days=10)})
    level, people, *_ = desk.said("blast radius")
    assert people == "48 of 100 people; 40 of them with a vendor"
    assert level == "medium"


def test_the_same_in_other_words_reaches_nobody(tmp_path: Path) -> None:
    text = parcels().replace("ask a lead first", "first ask a lead")
    desk = Desk.begun(tmp_path).write({PARCELS: text})
    assert desk.said("blast radius") == (
        "low",
        "48 of 100 people read it, and it says the same in other words",
    )
    assert desk.evidence().watched == ()
    assert desk.evidence().traffic == ()


def test_a_change_that_shrinks_a_head_count_is_weighed_by_the_larger_one(tmp_path: Path) -> None:
    roles = files()["policies/roles.yaml"].replace("people: 40", "people: 1")
    desk = Desk.begun(tmp_path).write({PARCELS: parcels(days=10), "policies/roles.yaml": roles})
    assert "of 100 people; 40 of them with a vendor" in desk.said("blast radius")[1]


def test_a_role_that_becomes_staff_in_the_same_change_is_a_vendor_still(tmp_path: Path) -> None:
    roles = files()["policies/roles.yaml"].replace("clearance: partner", "clearance: staff")
    desk = Desk.begun(tmp_path).write({PARCELS: parcels(days=10), "policies/roles.yaml": roles})
    assert "40 of them with a vendor" in desk.said("blast radius")[1]


def test_tickets_are_counted_in_the_last_four_weeks_of_the_recording(tmp_path: Path) -> None:
    desk = Desk.begun(tmp_path).write({PARCELS: parcels(days=10)})
    assert desk.said("blast radius")[2] == (
        "0.083 tickets an hour go by the playbook lost-parcel: 56 tickets with topic lost*"
        " (step created) in the 28 days to 2026-10-28"
    )


def test_a_record_that_two_volumes_mean_counts_once(tmp_path: Path) -> None:
    twice = "    - {files: playbooks/**, field: topic, values: [lost-abroad]}\n"
    policy = POLICY.replace("  demands:", f"{twice}  demands:")
    desk = Desk.begun(tmp_path, {"policies/governance.yaml": policy})
    (one,) = desk.write({PARCELS: parcels(days=10)}).evidence().traffic
    assert one.how == (
        "112 tickets with topic lost* (step created) and those with topic lost-abroad"
        " in the 28 days to 2026-10-28"
    )


def test_a_short_recording_is_divided_by_its_own_hours(tmp_path: Path) -> None:
    rows = "".join(f"t{n},lost,created,2026-10-01T{8 + n:02}:00:00Z\n" for n in range(2))
    desk = Desk.begun(tmp_path, {"rules/history/tickets.csv": f"ticket,topic,step,at\n{rows}"})
    (one,) = desk.write({PARCELS: parcels(days=10)}).evidence().traffic
    assert one.per_hour == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("path", "old", "new", "why"),
    [
        ("rules/streams.yaml", "tickets:", "letters:", "rules/streams.yaml has no stream tickets"),
        ("rules/streams.yaml", "tickets.csv", "gone.csv", "nothing of tickets is recorded here"),
        (
            "policies/governance.yaml",
            "field: topic",
            "field: topics",
            "the stream tickets has no column topics",
        ),
        (
            "policies/governance.yaml",
            "playbooks/lost-parcel/**",
            "playbooks/found-parcel/**",
            "the policy does not say which tickets go by it",
        ),
    ],
)
def test_what_cannot_be_counted_is_said_and_weighs_nothing(
    tmp_path: Path, path: str, old: str, new: str, why: str
) -> None:
    desk = Desk.begun(tmp_path, {path: files()[path].replace(old, new)})
    (one,) = desk.write({PARCELS: parcels(days=10)}).evidence().traffic
    assert (one.per_hour, one.how) == (None, why)
    assert f"tickets an hour not known for the playbook lost-parcel: {why}" in desk.said(
        "blast radius"
    )


def test_another_description_of_the_stream_makes_no_change_smaller(tmp_path: Path) -> None:
    streams = files()["rules/streams.yaml"].replace("topic:", "subject:")
    desk = Desk.begun(tmp_path).write({PARCELS: parcels(days=10), "rules/streams.yaml": streams})
    counts = [one for one in desk.evidence().traffic if one.per_hour]
    assert len(counts) == 1


def test_a_count_is_remembered_until_the_recording_is_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk.begun(tmp_path).write({PARCELS: parcels(days=10)})
    first = desk.evidence(remembers=True)
    monkeypatch.setitem(sys.modules, "opsrail.streams.engines.duckdb", None)  # cannot be imported
    assert desk.evidence(remembers=True) == first
    desk.write({"rules/history/tickets.csv": tickets(40)})
    with pytest.raises(ImportError):
        desk.evidence(remembers=True)


def test_nothing_is_counted_where_nothing_is_reached(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "opsrail.streams.engines.duckdb", None)
    roles = files()["policies/roles.yaml"].replace("Packer,", "Packers,")
    assert Desk.begun(tmp_path).write({"policies/roles.yaml": roles}).evidence().traffic == ()


def test_what_looks_at_a_playbook_is_named(tmp_path: Path) -> None:
    desk = Desk.begun(tmp_path).write({PARCELS: parcels(days=10)})
    assert desk.said("detection coverage") == (
        "low",
        "playbooks/lost-parcel: the suite lost-parcel-facts and the rule file many-lost.yaml",
    )


def test_a_playbook_that_nothing_looks_at_is_said(tmp_path: Path) -> None:
    silent = rule().replace("references: [content/sources/parcels.md#pay]\n", "")
    desk = Desk.begun(tmp_path, {"rules/parcels/many-lost.yaml": silent})
    desk.remove("policies/evals/lost-parcel-facts.yaml").land("2026-02-01")
    desk.write({PARCELS: parcels(days=10)})
    assert desk.said("detection coverage") == (
        "medium",
        "no rule and no suite looks at playbooks/lost-parcel",
    )


def test_a_suite_that_goes_with_the_change_looks_at_nothing_any_more(tmp_path: Path) -> None:
    desk = Desk.begun(tmp_path).write({PARCELS: parcels(days=10)})
    desk.remove("policies/evals/lost-parcel-facts.yaml")
    (one,) = [one for one in desk.evidence().watched if one.kind is ArtifactKind.PLAYBOOK]
    assert one.by == ("the rule file many-lost.yaml",)


def test_a_rule_is_looked_at_by_the_tests_of_what_is_built_on_it(tmp_path: Path) -> None:
    first, last = rule().split("---\n")
    split = {"rules/parcels/lost-report.yaml": first, "rules/parcels/many-lost.yaml": last}
    desk = Desk.begun(tmp_path, split)
    desk.write({"rules/parcels/lost-report.yaml": first.replace("topic: lost", "topic: gone")})
    (one,) = desk.evidence().watched
    assert (one.name, one.by) == ("rules/parcels/lost-report.yaml", ("1 timed test",))


def test_a_rule_without_a_test_weighs_much(tmp_path: Path) -> None:
    bare = rule().partition("  tests:")[0]
    desk = Desk.begun(tmp_path).write({"rules/parcels/many-lost.yaml": bare})
    assert desk.said("detection coverage")[:2] == (
        "high",
        "no timed test looks at rules/parcels/many-lost.yaml",
    )


def test_a_new_flow_is_new_and_no_suite_looks_at_it(tmp_path: Path) -> None:
    desk = Desk.begun(tmp_path).write({"policies/flows/sort.yaml": NEW_FLOW})
    assert desk.said("novelty") == (
        "high",
        "the flow sort is new: no ticket has gone through it yet",
    )
    assert desk.said("detection coverage")[:2] == (
        "high",
        "no suite looks at policies/flows/sort.yaml",
    )


def test_a_suite_that_comes_with_a_flow_looks_at_it(tmp_path: Path) -> None:
    suite = "title: Sorting\nowner: parcel-desk\ntarget: {flow: sort}\ncases: []\n"
    made = {"policies/flows/sort.yaml": NEW_FLOW, "policies/evals/sorting.yaml": suite}
    desk = Desk.begun(tmp_path).write(made)
    (one,) = [one for one in desk.evidence().watched if one.kind is ArtifactKind.FLOW]
    assert one.by == ("the suite sorting",)


def test_a_document_that_is_overdue_is_said_with_its_day(tmp_path: Path) -> None:
    desk = Desk.begun(tmp_path, {PARCELS: parcels(review_by="2026-11-13")})
    desk.write({"playbooks/lost-parcel/playbook.yaml": files()[
        "playbooks/lost-parcel/playbook.yaml"
    ].replace("depot-lead: full", "depot-lead: brief")})  # fmt: skip
    assert desk.said("freshness") == (
        "medium",
        f"{PARCELS} was to be read again on 2026-11-13, 10 days ago",
    )


def test_a_peak_that_holds_and_a_freeze_ahead_are_told_in_their_own_time(tmp_path: Path) -> None:
    desk = Desk.begun(tmp_path).write({PARCELS: parcels(days=10)})
    assert desk.said("timing") == (
        "high",
        "the peak morning holds until Mon 2026-11-23 11:00 UTC (the weekend's parcels)",
        "the freeze night begins in 36 hours, Tue 2026-11-24 22:00 WET",
    )
    assert desk.said("timing", datetime(2026, 11, 25, 12, 0, tzinfo=UTC)) == (
        "low",
        "no freeze and no peak in the next 2 days",
    )


def test_what_readers_may_see_now_is_final(tmp_path: Path) -> None:
    text = parcels().replace("{#pay}", "{#pay clearance=public}")
    desk = Desk.begun(tmp_path).write({PARCELS: text})
    assert desk.said("reversibility") == (
        "high",
        "clearance widened: what was read stays read (parcels.md § Pay for a parcel)",
    )


def test_money_that_is_paid_out_meanwhile_is_gone(tmp_path: Path) -> None:
    desk = Desk.begun(tmp_path).write({PARCELS: parcels("USD 80")})
    assert desk.said("reversibility") == (
        "medium",
        "money raised: what is paid out meanwhile is not paid back (parcels.md § Pay for a parcel)",
    )


def test_the_score_demands_approvals_and_stages(tmp_path: Path) -> None:
    risk = Desk.begun(tmp_path).write({PARCELS: parcels("USD 80")}).risk()
    assert (risk.level, risk.needs, risk.stages) == ("high", ("lead",), 2)
