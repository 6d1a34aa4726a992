"""What landed on record: who said yes, what proved it, and what only some may read of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from opsrail.content.clearance import Clearance
from opsrail.governance.formats import RiskLevel
from opsrail.governance.record import Agreed, Record
from opsrail.governance.trailers import trailers
from opsrail.site.edition import Edition
from opsrail.site.edition_pages import edition_pages
from opsrail.site.records import Landed, landed_on_record
from opsrail.site.suites import standings
from tests.site.conftest import RECORD, TODAY, Desk

REFUNDS = "content/sources/refunds.md"
SUITE = """\
title: Signs
owner: risk
target: {{role: {role}}}
cases: [{{id: a, expect: [{{contains: signs}}]}}]
"""


def told(edition: Edition) -> str:
    return edition_pages(edition, "Desk").texts["landed.md"]


def landed(desk: Desk, most: int = 50) -> tuple[Landed, ...]:
    roles = desk.edition(Clearance.STAFF).catalog.roles
    return landed_on_record(desk.repository, "HEAD", roles, most)


def test_a_landing_says_who_agreed_and_what_proved_it(grown: Desk) -> None:
    said = told(grown.edition(Clearance.STAFF))
    assert "`opsrail log FILE` works out again whether a record matches what landed" in said
    mine = said[said.index('<h2 id="2026-11-20"') :]
    assert "**Name the charge plantedstaff-subject**" in mine
    assert '[<span class="ops-badge ops-badge--word">tier 2</span>](who-decides.md#tier-2)' in mine
    assert ">medium risk</span>" in mine
    assert "Agreed: Ana Plantedstaff (leads), plantedstaff-stranger (money)." in mine
    assert "Proved: checks 24 of 24." in mine
    assert "\n    10:00 UTC · #482 · `" in mine
    assert "break-glass" not in mine


def test_broken_glass_is_marked_and_the_newest_stands_first(grown: Desk) -> None:
    said = told(grown.edition(Clearance.RESTRICTED))
    assert said.index("plantedrestricted-subject") < said.index("plantedstaff-subject")
    newest = said[: said.index('<h2 id="2026-11-20"')]
    assert '<span class="ops-badge ops-badge--bad">break-glass</span>' in newest
    assert "Ana Plantedstaff and Bo Plantedstaff broke the glass: “plantedrestricted-reason”." in (
        newest
    )
    assert "To be looked at by 28 Nov 2026." in newest


def test_only_the_restricted_edition_quotes_what_changed(grown: Desk) -> None:
    staff, every = (told(grown.edition(one)) for one in (Clearance.STAFF, Clearance.RESTRICTED))
    assert "plantedrestricted" not in staff
    assert "money raised" not in staff
    assert "**A subject that is withheld on this site**" in staff
    assert "broke the glass: for a reason that is withheld on this site." in staff
    assert every.count("money raised: plantedrestricted-old → plantedrestricted-new") == 2
    assert every.count("suite plantedrestricted-suite 3 of 3") == 2


def test_without_a_record_there_is_no_page(desk: Desk) -> None:
    desk.write("rules/x.txt", "x")
    desk.commit("No record\n\nSomething: else", "2026-11-20")
    assert landed(desk) == ()
    assert "landed.md" not in edition_pages(desk.edition(Clearance.STAFF), "Desk").texts
    (desk.root / ".git/refs/heads/main").unlink()
    assert landed_on_record(desk.repository, "HEAD", {}) == ()


def test_the_newest_landings_are_shown_and_no_more(desk: Desk) -> None:
    for number in range(4):
        desk.write("rules/x.txt", f"{number}")
        desk.commit(f"Change {number}", "2026-11-20", replace(RECORD, request=f"{number}"))
    assert [one.subject for one in landed(desk, 3)] == ["Change 3", "Change 2", "Change 1"]
    assert {one.needs for one in landed(desk)} == {Clearance.PUBLIC}


def test_a_record_that_cannot_be_believed_says_nothing_of_itself(desk: Desk) -> None:
    desk.write("rules/x.txt", "x")
    forged = trailers(RECORD).replace("Opsrail-Tier: 2", "Opsrail-Tier: <b>2")
    desk.commit(f"Forged\n\n{forged}", "2026-11-20")
    said = told(desk.edition(Clearance.RESTRICTED))
    assert "**Forged** " in said
    assert "record cannot be believed</span>" in said
    assert "Agreed" not in said
    assert "<b>" not in said


def test_what_a_person_edited_on_a_restricted_page_keeps_its_subject_from_staff(desk: Desk) -> None:
    desk.replace("playbooks/refunds/lead.md", "<!-- /derived -->", "<!-- /derived -->\n\nA note.")
    desk.commit("About a plantedrestricted note", "2026-11-20", RECORD)
    assert [one.needs for one in landed(desk)] == [Clearance.RESTRICTED]
    assert "plantedrestricted" not in told(desk.edition(Clearance.STAFF))


@pytest.mark.parametrize(
    ("old", "new", "needs"),
    [
        ("plantedpublic.", "plantedpublic, all of it.", Clearance.PUBLIC),
        ("plantedpartner in Till", "it in Till", Clearance.PARTNER),
        ("owner: plantedpartner-owner", "owner: somebody", Clearance.PUBLIC),
        ("Two signs of", "Three signs of", Clearance.RESTRICTED),
        ("clearance=restricted}", "clearance=staff}", Clearance.RESTRICTED),
    ],
)
def test_a_subject_needs_what_any_side_of_any_section_needs(
    desk: Desk, old: str, new: str, needs: Clearance
) -> None:
    desk.replace(REFUNDS, old, new)
    desk.commit("Change", "2026-11-20", RECORD)
    assert [one.needs for one in landed(desk)] == [needs]


def test_front_matter_needs_what_its_document_needs(desk: Desk) -> None:
    desk.replace("content/sources/abuse.md", "plantedrestricted summary", "another")
    desk.commit("Change", "2026-11-20", RECORD)
    assert [one.needs for one in landed(desk)] == [Clearance.RESTRICTED]


@pytest.mark.parametrize("content", [b"\xff\xfe", b"x" * 3_000_000])
def test_a_document_that_nobody_can_read_needs_the_most(desk: Desk, content: bytes) -> None:
    (desk.root / "content/sources/odd.md").write_bytes(content)
    desk.commit("Odd", "2026-11-20", RECORD)
    assert [one.needs for one in landed(desk)] == [Clearance.RESTRICTED]


@pytest.mark.parametrize(("role", "is_told"), [("tier-1", True), ("lead", False)])
def test_a_suite_that_staff_may_not_know_of_is_not_named(
    desk: Desk, role: str, *, is_told: bool
) -> None:
    desk.write("policies/evals/odd-suite.yaml", SUITE.format(role=role))
    record = replace(RECORD, proofs=("suite odd-suite 1 of 1", "checks 1 of 1"))
    desk.commit("Ask about odd things", "2026-11-20", record)
    edition = desk.edition(Clearance.STAFF)
    found = replace(edition, standings=standings(edition.catalog, TODAY))
    assert ("suite odd-suite" in told(found)) == is_told
    assert ("Ask about odd things" in told(found)) == is_told
    assert "suite odd-suite" not in told(edition)
    assert "checks 1 of 1" in told(edition)
    assert "suite odd-suite" in told(replace(edition, clearance=Clearance.RESTRICTED))


def test_a_rollback_and_a_tier_that_is_no_more_are_told(desk: Desk) -> None:
    desk.write("rules/x.txt", "x")
    record = Record(plan="ab" * 32, tier=7, risk=RiskLevel.HIGH, rolls_back="c" * 40)
    desk.commit("Take it back", "2026-11-20", record)
    said = told(desk.edition(Clearance.STAFF))
    assert "Takes back `cccccccc`." in said
    assert "](who-decides.md#tier-7)" not in said
    assert "Nobody had to agree." in said


ODD = "<img src=x onerror=alert(1)> **b** [a](javascript:x) {: .x } `c"


def test_hostile_records_and_subjects_do_nothing(desk: Desk, tmp_path: Path) -> None:
    desk.write("rules/x.txt", "x")
    agreed = tuple(replace(one, person=ODD, team=ODD) for one in RECORD.approvals)
    record = replace(RECORD, approvals=agreed, proofs=(ODD,), changes=(ODD,), request=ODD)
    desk.commit(ODD, "2026-11-20", record)
    (done,) = desk.build(Clearance.RESTRICTED, out=tmp_path / "out")
    html = (done.site / "landed.html").read_text("utf-8")
    for bad in ("<img", "<b>", "<strong>b", 'href="javascript', 'class="x"'):
        assert bad not in html
    headings = ["What landed", "Friday, 20 November 2026"]
    assert re.findall(r"<h\d[^>]*>([^<]*)<", html.partition("<article")[2]) == headings
    assert html.count("&lt;img src=x onerror=alert(1)&gt; **b** [a](javascript:x)") >= 4


def test_landings_are_left_out_of_the_search(built: Callable[[Clearance], Path]) -> None:
    index = (built(Clearance.RESTRICTED) / "search" / "search_index.json").read_text("utf-8")
    assert "plantedrestricted-reason" not in index
    assert (built(Clearance.RESTRICTED) / "landed.html").exists()


def test_people_who_agreed_for_several_teams_are_named_once(desk: Desk) -> None:
    desk.write("rules/x.txt", "x")
    twice = tuple(Agreed("ana", team, RECORD.approvals[0].at) for team in ("leads", "money"))
    desk.commit("Change", "2026-11-20", replace(RECORD, approvals=twice))
    assert "Agreed: Ana Plantedstaff (leads, money)." in told(desk.edition(Clearance.STAFF))
