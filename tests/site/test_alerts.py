"""The page of the alerts, and what a runbook says about those that lead to it."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from opsrail.content.clearance import Clearance
from opsrail.site.edition_pages import Pages, edition_pages
from opsrail.site.serve import WATCHED
from tests.site.conftest import Desk

OUTSIDERS = (Clearance.PUBLIC, Clearance.PARTNER)
INSIDERS = (Clearance.STAFF, Clearance.RESTRICTED)

RULE = """\
title: {title}
name: {name}
logsource: {{product: support, service: tickets}}
detection:
  selection: {{topic: "{value}"}}
  condition: selection
ops: {{owner: "{owner}", route: "{route}", runbook: {runbook}}}
"""
SIGN_IN = "content/runbooks/sign-in.md"


def rule(**parts: str) -> str:
    usual = {"title": "Some", "name": "some", "value": "x", "owner": "team", "route": "calm"}
    return RULE.format(**{**usual, "runbook": SIGN_IN, **parts})


def pages(desk: Desk, clearance: Clearance = Clearance.STAFF) -> Pages:
    return edition_pages(desk.edition(clearance), "Desk")


def alerts(desk: Desk, clearance: Clearance = Clearance.STAFF) -> str:
    return pages(desk, clearance).texts["alerts.md"]


def alert(text: str, name: str) -> str:
    """What the page says about one rule."""
    found = re.search(rf'(?ms)^<h3 id="{name}" .*?(?=^## |^<h3 |\Z)', text)
    assert found, name
    return found[0]


def titles(nav: object) -> list[str]:
    assert isinstance(nav, list)
    return [title for entry in nav if isinstance(entry, Mapping) for title in entry]


def test_an_alert_says_what_it_watches_who_gets_it_and_what_to_do(grown: Desk) -> None:
    said = alert(alerts(grown), "sign-in-spike")
    assert "markdown>Doors that stick " in said.splitlines()[0]
    assert "`sign-in-spike`</span></h3>" in said.splitlines()[0]
    assert '<span class="ops-badge ops-badge--critical">critical</span>' in said
    assert "[Sign-in outage § First minutes](runbooks/sign-in.md#first)" in said
    assert "When 20 or more tickets whose topic is “plantedstaff-topic” arrive" in said
    assert "owner plantedstaff-owner · goes to #plantedstaff-channel and pages somebody" in said
    assert "`rules/identity/sign-in.yaml`" in said
    assert "rule</span>" not in said


def test_a_rule_on_trial_says_so_and_a_calm_route_pages_nobody(grown: Desk) -> None:
    said = alert(alerts(grown), "slow-doors")
    assert ">experimental rule</span>" in said
    assert "goes to plantedstaff-team, pages nobody" in said


def test_alerts_stand_by_area_the_heaviest_first_and_building_blocks_are_left_out(
    desk: Desk,
) -> None:
    desk.write("rules/billing-desk/a.yaml", rule(name="a-rule"))
    desk.write("rules/top.yaml", rule(name="top"))
    said = alerts(desk)
    marks = re.findall(r'^## (.+)|^<h3 id="(.+?)"', said, flags=re.MULTILINE)
    assert ["".join(mark) for mark in marks] == [
        *("Billing desk", "a-rule"),
        *("Identity", "sign-in-spike", "slow-doors"),
        *("Rules", "top"),
    ]


@pytest.mark.parametrize("clearance", INSIDERS)
def test_staff_find_the_alerts_between_playbooks_and_sources(
    grown: Desk, clearance: Clearance
) -> None:
    found = pages(grown, clearance)
    assert titles(found.nav)[:4] == ["Home", "Roles", "Playbooks", "Alerts"]
    assert "[All 2 alerts](alerts.md)" in found.texts["index.md"]


@pytest.mark.parametrize("clearance", OUTSIDERS)
def test_outsiders_see_no_trace_of_rules(grown: Desk, clearance: Clearance) -> None:
    edition = grown.edition(clearance)
    found = edition_pages(edition, "Desk")
    assert "Alerts" not in titles(found.nav)
    assert "alerts.md" not in found.texts
    assert not re.search(r"sign-in-spike|Raised by|alerts\.md", "".join(found.texts.values()))
    assert "library" not in vars(edition), "rules were read for people who may not see them"


def test_a_runbook_says_which_alerts_lead_to_it_and_where_each_begins(grown: Desk) -> None:
    said = pages(grown).texts["runbooks/sign-in.md"]
    spike = said.index(
        "-   **[Doors that stick](../alerts.md#sign-in-spike)**"
        ' <span class="ops-badge ops-badge--critical">critical</span>'
        " · start at [First minutes](#first)\n"
    )
    slow = said.index("-   **[Slow doors](../alerts.md#slow-doors)** ")
    assert said.index("## Raised by {#raised-by data-search-exclude }") < spike < slow
    assert "Raised by" not in pages(grown).texts["sources/refunds.md"]


def test_raised_by_stands_before_used_in(desk: Desk) -> None:
    more = f"  - from: {SIGN_IN}#first\n    form: {{tier-1: full}}\n"
    text = (desk.root / "playbooks/refunds/playbook.yaml").read_text(encoding="utf-8")
    desk.write("playbooks/refunds/playbook.yaml", text + more)
    desk.sync()
    said = pages(desk).texts["runbooks/sign-in.md"]
    assert 0 < said.index("## Raised by") < said.index("## Used in")


def test_a_withheld_section_of_a_runbook_is_not_named(desk: Desk) -> None:
    desk.write("rules/a.yaml", rule(runbook=f"{SIGN_IN}#plantedrestricted-anchor"))
    staff, restricted = alerts(desk), alerts(desk, Clearance.RESTRICTED)
    assert "plantedrestricted" not in "".join(pages(desk).texts.values())
    assert "[Sign-in outage](runbooks/sign-in.md)" in alert(staff, "some")
    assert "(runbooks/sign-in.md#plantedrestricted-anchor)" in alert(restricted, "some")


def test_a_withheld_runbook_is_not_named(desk: Desk) -> None:
    book = "content/runbooks/plantedrestricted-file.md"
    desk.write(book, "---\nclearance: restricted\n---\n\n# Plantedrestricted book\n")
    desk.write("rules/a.yaml", rule(runbook=book))
    said = alert(alerts(desk), "some")
    assert "plantedrestricted" not in said.casefold()
    assert "What to do: its runbook is withheld on this site. Ask team." in said
    assert "with the runbook “withheld on this site”" in said
    there = alert(alerts(desk, Clearance.RESTRICTED), "some")
    assert "[Plantedrestricted book](runbooks/plantedrestricted-file.md)" in there


def test_what_is_not_there_yet_is_said(desk: Desk) -> None:
    desk.write("rules/a.yaml", rule(route="nowhere", runbook="content/runbooks/gone.md#x"))
    said = alert(alerts(desk), "some")
    assert "its runbook `content/runbooks/gone.md` is not written yet. Ask team." in said
    assert "its route `nowhere` leads nowhere yet" in said


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("rules/broken.yaml", "title: [\n"),
        ("rules/broken.yaml", "- 1\n---\n{}\n---\nnull\n"),
        ("rules/broken.yaml", rule(name="broken").replace("topic", "no_such_field")),
        ("rules/broken.yaml", "a" * 30_000),
        ("rules/broken.yaml", "\0"),
        ("rules/twice.yaml", rule(name="slow-doors")),
        ("policies/routes.yaml", "routes: 7\n"),
        ("policies/detection.yaml", "noise: ["),
    ],
)
def test_what_is_broken_among_the_rules_takes_nothing_else_along(
    desk: Desk, path: str, text: str
) -> None:
    desk.write(path, text)
    said = alerts(desk)
    assert alert(said, "sign-in-spike")
    assert alert(said, "slow-doors")
    assert "broken" not in said


@pytest.mark.parametrize("text", ["streams: 7\n", "[", "\0", ""])
def test_without_streams_the_site_has_no_alerts(desk: Desk, text: str) -> None:
    desk.write("rules/streams.yaml", text)
    found = pages(desk)
    assert "alerts.md" not in found.texts
    assert "Alerts" not in titles(found.nav)
    assert "Raised by" not in found.texts["runbooks/sign-in.md"]


def test_a_document_cannot_take_the_place_of_the_alerts(desk: Desk) -> None:
    desk.write("content/alerts.md", "# Of our own\n")
    found = pages(desk).texts
    assert "Of our own" in found["content/alerts.md"]
    assert alert(found["alerts.md"], "sign-in-spike")


def test_a_server_sees_changes_of_rules() -> None:
    assert "rules" in WATCHED
