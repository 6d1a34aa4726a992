from __future__ import annotations

from pathlib import Path

import pytest

from tests.content.described import CASES, describe


@pytest.mark.parametrize("case", sorted(CASES.iterdir()), ids=lambda case: case.name)
def test_a_change_reads_like_this(case: Path) -> None:
    assert describe(case) == (case / "expected.txt").read_text("utf-8")
