from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsrail.content.changes import Weight
from opsrail.gate.changing import typed_changes
from opsrail.gate.subject import Subject
from tests.gate.changing.cases import CASES, changes_between, sides, subject_of
from tests.strategies import document, edited, histories, named, repositories, versions

FOLDER = "content/sources/"
OPPOSITE = {"raised": "lowered", "lowered": "raised", "added": "removed", "removed": "added"}
FACTS = ("money", "duration", "percent", "number", "date", "url", "email", "code", "handle")
TEXTS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["a: [", "a: 1\n", "- x\n", "---\nowner: x\n---\n", "\0", "{}", "# T\n", "9: 1"]
    ),
)


@given(histories())
def test_every_changed_path_is_told_and_no_other(history: list[dict[str, str]]) -> None:
    before, after = history[0], history[-1]
    told = changes_between(before, after)
    assert {change.path for change in told} == set(subject_of(before, after).changed)
    assert list(told) == sorted(set(told), key=lambda change: change.order)


@given(st.sampled_from(CASES), st.data())
def test_whatever_somebody_writes_into_a_file_it_is_told(case: Path, data: st.DataObject) -> None:
    before = sides(case)[0]
    path = data.draw(st.sampled_from([*before, "policies/x.yaml", "rules/y.yaml", "content/z.md"]))
    after = before | {path: data.draw(TEXTS)}
    for old, new in ((before, after), (after, before)):
        changed = set(subject_of(old, new).changed)
        assert {change.path for change in changes_between(old, new)} == changed


@settings(max_examples=settings().max_examples // 4)
@given(repositories())
def test_the_same_files_are_no_change(files: dict[str, str]) -> None:
    assert changes_between(files, dict(reversed(files.items()))) == ()


def kinds(before: dict[str, str], after: dict[str, str]) -> Counter[tuple[str, str]]:
    terms = (change.term for change in changes_between(before, after))
    return Counter((term.noun, term.direction) for term in terms if term.noun in FACTS)


@st.composite
def amounts(draw: st.DrawFn) -> tuple[dict[str, str], dict[str, str]]:
    """Two versions of a document in which only figures differ."""
    lines = draw(st.lists(st.sampled_from(LINES), min_size=1, max_size=4, unique=True))
    figures = [
        "\n".join(line.format(draw(st.integers(2, 400))) for line in lines) for _ in range(2)
    ]
    old, new = ({f"{FOLDER}a.md": f"# A\n\n{text}\n"} for text in figures)
    return old, new


LINES = (
    "- Refund charges up to USD {}.",
    "- Answer within {} days.",
    "- At most {} % may wait.",
    "- No more than {} people see it.",
)


@given(amounts())
def test_taken_back_what_was_raised_is_lowered(
    pair: tuple[dict[str, str], dict[str, str]],
) -> None:
    there, back = kinds(*pair), kinds(*reversed(pair))
    turned = Counter({(n, OPPOSITE.get(d, d)): count for (n, d), count in there.items()})
    assert turned == back
    assert bool(there) == (pair[0] != pair[1])


@given(versions())
def test_taken_back_as_many_facts_are_told(pair: tuple[dict[str, str], dict[str, str]]) -> None:
    old, new = ({f"{FOLDER}{name}": text for name, text in side.items()} for side in pair)
    assert bool(kinds(old, new)) == bool(kinds(new, old))


@given(st.data())
def test_wording_alone_never_has_a_fact_with_it(data: st.DataObject) -> None:
    outline = data.draw(edited([]))
    other = data.draw(edited(outline))
    old, new = ({f"{FOLDER}a.md": document(named(one, "s"))} for one in (outline, other))
    told = changes_between(old, new)
    assert all(change.term.noun not in FACTS for change in told if change.weight is Weight.WORDING)


def test_without_a_base_there_is_nothing_to_tell() -> None:
    subject = subject_of({}, {f"{FOLDER}a.md": "# A\n"})
    with pytest.raises(ValueError, match="without a base"):
        typed_changes(Subject(subject.head, None, subject.today), ())
