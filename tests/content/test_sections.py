from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsrail.content.clearance import Clearance
from opsrail.content.model import BlockKind, Document
from opsrail.content.sections import parse_document
from tests.strategies import documents

MARKDOWN_LETTERS = st.text(alphabet="#-=*> `~|<!->{}ab1. \t\n\r\x0b\x0c\x00\u2028\ud800[]():\\")


def _covers(document: Document, text: str) -> None:
    lines = [line for section in document.sections for line in range(section.line, section.end + 1)]
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    count = max(text.count("\n") + (not text.endswith("\n")), 1)
    assert lines == list(range(1, count + 1))
    assert count == len(document.lines)


@given(st.text() | MARKDOWN_LETTERS)
def test_every_line_belongs_to_exactly_one_section(text: str) -> None:
    _covers(parse_document("a.md", text), text)


@given(documents())
def test_every_line_of_a_document_belongs_to_one_section(text: str) -> None:
    document = parse_document("a.md", text)
    _covers(document, text)
    for line in range(1, len(document.lines) + 1):
        section = document.section_at(line)
        assert section.line <= line <= section.end


@given(documents())
def test_blocks_lie_inside_their_section_and_hold_every_word(text: str) -> None:
    document = parse_document("a.md", text)
    for section in document.sections:
        left = set(range(section.line + bool(section.level), section.end + 1))
        for block in section.blocks:
            assert section.line <= block.line <= block.end <= section.end
            left -= set(range(block.line, block.end + 1))
        assert not [line for line in left if document.lines[line - 1].strip()]


@given(documents())
def test_the_tree_of_sections_holds_each_once(text: str) -> None:
    document = parse_document("a.md", text)
    tops = [section for section in document.sections if section.parent is None]
    met = [below.index for top in tops for below in document.subtree(top)]
    assert met == list(range(len(document.sections)))
    assert len({section.anchor for section in document.sections}) == len(document.sections)


@given(documents())
def test_reading_twice_gives_the_same(text: str) -> None:
    assert parse_document("a.md", text) == parse_document("a.md", text)


@given(documents())
def test_line_ends_at_the_end_of_the_file_change_nothing(text: str) -> None:
    trees = [section.tree for section in parse_document("a.md", text).sections]
    assert trees == [section.tree for section in parse_document("a.md", text + "\n\n").sections]


def test_a_setext_heading_and_skipped_levels() -> None:
    document = parse_document("a.md", "Top\n===\n\n#### Deep\n\nSub\n---\nText\n")
    found = [(s.title, s.level, s.line, s.end, s.trail) for s in document.sections]
    assert found == [
        ("Top", 1, 1, 3, ("Top",)),
        ("Deep", 4, 4, 5, ("Top", "Deep")),
        ("Sub", 2, 6, 8, ("Top", "Sub")),
    ]


def test_the_text_before_the_first_heading_is_a_section() -> None:
    front = "---\ntitle: Refunds\n---\n\nLead.\n\n# One\n"
    lead, one = parse_document("a.md", front).sections
    assert (lead.level, lead.anchor, lead.line, lead.end, lead.name) == (0, "", 1, 6, "a.md")
    assert (one.line, one.end, one.name) == (7, 7, "a.md#one")


def test_anchors_as_readers_of_links_expect_them() -> None:
    text = "# Set-up & go!\n## Same\n## Same\n## Named {#same-1 .wide}\n## `code` (v2)\n"
    anchors = [section.anchor for section in parse_document("a.md", text).sections]
    assert anchors == ["set-up--go", "same", "same-2", "same-1", "code-v2"]


def test_clearance_is_inherited_and_closed_by_default() -> None:
    text = (
        "---\nclearance: public\n---\n# A\n## B {clearance=staff}\n### C\n## D {clearance=secret}\n"
    )
    document = parse_document("a.md", text)
    assert [section.clearance for section in document.sections[1:]] == [
        Clearance.PUBLIC,
        Clearance.STAFF,
        Clearance.STAFF,
        Clearance.RESTRICTED,
    ]
    assert [str(problem.location) for problem in document.problems] == ["a.md:7:1"]


def test_a_misspelt_clearance_of_a_document_does_not_publish_it() -> None:
    document = parse_document("a.md", "---\nclearance: pubilc\n---\n# A\n")
    assert document.sections[-1].clearance is Clearance.RESTRICTED


def test_blocks_for_some_roles() -> None:
    text = "# A\n\n<!-- only: tier-1, lead -->\nFor two.\n<!-- /only -->\n\nFor all.\n"
    blocks = parse_document("a.md", text).sections[0].blocks
    assert [(b.kind, b.only) for b in blocks if b.kind is not BlockKind.MARKER] == [
        (BlockKind.PARAGRAPH, frozenset({"tier-1", "lead"})),
        (BlockKind.PARAGRAPH, None),
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("# A\n\n<!-- only: lead -->\n\nText.\n\n## B\n\nMore.\n", 3),
        ("# A\n\nText.\n\n<!-- /only -->\n", 5),
        ("# A\n\n<!-- only: lead -->\n\n<!-- only: tier-1 -->\n\nText.\n\n<!-- /only -->\n", 5),
        ("# A\n\n<!-- only: lead --> Text. <!-- /only -->\n", 3),
        ("# A\n\n- One\n\n  <!-- only: lead -->\n\n  Text.\n", 5),
        ("# A\n\nSay <!-- only: lead -->Text.<!-- /only -->\n", 3),
    ],
)
def test_a_region_that_restricts_nothing_is_a_finding(text: str, line: int) -> None:
    (problem,) = parse_document("a.md", text).problems
    assert (problem.code, problem.location.line) == ("only-region", line)


def test_a_region_inside_other_text_restricts_all_of_it() -> None:
    text = "# A\n\n- One <!-- only: lead -->two<!-- /only -->\n\nCode `<!-- only: lead -->`.\n"
    blocks = parse_document("a.md", text).sections[0].blocks
    assert [block.only for block in blocks] == [frozenset({"lead"}), None]


def test_a_region_left_open_stays_restricted_to_the_end_of_its_section() -> None:
    text = "# A\n\n<!-- only: lead -->\n\nOne.\n\nTwo.\n\n## B\n\nThree.\n"
    above, below = parse_document("a.md", text).sections
    assert [block.only for block in above.blocks[1:]] == [frozenset({"lead"})] * 2
    assert below.blocks[0].only is None


def test_deeply_nested_quotes_are_a_finding() -> None:
    problems = parse_document("a.md", f"# A\n\n{'> ' * 60}deep\n").problems
    assert [problem.code for problem in problems] == ["nested-too-deeply"]
