from __future__ import annotations

from pathlib import Path

import pytest

from opsrail import __version__
from opsrail.report import FORMATS, render
from tests.report.reports import CASES, EXPECTED, read_case

FOLDERS = sorted(CASES.iterdir())


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_reports_look_as_expected(folder: Path, name: str) -> None:
    text = render(read_case(folder), name)
    expected = (folder / EXPECTED[name]).read_bytes().decode("utf-8")
    if name == "sarif":
        expected = expected.replace('"version": "VERSION"', f'"version": "{__version__}"')
    assert text == expected


def test_there_are_cases() -> None:
    assert {folder.name for folder in FOLDERS} >= {"closed", "hostile", "open"}
    assert set(EXPECTED) == set(FORMATS)
