from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown import Markdown  # type: ignore[import-untyped]  # its stubs are not among our tools
from markdown_it import MarkdownIt
from markdown_it.token import Token

from opsrail.gate.plan.as_markdown import MARKER
from opsrail.gate.plan.rendering import render
from opsrail.gate.plan.told.model import MOST_CHARACTERS, MOST_LINES
from opsrail.report.escaping import visible
from tests.gate.plan.plans import NASTY, NOW, PLANS, waiting
from tests.gate.plan.spoiling import NASTY_TEXT, spoiled

READER = MarkdownIt("gfm-like", {"linkify": False, "html": True})
PARTED = "\u200b"
TURNED = "\u200e"
BLOCKS = {
    "html_block",
    "heading_open",
    "heading_close",
    "paragraph_open",
    "paragraph_close",
    "inline",
    "bullet_list_open",
    "bullet_list_close",
    "list_item_open",
    "list_item_close",
}
INLINE = {"text", "strong_open", "strong_close", "code_inline", "html_inline"}
ACTING = re.compile(
    r"@[\w/]|#\d|\bGH-\d|CVE-\d|GHSA-|://|www\.|mailto:|xmpp:|:(?:tada|\+1|100):"
    r"|(?<![0-9A-Za-z])[0-9a-fA-F]{7,40}(?![0-9A-Za-z])",
    re.IGNORECASE,
)
"""What GitHub makes a mention, a reference, a link or a picture of in the text of a comment."""


def markdown_of(text: str) -> str:
    return render(spoiled(waiting(), text), "markdown", now=NOW)


def inline_of(markdown: str) -> list[Token]:
    return [child for token in READER.parse(markdown) for child in token.children or ()]


# Markdown


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(PLANS)), NASTY_TEXT)
def test_what_anybody_wrote_becomes_nothing_but_text(name: str, text: str) -> None:
    markdown = render(spoiled(PLANS[name](), text), "markdown", now=NOW)
    blocks = READER.parse(markdown)
    assert {token.type for token in blocks} <= BLOCKS
    assert [token.type for token in blocks].count("heading_open") == 1
    assert [token.content for token in blocks if token.type == "html_block"] == [f"{MARKER}\n"]
    lists = [token.level for token in blocks if token.type == "bullet_list_open"]
    assert lists.count(0) == 1
    assert set(lists) <= {0, 2}
    found = inline_of(markdown)
    assert {token.type for token in found} <= INLINE
    html = {token.content for token in found if token.type == "html_inline"}
    assert html <= {"<br>", "<span>", "</span>"}


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(PLANS)), NASTY_TEXT)
def test_nothing_in_it_mentions_or_links(name: str, text: str) -> None:
    for token in inline_of(render(spoiled(PLANS[name](), text), "markdown", now=NOW)):
        if token.type == "text":
            assert not ACTING.search(token.content), token.content


@given(NASTY_TEXT)
def test_no_two_dollars_stand_in_one_text(text: str) -> None:
    within = False
    for token in inline_of(markdown_of(text)):
        within = token.content == "<span>" if token.type == "html_inline" else within
        assert "$" not in token.content or within or token.type == "code_inline"


@given(NASTY_TEXT)
def test_the_marker_is_the_first_line_and_stands_nowhere_else(text: str) -> None:
    markdown = markdown_of(text)
    assert markdown.startswith(f"{MARKER}\n")
    assert markdown.count("<!--") == 1


@pytest.mark.parametrize("text", [*NASTY[:-1], "Refund window 14 days_for a*b*"])
def test_what_anybody_wrote_can_still_be_read(text: str) -> None:
    markdown = markdown_of(text)
    shown = "".join(
        f"`{token.content}`" if token.type == "code_inline" else token.content
        for token in inline_of(markdown)
        if token.type != "html_inline"
    )
    shown = shown.replace(PARTED, "").replace(TURNED, "")
    expected = visible(text).replace("\u0310" * 4, "\u0310" * 3)[:40].strip()
    assert expected.split("\\u0310")[0].rstrip("\u0310") in shown


def test_no_line_of_markdown_ends_in_blanks_or_holds_a_control_character() -> None:
    for text in NASTY:
        for line in markdown_of(text).split("\n"):
            assert line == line.rstrip()
            assert {unicodedata.category(char) for char in line} & {"Cc", "Cs", "Zl", "Zp"} == set()
            assert {char for char in line if unicodedata.category(char) == "Cf"} <= {
                PARTED,
                TURNED,
            }


def test_our_own_words_stay_as_they_are_in_markdown() -> None:
    plan = render(waiting(), "markdown", now=NOW)
    assert f"judged by its base `{waiting().change.base[:7]}`" in plan
    assert f"digest `{waiting().change.digest[:12]}`" in plan
    assert plan.count(PARTED) == 1  # the number of the request refers to itself, and needn't


# The staff site reads Markdown with another program.

SITE = (
    "attr_list",
    "md_in_html",
    "sane_lists",
    "tables",
    "toc",
    "pymdownx.highlight",
    "pymdownx.superfences",
    "pymdownx.tasklist",
)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(PLANS)), NASTY_TEXT)
def test_on_the_site_what_anybody_wrote_is_text_as_well(name: str, text: str) -> None:
    html = Markdown(extensions=SITE).convert(
        render(spoiled(PLANS[name](), text), "markdown", now=NOW)
    )
    without_ids = re.sub(r'<h3 id="[^"<>]*">', "<h3>", html.removeprefix(MARKER))
    assert set(re.findall(r"<[^<>]*>|<", without_ids)) <= {
        f"<{end}{tag}>" for tag in "h3 p strong ul li code span br".split() for end in ("", "/")
    } | {"<br />"}


@pytest.mark.parametrize("name", sorted(set(PLANS) - {"hostile"}))
def test_the_site_lays_it_out_as_a_forge_does(name: str) -> None:
    markdown = render(PLANS[name](), "markdown", now=NOW)
    site = Markdown(extensions=SITE).convert(markdown)
    forge = READER.render(markdown)
    for tag in ("<li>", "<ul>", "<p>", "<br", "<strong>", "<code>"):
        assert site.count(tag) == forge.count(tag), tag


def test_the_site_reads_with_the_extensions_that_are_tried_here() -> None:
    text = (Path(__file__).parents[3] / "mkdocs.yml").read_text(encoding="utf-8")
    listed = text.split("markdown_extensions:")[1].split("validation:")[0]
    assert tuple(re.findall(r"^  - ([\w.]+)", listed, re.MULTILINE)) == SITE


# Text


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(PLANS)), NASTY_TEXT, st.none() | st.integers(20, 200))
def test_nothing_acts_on_a_terminal_or_in_a_log(name: str, text: str, width: int | None) -> None:
    told = render(spoiled(PLANS[name](), text), "text", now=NOW, width=width)
    told.encode("utf-8")
    for line in told.split("\n"):
        assert not line.lstrip().startswith("::")
        assert not re.search(r"##\w*\[", line)
        acting = {char for char in line if unicodedata.category(char)[0] == "C"}
        assert acting <= {TURNED}
    assert len(told.splitlines()) <= MOST_LINES


def test_lines_are_broken_to_the_width_and_keep_their_column() -> None:
    lines = render(waiting(), "text", now=NOW, width=100).splitlines()
    assert max(map(len, lines)) <= 100
    labels = [line[:14].strip() for line in lines[len(lines) - lines[::-1].index("") :]]
    assert [label for label in labels if label] == [
        "DESTRUCTIVE",
        "CHANGES",
        "IMPACT",
        "PROOFS",
        "RISK",
        "ROLLOUT",
        "ROLLBACK",
    ]


def test_colours_only_paint() -> None:
    for name, build in PLANS.items():
        for width in (None, 90):
            plain = render(build(), "text", now=NOW, width=width)
            painted = render(build(), "text", now=NOW, width=width, colour=True)
            assert re.sub(r"\x1b\[[\d;]*m", "", painted) == plain, name
            assert "\x1b[1;3" in painted


@pytest.mark.parametrize("width", [1, 40, 60, 80, 100, 200, None])
def test_a_plan_is_on_one_screen_however_narrow(width: int | None) -> None:
    for build in PLANS.values():
        assert len(render(build(), "text", now=NOW, width=width).splitlines()) <= MOST_LINES


def test_both_faces_tell_the_same_and_neither_is_too_long() -> None:
    for name, build in PLANS.items():
        text = render(build(), "text", now=NOW)
        markdown = render(build(), "markdown", now=NOW)
        for face in (text, markdown):
            assert len(face) <= MOST_CHARACTERS
            assert face.count("\n") <= MOST_LINES
        read = " ".join(token.content for token in inline_of(markdown) if token.type == "text")
        words = set(re.findall(r"[a-z]{4,}", read.replace(PARTED, "")))
        if name != "hostile":
            assert words - set(re.findall(r"[a-z]{4,}", text)) == set()


def test_scripts_from_the_right_turn_no_change_around() -> None:
    told = markdown_of("א")
    assert f"א{TURNED} → {TURNED}א" in told
