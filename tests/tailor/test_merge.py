from __future__ import annotations

import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsrail.tailor.merge import merge
from tests.strategies import SENTENCES

LINES = st.lists(
    st.sampled_from(["", "- One.", "Two. Three.", "Same line.", "Wait 3 days; then go. Now?"])
    | SENTENCES,
    max_size=6,
)
TEXTS = LINES.map("\n".join)


@st.composite
def three_versions(draw: st.DrawFn) -> tuple[str, str, str]:
    """An original and what two people made of it."""
    original = draw(LINES)
    made: list[str] = []
    for _ in range(2):
        lines = list(original)
        for _ in range(draw(st.integers(0, 3))):
            place = draw(st.integers(0, max(len(lines) - 1, 0)))
            end = place + draw(st.integers(0, 2))
            lines[place:end] = draw(st.lists(SENTENCES, max_size=2))
        made.append("\n".join(lines))
    return "\n".join(original), made[0], made[1]


def _sentences(text: str) -> Counter[str]:
    pieces = re.split(r"(?<=[.!?;:]) |\n", text)
    return Counter(piece.strip() for piece in pieces if piece.strip())


@given(TEXTS, TEXTS)
def test_one_side_alone_wins(original: str, changed: str) -> None:
    assert merge(original, original, changed) == changed
    assert merge(original, changed, original) == changed
    assert merge(original, changed, changed) == changed


@given(three_versions())
def test_no_sentence_of_a_person_is_lost(versions: tuple[str, str, str]) -> None:
    original, theirs, ours = versions
    if (merged := merge(original, theirs, ours)) is not None:
        own = _sentences(theirs) - _sentences(original)
        assert own <= _sentences(merged)


@given(three_versions())
def test_nothing_is_made_up_and_no_news_is_lost(versions: tuple[str, str, str]) -> None:
    original, theirs, ours = versions
    if (merged := merge(original, theirs, ours)) is not None:
        assert _sentences(ours) - _sentences(original) <= _sentences(merged)
        assert set(_sentences(merged)) <= set(
            _sentences(original) | _sentences(theirs) | _sentences(ours)
        )
        assert not re.search(r"^(<{7}|={7}|>{7}|\|{7})", merged, re.MULTILINE)


@given(three_versions())
def test_what_both_took_out_stays_out(versions: tuple[str, str, str]) -> None:
    original, theirs, ours = versions
    if (merged := merge(original, theirs, ours)) is not None:
        for gone in set(_sentences(original)) - set(_sentences(theirs)) - set(_sentences(ours)):
            assert gone not in _sentences(merged)


EDITS = st.sampled_from(["keep", "replace", "delete", "before", "behind"])


@st.composite
def apart(draw: st.DrawFn) -> tuple[str, str, str]:
    """Two sets of edits with an untouched line between any two, over lines that differ."""
    count = draw(st.integers(5, 14))
    original = [f"Line {number}" for number in range(count)]
    sides: tuple[list[str], list[str]] = ([], [])
    touched = False
    for number, line in enumerate(original):
        edit = "keep" if touched else draw(EDITS)
        touched = edit != "keep"
        editor = draw(st.integers(0, 1)) if touched else 0
        for side in (0, 1):
            sides[side].extend(_edited(line, edit if side == editor else "keep", number))
    return "\n".join(original), "\n".join(sides[0]), "\n".join(sides[1])


def _edited(line: str, edit: str, number: int) -> list[str]:
    new = f"Own {number}"
    return {
        "keep": [line],
        "replace": [new],
        "delete": [],
        "before": [new, line],
        "behind": [line, new],
    }[edit]


@given(apart())
def test_edits_that_do_not_touch_merge_either_way_round(versions: tuple[str, str, str]) -> None:
    original, one, other = versions
    merged = merge(original, one, other)
    assert merged is not None
    assert merged == merge(original, other, one)


@settings(max_examples=60)
@given(versions=apart())
def test_agrees_with_git_where_edits_do_not_touch(
    tmp_path_factory: pytest.TempPathFactory, versions: tuple[str, str, str]
) -> None:
    folder = tmp_path_factory.getbasetemp()
    clean, merged = _by_git(folder, *versions)
    assert clean
    assert merge(*versions) == merged


def _by_git(folder: Path, original: str, theirs: str, ours: str) -> tuple[bool, str]:
    for name, text in (("original", original), ("theirs", theirs), ("ours", ours)):
        (folder / name).write_text(text + "\n", "utf-8")
    done = subprocess.run(
        ["git", "merge-file", "-p", "--quiet", "ours", "original", "theirs"],
        cwd=folder,
        capture_output=True,
        check=False,
    )
    return done.returncode == 0, done.stdout.decode().removesuffix("\n")


@pytest.mark.parametrize(
    ("original", "theirs", "ours", "merged"),
    [
        (
            "Refund within 30 days. Be kind.",
            "Refund within 30 days. Be kind. Smile.",
            "Refund within 14 days. Be kind.",
            "Refund within 14 days. Be kind. Smile.",
        ),
        ("a\nb\nc", "a\nb\nc\nmine", "a\nb\nc\nnew", "a\nb\nc\nnew\nmine"),
        ("a\nb", "a\nmine\nb", "a\nB", "a\nmine\nB"),
        ("a\nb\nc", "a\nc", "a\nb\nC", "a\nC"),
    ],
    ids=["one paragraph", "both add at the end", "beside a change", "deletion kept"],
)
def test_merged(original: str, theirs: str, ours: str, merged: str) -> None:
    assert merge(original, theirs, ours) == merged


@pytest.mark.parametrize(
    ("original", "theirs", "ours"),
    [
        ("Refund within 30 days.", "Refund within 45 days.", "Refund within 14 days."),
        ("a\nb\nc", "a\nc", "a\nB\nc"),
        ("a\nb\nc", "a\nmine\nc", "a\nc"),
        ("One. Two. Three.", "One. 2. Three.", "One. Three."),
        ("", "mine", "new"),
    ],
    ids=["same sentence", "deleted here", "deleted there", "inside a paragraph", "empty"],
)
def test_what_collides_is_never_guessed(original: str, theirs: str, ours: str) -> None:
    assert merge(original, theirs, ours) is None
    assert merge(original, ours, theirs) is None
