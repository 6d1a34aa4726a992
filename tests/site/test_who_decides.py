"""The page of who decides: the policy in plain words, for staff alone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path

import pytest

from opsrail.content.clearance import Clearance
from opsrail.site.edition_pages import edition_pages
from tests.site.conftest import GOVERNANCE, PEOPLE, Desk

OUTSIDERS = (Clearance.PUBLIC, Clearance.PARTNER)
POLICY = "policies/governance.yaml"
DOT = "·\u00a0"


def texts(desk: Desk, clearance: Clearance = Clearance.STAFF) -> Mapping[str, str]:
    return edition_pages(desk.edition(clearance), "Desk").texts


def page(desk: Desk, clearance: Clearance = Clearance.STAFF) -> str:
    return texts(desk, clearance)["who-decides.md"]


def part(text: str, anchor: str) -> str:
    """What stands under one heading, without its sub-headings."""
    found = re.search(rf'(?ms)^<h[23] id="{anchor}" .*?(?=^<h[23] |\Z)', text)
    assert found, anchor
    return found[0]


def test_a_tier_says_whom_it_needs_by_name_and_what_falls_into_it(grown: Desk) -> None:
    said = part(page(grown), "tier-2")
    assert said.startswith('<h2 id="tier-2" data-toc-label="Tier 2: Plantedstaff duties" markdown>')
    assert "- **Each team whose files change**: one of each, as [listed below](#files)\n" in said
    money = "- **Plantedstaff who answers for money**: one of [money](#group-money):"
    assert f'{money} Cy Plantedstaff <span class="ops-meta">{DOT}Money</span>' in said
    assert "- any change to this policy, its scenarios, or who is in which group\n" in said
    facts = "an amount of money in a source document was raised, lowered, changed, added or removed"
    assert f'- {facts} <span class="ops-meta">{DOT}money</span>\n' in said
    assert "was added, changed or removed, in a source document" in said


def test_a_rule_without_a_title_goes_by_its_name_and_says_what_counts_all_the_same(
    grown: Desk,
) -> None:
    said = part(page(grown), "tier-2")
    assert (
        "- **two**: two of [leads](#group-leads) or [money](#group-money): Ana Plantedstaff, Bo"
        " Plantedstaff, Cy Plantedstaff; a yes counts here also of somebody who is named as its"
        " co-author, committed part of it or pushed it last"
    ) in said


def test_the_last_tier_is_for_everything_else_and_tiers_stand_from_the_gravest_down(
    grown: Desk,
) -> None:
    said = page(grown)
    assert "Every change that no tier above fits." in part(said, "tier-0")
    order = ["tier-2", "tier-0", "counts", "freezes", "rollbacks", "break-glass", "groups", "files"]
    assert re.findall(r'<h2 id="([^"]+)"', said) == order


def test_a_freeze_says_when_for_what_and_the_next_two_times(grown: Desk) -> None:
    weekend = part(page(grown), "freeze-weekend")
    assert "Every week from Friday 17:00 until Monday 08:00, in Europe/Lisbon." in weekend
    assert "It holds for everything." in weekend
    times = weekend.partition("Next")[2]
    assert "- Fri 20 Nov, 17:00 until Mon 23 Nov 2026, 08:00 <span" in times
    assert ">today</span>\n- Fri 27 Nov, 17:00 until Mon 30 Nov 2026, 08:00\n" in times
    invoices = part(page(grown), "freeze-invoices")
    assert "Every month on the last day, from 18:00, for 1 day 18 hours, in Asia/Manila" in invoices
    assert "- any change to what [leads](#group-leads) answers for\n" in invoices
    assert "today" not in invoices


def test_a_freeze_that_begins_later_in_the_day_is_todays_as_well(grown: Desk) -> None:
    friday = replace(grown.edition(Clearance.STAFF), today=date(2026, 11, 27))
    said = part(edition_pages(friday, "Desk").texts["who-decides.md"], "freeze-weekend")
    assert re.search(r"- Fri 27 Nov, .*>today<.*\n- Fri 4 Dec, 17:00 until .*08:00\n", said)


def test_exceptions_groups_and_files_are_told(grown: Desk) -> None:
    said = page(grown)
    back = part(said, "rollbacks")
    assert "lands during a freeze as well. It needs a yes from:" in back
    assert "one of [money](#group-money): Cy Plantedstaff" in back
    glass = part(said, "break-glass")
    assert glass.partition("markdown>In an emergency</h2>")[2].startswith(
        "\n\nTwo different people"
    )
    assert "It holds for 1 hour 30 minutes after each word" in glass
    assert "Within 7 days somebody else looks at it" in glass
    leads = f'Ana Plantedstaff, Bo Plantedstaff <span class="ops-meta">{DOT}Who leads'
    assert leads in part(said, "group-leads")
    files = part(said, "files")
    assert "- `policies/**`, `rules/**`: [leads](#group-leads)\n" in files
    assert "- `content/sources/abuse.md`: [money](#group-money)" in files


def test_addresses_and_logins_of_people_are_on_no_page(built: Callable[[Clearance], Path]) -> None:
    for place in built(Clearance.RESTRICTED).rglob("*.*"):
        assert not re.search(rb"desk\.example|ana-desk", place.read_bytes()), place.name


def test_what_cannot_be_met_and_who_may_always_is_said(desk: Desk) -> None:
    desk.replace(POLICY, "two: {from: [leads, money], count: 2", "two: {from: [leads], count: 3")
    desk.replace(POLICY, "money: {title: Plan", "money: {count: 0, title: Plan")
    desk.replace(POLICY, "break_glass: {from: [leads, money], valid_for: 90m}\n", "")
    desk.replace(POLICY, "rollbacks: {needs: [money]}", "rollbacks: {freezes: hold}")
    said = page(desk)
    assert "three of [leads](#group-leads): only 2 people are in it, so it cannot be met" in said
    assert "money**: nobody has to say yes\n" in said
    assert "There is no way around the rules above" in said
    assert "waits for freezes as anything does. It needs what its tier needs." in said


def test_without_people_nobody_can_say_yes(desk: Desk) -> None:
    (desk.root / "policies/people.yaml").unlink()
    said = page(desk)
    assert "one of `money`: nobody is in it, so it cannot be met" in said
    assert "`policies/people.yaml` names no group, so nobody can say yes." in said


def test_what_a_risk_asks_for_besides_is_told_the_highest_first(desk: Desk) -> None:
    desk.write(
        POLICY,
        f"{GOVERNANCE}risk: {{demands: {{medium: {{stages: 2}}, high: {{needs: [money]}}}}}}\n",
    )
    said = part(page(desk), "risk")
    high = said.index("- a change with a high risk:\n    - **Plantedstaff who answers for money**")
    assert high < said.index("- a change with a medium risk, in two stages at least")


UNSOUND = GOVERNANCE.replace("needs: [owners]", "needs: [nobody]")


@pytest.mark.parametrize("text", ["", "[", "tiers: 7\n", "\0", UNSOUND])
def test_without_a_sound_policy_there_is_no_page(desk: Desk, text: str) -> None:
    desk.write(POLICY, text)
    found = texts(desk)
    assert "who-decides.md" not in found
    assert "who-decides" not in "".join(found.values())


def test_a_document_cannot_take_the_place_of_the_policy(desk: Desk) -> None:
    desk.write("content/who-decides.md", "# Of our own\n")
    desk.write("content/under-way/plan-482.md", "# Of our own too\n")
    found = texts(desk)
    assert "Of our own" in found["content/who-decides.md"]
    assert "Of our own too" in found["content/under-way/plan-482.md"]
    assert part(found["who-decides.md"], "tier-2")


def test_files_that_staff_may_not_know_of_are_not_named(desk: Desk) -> None:
    hidden = "content/sources/plantedrestricted-file.md"
    desk.write(hidden, "---\nclearance: restricted\n---\n\n# Plantedrestricted\n")
    desk.replace(POLICY, "content/sources/abuse.md", hidden)
    desk.replace(POLICY, "when: [money,", "when: [money, {files: playbooks/refunds/lead.md},")
    staff, restricted = page(desk), page(desk, Clearance.RESTRICTED)
    assert "plantedrestricted" not in staff
    assert "lead.md" not in staff
    assert "- files that are withheld on this site: [money](#group-money)" in staff
    assert f"- `{hidden}`: [money](#group-money)" in restricted
    assert "- any change in `playbooks/refunds/lead.md`" in restricted


@pytest.mark.parametrize("clearance", OUTSIDERS)
def test_outsiders_find_no_trace_of_who_decides(
    grown: Desk, built: Callable[[Clearance], Path], clearance: Clearance
) -> None:
    words = rb"who-decides|Who decides|What landed|landed\.|Under way|under-way|Opsrail-|Europe/Lis"
    places = [place for place in built(clearance).rglob("*") if place.is_file()]
    assert built(clearance) / "search" / "search_index.json" in places
    own = [place for place in places if "architecture" not in place.name]
    assert [place.name for place in own if re.search(words, place.read_bytes())] == []
    assert grown.edition(clearance).governed.policy is None


def test_staff_find_who_decides_by_searching(built: Callable[[Clearance], Path]) -> None:
    index = json.loads((built(Clearance.STAFF) / "search" / "search_index.json").read_text("utf-8"))
    found = {entry["location"]: entry for entry in index["docs"]}
    assert "amount of money" in found["who-decides.html#tier-2"]["text"]
    assert "Fri 27 Nov" not in found["who-decides.html#freeze-weekend"]["text"]
    assert not any(place.startswith(("landed", "under-way")) for place in found)


ODD = (
    "<img src=x onerror=alert(1)> [a](javascript:alert(1)) **b** {: onclick=alert(1) } | `c\u202e\\"
)


def test_hostile_names_are_shown_and_do_nothing(desk: Desk, tmp_path: Path) -> None:
    odd = json.dumps(ODD)
    hostile = GOVERNANCE.replace("Plantedstaff duties", odd).replace("Plantedstaff are away", odd)
    hostile = hostile.replace("Plantedstaff who answers for money", odd)
    desk.write(POLICY, hostile.replace("content/sources/abuse.md", odd))
    people = PEOPLE.replace("Ana Plantedstaff", odd).replace("Who leads plantedstaff shifts", odd)
    desk.write("policies/people.yaml", people)
    desk.build(Clearance.STAFF, out=tmp_path / "out")
    html = (tmp_path / "out" / "site" / "staff" / "who-decides.html").read_text("utf-8")
    assert not re.search(r"<[^>]*\s(onerror|onclick)=|href=\"javascript|<img[^>]*src=x|<b>", html)
    assert "\u202e" not in html
    shown = unescape(re.sub(r"<[^>]+>", "", html))
    assert shown.count(ODD.replace("\u202e", "")) >= 7
