from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from opsrail.tailor.faithful.wording import rewording, unsupported
from tests.bench.summedits_data import Case, edits, published, read_rows

pytestmark = pytest.mark.realworld


def closures(cases: list[Case], judged: Callable[[str, str], tuple[object, ...]]) -> list[Case]:
    return [
        case
        for case in cases
        if any(getattr(one, "is_grave", False) for one in judged(case.source, case.derived))
    ]


def test_edits_of_sales_calls_close_as_measured(real_data: Callable[[str], Path]) -> None:
    cases = edits(read_rows("sales_call", real_data("summedits")))
    closed = closures(cases, rewording)
    assert len(cases) == 502
    assert sum(case.is_unfaithful for case in closed) >= 245
    assert sum(not case.is_unfaithful for case in closed) <= 6


def test_summaries_of_sales_calls_close_as_measured(real_data: Callable[[str], Path]) -> None:
    cases = published(read_rows("sales_call", real_data("summedits")))
    closed = closures(cases, unsupported)
    assert len(cases) == 520
    assert sum(case.is_unfaithful for case in closed) >= 200
    assert sum(not case.is_unfaithful for case in closed) <= 8
