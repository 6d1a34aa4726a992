from __future__ import annotations

import ibis
import pytest

from opsrail.detection.conditions import unsupported
from tests.detection.conditions.asking import asked, condition_of
from tests.detection.conditions.cases import CASES, Case

ROWS = [row for case in CASES for row in (*case.matching, *case.others)]


def expected(case: Case) -> list[bool]:
    return [True] * len(case.matching) + [False] * len(case.others)


def answers(backend: ibis.BaseBackend) -> list[list[bool]]:
    """For each case what the engine says of its own rows."""
    found = asked(backend, ROWS, [condition_of(case.detection) for case in CASES])
    own: list[list[bool]] = []
    start = 0
    for case, column in zip(CASES, found, strict=True):
        end = start + len(expected(case))
        own.append(column[start:end])
        start = end
    return own


@pytest.fixture(scope="module")
def in_duckdb() -> list[list[bool]]:
    return answers(ibis.duckdb.connect())


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case.about for case in CASES])
def test_the_engine_finds_what_sigma_says(in_duckdb: list[list[bool]], number: int) -> None:
    case = CASES[number]
    rows = (*case.matching, *case.others)
    wrong = [
        row
        for row, says, should in zip(rows, in_duckdb[number], expected(case), strict=True)
        if says is not should
    ]
    assert wrong == []


@pytest.mark.parametrize("case", CASES, ids=[case.about for case in CASES])
def test_every_case_can_be_run(case: Case) -> None:
    assert unsupported(condition_of(case.detection)) == ()
