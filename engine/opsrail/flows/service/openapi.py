"""The service described in OpenAPI 3.1, made of the flows' own schemas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from opsrail import __version__
from opsrail.flows.model import Author, Outcome
from opsrail.flows.service.model import Limits, Offer, Served
from opsrail.flows.service.problems import MEDIA_TYPE, TITLES
from opsrail.llm.model import Json

_DATA: Final = frozenset({"const", "default", "enum", "example", "examples"})
"""Keywords whose value is data: a `$ref` in there refers to nothing."""
_ABOUT: Final = (
    "Runs the automations of a support operation for its help desk. A run proposes: an effect on"
    " the repository waits for a person's approval and is never carried out here."
)
_RUN_PROBLEMS: Final = (
    "malformed unauthorised unknown slow-request too-large content-type wrong-host input-refused"
    " busy flow-failed stopping slow-run"
).split()
_READ_PROBLEMS: Final = ("unauthorised", "wrong-host", "stopping")


def openapi(offer: Offer, limits: Limits) -> Mapping[str, Json]:
    """The OpenAPI 3.1 document of a service."""
    paths: dict[str, Json] = {
        "/healthz": {"get": {**_reads("isUp", "Whether the service is up"), "security": []}},
        "/metrics": {"get": _reads("metrics", "Counts, for Prometheus")},
        "/openapi.json": {"get": _reads("description", "This description", "application/json")},
        "/flows": {"get": _reads("flows", "The flows that can be run", "application/json")},
    }
    schemas: dict[str, Json] = {"Problem": _PROBLEM}
    for name, flow in sorted(offer.flows.items()):
        paths[f"/flows/{name}"] = {"post": _runs(flow, limits)}
        schemas[f"{name}.input"] = _placed(flow.input, f"{name}.input")
        schemas[f"{name}.output"] = _placed(flow.output, f"{name}.output")
        schemas[f"{name}.run"] = _run_schema(name)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "opsrail flows",
            "version": __version__,
            "description": f"{_ABOUT}\n\nRevision of the flows: `{offer.revision}`.",
        },
        "paths": paths,
        "security": [{"token": []}],
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": schemas,
            "responses": _PROBLEM_RESPONSES,
            "headers": {"Request": _REQUEST_HEADER},
        },
    }


def _reads(name: str, summary: str, media_type: str = "text/plain") -> dict[str, Json]:
    content = {media_type: {"schema": {"type": "string" if "text" in media_type else "object"}}}
    done: Json = {"description": summary, "content": content}
    return {
        "operationId": name,
        "summary": summary,
        "responses": {"200": done, **_problems(_READ_PROBLEMS)},
    }


def _runs(flow: Served, limits: Limits) -> Json:
    answer = {"application/json": {"schema": _reference("schemas", f"{flow.name}.run")}}
    headers = {"X-Request-Id": _reference("headers", "Request")}
    return {
        "operationId": f"run-{flow.name}",
        "summary": flow.title,
        "description": f"{flow.about}\n\nThe body has at most {limits.most_bytes:,} bytes.".strip(),
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": _reference("schemas", f"{flow.name}.input")}
            },
        },
        "responses": {
            "200": {"description": "The run's result.", "content": answer, "headers": headers},
            "202": {
                "description": "The result, and an effect that waits for a person's approval.",
                "content": answer,
                "headers": headers,
            },
            **_problems(_RUN_PROBLEMS),
        },
    }


def _run_schema(flow: str) -> Json:
    texts: dict[str, Json] = {"type": "array", "items": {"type": "string"}}
    return {
        "type": "object",
        "required": ["flow", "revision", "outcome", "author", "output"],
        "properties": {
            "flow": {"const": flow},
            "revision": {"type": "string", "description": "The commit whose flow this was."},
            "outcome": {"enum": [Outcome.DONE.value, Outcome.WAITING.value]},
            "author": {"enum": [author.value for author in Author]},
            "output": _reference("schemas", f"{flow}.output"),
            "reasons": {**texts, "description": "Why no model wrote it, where one might have."},
            "suspicions": {**texts, "description": "What in the input looks like an attack."},
            "usage": {
                "type": "object",
                "properties": {
                    "input_tokens": {"type": "integer"},
                    "output_tokens": {"type": "integer"},
                    "dollars": {"type": "number"},
                },
            },
            "waiting": {
                "type": "array",
                "description": "Effects that wait: `opsrail flow approve ID` carries one out.",
                "items": {
                    "type": "object",
                    "properties": {name: {"type": "string"} for name in ("id", "flow", "team")},
                },
            },
        },
    }


def _problems(names: tuple[str, ...] | list[str]) -> dict[str, Json]:
    statuses = sorted({int(TITLES[name][0]) for name in names})
    return {str(status): _reference("responses", str(status)) for status in statuses}


def _reference(kind: str, name: str) -> dict[str, Json]:
    return {"$ref": f"#/components/{kind}/{name}"}


def _placed(schema: Json, name: str) -> Json:
    """A schema whose references to itself still hold where it stands in this document."""
    if isinstance(schema, Mapping):
        if isinstance(schema.get("$id"), str):
            return schema  # its references start from that address
        return {
            key: value if key in _DATA else _moved(key, value, name)
            for key, value in schema.items()
            if key != "$schema"
        }
    if isinstance(schema, list | tuple):
        return [_placed(one, name) for one in schema]
    return schema


def _moved(key: str, value: Json, name: str) -> Json:
    if key in {"$ref", "$dynamicRef"} and isinstance(value, str):
        if value == "#" or value.startswith("#/"):
            return f"#/components/schemas/{name}{value[1:]}"
        return value
    if key in {"properties", "patternProperties", "$defs", "dependentSchemas"} and isinstance(
        value, Mapping
    ):
        return {inner: _placed(one, name) for inner, one in value.items()}
    return _placed(value, name)


_PROBLEM: Final[Json] = {
    "type": "object",
    "description": "Problem details (RFC 9457).",
    "required": ["type", "title", "status", "detail", "request"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "request": {"type": "string", "description": "The request's id, as in the audit log."},
        "reasons": {"type": "array", "items": {"type": "string"}},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "A JSON pointer (RFC 6901)."},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
_REQUEST_HEADER: Final[Json] = {
    "description": "The request's id, as in the audit log.",
    "schema": {"type": "string"},
}


def _problem_response(status: int) -> Json:
    titles = [title for own, title in TITLES.values() if own == status]
    return {
        "description": " / ".join(titles),
        "content": {MEDIA_TYPE: {"schema": _reference("schemas", "Problem")}},
        "headers": {"X-Request-Id": _reference("headers", "Request")},
    }


_PROBLEM_RESPONSES: Final[Json] = {
    str(int(status)): _problem_response(int(status)) for status, _ in TITLES.values()
}
