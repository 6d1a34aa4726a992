"""Schemas of flows: what is refused, how fast, and what of a value they know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from opsrail.flows.schemas import knows, problems, schema_fault, size_fault, texts
from opsrail.llm.model import Json

TICKET: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "tags": {"type": "array", "items": {"type": "object", "properties": {"name": {}}}},
        "pair": {"prefixItems": [{"properties": {"a": {}}}], "items": False},
        "plan": {"$ref": "#/$defs/plan"},
        "more": {"type": "object"},
        "open": {"properties": {"a": {}}, "additionalProperties": True},
        "either": {"anyOf": [{"type": "null"}, {"properties": {"b": {}}}]},
    },
    "$defs": {"plan": {"type": "object", "properties": {"name": {"type": "string"}}}},
}


@pytest.mark.parametrize(
    ("path", "is_known"),
    [
        ("id", True),
        ("ID", False),
        ("id.x", False),
        ("tags.0.name", True),
        ("tags.3.nam", False),
        ("pair.0.a", True),
        ("pair.1", False),
        ("plan.name", True),
        ("plan.nam", False),
        ("more.anything.at.all", True),
        ("open.b", True),
        ("either.b", True),
        ("either.c", False),
    ],
)
def test_a_schema_knows_its_parts(path: str, is_known: bool) -> None:
    assert knows(TICKET, path.split(".")) is is_known


def test_schemas_that_cannot_be_used_are_refused_in_words() -> None:
    assert schema_fault({"type": "object"}) == ""
    assert "no JSON Schema" in schema_fault({"type": "thing"})
    assert "not in this schema" in schema_fault({"$ref": "https://x.example/schema"})
    assert "not in this schema" in schema_fault({"$ref": "file:///etc/passwd"})
    assert "patternProperties" in schema_fault({"patternProperties": {"(a+)+$": {}}})


def test_a_pattern_cannot_hang() -> None:
    found = problems({"pattern": "^(a+)+$"}, "a" * 50_000 + "b")
    assert len(found) == 1


def test_only_so_many_faults_are_told() -> None:
    assert len(problems({"items": {"type": "string"}}, list(range(10_000)))) == 20


def test_a_schema_without_end_is_said_and_no_crash() -> None:
    endless = {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}}
    assert "without end" in schema_fault(endless)
    (found,) = problems(endless, 1)
    assert "without end" in found.message


def test_size_is_counted_in_bytes_as_they_would_be_sent() -> None:
    assert size_fault("é" * 100, 202) == ""
    assert "202 bytes" in size_fault("é" * 100, 201)


def test_every_text_is_found_with_its_place() -> None:
    value: Json = {"a": ["x", {"b": "y"}], "c": 1}
    found = [("", "a"), ("a.0", "x"), ("a.1", "b"), ("a.1.b", "y"), ("", "c")]
    assert list(texts(value)) == found
