from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from opsrail.content.changes import ChangeKind, ContentDiff, SectionChange, Weight
from opsrail.content.diff import diff_documents
from opsrail.content.model import Document, Section
from opsrail.content.pieces import pieces_of
from opsrail.content.sections import parse_document
from tests.strategies import OUTLINES, TITLES, Written, document, versions

FEW = settings(max_examples=30, phases=[Phase.explicit, Phase.reuse, Phase.generate])
"""Whole folders take a while to draw, and minutes to shrink."""


def parsed(files: Mapping[str, str]) -> dict[str, Document]:
    return {path: parse_document(path, text) for path, text in files.items()}


def compare(old: Mapping[str, str], new: Mapping[str, str]) -> ContentDiff:
    return diff_documents(parsed(old), parsed(new))


def events(old: str, new: str) -> list[tuple[ChangeKind, str]]:
    found = compare({"a.md": old}, {"a.md": new})
    return [(change.kind, change.section.title) for change in found.sections]


def _told(documents: Mapping[str, Document]) -> Counter[tuple[str, str]]:
    sections = (section for found in documents.values() for section in found.sections)
    return Counter((s.title, s.body) for s in sections if s.level or s.blocks)


def _said(section: Section | None) -> Counter[str]:
    return Counter(piece.digest for piece in pieces_of(section)) if section else Counter()


@FEW
@given(versions())
def test_nothing_differs_from_itself(files: tuple[dict[str, str], dict[str, str]]) -> None:
    for version in files:
        assert not compare(version, version)


@FEW
@given(versions())
def test_the_events_lead_from_one_version_to_the_other(
    files: tuple[dict[str, str], dict[str, str]],
) -> None:
    old, new = parsed(files[0]), parsed(files[1])
    found = diff_documents(old, new)
    sections = _told(old)
    for change in found.sections:
        if change.old:
            sections[change.old.title, change.old.body] -= 1
        if change.new:
            sections[change.new.title, change.new.body] += 1
    assert +sections == _told(new)
    assert all(count >= 0 for count in sections.values())


@FEW
@given(versions())
def test_the_pieces_of_an_event_lead_from_one_text_to_the_other(
    files: tuple[dict[str, str], dict[str, str]],
) -> None:
    for change in compare(*files).sections:
        gone = Counter(piece.old.digest for piece in change.pieces if piece.old)
        come = Counter(piece.new.digest for piece in change.pieces if piece.new)
        assert gone <= _said(change.old)
        assert _said(change.old) - gone + come == _said(change.new)


@FEW
@given(versions())
def test_every_surviving_section_has_one_match(
    files: tuple[dict[str, str], dict[str, str]],
) -> None:
    found = compare(*files)
    for side in zip(*found.matches, strict=True):
        assert len(set(side)) == len(side)
    for change in found.sections:
        if change.old and change.new:
            assert (change.old.name, change.new.name) in found.matches


@FEW
@given(versions())
def test_the_order_of_files_makes_no_difference(
    files: tuple[dict[str, str], dict[str, str]],
) -> None:
    old, new = files
    turned = compare(dict(reversed(old.items())), dict(reversed(new.items())))
    assert turned == compare(old, new)


@FEW
@given(versions())
def test_the_way_back_undoes_every_fact(files: tuple[dict[str, str], dict[str, str]]) -> None:
    def facts(diff: ContentDiff) -> Counter[object]:
        changes = [fact for change in diff.sections for fact in change.facts]
        come = Counter(fact.new.key for fact in changes if fact.new)
        come.subtract(fact.old.key for fact in changes if fact.old)
        return Counter({key: count for key, count in come.items() if count})

    back = facts(compare(files[1], files[0]))
    assert facts(compare(*files)) == Counter({key: -count for key, count in back.items()})


@given(
    st.lists(st.text(alphabet="abcdefgh", min_size=2, max_size=9), min_size=8, max_size=60),
    st.integers(12, 60),
    st.integers(12, 60),
)
def test_a_soft_wrap_is_no_change(words: list[str], one: int, other: int) -> None:
    old, new = (
        "# A\n\n"
        + "\n\n".join(
            textwrap.fill(" ".join(words), width, initial_indent=first, subsequent_indent=rest)
            for first, rest in (("", ""), ("- ", "  "), ("> ", "> "), ("1. ", "   "))
        )
        for width in (one, other)
    )
    assert events(old, new) == []


@FEW
@given(OUTLINES, TITLES)
def test_a_new_title_of_a_document_is_one_event(sections: list[Written], title: str) -> None:
    renamed = "Atlas" if title != "Atlas" else "Globe"
    kinds = events(document(sections, title), document(sections, renamed))
    assert kinds == [(ChangeKind.RENAMED, renamed)]


@FEW
@given(OUTLINES, OUTLINES)
def test_a_section_moved_to_another_document_is_one_event(
    stay: list[Written], other: list[Written]
) -> None:
    wanderer = Written(2, "Wanderer", ("A lantern nobody else has, within 9 days.",), "")
    child = Written(3, "Below it", ("Its own child walks along.",), "")
    old = {"a.md": document([*stay, wanderer, child]), "b.md": document(other, "Other")}
    new = {"a.md": document(stay), "b.md": document([*other, wanderer, child], "Other")}
    (change,) = compare(old, new).sections
    assert (change.kind, change.section.title, change.facts) == (ChangeKind.MOVED, "Wanderer", ())
    assert change.old is not None
    assert (change.old.path, change.section.path) == ("a.md", "b.md")
    assert change.weight is Weight.WORTH_KNOWING


@FEW
@given(OUTLINES)
def test_a_renamed_file_is_one_event(sections: list[Written]) -> None:
    text = document(sections)
    (change,) = compare({"a.md": text}, {"b.md": text}).sections
    assert (change.kind, change.section.level) == (ChangeKind.MOVED, 1)


@FEW
@given(versions())
def test_unchanged_documents_may_be_left_out(
    files: tuple[dict[str, str], dict[str, str]],
) -> None:
    old, new = files
    same = {"c.md": "# Same\n\nNothing happens here within 40 days.\n"}
    assert compare({**old, **same}, {**new, **same}).sections == compare(old, new).sections


def _change(old: str, new: str) -> SectionChange:
    (change,) = compare({"a.md": f"# A\n\n{old}\n"}, {"a.md": f"# A\n\n{new}\n"}).sections
    return change


def test_weights() -> None:
    assert _change("Wait 3 days.", "Wait 4 days.").weight is Weight.MUST_REREAD
    assert _change("Wait a bit.", "Wait a while.").weight is Weight.WORDING
    assert _change("Wait.", "Wait.\n\nThen smile.").weight is Weight.WORTH_KNOWING
    assert _change("You may wait.", "You must wait.").weight is Weight.MUST_REREAD


def test_who_may_read_or_do_it_weighs_most() -> None:
    only = "<!-- only: lead -->\n\n{}\n\n<!-- /only -->".format
    assert _change("Smile a lot.", only("Smile a lot.")).weight is Weight.MUST_REREAD
    step = "1. Smile a lot."
    assert _change(step, f"{step} <!-- needs: smile -->").weight is Weight.MUST_REREAD


def test_a_new_clearance_is_told() -> None:
    (change,) = compare(
        {"a.md": "# A {clearance=staff}\n\nText.\n"}, {"a.md": "# A {clearance=public}\n\nText.\n"}
    ).sections
    assert (change.clearance_moved, change.weight) == (True, Weight.MUST_REREAD)


def test_front_matter_is_compared_by_value() -> None:
    old = "---\nowner: one\nreview_by: 2026-01-01\n---\n# A\n"
    new = "---\nreview_by: 2026-01-01\nclearance: public\n---\n# A\n"
    front = compare({"a.md": old}, {"a.md": new}).front
    assert [(c.key, c.old, c.new, c.weight) for c in front] == [
        ("clearance", "", "public", Weight.MUST_REREAD),
        ("owner", "one", "", Weight.WORDING),
    ]


def test_an_id_a_person_wrote_is_followed_through_any_change() -> None:
    old = "# A\n\n## One {#keep}\n\nLanterns at dusk.\n\n## Two\n\nOther words entirely.\n"
    new = "# A\n\n## Two\n\nOther words entirely.\n\n### Nothing alike {#keep}\n\nNew prose.\n"
    found = compare({"a.md": old}, {"a.md": new})
    assert ("a.md#keep", "a.md#keep") in found.matches
    assert all(change.old and change.new for change in found.sections)


def test_a_section_told_apart_from_its_own_copy() -> None:
    one = Written(2, "One", ("The same words.",))
    copy = replace(one, title="Two")
    assert events(document([one]), document([one, copy])) == [(ChangeKind.ADDED, "Two")]
