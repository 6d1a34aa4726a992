"""The description in OpenAPI 3.1: it holds together, and it is true of the service."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from opsrail.flows.model import Run
from opsrail.flows.service.model import Limits, Offer, Served
from opsrail.flows.service.openapi import openapi
from tests.flows.service.serving import Serving, serving

NESTED: Mapping[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "$ref": {"type": "string"},
        "tree": {"$ref": "#/$defs/tree"},
        "again": {"anyOf": [{"type": "null"}, {"$ref": "#"}]},
        "kind": {"const": {"$ref": "#/not/a/reference"}},
    },
    "$defs": {"tree": {"type": "array", "items": {"$ref": "#/$defs/tree"}}},
    "additionalProperties": False,
}


def references(value: Any, key: str = "") -> Iterator[str]:  # noqa: ANN401 - any JSON
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name == "$ref" and isinstance(inner, str) and key != "const":
                yield inner
            else:
                yield from references(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner, key)


def found(document: Mapping[str, Any], reference: str) -> Any:  # noqa: ANN401 - any JSON
    place: Any = document
    for step in reference.removeprefix("#/").split("/"):
        place = place[step]
    return place


def described(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    served = Served("nested", "Nested", schema, schema)
    offer = Offer("9f3c2a1", {"nested": served}, lambda _name, _given: _never(), lambda *_: ())
    document = openapi(offer, Limits())
    assert isinstance(document, Mapping)
    return document


def _never() -> Run:
    raise AssertionError


@pytest.fixture(scope="module")
def desk() -> Iterator[Serving]:
    with serving(Limits(most_bytes=2_000)) as running:
        yield running


def test_every_reference_leads_somewhere_and_every_schema_is_one(desk: Serving) -> None:
    for document in (desk.ask("GET", "/openapi.json").json, described(NESTED)):
        for reference in references(document):
            assert found(document, reference) is not None
        for schema in document["components"]["schemas"].values():
            Draft202012Validator.check_schema(schema)
        names = [name for part in document["components"].values() for name in part]
        assert all(re.fullmatch(r"[A-Za-z0-9._-]+", name) for name in names)


def test_every_operation_has_a_name_of_its_own_and_says_who_may(desk: Serving) -> None:
    document = desk.ask("GET", "/openapi.json").json
    operations = [one for path in document["paths"].values() for one in path.values()]
    assert len({one["operationId"] for one in operations}) == len(operations)
    assert document["security"] == [{"token": []}]
    assert [one["operationId"] for one in operations if one.get("security") == []] == ["isUp"]
    for operation in operations:
        for response in operation["responses"].values():
            assert "$ref" in response or response["description"]


def test_a_schema_that_refers_to_itself_still_does() -> None:
    document = described(NESTED)
    root = "urn:document"
    registry = Registry().with_resource(root, DRAFT202012.create_resource(document))
    schema = {"$ref": f"{root}#/components/schemas/nested.input"}
    validator = Draft202012Validator(schema, registry=registry)
    values: tuple[Mapping[str, Any], ...] = (
        {"tree": [[], [[]]], "$ref": "x", "again": {"tree": []}},
        {"kind": {"$ref": "#/not/a/reference"}},
        {"tree": [1]},
        {"again": {"unknown": 1}},
        {"kind": {}},
    )
    for given in values:
        own = Draft202012Validator(NESTED).is_valid(given)
        assert validator.is_valid(given) is own


def test_a_schema_with_an_address_of_its_own_is_left_alone() -> None:
    schema = {"$id": "https://desk.example/ticket", "$ref": "#/$defs/a", "$defs": {"a": True}}
    assert described(schema)["components"]["schemas"]["nested.input"] == schema


def test_what_the_service_answers_is_what_it_describes(desk: Serving) -> None:
    document = desk.ask("GET", "/openapi.json").json
    answers = {
        200: desk.run("echo", {"text": "x"}),
        202: desk.run("waiting", {"text": "x"}),
        400: desk.ask("POST", "/flows/echo", b"{", Content_Type="application/json"),
        401: desk.ask("POST", "/flows/echo", Authorization="Bearer none"),
        413: desk.ask("POST", "/flows/echo", b"a" * 2_001, Content_Type="application/json"),
        415: desk.ask("POST", "/flows/echo", b"a"),
        421: desk.ask("POST", "/flows/echo", Host="elsewhere.example"),
        422: desk.run("echo", {}),
        500: desk.run("failing", {"text": "x"}),
    }
    registry = Registry().with_resource("urn:document", DRAFT202012.create_resource(document))
    for status, answered in answers.items():
        assert answered.status == status
        flow = {202: "waiting", 500: "failing"}.get(status, "echo")
        responses = document["paths"][f"/flows/{flow}"]["post"]["responses"]
        response = responses[str(status)]
        response = found(document, response["$ref"]) if "$ref" in response else response
        (kind, content), *_ = response["content"].items()
        assert answered.headers["content-type"] == kind
        schema = {"$ref": f"urn:document{content['schema']['$ref']}"}
        Draft202012Validator(schema, registry=registry).validate(answered.json)
