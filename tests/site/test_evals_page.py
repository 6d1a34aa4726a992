"""The page of the evals, the picture of a sample, and what a site build must not run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import Page, sync_playwright

from opsrail.content.clearance import Clearance
from opsrail.evals.formats import EvalRules
from opsrail.evals.judging.judge import Court, judge
from opsrail.evals.running.memory import Memory
from opsrail.evals.statistics.compare import Comparison, Method
from opsrail.evals.statistics.paired import Paired
from opsrail.evals.targets.model import Side
from opsrail.repo.cache import Cache
from opsrail.repo.snapshot import worktree_snapshot
from opsrail.site.build import Order, build_site
from opsrail.site.edition_pages import Pages, edition_pages
from opsrail.site.pairs import WIDTH, pairs_figure
from opsrail.site.suites import Standing, last_release, standings
from opsrail.tailor.catalog import Catalog
from tests.site.conftest import TODAY, Desk

OUTSIDERS = (Clearance.PUBLIC, Clearance.PARTNER)
FACTS = """\
title: "Refunds: <b>what</b> people *ask*"
owner: plantedstaff-owner
target: {playbook: refunds}
cases:
  - id: window
    ask: "What is the <i>window</i>, | `now` [x](y)?"
    role: tier-1
    must_pass: true
    section: timing
    expect: [{contains: 30 days}]
  - {id: member, ask: "Who says so?", role: vendor, expect: [{contains: Say so}]}
  - {id: coin, role: tier-1, expect: [{contains: heads}]}
quarantine: [{case: coin, flips: 0.3, until: 2026-12-01, reason: it is a coin}]
"""
RESTRICTED = """\
  - {id: plantedrestricted-id, ask: plantedrestricted, role: lead, expect: [{contains: Two signs}]}
"""
SIGNS = """\
title: Plantedrestricted signs
owner: risk
target: {role: lead}
cases: [{id: signs, expect: [{contains: signs}]}]
"""
PROGRAM = """\
title: Intent of tickets
owner: triage
target: {python: "policies/evals/a.py:answer"}
cases: [{id: a, ask: "Where is my refund?", expect: [{equals: refund}]}]
"""
RULES = """\
title: Days
owner: triage
target: {rules: [all]}
cases:
  - id: a
    ask: Is anybody woken?
    input: {given: [{at: 0s, stream: tickets, event: {topic: slow, customer_id: c}}]}
    expect: [{of: rules, f1: [slow-doors]}]
"""
SCORED = """\
title: Scored by a program
owner: triage
target: {role: tier-1}
cases: [{id: a, expect: [{python: {file: policies/evals/a.py, function: score}}]}]
"""
CODE = """\
from pathlib import Path

def answer(text):
    Path({place!r}).touch()
    return "refund"

def score(output, case):
    Path({place!r}).touch()
    return 1.0
"""


def suite(desk: Desk, name: str, text: str) -> None:
    desk.write(f"policies/evals/{name}.yaml", text)


def sample(wanted: str, count: int = 40) -> str:
    cases = "\n".join(
        f"  - {{id: t{at:02}, ask: T{at}, expect: [{wanted}]}}" for at in range(count)
    )
    return (
        f"title: Tickets\nowner: triage\ntarget: {{role: tier-1}}\njudge: sample\ncases:\n{cases}\n"
    )


def standing(desk: Desk, memory: Memory | None = None) -> tuple[Standing, ...]:
    return standings(Catalog(worktree_snapshot(desk.repository)), TODAY, memory)


def pages(
    desk: Desk, clearance: Clearance = Clearance.STAFF, memory: Memory | None = None
) -> Pages:
    edition = replace(desk.edition(clearance), standings=standing(desk, memory))
    return edition_pages(edition, "Desk")


def evals(desk: Desk, clearance: Clearance = Clearance.STAFF, memory: Memory | None = None) -> str:
    """The page, with ordinary blanks."""
    return pages(desk, clearance, memory).texts["evals.md"].replace("\u00a0", " ")


def titles(nav: object) -> list[str]:
    assert isinstance(nav, list)
    return [title for entry in nav if isinstance(entry, Mapping) for title in entry]


def test_a_suite_says_what_it_asks_of_whom_and_what_came_of_it(desk: Desk) -> None:
    suite(desk, "refund-facts", FACTS)
    said = evals(desk)
    assert "1 suite · 1 pass · No release is tagged yet" in said
    assert '<h3 id="refund-facts"' in said
    assert "pass</span> 2 of 2 cases pass." in said
    assert "asks the pages of Handle a refund · owner plantedstaff-owner" in said
    assert "[Tier 1 agent](roles/tier-1/refunds.md#timing) · `window` · must pass" in said
    assert ">set aside</span> `coin`" in said
    assert "Until 1 Dec 2026, flips 30 %: it is a coin" in said
    assert "<summary>3 questions</summary>" in said
    assert "<svg" not in said


def test_what_people_wrote_is_shown_as_they_wrote_it(desk: Desk) -> None:
    suite(desk, "refund-facts", FACTS)
    said = evals(desk)
    assert r"&lt;b&gt;what&lt;/b&gt; people \*ask\*" in said
    assert r"What is the &lt;i&gt;window&lt;/i&gt;, \| \`now\` \[x\](y)?" in said
    assert "<b>" not in said
    assert "<i>" not in said


def test_a_suite_is_held_against_the_last_release_and_no_release_against_itself(
    desk: Desk,
) -> None:
    suite(desk, "refund-facts", FACTS)
    desk.commit("suites")
    desk.git("tag", "v1.0")
    snapshot = worktree_snapshot(desk.repository)
    assert last_release(snapshot) is None
    desk.replace("content/sources/refunds.md", "30 days", "14 days")
    desk.commit("shorter", "2026-08-02")
    said = evals(desk)
    assert "Held against the last release, `v1.0`." in said
    assert "1 passed at base and no longer: window" in said
    assert ">fails</span> What is the" in said
    assert "the closest is “14 days" in said
    assert '<details class="ops-cases" open markdown>' in said


@pytest.mark.parametrize("clearance", OUTSIDERS)
def test_outsiders_see_no_trace_of_evals(desk: Desk, clearance: Clearance) -> None:
    suite(desk, "refund-facts", FACTS)
    found = pages(desk, clearance)
    assert "evals.md" not in found.texts
    assert "Evals" not in titles(found.nav)
    assert not re.search(r"eval|refund-facts", "".join(found.texts.values()))


def test_cases_about_pages_above_the_readers_clearance_are_counted_and_not_told(
    desk: Desk,
) -> None:
    # The case that is withheld fails, so the verdict in words would name it.
    restricted = RESTRICTED.replace("Two signs", "No such signs")
    suite(desk, "refund-facts", FACTS.replace("quarantine:", f"{restricted}quarantine:"))
    suite(desk, "signs", SIGNS)
    staff = "".join(pages(desk).texts.values())
    assert "plantedrestricted-id" not in staff
    assert "Plantedrestricted signs" not in staff
    assert "2 of 2 cases pass; 1 more is about a page withheld on this site." in staff
    there = evals(desk, Clearance.RESTRICTED)
    assert "plantedrestricted-id" in there
    assert "Plantedrestricted signs" in there


def test_staff_find_the_evals_behind_the_alerts_and_on_the_pages_they_ask(desk: Desk) -> None:
    suite(desk, "refund-facts", FACTS)
    found = pages(desk)
    assert titles(found.nav)[3:6] == ["Alerts", "Evals", "Who decides"]
    assert "[All 1 eval suite](evals.md)" in found.texts["index.md"]
    asked = "[1 of 2 eval questions answered](../../evals.md#refund-facts)"
    assert asked in found.texts["roles/tier-1/refunds.md"]


def test_without_suites_there_is_no_page_and_broken_ones_are_counted(desk: Desk) -> None:
    assert "evals.md" not in pages(desk).texts
    suite(desk, "broken", "title: [")
    suite(desk, "fine", FACTS)
    said = evals(desk)
    assert "1 suite cannot be read: `opsrail check` says why" in said
    assert '<h3 id="fine"' in said


@pytest.mark.parametrize("text", [PROGRAM, RULES, SCORED])
def test_a_build_runs_no_program_and_no_rules(desk: Desk, tmp_path: Path, text: str) -> None:
    place = tmp_path / "ran"
    desk.write("policies/evals/a.py", CODE.format(place=str(place)))
    suite(desk, "days", text)
    with Cache(tmp_path / "cache") as cache:
        said = evals(desk, memory=Memory(cache, "engine"))
    assert "1 not run here" in said
    assert "Building this site runs no programs: `opsrail eval days` does." in said
    assert not place.exists()


def test_what_an_earlier_run_remembers_of_a_program_is_shown(desk: Desk, tmp_path: Path) -> None:
    place = tmp_path / "ran"
    desk.write("policies/evals/a.py", CODE.format(place=str(place)))
    suite(desk, "intent", PROGRAM)
    desk.commit("suites")
    desk.git("tag", "v1.0")
    desk.write("policies/evals/more.py", "")
    desk.commit("more", "2026-08-02")
    catalog = Catalog(worktree_snapshot(desk.repository))
    with Cache(tmp_path / "cache") as cache:
        memory = Memory(cache, "engine")
        judge(
            Court(
                head=Side(catalog, lambda: desk.root),
                base=None,
                rules=EvalRules(),
                today=TODAY,
                memory=memory,
            ),
            ["policies/evals/intent.yaml"],
        )
        assert place.exists()
        place.unlink()
        (found,) = standing(desk, memory)
        said = evals(desk, memory=memory)
    # The release was never run: what is remembered of now stands by itself.
    assert found.outcome
    assert found.release == ""
    assert "1 of 1 case" in said
    assert not place.exists()


def test_a_sample_has_its_picture_and_lists_what_fails_first(desk: Desk) -> None:
    suite(desk, "tickets", sample("{contains: 30 days}"))
    desk.commit("suites")
    desk.git("tag", "v1.0")
    desk.replace("content/sources/refunds.md", "30 days", "14 days")
    desk.commit("shorter", "2026-08-02")
    assert "100.0\u00a0%" in pages(desk).texts["evals.md"], "a line may end before the unit"
    said = evals(desk)
    assert ">fail</span> Score 100.0 %" in said
    figure = ET.fromstring(re.findall(r"<figure.*</figure>", said)[0])  # noqa: S314 - our own
    assert "40 worse, 0 the same, 0 better." in "".join(figure.itertext())
    assert "and 20 more cases" in said
    assert said.count("fails</span>") == 20


@pytest.mark.parametrize("binary", [True, False])
def test_a_picture_says_in_words_what_it_shows_and_stays_within_its_frame(*, binary: bool) -> None:
    scores = (1.0, 0.0, 1.0, 0.0) if binary else (0.9, 0.1, 0.5, 0.3)
    paired = Paired(scores * 5, tuple(reversed(scores * 5)), ("",) * 20)
    comparison = Comparison(
        -0.1, -0.4, 0.2, 0.3, Method.PAIRS, 20, 20, paired.worse, paired.better, 0.95
    )
    figure = ET.fromstring(pairs_figure("a-b", paired, comparison, 2))  # noqa: S314 - our own
    svg = figure.find("svg")
    assert svg is not None
    assert svg.get("role") == "img"
    named = {part.get("id"): "".join(part.itertext()) for part in svg if part.get("id")}
    assert svg.get("aria-labelledby", "").split() == list(named)
    assert "Difference −10.0 points, between −40.0 and +20.0" in named["a-b-desc"]
    height = float(svg.get("viewBox", "").split()[3])
    for part in svg.iter("rect"):
        x, y, wide, high = (float(part.get(key, "")) for key in ("x", "y", "width", "height"))
        assert 0 <= x <= x + wide <= WIDTH + 0.2
        assert 0 <= y <= y + high <= height
    for text in svg.iter("text"):
        assert float(text.get("y", "")) <= height


@pytest.mark.browser
def test_the_page_builds_fits_and_shows_its_picture(
    desk: Desk, tmp_path: Path, chromium: Path
) -> None:
    suite(desk, "refund-facts", FACTS)
    suite(desk, "tickets", sample("{overlap: within 30 days of the charge, at_least: 0.01}"))
    desk.commit("suites")
    desk.git("tag", "v1.0")
    desk.replace("content/sources/refunds.md", "30 days", "14 days")
    desk.commit("shorter", "2026-08-02")
    order = Order(tmp_path / "out", TODAY, None, (Clearance.STAFF,))
    (built,) = build_site(desk.repository, order)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        for width in (390, 1280):
            _look(browser.new_page(viewport={"width": width, "height": 900}), built.site, width)
        browser.close()


def _look(page: Page, site: Path, width: int) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto((site / "evals.html").as_uri())
    over = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(over) <= 0
    box = page.locator(".ops-pairs svg").bounding_box()
    assert box
    assert 250 < box["width"] < width
    assert page.locator("#refund-facts ~ .ops-cases li").first.is_visible()
    fill = "(e) => getComputedStyle(e).fill"
    assert page.locator(".ops-pairs text").first.evaluate(fill) != "rgb(0, 0, 0)"


def test_a_document_cannot_take_the_place_of_the_evals(desk: Desk) -> None:
    desk.write("content/evals.md", "# Of our own\n")
    suite(desk, "refund-facts", FACTS)
    found = pages(desk).texts
    assert "Of our own" in found["content/evals.md"]
    assert '<h3 id="refund-facts"' in found["evals.md"]
