from __future__ import annotations

from datetime import UTC, datetime

import pytest

from opsrail.gate.chronicle.landings import request_of
from opsrail.gate.chronicle.model import Standing
from tests.gate.chronicle.past import REFUNDS, Past, described, refunds

BILLING = "content/sources/billing.md"
RULES = "rules/abuse/refund-abuse.yaml"
WITHIN = "within {} days of the charge"
STREAMS = """\
streams:
  tickets:
    path: data/tickets.csv
    occurred_at: at
    columns: {topic: string}
"""


def rule(name: str, count: int) -> str:
    return (
        f"title: {name}\nname: {name}-ticket\nlogsource: {{product: support, service: tickets}}\n"
        "detection:\n  selection: {topic: refunds}\n  condition: selection\n---\n"
        f"title: {name} alert\nname: {name}\nstatus: stable\nlevel: high\ncorrelation:\n"
        f"  type: event_count\n  rules: [{name}-ticket]\n  timespan: 15m\n"
        f"  condition: {{gte: {count}}}\n"
        "ops: {owner: desk, route: desk, runbook: content/runbooks/desk.md}\n"
    )


@pytest.fixture
def past(empty: Past) -> Past:
    """A window that went 30, 14, 60 days; a limit that went from 50 to 80 dollars."""
    empty.land_file(REFUNDS, refunds(), "The beginning", "2026-01-05")
    empty.land_file(REFUNDS, refunds(14), "Window 14 days (#7)", "2026-02-01")
    empty.land_file(REFUNDS, refunds(14, 80), "Limit USD 80 (#8)", "2026-03-01")
    empty.land_file(REFUNDS, refunds(60, 80), "Window 60 days (#9)", "2026-04-01")
    return empty


def test_each_landing_is_told_with_what_it_changed_newest_first(past: Past) -> None:
    entries = past.log(REFUNDS)
    assert [entry.landing.request for entry in entries] == ["9", "8", "7", ""]
    assert described(entries[0]) == [
        f"§ Refund a charge: duration raised: {WITHIN.format(14)} → {WITHIN.format(60)}"
    ]
    assert described(entries[1]) == [
        "§ Refund a charge: money raised: up to USD 50 yourself → up to USD 80 yourself"
    ]
    assert all(entry.landing.standing is Standing.NONE for entry in entries)


def test_a_value_is_in_force_until_another_landing_replaced_it(past: Past) -> None:
    newest, limit, window, first = past.log(REFUNDS)
    (sixty,), (eighty,), (fourteen,) = (one.happenings for one in (newest, limit, window))
    assert (sixty.since, sixty.until) == (datetime(2026, 4, 1, 9, tzinfo=UTC), None)
    assert (eighty.since, eighty.until) == (limit.landing.at, None)
    assert (fourteen.since, fourteen.until) == (window.landing.at, newest.landing.at)
    until = {one.change.new: one.until for one in first.happenings if one.since}
    assert until["within 30 days of the charge"] == window.landing.at
    assert until["up to USD 50 yourself"] == limit.landing.at
    assert until["Reply within 24 hours"] is None


def test_a_value_that_came_back_was_in_force_twice(past: Past) -> None:
    past.land_file(REFUNDS, refunds(14, 80), "Window 14 days again", "2026-05-01")
    again, sixty, _, before, _ = past.log(REFUNDS)
    assert again.happenings[0].until is None
    assert sixty.happenings[0].until == again.landing.at
    assert before.happenings[0].until == sixty.landing.at


def test_a_section_is_told_alone_and_with_what_is_below_it(past: Past) -> None:
    past.land_file(
        REFUNDS, refunds(60, 80, more="\n### Of plans\n\nWait 3 days.\n"), "Plans", "2026-05-01"
    )
    assert [one.landing.subject for one in past.log(f"{REFUNDS}#partial-refunds")] == [
        "Plans",
        "The beginning",
    ]
    assert "Plans" not in [one.landing.subject for one in past.log(f"{REFUNDS}#refund-a-charge")]


def test_of_two_sections_of_one_title_the_right_one_is_told(empty: Past) -> None:
    text = "# A\n\n## Times\n\nWait {} days.\n\n# B\n\n## Times\n\nWait {} hours.\n"
    empty.land_file(REFUNDS, text.format(1, 10), "The beginning", "2026-01-05")
    empty.land_file(REFUNDS, text.format(2, 20), "Both", "2026-01-06")
    newest, _ = empty.log(f"{REFUNDS}#times-1")
    assert described(newest) == ["§ Times: duration raised: Wait 10 hours → Wait 20 hours"]


def test_a_section_is_followed_to_another_document_and_another_name(past: Past) -> None:
    whole = refunds(60, 80)
    start = whole.index("## Refund a charge")
    end = whole.index("## Partial")
    section = whole[start:end]
    past.write(REFUNDS, whole[:start] + whole[end:])
    past.land_file(BILLING, f"# Billing\n\n{section}", "Moved", "2026-05-01")
    renamed = section.replace("Refund a charge {#refund-a-charge}", "Give it back")
    past.land_file(BILLING, f"# Billing\n\n{renamed}", "Renamed", "2026-06-01")
    past.land_file(BILLING, f"# Billing\n\n{renamed.replace('60', '7')}", "A week", "2026-07-01")
    entries = past.log(f"{BILLING}#give-it-back")
    assert [entry.landing.subject for entry in entries] == [
        "A week",
        "Renamed",
        "Moved",
        "Window 60 days (#9)",
        "Limit USD 80 (#8)",
        "Window 14 days (#7)",
        "The beginning",
    ]
    assert "section moved: refunds.md § Refunds → billing.md § Billing" in "".join(
        described(entries[2])
    )
    sixty = entries[3].happenings[0]
    assert sixty.until == entries[0].landing.at


def test_where_a_section_went_is_told_of_the_document_it_left(past: Past) -> None:
    whole = refunds(60, 80)
    start, end = whole.index("## Refund a charge"), whole.index("## Partial")
    past.write(REFUNDS, whole[:start] + whole[end:])
    past.land_file(BILLING, f"# Billing\n\n{whole[start:end]}", "Moved", "2026-05-01")
    assert described(past.log(REFUNDS)[0]) == [
        "§ Refund a charge: section moved: refunds.md § Refunds → billing.md § Billing"
    ]


def test_a_document_is_followed_through_its_rename(past: Past) -> None:
    past.git("mv", REFUNDS, BILLING)
    past.commit("Renamed", "2026-05-01")
    subjects = [entry.landing.subject for entry in past.log(BILLING)]
    assert subjects[0] == "Renamed"
    assert subjects[1:] == [
        "Window 60 days (#9)",
        "Limit USD 80 (#8)",
        "Window 14 days (#7)",
        "The beginning",
    ]


def test_a_document_that_is_gone_still_has_its_history(past: Past) -> None:
    past.land_file(REFUNDS, None, "No refunds", "2026-05-01")
    newest, *older = past.log(REFUNDS)
    assert "section removed" in "".join(described(newest))
    assert len(older) == 4


def test_a_merge_is_one_landing_by_those_who_wrote_it(past: Past) -> None:
    past.git("switch", "--quiet", "--create", "topic")
    past.write(REFUNDS, refunds(10, 80))
    past.commit("First try", "2026-05-01", "Ana Torres")
    past.write(REFUNDS, refunds(7, 80))
    past.commit("Better\n\nCo-authored-by: Jon Vik <jon@example.com>", "2026-05-02", "Ana Torres")
    past.git("switch", "--quiet", "main")
    past.merge("topic", "Merge pull request #12 from topic\n\nA week", "2026-05-03")
    newest = past.log(REFUNDS)[0]
    assert described(newest)[0].endswith(
        "within 60 days of the charge → within 7 days of the charge"
    )
    landing = newest.landing
    assert (landing.request, landing.authors, landing.landed_by) == (
        "12",
        ("Ana Torres", "Jon Vik"),
        "Maya Lind",
    )


def test_it_stops_where_it_is_asked_to(past: Past) -> None:
    assert len(past.log(REFUNDS, most=2)) == 2
    assert len(past.log(REFUNDS, since=datetime(2026, 3, 1, tzinfo=UTC))) == 2
    assert len(past.log(REFUNDS, beyond=past.git("rev-parse", "HEAD~1"))) == 1


def test_a_rule_is_followed_by_its_name_and_told_alone(empty: Past) -> None:
    empty.write("rules/streams.yaml", STREAMS)
    other = rule("other", 5)
    empty.land_file(RULES, f"{rule('refund-abuse', 20)}---\n{other}", "Rules", "2026-01-05")
    empty.land_file(
        RULES, f"{rule('refund-abuse', 20)}---\n{rule('other', 6)}", "Other", "2026-02-01"
    )
    empty.land_file(
        RULES, f"{rule('refund-abuse', 30)}---\n{rule('other', 6)}", "Thirty", "2026-03-01"
    )
    empty.write(RULES, rule("other", 6))
    moved = "rules/billing/refunds.yaml"
    empty.land_file(moved, rule("refund-abuse", 30), "Moved", "2026-04-01")
    empty.land_file(moved, rule("refund-abuse", 40), "Forty", "2026-05-01")
    entries = empty.log("refund-abuse")
    assert [one.landing.subject for one in entries] == ["Forty", "Moved", "Thirty", "Rules"]
    assert described(entries[0]) == ["refund-abuse: threshold raised: 30 or more → 40 or more"]
    assert described(entries[2]) == ["refund-abuse: threshold raised: 20 or more → 30 or more"]
    assert entries[2].happenings[0].until == entries[0].landing.at


def test_a_folder_has_the_history_of_all_that_is_in_it(past: Past) -> None:
    past.land_file(BILLING, "# Billing\n\nWait 2 days.\n", "Billing", "2026-05-01")
    assert len(past.log("content/sources")) == 5
    assert len(past.log("content")) == 5


def test_what_cannot_be_read_interrupts_nothing(past: Past) -> None:
    (past.folder / REFUNDS).write_bytes(b"# Refunds\n\xff\xfe\n")
    past.commit("Broken", "2026-05-01")
    past.land_file(REFUNDS, refunds(60, 90), "Mended", "2026-06-01")
    for name in (REFUNDS, f"{REFUNDS}#refund-a-charge"):
        subjects = [entry.landing.subject for entry in past.log(name)]
        assert subjects[:3] == ["Mended", "Broken", "Window 60 days (#9)"]


@pytest.mark.parametrize(
    ("message", "number"),
    [
        ("Refund window (#482)", "482"),
        ("Merge pull request #482 from topic\n\nBody", "482"),
        ("Window\n\nSee merge request desk/refunds!482", "482"),
        ("Refund window (#482) and more", ""),
        ("Window\n\n(#482)", ""),
        ("Merge pull request #482x", ""),
        ("", ""),
    ],
)
def test_a_pull_request_is_known_by_how_forges_write_it(message: str, number: str) -> None:
    assert request_of(message) == number
