"""JSON Schemas of flows: whether one can be used, what of a value it refuses, and what it knows.

Inputs come from outside. So their size and depth are bounded before a schema sees them, patterns
are RE2's, whose time grows with the text alone, and nothing is ever looked up elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import Any, Final

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend
from referencing import Registry

from opsrail.evals.reading.asserted import setting_fault
from opsrail.evals.scorers.regex import expression
from opsrail.llm.model import Json
from opsrail.repo.schema_words import Problem, problems_of

MOST_BYTES: Final = 256 * 1024
"""Of an input, written as JSON in UTF-8, unless who runs a flow says otherwise."""
DEEPEST: Final = 32
"""Lists and mappings inside each other."""
_MOST_TOLD: Final = 20


def schema_fault(schema: Mapping[str, Any]) -> str:
    """Why this is no JSON Schema that can be used here; empty if it can."""
    return setting_fault("json_schema", dict(schema))


def problems(schema: Mapping[str, Any], value: Json) -> tuple[Problem, ...]:
    """What of the value the schema does not allow: the first twenty faults, each with its route.

    A schema that refers to itself without end refuses everything, in words.
    """
    validator = _checked()(schema, registry=Registry())
    try:
        errors = validator.iter_errors(value)
        found = (problem for error in errors for problem in problems_of(error))
        return tuple(islice(found, _MOST_TOLD))
    except RecursionError:
        return (Problem((), "the schema refers to itself without end"),)


def told(problem: Problem, whole: str) -> str:
    """A problem as a sentence. `whole` stands for the value itself: “the input”."""
    where = ".".join(str(step) for step in problem.route) or whole
    hint = f" ({problem.hint})" if problem.hint else ""
    return f"{where}: {problem.message}{hint}"


def size_fault(value: object, most_bytes: int = MOST_BYTES) -> str:
    """Why a value is no JSON that a flow takes: too large, too deep, no JSON; empty if it is."""
    if _depth(value) > DEEPEST:
        return f"lists and mappings stand inside each other more than {DEEPEST} deep"
    try:
        size = len(json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8"))
    except UnicodeEncodeError:
        return "there is half a character in a text (a lone surrogate)"
    except (TypeError, ValueError):
        return "there is a value that JSON does not have, such as NaN"
    if size > most_bytes:
        return f"this is {size:,} bytes of JSON; {most_bytes:,} is the most"
    return ""


def texts(value: Json, route: tuple[str | int, ...] = ()) -> Iterator[tuple[str, str]]:
    """Every text in a value, with its place: `ticket.body`. Keys are texts as well."""
    if isinstance(value, str):
        yield ".".join(str(step) for step in route), value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield ".".join(str(step) for step in route), key
            yield from texts(inner, (*route, key))
    elif isinstance(value, Sequence):
        for at, inner in enumerate(value):
            yield from texts(inner, (*route, at))


def knows(schema: Mapping[str, Any], path: Sequence[str]) -> bool:
    """Whether a value of this schema can have a part at this path, as far as the schema says.

    A name beside declared ones counts as unknown unless `additionalProperties` allows it aloud:
    most of these are slips of the pen.
    """
    return _knows(schema, schema, tuple(path), 0)


def _knows(whole: Mapping[str, Any], schema: object, path: tuple[str, ...], depth: int) -> bool:
    if schema is False:
        return False
    if not path or not isinstance(schema, Mapping) or depth > DEEPEST:
        return True
    if isinstance(reference := schema.get("$ref"), str):
        return _knows(whole, _referred(whole, reference), path, depth + 1)
    several = [one for key in ("anyOf", "oneOf", "allOf") for one in schema.get(key, ())]
    if several and "properties" not in schema:
        return any(_knows(whole, one, path, depth + 1) for one in several)
    step, rest = path[0], path[1:]
    if step.isdigit() and ("items" in schema or "prefixItems" in schema):
        listed = schema.get("prefixItems", ())
        inner = listed[int(step)] if int(step) < len(listed) else schema.get("items", True)
        return _knows(whole, inner, rest, depth + 1)
    declared = schema.get("properties", {})
    if step in declared:
        return _knows(whole, declared[step], rest, depth + 1)
    further = schema.get("additionalProperties", not declared and _may_be_mapping(schema))
    return _knows(whole, further, rest, depth + 1)


def _may_be_mapping(schema: Mapping[str, Any]) -> bool:
    kinds = schema.get("type", "object")
    return "object" in ([kinds] if isinstance(kinds, str) else kinds)


def _referred(whole: Mapping[str, Any], reference: str) -> object:
    found: Any = whole
    for step in filter(None, reference.removeprefix("#").split("/")):
        found = found.get(step.replace("~1", "/").replace("~0", "~"), True)
    return found


def _depth(value: object) -> int:
    """How deep a value goes, counted without recursion: it may be far too deep for that."""
    deepest, level = 0, [value]
    while level and deepest <= DEEPEST:
        inner: list[object] = []
        for one in level:
            if isinstance(one, Mapping):
                inner += one.values()
            elif isinstance(one, list | tuple):
                inner += one
        level = inner
        deepest += bool(level)
    return deepest


@cache
def _checked() -> type[Draft202012Validator]:
    kind: type[Draft202012Validator] = extend(  # type: ignore[no-untyped-call]  # without types in the library
        Draft202012Validator, {"pattern": _pattern}
    )
    return kind


def _pattern(
    _validator: object, pattern: str, instance: object, _schema: object
) -> Iterator[ValidationError]:
    if isinstance(instance, str) and not expression(pattern).search(instance):
        yield ValidationError("it does not have the right form")
