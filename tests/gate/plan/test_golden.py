from __future__ import annotations

import pytest

from opsrail.gate.plan.rendering import FORMATS, render
from tests.gate.plan.plans import EXPECTED, FOLDER, NOW, PLANS


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", PLANS)
def test_plans_look_as_expected(name: str, form: str) -> None:
    expected = (FOLDER / name / EXPECTED[form]).read_bytes().decode("utf-8")
    assert render(PLANS[name](), form, now=NOW) == expected


def test_there_is_a_folder_for_each_plan_and_a_file_for_each_format() -> None:
    assert {folder.name for folder in FOLDER.iterdir()} == set(PLANS)
    assert set(EXPECTED) == set(FORMATS)


def test_another_format_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        render(PLANS["open"](), "pdf", now=NOW)
