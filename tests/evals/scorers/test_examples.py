from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from ruamel.yaml import YAML

from opsrail.evals.scorers.registry import scorers
from opsrail.evals.texts.passages import LONGEST
from tests.evals.scorers.asking import score

CASES = Path(__file__).resolve().parent / "cases"
Example = Mapping[str, Any]


def _examples(*, refused: bool) -> Iterator[Any]:
    for path in sorted(CASES.glob("*.yaml")):
        examples = YAML(typ="safe").load(path.read_text("utf-8"))
        for number, example in enumerate(examples):
            if ("refused" in example) is refused:
                yield pytest.param(path.stem, example, id=f"{path.stem}-{number}")


def test_every_scorer_has_examples_good_and_bad() -> None:
    assert {path.stem for path in CASES.glob("*.yaml")} == set(scorers())
    for path in CASES.glob("*.yaml"):
        examples = YAML(typ="safe").load(path.read_text("utf-8"))
        known = {"setting", "output", "value", "reason", "seconds", "refused"}
        assert all(set(example) <= known for example in examples), path.stem
        values = {example["value"] for example in examples if "value" in example}
        # What is scored by others, a function or a model, has its examples elsewhere.
        assert path.stem in {"judge", "python"} or {0, 1} <= values, path.stem


@pytest.mark.parametrize(("name", "example"), list(_examples(refused=False)))
def test_an_answer_gets_this_score_for_this_reason(name: str, example: Example) -> None:
    got = score(name, example["setting"], example["output"], example.get("seconds", 0.0))
    assert math.isclose(got.value, example["value"], abs_tol=1e-9), got.reason
    assert example.get("reason", "") in got.reason
    assert len(got.reason) <= LONGEST
    assert got.value == 1 or got.reason


@pytest.mark.parametrize(("name", "example"), list(_examples(refused=True)))
def test_a_setting_that_cannot_be_used_is_refused_when_it_is_read(
    name: str, example: Example
) -> None:
    with pytest.raises(ValidationError) as raised:
        scorers()[name].setting.validate_python(example["setting"])
    assert example["refused"] in raised.value.errors()[0]["msg"]
