from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsrail.tailor.page import Segment, join_page, split_page

PROSE = st.text(alphabet="ab \n#<!-/>\u2028").map(lambda text: text.strip("\n"))
KEYS = st.integers(0, 99).map(lambda number: f"content/sources/a.md#s{number}")


@st.composite
def segments(draw: st.DrawFn) -> list[tuple[str, str, str]]:
    keys = draw(st.lists(KEYS, unique=True, max_size=4))
    return [
        ("", draw(PROSE), ""),
        *((key, draw(PROSE), draw(PROSE)) for key in keys),
    ]


@given(segments())
def test_what_is_put_together_comes_apart_the_same(parts: list[tuple[str, str, str]]) -> None:
    page = split_page("p.md", join_page(Segment(*part) for part in parts))
    assert [(s.key, s.text, s.addendum) for s in page.segments] == parts
    assert not page.problems


@given(segments())
def test_lines_are_counted_as_a_person_counts_them(parts: list[tuple[str, str, str]]) -> None:
    text = join_page(Segment(*part) for part in parts)
    lines = text.split("\n")
    for segment in split_page("p.md", text).segments:
        if segment.text:
            assert lines[segment.line - 1] == segment.text.split("\n")[0]
        if segment.addendum.strip():
            assert lines[segment.addendum_line - 1] == segment.addendum.split("\n")[0]


@given(
    st.text(alphabet="ab\n")
    | st.lists(
        st.sampled_from(
            ["<!-- derived: a -->", "<!-- derived: b -->", "<!-- /derived -->", "Mine."]
        )
    ).map("\n".join)
)
def test_no_line_of_a_broken_page_is_lost(text: str) -> None:
    page = split_page("p.md", text)
    kept = "\n".join(f"{s.text}\n{s.addendum}" for s in page.segments).split("\n")
    assert [line for line in kept if line.strip()] == [
        line for line in text.split("\n") if line.strip() and not line.startswith("<!--")
    ]


START, END = "<!-- derived: content/a.md#b -->", "<!-- /derived -->"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (f"{START}\nText.\n", "the end marker of the derived section content/a.md#b is gone"),
        (f"{START}\nA\n{END}\n{START}\nA\n{END}\n", "content/a.md#b stands on this page twice"),
        (f"Text.\n{END}\n", "this end marker closes no derived section"),
        (f"{START}\nA\n{END}\n{END}\n", "this end marker closes no derived section"),
    ],
)
def test_broken_markers_are_problems(text: str, problem: str) -> None:
    (found,) = split_page("p.md", text).problems
    assert found.code == "hand-broken"
    assert problem in found.message


def test_markers_inside_code_are_only_quoted() -> None:
    text = f"{START}\n\n```\n{END}\n{START}\n```\n\n{END}\n\nMine.\n"
    page = split_page("p.md", text)
    assert not page.problems
    assert page.segments[1].text == f"```\n{END}\n{START}\n```"
    assert page.segments[1].addendum == "Mine."
