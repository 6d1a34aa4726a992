"""json_schema: the answer has a form that a JSON Schema describes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import AfterValidator, JsonValue

from opsrail.evals.model import Score
from opsrail.evals.scorers.regex import expression
from opsrail.evals.scorers.registry import Asked, scorer
from opsrail.evals.texts.passages import clipped, quoted
from opsrail.evals.texts.plain import text_of

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

_ENDLESS: Final = "the schema refers to itself without end"
_REFUSED: Final = {
    "patternProperties": "it cannot be used here: write propertyNames with a pattern",
    "$dynamicRef": "it cannot be used here: write $ref",
    "$id": "it cannot be used here: write $defs, and refer to `#/$defs/…`",
}
_NAMES: Final = frozenset({"properties", "$defs", "definitions", "dependentSchemas"})
"""Keywords whose mapping has names for keys, not keywords."""
_DATA: Final = frozenset({"enum", "const", "default", "examples"})


@lru_cache(maxsize=256)
def _validator(written: str) -> Draft202012Validator:
    """A validator of the schema, whose patterns are RE2's, so that none can hang."""
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend
    from referencing import Registry

    checked: type[Draft202012Validator] = extend(  # type: ignore[no-untyped-call] # jsonschema's stubs leave it out
        Draft202012Validator, {"pattern": _pattern}
    )
    registry: Registry[Any] = Registry()  # looks nothing up, neither in files nor on the network
    return checked(json.loads(written), registry=registry)


def _pattern(
    _validator: object, pattern: str, instance: object, _schema: object
) -> Iterator[ValidationError]:
    from jsonschema.exceptions import ValidationError

    if isinstance(instance, str) and not expression(pattern).search(text_of(instance)):
        yield ValidationError(f"{quoted(instance)} does not match {quoted(pattern)}")


def _usable(schema: dict[str, JsonValue]) -> dict[str, JsonValue]:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError

    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        place = "/".join(str(step) for step in error.absolute_path) or "its top"
        raise ValueError(
            f"this is no JSON Schema: at {place}, {clipped(error.message, 120)}"
        ) from None
    for part in _parts(schema):
        _refuse(part, schema)
    try:
        for _ in _validator(json.dumps(schema)).iter_errors(None):
            break
    except RecursionError:
        raise ValueError(_ENDLESS) from None
    return schema


def _refuse(part: Mapping[str, JsonValue], schema: Mapping[str, JsonValue]) -> None:
    for key, why in _REFUSED.items():
        if isinstance(part.get(key), str | dict):
            raise ValueError(f"{key}: {why}")  # noqa: TRY004 - pydantic tells a ValueError
    reference, pattern = part.get("$ref"), part.get("pattern")
    if isinstance(reference, str) and not _is_known(reference, schema):
        raise ValueError(
            f"$ref: {quoted(reference)} is not in this schema: it may refer only to a part of"
            " itself, such as `#/$defs/price`"
        )
    if isinstance(pattern, str):
        expression(pattern)


def _is_known(reference: str, schema: Any) -> bool:  # noqa: ANN401 - any JSON
    if not reference.startswith("#"):
        return False
    for step in filter(None, reference[1:].split("/")):
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(schema, list) and key.isdigit() and int(key) < len(schema):
            schema = schema[int(key)]
        elif isinstance(schema, dict) and key in schema:
            schema = schema[key]
        else:
            return False
    return isinstance(schema, dict | bool)


def _parts(value: JsonValue) -> Iterator[Mapping[str, JsonValue]]:
    """Every schema in a schema, without what is data: the values of enum, const and so on."""
    if isinstance(value, list):
        for part in value:
            yield from _parts(part)
    elif isinstance(value, dict):
        yield value
        for key, part in value.items():
            if key in _NAMES and isinstance(part, dict):
                for named in part.values():
                    yield from _parts(named)
            elif key not in _DATA:
                yield from _parts(part)


@scorer("json_schema", Annotated[dict[str, JsonValue], AfterValidator(_usable)])
def json_schema(asked: Asked) -> Score:
    """The answer has the form that this JSON Schema (draft 2020-12) describes.

    A text is read as JSON first; one that is no JSON is taken as a text. A schema may refer only
    to parts of itself.
    """
    if asked.output is None:
        return Score(0.0, "there is no answer to check")
    validator = _validator(json.dumps(asked.setting))
    try:
        wrong = _most_telling(validator, _value(asked.output))
    except RecursionError:
        return Score(0.0, _ENDLESS)
    except OverflowError:
        return Score(0.0, "a number in the answer is too large to check")
    if wrong is None:
        return Score(1.0)
    place = ".".join(str(step) for step in wrong.absolute_path)
    said = clipped(wrong.message.replace("'", ""), 110)
    return Score(0.0, clipped(f"in {place}: {said}" if place else said))


def _most_telling(validator: Draft202012Validator, value: Any) -> ValidationError | None:  # noqa: ANN401 - any JSON
    from jsonschema.exceptions import best_match

    found: ValidationError | None = best_match(validator.iter_errors(value))
    return found


def _value(output: Any) -> Any:  # noqa: ANN401 - any JSON
    if not isinstance(output, str):
        return output
    try:
        return json.loads(_without_fence(output))
    except (ValueError, RecursionError):
        return output


def _without_fence(text: str) -> str:
    """JSON is often answered as a block of code."""
    lines = text.strip().splitlines()
    if len(lines) > 2 and lines[0].startswith("```") and lines[-1].startswith("```"):
        return "\n".join(lines[1:-1])
    return text
