from __future__ import annotations

from pathlib import Path

import pytest

from opsrail.governance.vocabulary import TERMS
from tests.gate.changing.cases import CASES, changes_between, sides, subject_of, told

TOLD = {case.name: changes_between(*sides(case)) for case in CASES}

ELSEWHERE = frozenset(
    name
    for name in TERMS
    if name.split()[0]
    in {"approval", "tier", "freeze", "exception", "risk", "claim", "member", "person", "mode"}
)
"""Terms of governance's own files, and those that need Git to be seen."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_change_is_told_as_expected(case: Path) -> None:
    assert told(TOLD[case.name]) == (case / "expected.txt").read_text("utf-8")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_changed_path_is_told(case: Path) -> None:
    assert {change.path for change in TOLD[case.name]} == set(subject_of(*sides(case)).changed)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_nothing_is_told_of_what_did_not_change(case: Path) -> None:
    before, after = sides(case)
    assert changes_between(before, before) == changes_between(after, after) == ()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_taken_back_it_is_told_as_well(case: Path) -> None:
    before, after = sides(case)
    assert {one.path for one in changes_between(after, before)} == {
        one.path for one in TOLD[case.name]
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_order_of_files_makes_no_difference(case: Path) -> None:
    before, after = (dict(reversed(side.items())) for side in sides(case))
    assert changes_between(before, after) == TOLD[case.name]


def test_most_terms_have_a_case() -> None:
    seen = {change.what for changes in TOLD.values() for change in changes}
    back = {change.what for case in CASES for change in changes_between(*reversed(sides(case)))}
    facts = ("money", "duration", "percent", "number", "date", "url", "email", "code", "handle")
    missing = TERMS.keys() - seen - back - ELSEWHERE
    missing = {name for name in missing if not name.startswith(facts)}
    assert missing <= {
        "deontic changed",
        "workflow changed",
        "page regenerated",
        "page edited",
        "page removed",
        "difference accepted",
        "lock regenerated",
    }
