from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import BaseModel, ConfigDict, Field

from opsrail.repo import schemas
from opsrail.repo.yaml import Plain, YamlText


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Form(StrEnum):
    FULL = "full"
    STEPS = "steps"
    BRIEF = "brief"


class Section(Strict):
    source: str = Field(
        alias="from", pattern=r"\.md#[\w-]+$", description="A source document, `#` and an anchor."
    )
    form: dict[str, Form]


class Count(Strict):
    kind: Literal["count"]
    at_least: int


class Ratio(Strict):
    kind: Literal["ratio"]
    at_most: float


class Playbook(Strict):
    """One playbook."""

    title: str = Field(min_length=3)
    owner: str = Field(description="The team that answers for it.\n\nMore about owners.")
    sections: list[Section] = Field(min_length=1)
    review_by: date | None = None
    tags: frozenset[str] = frozenset()
    weight: float = Field(default=1, ge=0, le=10)
    reviewers: str | list[str] = "nobody"
    guard: Annotated[Count | Ratio, Field(discriminator="kind")] | None = None
    draft: bool = False


GOOD = """\
title: Handle a refund request
owner: billing-support
sections:
  - from: content/sources/refunds.md#refund-a-charge
    form: {tier-1: steps}
"""
SCHEMA: Mapping[str, Any] = json.loads(schemas.export({"playbook": Playbook})["playbook"])


def said(text: str) -> list[str]:
    return [str(f) for f in schemas.violations_against(SCHEMA, YamlText.parse("p.yaml", text))]


@pytest.mark.parametrize(
    "more",
    [
        "",
        "review_by: 2026-11-02\n",
        "review_by: '2026-11-02'\n",
        "review_by:\n",
        "reviewers: [a, b]\n",
        "guard: {kind: ratio, at_most: 0.5}\n",
        "tags: [a, b]\n",
    ],
)
def test_what_the_model_takes_the_schema_takes(more: str) -> None:
    yaml = YamlText.parse("p.yaml", GOOD + more)
    assert schemas.violations_against(SCHEMA, yaml) == ()
    Playbook.model_validate(yaml.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            GOOD + "wieght: 3\n",
            "p.yaml:6:1: schema: the key `wieght` is not known here (did you mean `weight`?)",
        ),
        (
            GOOD.replace("tier-1: steps}", "tier-1: steps}\n    zebra: 1"),
            "p.yaml:6:5: schema: the key `zebra` is not known here (known are `form` or `from`)",
        ),
        (
            GOOD.replace("owner: billing-support\n", ""),
            "p.yaml:1:1: schema: the key `owner` is missing (The team that answers for it.)",
        ),
        (
            GOOD.replace("    form: {tier-1: steps}\n", ""),
            "p.yaml:4:5: schema: the key `form` is missing",
        ),
        (
            GOOD.replace("steps", "stepps"),
            "p.yaml:5:20: schema: expected `full`, `steps` or `brief`, got `stepps`",
        ),
        (
            GOOD.replace("#refund-a-charge", ""),
            "p.yaml:4:11: schema: `content/sources/refunds.md` does not have the right form",
        ),
        (
            "title: abc\nowner: b\nsections: refunds\n",
            "p.yaml:3:11: schema: expected a list, got text",
        ),
        (
            "title: abc\nowner: b\nsections: []\n",
            "p.yaml:3:11: schema: expected at least 1 item, got 0",
        ),
        (
            GOOD.replace("Handle a refund request", "404"),
            'p.yaml:1:8: schema: expected text, got a number (put it in quotes: "404")',
        ),
        (
            GOOD.replace("Handle a refund request", "2026-11-02"),
            'p.yaml:1:8: schema: expected text, got a date (put it in quotes: "2026-11-02")',
        ),
        (
            GOOD.replace("Handle a refund request", "ab"),
            "p.yaml:1:8: schema: expected at least 3 characters, got 2",
        ),
        (GOOD + "weight: 11\n", "p.yaml:6:9: schema: `11` has to be at most 10"),
        (GOOD + "draft: yes\n", "p.yaml:6:8: schema: expected true or false, got text"),
        (
            GOOD + "review_by: soon\n",
            "p.yaml:6:12: schema: expected a date such as 2026-11-02, got `soon`",
        ),
        (
            GOOD + "reviewers: {a: b}\n",
            "p.yaml:6:12: schema: expected text or a list, got a mapping",
        ),
        (GOOD + "reviewers: [a, [b]]\n", "p.yaml:6:16: schema: expected text, got a list"),
        (
            GOOD + "guard: {kind: count, at_most: 3}\n",
            "p.yaml:6:1: schema: the key `at_least` is missing",
        ),
        (
            GOOD + "guard: {kind: sum}\n",
            "p.yaml:6:15: schema: expected `count` or `ratio`, got `sum`",
        ),
        (GOOD + "tags: [a, a]\n", "p.yaml:6:7: schema: an item stands in this list twice"),
        (GOOD + "404: x\n", "p.yaml:6:1: schema: the key 404 is not text"),
        ("", "p.yaml:1:1: schema: expected a mapping of keys to values, got nothing"),
        ("- a\n", "p.yaml:1:1: schema: expected a mapping of keys to values, got a list"),
    ],
)
def test_violations_are_plain_and_placed(text: str, expected: str) -> None:
    assert any(line.startswith(expected) for line in said(text)), said(text)


def test_hints_of_values() -> None:
    assert "(did you mean `steps`?)" in said(GOOD.replace("steps", "stepps"))[0]
    assert "(A source document, `#` and an anchor.)" in said(GOOD.replace("#", "%23"))[0]


def test_every_missing_key_is_said_once() -> None:
    messages = said("draft: true\n")
    assert len(messages) == 3
    assert len(set(messages)) == 3


def test_export_is_stable_valid_and_named() -> None:
    exported = schemas.export({"playbook": Playbook, "count": Count})
    assert list(exported) == ["count", "playbook"]
    assert exported == schemas.export({"count": Count, "playbook": Playbook})
    text = exported["playbook"]
    assert text == json.dumps(json.loads(text), indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    assert SCHEMA["$id"] == "https://opsrail.example/schemas/playbook.schema.json"
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert SCHEMA["title"] == "opsrail playbook"
    Draft202012Validator.check_schema(SCHEMA)


def test_violations_of_a_kind_use_its_committed_schema(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "schemas").mkdir()
    exported = schemas.export({"test-kind": Playbook})["test-kind"]
    (tmp_path / "schemas" / "test-kind.schema.json").write_text(exported, encoding="utf-8")
    monkeypatch.setattr("importlib.resources.files", {"opsrail": tmp_path}.__getitem__)
    assert schemas.load_schema("test-kind") == json.loads(exported)
    assert schemas.violations("test-kind", YamlText.parse("p.yaml", GOOD)) == ()
    assert schemas.violations("test-kind", YamlText.parse("p.yaml", "")) != ()


def test_reading_schemas_does_not_import_the_models_library() -> None:
    code = "import sys, opsrail.repo.schemas; print('pydantic' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"


KEYS = st.sampled_from([*Playbook.model_fields, "kind", "from", "form", "zebra"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.dates() | st.text("aé`\n", max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.integers(), inner),
    max_leaves=12,
)


@given(st.dictionaries(KEYS, VALUES))
def test_any_data_gives_findings_within_the_file(data: dict[str, object]) -> None:
    text = json.dumps(stringless(data), default=date.isoformat)
    yaml = YamlText.parse("p.yaml", text)
    yaml.value = cast("Plain", data)  # with dates and odd keys, which JSON cannot write
    for finding in schemas.violations_against(SCHEMA, yaml):
        assert finding.location.line == 1
        assert 1 <= finding.location.column <= len(text)
        assert finding.message
        assert "\n" not in finding.hint


def stringless(value: object) -> object:
    if isinstance(value, dict):
        return {str(key): stringless(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [stringless(inner) for inner in value]
    return value
