"""The whole site, built strictly: what is in it, and what must never be."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from opsrail.content.clearance import Clearance
from opsrail.findings import CannotWork
from opsrail.gate.registry import explanations
from opsrail.site.build import Order, build_site
from tests.site.conftest import TODAY, Desk

Built = Callable[[Clearance], Path]
PLANTED = re.compile(rb"planted(public|partner|staff|restricted)", re.IGNORECASE)


def planted(folder: Path) -> set[Clearance]:
    """The levels whose planted words stand in any file of a folder, or in any file's name."""
    found: set[Clearance] = set()
    for place in folder.rglob("*"):
        words = str(place.relative_to(folder)).encode()
        words += place.read_bytes() if place.is_file() else b""
        found |= {Clearance(match.decode().lower()) for match in PLANTED.findall(words)}
    return found


@pytest.mark.parametrize("clearance", Clearance)
def test_an_edition_holds_all_it_may_and_nothing_above(
    grown: Desk, built: Built, clearance: Clearance
) -> None:
    expected = {level for level in Clearance if clearance.admits(level)}
    assert planted(built(clearance)) == expected
    assert planted(grown.root / "build" / "docs" / clearance) == expected


def test_commit_subjects_reach_only_who_may_see_all_that_landed(built: Built) -> None:
    staff = b"".join(p.read_bytes() for p in built(Clearance.STAFF).rglob("*.html"))
    assert b"plantedstaff-subject" in staff
    restricted = b"".join(p.read_bytes() for p in built(Clearance.RESTRICTED).rglob("*.html"))
    assert b"plantedrestricted-subject" in restricted


class Page(HTMLParser):
    """Collects a page's links, ids, and what a browser would fetch by itself."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.fetched: list[str] = []
        self.tags: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        self.ids |= {values["id"]} if "id" in values else set()
        self.ids |= {values["name"]} if tag == "a" and "name" in values else set()
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        elif tag == "link" and "href" in values:
            self.fetched.append(values["href"])
        self.fetched += [values[name] for name in ("src", "srcset", "poster") if name in values]


def pages(folder: Path) -> Iterator[tuple[Path, Page]]:
    for place in sorted(folder.rglob("*.html")):
        if place.name != "404.html":
            yield place, Page(place.read_text(encoding="utf-8"))


@pytest.mark.parametrize("clearance", Clearance)
def test_every_link_leads_somewhere(built: Built, clearance: Clearance) -> None:
    known = dict(pages(built(clearance)))
    for place, page in known.items():
        for link in page.links:
            way = urlsplit(link)
            if way.scheme:
                continue
            target = (place.parent / unquote(way.path)).resolve() if way.path else place
            if target.is_dir():
                target /= "index.html"
            assert target in known, f"{place.name}: {link}"
            anchor = unquote(way.fragment)
            assert not anchor or anchor in known[target].ids | {"__tabbed"}, f"{place.name}: {link}"


def test_nothing_is_fetched_from_elsewhere(built: Built) -> None:
    for place, page in pages(built(Clearance.RESTRICTED)):
        assert [f for f in page.fetched if "//" in f.partition("?")[0]] == [], place.name
        text = place.read_text(encoding="utf-8")
        assert "fonts.googleapis" not in text
        assert "unpkg" not in text
    for style in built(Clearance.RESTRICTED).rglob("opsrail*.css"):
        assert "url(" not in style.read_text(encoding="utf-8")
        assert "@import" not in style.read_text(encoding="utf-8")


def text_of(place: Path) -> str:
    text = re.sub(
        r"<(script|style|nav|header)\b.*?</\1>", " ", place.read_text("utf-8"), flags=re.DOTALL
    )
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_the_landing_page_says_what_changed_for_the_role(built: Built) -> None:
    said = text_of(built(Clearance.STAFF) / "roles" / "tier-1" / "index.html")
    assert "3 must re-read" in said
    saturday = said.index("Saturday, 21 November 2026")
    tuesday = said.index("Tuesday, 10 November 2026")
    assert saturday < said.index("14 days of the charge") < tuesday
    assert "within 30 days of the charge → within 45 days of the charge raised" in said
    assert "What you may do" in said


def test_a_role_reads_of_changes_in_its_own_words_and_of_its_own_blocks(built: Built) -> None:
    said = text_of(built(Clearance.PARTNER) / "roles" / "vendor" / "index.html")
    assert "plantedpartner-new" in said
    assert "charge of the member" in said
    assert "customer" not in said.partition("What changed for you")[2]
    assert "only words" not in said


def test_a_playbook_page_has_all_that_its_reader_needs(built: Built) -> None:
    place = built(Clearance.STAFF) / "roles" / "tier-1" / "refunds.html"
    page, said = Page(place.read_text(encoding="utf-8")), text_of(place)
    assert "verified 2 Nov 2026 · next review 31 Jan 2027" in said
    assert {"timing", "bands"} <= page.ids
    assert "../../sources/refunds.html#bands" in page.links
    assert "Team’s own note" in said
    assert place.read_text(encoding="utf-8").count('type="checkbox"') >= 3
    assert "derived:" not in place.read_text(encoding="utf-8")


def test_a_source_page_tells_clearance_readers_and_restricted_blocks(built: Built) -> None:
    place = built(Clearance.STAFF) / "sources" / "refunds.html"
    html, said = place.read_text(encoding="utf-8"), text_of(place)
    assert 'id="bands" data-clearance="partner"' in html or 'data-clearance="partner"' in html
    assert "Only for Tier 1 agent" in said
    assert "Used in" in said
    assert '<span class="ops-needs">refund-big</span>' in html


def test_a_document_past_its_review_is_marked(built: Built) -> None:
    said = text_of(built(Clearance.RESTRICTED) / "sources" / "abuse.html")
    assert "review overdue" in said
    assert "was due for review on 1 Jun 2026" in said


def test_public_readers_see_no_upkeep(built: Built) -> None:
    for place in built(Clearance.PUBLIC).rglob("*.html"):
        said = text_of(place)
        assert "owner" not in said.replace("account owner", ""), place.name
        assert "next review" not in said
        assert not re.search(r"since [0-9a-f]{7}", said)


def test_a_second_build_writes_nothing_and_stale_pages_go(desk: Desk, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (first,) = desk.build(Clearance.PUBLIC, out=out)
    docs = out / "docs" / "public"
    times = {place: place.stat().st_mtime_ns for place in docs.rglob("*.md")}
    (second,) = desk.build(Clearance.PUBLIC, out=out)
    assert first.touched > 0
    assert second.touched == 0
    assert times == {place: place.stat().st_mtime_ns for place in docs.rglob("*.md")}
    assert (docs / "sources" / "abuse.md").exists()
    (desk.root / "content" / "sources" / "abuse.md").unlink()
    desk.build(Clearance.PUBLIC, out=out)
    assert not (docs / "sources" / "abuse.md").exists()
    assert not (out / "site" / "public" / "sources" / "abuse.html").exists()


def test_a_text_once_withheld_stays_so_when_its_section_opens(desk: Desk, tmp_path: Path) -> None:
    path = "content/sources/refunds.md"
    desk.replace(path, "Two signs of plantedrestricted,", "Two signs of old plantedrestricted,")
    desk.commit("One", "2026-11-12")
    desk.replace(path, "Two signs of old plantedrestricted, then hold.", "Ask us.")
    desk.replace(path, "#trust clearance=restricted", "#trust clearance=public")
    desk.replace(
        "playbooks/refunds/playbook.yaml", "{lead: full}\n", "{lead: full, customer: full}\n"
    )
    desk.commit("Two", "2026-11-13")
    desk.build(Clearance.PUBLIC, out=tmp_path / "out")
    assert planted(tmp_path / "out" / "site") == {Clearance.PUBLIC}


def test_a_section_that_rose_above_its_readers_leaves_a_page_not_yet_synced(
    desk: Desk, tmp_path: Path
) -> None:
    desk.replace("content/sources/refunds.md", "{#timing}", "{#timing clearance=staff}")
    assert "30 days" in (desk.root / "playbooks/refunds/customer.md").read_text("utf-8")
    desk.build(Clearance.PUBLIC, out=tmp_path / "out")
    said = b"".join(p.read_bytes() for p in (tmp_path / "out").rglob("*.*") if p.is_file())
    assert b"of the charge" not in said


def test_a_page_behind_its_source_says_so(desk: Desk, tmp_path: Path) -> None:
    desk.replace("content/sources/refunds.md", "**30 days**", "**20 days**")
    desk.build(Clearance.STAFF, out=tmp_path / "out")
    site = tmp_path / "out" / "site" / "staff"
    assert "behind its source" in text_of(site / "roles" / "tier-1" / "index.html")
    page = text_of(site / "roles" / "tier-1" / "refunds.html")
    assert page.count("The source of this section has changed") == 1


def test_an_empty_history_is_said_in_words(desk: Desk, tmp_path: Path) -> None:
    desk.build(Clearance.STAFF, out=tmp_path / "out")
    said = text_of(tmp_path / "out" / "site" / "staff" / "roles" / "tier-1" / "index.html")
    assert "Nothing changed for you in the last 90 days." in said


def test_a_revision_is_built_as_it_was(desk: Desk, tmp_path: Path) -> None:
    before = desk.git("rev-parse", "HEAD")
    desk.replace("content/sources/refunds.md", "**30 days**", "**20 days**")
    desk.commit("Later", "2026-11-20")
    order = Order(tmp_path / "out", TODAY, before, (Clearance.PUBLIC,))
    build_site(desk.repository, order)
    said = text_of(tmp_path / "out" / "site" / "public" / "sources" / "refunds.html")
    assert "30 days" in said
    assert "20 days" not in said


ODD_NAMES = "sources/odd sources/README README roles/x sources/index ä?#1".split()
HOSTILE = """\
---
title: "Odd [title] <b>x</b> {#y} <img src=x onerror=alert(1)>"
clearance: public
---

# Odd [title] <b>x</b>

<script>alert(1)</script>

![pixel](https://tracker.example/x.png) [js](javascript:alert(1))
[gone](nowhere.md#x) [up](../../../etc/passwd) [abs](/etc/passwd)
[self](#no-such) [p](//e.example/x)

## Same

## Same

- [ ] step {% raw %} {{ config }} [TOC]

## README {#__comments}

| a | <img src=x onerror=alert(1)> |
|---|---|
"""


def test_hostile_content_builds_cleanly_and_harmlessly(desk: Desk, tmp_path: Path) -> None:
    for name in ODD_NAMES:
        desk.write(f"content/{name}.md", HOSTILE)
    desk.write("content/sources/empty.md", "")
    desk.write("content/sources/bare.md", "Only words, no heading; plantedstaff.\n")
    desk.build(Clearance.STAFF, out=tmp_path / "out")
    places = list((tmp_path / "out" / "site" / "staff").rglob("*.html"))
    odd = [place for place in places if "tracker.example" in place.read_text("utf-8")]
    assert len(odd) == 6
    for place in odd:
        html = place.read_text(encoding="utf-8")
        assert "<script>alert" not in html
        assert "javascript:" not in html
        assert not re.search(r"<[^>]*\sonerror=", html)
        assert "{#y} &lt;img src=x onerror=alert(1)&gt;" in html, "the title is shown as it stands"
        assert [f for f in Page(html).fetched if "tracker" in f] == []


HOSTILE_RULE = r"""
title: 'Odd | [t](javascript:alert(1)) <b>x</b> {#y .z} "q" **bold** `c` \ # {% raw %}'
name: a-_b_-c
logsource: {product: support, service: tickets}
detection:
  selection: {topic: '<img src=x onerror=alert(1)> | **v** [x](https://tracker.example)'}
  condition: selection
ops:
  owner: '<script>alert(1)</script> {: .ops-bad }'
  route: '- odd `route`'
  runbook: content/runbooks/<b>`x`|.md
"""


def test_hostile_rules_build_cleanly_and_harmlessly(desk: Desk, tmp_path: Path) -> None:
    desk.write("rules/<i>odd & 1. `x`/a.yaml", HOSTILE_RULE)
    desk.write("rules/b.yaml", HOSTILE_RULE.replace("a-_b_-c", "alerts").replace("'Odd", "'# Odd"))
    desk.write("rules/c.yaml", HOSTILE_RULE.replace("a-_b_-c", "rules").replace("'Odd", "'\n  Odd"))
    desk.write("rules/d.yaml", re.sub("'Odd.*", "' '", HOSTILE_RULE).replace("a-_b_-c", "blank"))
    place_of_html = (
        '"\\x02wzxhzdk:0\\x03"'  # the words that Python-Markdown keeps HTML's place with
    )
    held = re.sub("'Odd.*", lambda _: place_of_html, HOSTILE_RULE).replace("a-_b_-c", "held")
    desk.write("rules/e.yaml", held)
    desk.build(Clearance.STAFF, out=tmp_path / "out")
    place = tmp_path / "out" / "site" / "staff" / "alerts.html"
    html, said = place.read_text(encoding="utf-8"), text_of(place)
    for bad in ("<script>alert", 'href="javascript', "<b>", "<i>", "<img", 'href="https://tracker'):
        assert bad not in html, bad
    assert not re.search(r"<[^>]*\s(onerror|class=\"z|class=\"ops-bad\")", html)
    assert {"a-_b_-c", "alerts", "rules", "blank", "held"} <= Page(html).ids
    assert re.search(r"wzxhzdk:0\s+held", said)
    shown = unescape(said)
    title = '| [t](javascript:alert(1)) <b>x</b> {#y .z} "q" **bold** `c` \\ # {% raw %}'
    assert shown.count(f"Odd {title} ") == 3
    assert "<img src=x onerror=alert(1)> | **v** [x](https://tracker.example)" in shown
    assert "owner <script>alert(1)</script> {: .ops-bad }" in shown


@pytest.mark.parametrize("clearance", [Clearance.PUBLIC, Clearance.PARTNER])
def test_outsiders_find_no_trace_of_rules_in_any_file(built: Built, clearance: Clearance) -> None:
    words = b"sign-in-spike|slow-doors|Doors that stick|alerts\\.html|Raised by|rules/identity"
    places = [place for place in built(clearance).rglob("*") if place.is_file()]
    assert built(clearance) / "search" / "search_index.json" in places
    found = [p.name for p in places if re.search(words, p.read_bytes()) or p.stem == "alerts"]
    assert found == []


def test_staff_find_an_alert_by_its_name(built: Built) -> None:
    index = json.loads((built(Clearance.STAFF) / "search" / "search_index.json").read_text("utf-8"))
    found = {entry["location"]: entry for entry in index["docs"]}["alerts.html#sign-in-spike"]
    assert "sign-in-spike" in found["title"]
    assert "20 or more tickets" in found["text"]
    assert not any(entry["location"].endswith("#raised-by") for entry in index["docs"])


def test_without_a_config_or_roles_it_says_what_is_missing(desk: Desk, tmp_path: Path) -> None:
    desk.write("policies/roles.yaml", "roles: []\n")
    with pytest.raises(CannotWork, match="no role is defined"):
        desk.build(out=tmp_path / "out")
    (desk.root / "mkdocs.yml").unlink()
    with pytest.raises(CannotWork, match=r"no mkdocs\.yml"):
        desk.build(out=tmp_path / "out")


def test_a_folder_with_other_files_is_never_emptied(desk: Desk, tmp_path: Path) -> None:
    mine = tmp_path / "out" / "site" / "public" / "mine.txt"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine", encoding="utf-8")
    with pytest.raises(CannotWork, match="did not write"):
        desk.build(Clearance.PUBLIC, out=tmp_path / "out")
    assert mine.read_text(encoding="utf-8") == "mine"


def test_what_mkdocs_complains_about_stops_the_build(desk: Desk, tmp_path: Path) -> None:
    desk.write("site/about.md", "---\nclearance: public\n---\n\n[gone](nowhere.md)\n")
    with pytest.raises(CannotWork, match=r"(?s)cleanly.*nowhere\.md"):
        desk.build(Clearance.PUBLIC, out=tmp_path / "out")


def test_every_code_of_the_gate_is_explained_to_staff_and_to_nobody_outside(
    desk: Desk, tmp_path: Path
) -> None:
    order = Order(
        out=tmp_path / "out",
        today=TODAY,
        clearances=(Clearance.PARTNER, Clearance.STAFF),
        explanations=explanations(),
    )
    partner, staff = build_site(desk.repository, order)
    assert not (partner.site / "findings.html").exists()
    page = (staff.site / "findings.html").read_text("utf-8")
    assert [code for code in explanations() if f'id="{code}"' not in page] == []
    assert "<code>opsrail sync</code>: it rewrites just" in page
