"""Plans of what is under way: which files are taken, and where they are shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from opsrail.cli.site import command as site
from opsrail.content.clearance import Clearance
from opsrail.findings import CannotWork
from opsrail.gate.plan import as_markdown
from opsrail.gate.plan.rendering import render
from opsrail.site.edition_pages import edition_pages
from opsrail.site.plans import LARGEST, MARKER, PlanText, read_plans
from tests.conftest import ROOT
from tests.gate.plan.plans import NOW, PLANS
from tests.gate.plan.spoiling import NASTY_TEXT, spoiled
from tests.site.conftest import PLAN, Desk

GOLDENS = sorted((ROOT / "tests/cases/plan").glob("*/plan.md"))


def put(folder: Path, name: str, text: str | bytes) -> Path:
    place = folder / name
    place.write_bytes(text if isinstance(text, bytes) else text.encode())
    return place


def test_the_marker_is_the_one_that_plans_begin_with() -> None:
    assert MARKER == as_markdown.MARKER


@pytest.mark.parametrize("golden", GOLDENS, ids=lambda place: place.parent.name)
def test_every_plan_that_is_written_is_taken_byte_for_byte(tmp_path: Path, golden: Path) -> None:
    text = golden.read_bytes()
    put(tmp_path, "482.md", text)
    (plan,) = read_plans(tmp_path)
    assert f"{MARKER}\n{plan.text}".encode() == text
    assert plan.title
    assert "\n" not in plan.title


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(PLANS)), NASTY_TEXT)
def test_whatever_stands_in_a_change_its_plan_is_taken(
    tmp_path_factory: pytest.TempPathFactory, name: str, text: str
) -> None:
    folder = tmp_path_factory.mktemp("plans")
    put(folder, "1.md", render(spoiled(PLANS[name](), text), "markdown", now=NOW))
    (plan,) = read_plans(folder)
    assert plan.title.isprintable()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"", "does not begin"),
        ("# A page of somebody\n", "does not begin"),
        (f" {MARKER}\n", "does not begin"),
        (f"{MARKER}\r\n### x\r\n", "does not begin"),
        (f"{MARKER}\n".encode() + b"\xff", "is not UTF-8"),
        (f"{MARKER}\n{'x' * LARGEST}", "has more than 100 kB"),
        (f"{MARKER}\n### x\n\n<script>alert(1)</script>\n", "in line 4"),
        (f"{MARKER}\n<br><img src=x onerror=alert(1)>\n", "in line 2"),
        (f"{MARKER}\n[x](javascript:alert(1))\n", "in line 2"),
        (f"{MARKER}\n![x](https://tracker.example/x.png)\n", "in line 2"),
        (f"{MARKER}\n- x {{: onclick=alert(1) }}\n", "in line 2"),
        (f"{MARKER}\n```\nx\n```\n", "in line 2"),
        (f"{MARKER}\n``<b>``\n", "in line 2"),
        (f"{MARKER}\n`a\\``<b>\n", "in line 2"),
        (f"{MARKER}\n\\\\`x`<b>`\n", "in line 2"),
        (f"{MARKER}\n&#106;avascript\n", "in line 2"),
        (f"{MARKER}\n| a |\n|---|\n", "in line 2"),
        (f"{MARKER}\n<!-- more -->\n", "in line 2"),
        (f"{MARKER}\nx \x1b[2J\n", "in line 2"),
        (f"{MARKER}\nx \u202e x\n", "in line 2"),
        (f"{MARKER}\nx\n---\n", "in line 3"),
        (f"{MARKER}\n      x\n", "in line 2"),
    ],
)
def test_what_opsrail_did_not_write_is_refused(tmp_path: Path, text: str | bytes, why: str) -> None:
    put(tmp_path, "482.md", text)
    with pytest.raises(CannotWork, match=rf"482\.md .*{why}"):
        read_plans(tmp_path)


def test_plans_stand_by_number_and_other_files_do_not_matter(tmp_path: Path) -> None:
    for name in ("482.md", "99.md", "x.md", "notes.txt"):
        put(tmp_path, name, f"{MARKER}\n### {name}\n")
    (tmp_path / "folder.md").mkdir()
    assert [plan.name for plan in read_plans(tmp_path)] == ["99", "482", "x"]
    with pytest.raises(CannotWork, match="no folder"):
        read_plans(tmp_path / "gone")


def shown(desk: Desk, *plans: PlanText, clearance: Clearance = Clearance.RESTRICTED) -> list[str]:
    edition = replace(desk.edition(clearance), plans=plans)
    return [place for place in edition_pages(edition, "Desk").texts if "under-way" in place]


def test_whatever_a_file_is_called_its_page_has_a_plain_name(grown: Desk) -> None:
    names = ("index", "README", "../../x", "a\nb", "\u202e", "482", "4 8 2", "4?8#2", "é" * 200)
    assert shown(grown, *(PlanText(name, "x") for name in names)) == [
        "under-way/plan-index.md",
        "under-way/plan-README.md",
        "under-way/plan-x.md",
        "under-way/plan-a-b.md",
        "under-way/plan-unnamed.md",
        "under-way/plan-482.md",
        "under-way/plan-4-8-2.md",
        "under-way/plan-4-8-2-2.md",
        "under-way/plan-unnamed-2.md",
    ]


@pytest.mark.parametrize("clearance", [one for one in Clearance if one != Clearance.RESTRICTED])
def test_no_lower_edition_shows_a_plan(grown: Desk, clearance: Clearance) -> None:
    assert shown(grown, PlanText("482", PLAN), clearance=clearance) == []


def test_a_plan_is_a_page_under_way_and_its_text_goes_through(
    grown: Desk, built: Callable[[Clearance], Path]
) -> None:
    text = (grown.root / "build/docs/restricted/under-way/plan-482.md").read_bytes()
    assert PLAN.encode() in text
    html = (built(Clearance.RESTRICTED) / "under-way/plan-482.html").read_text("utf-8")
    assert "<h3 " in html
    assert "plantedrestricted-before → &lt;b&gt; *after*" in html
    assert re.search(r"<ul>\s*<li><strong>must re-read</strong> <span>\$</span>x", html)
    assert "opsrail-plan" not in html
    home = (built(Clearance.RESTRICTED) / "index.html").read_text("utf-8")
    assert "Under way" in home


def test_a_plan_that_is_hostile_throughout_does_nothing_on_the_site(
    desk: Desk, tmp_path: Path
) -> None:
    put(tmp_path, "<b>.md", (ROOT / "tests/cases/plan/hostile/plan.md").read_bytes())
    forged = "`{: onclick=alert(1) }` `[x](y)` `<img src=x onerror=alert(1)>`"
    put(tmp_path, "code.md", f"{MARKER}\n### {forged}\n\n- {forged}\n\n{forged}\n")
    (done,) = desk.build(Clearance.RESTRICTED, out=tmp_path / "out", plans=read_plans(tmp_path))
    for place in (done.site / "under-way").iterdir():
        html = place.read_text("utf-8")
        assert not re.search(r"<[^>]*\s(onerror|onclick)=|<img[^>]*src=x|<script>alert", html)
        assert 'href="https://evil' not in html
        assert "<details" not in html.partition("<article")[2]
    assert sorted(place.name for place in (done.site / "under-way").iterdir()) == [
        "plan-b.html",
        "plan-code.html",
    ]


def test_a_build_takes_plans_and_says_once_where_nobody_sees_them(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(desk.root)
    put(tmp_path, "482.md", f"{MARKER}\n{PLAN}")
    line = ["build", "--plans", str(tmp_path), "--out", str(tmp_path / "out")]
    ran = CliRunner().invoke(
        site, [*line, "--clearance", "public", "--clearance", "partner"], catch_exceptions=False
    )
    assert ran.stderr.count("the plans are on no page") == 1
    ran = CliRunner().invoke(site, [*line, "--clearance", "restricted"], catch_exceptions=False)
    assert ran.stderr == ""
    assert (tmp_path / "out/site/restricted/under-way/plan-482.html").is_file()
    put(tmp_path, "483.md", "# Mine\n")
    with pytest.raises(CannotWork, match=r"483\.md does not begin"):
        CliRunner().invoke(site, line, catch_exceptions=False)
