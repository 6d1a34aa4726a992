"""Files held against the JSON Schema of their kind, and the schemas themselves.

The schemas are exported from the models that read the files, and committed, so that editors and
the engine agree about what a file may say.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.validators import extend
from referencing import Registry

from opsrail.findings import Finding, in_order
from opsrail.repo.schema_words import Problem, problems_of
from opsrail.repo.yaml import YamlText

if TYPE_CHECKING:
    from pydantic import BaseModel

CODE: Final = "schema"
_DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
_ID: Final = "https://opsrail.example/schemas/{kind}.schema.json"
_DATED: Final = {"date": date, "date-time": datetime}


def load_schema(kind: str) -> dict[str, Any]:
    """The committed schema of files of this kind, read anew: the caller may change it."""
    name = f"{kind}.schema.json"
    text = resources.files("opsrail").joinpath("schemas", name).read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def violations(kind: str, yaml: YamlText) -> tuple[Finding, ...]:
    """What of the file its kind's schema does not allow, each at the place where it stands."""
    return _findings(_validator_of(kind), yaml)


def violations_against(schema: Mapping[str, Any], yaml: YamlText) -> tuple[Finding, ...]:
    """As `violations`, against a schema at hand."""
    return _findings(_validator(schema), yaml)


def export(models: Mapping[str, type[BaseModel]]) -> Mapping[str, str]:
    """The schema of each kind as stable JSON text, made from the model that reads the kind."""
    return {kind: _exported(kind, model) for kind, model in sorted(models.items())}


def _exported(kind: str, model: type[BaseModel]) -> str:
    schema = model.model_json_schema(by_alias=True, mode="validation")
    schema |= {"$schema": _DRAFT, "$id": _ID.format(kind=kind), "title": f"opsrail {kind}"}
    return json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _findings(validator: Draft202012Validator, yaml: YamlText) -> tuple[Finding, ...]:
    problems = list(_unfit_keys(yaml.value, ()))
    if not problems:
        # Only text keys from here on: the validator matches patterns against them.
        problems = [
            problem for error in validator.iter_errors(yaml.value) for problem in problems_of(error)
        ]
    return in_order(
        Finding(
            yaml.place(problem.route, key=problem.is_about_key),
            CODE,
            problem.message,
            hint=problem.hint,
        )
        for problem in problems
    )


def _unfit_keys(value: object, route: tuple[str | int, ...]) -> Iterator[Problem]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(key, str):
                yield from _unfit_keys(inner, (*route, key))
            else:
                shown = key.isoformat() if isinstance(key, date) else json.dumps(key)
                yield Problem(
                    (*route, key),
                    f"the key {shown} is not text",
                    f'put it in quotes: "{shown}"',
                    is_about_key=True,
                )
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _unfit_keys(inner, (*route, number))


@lru_cache(maxsize=64)
def _validator_of(kind: str) -> Draft202012Validator:
    return _validator(load_schema(kind))


def _validator(schema: Mapping[str, Any]) -> Draft202012Validator:
    # An empty registry: a reference that leaves the schema is an error, never a download.
    return _dated_draft()(schema, format_checker=_formats(), registry=Registry())


def _type(
    validator: Draft202012Validator,
    types: object,
    instance: object,
    schema: Mapping[str, Any],
) -> Iterator[ValidationError]:
    """JSON has no dates, YAML has: an unquoted date is what a text in date format asks for."""
    wanted = _DATED.get(schema.get("format", ""))
    if wanted is not None and types == "string" and type(instance) is wanted:
        return
    yield from Draft202012Validator.VALIDATORS["type"](validator, types, instance, schema)


@lru_cache(maxsize=1)
def _dated_draft() -> type[Draft202012Validator]:
    kind: type[Draft202012Validator] = extend(  # type: ignore[no-untyped-call]  # without types in the library
        Draft202012Validator, {"type": _type}
    )
    return kind


@lru_cache(maxsize=1)
def _formats() -> FormatChecker:
    # The library checks points in time only with another package at hand.
    formats = FormatChecker(("date", "regex"))

    @formats.checks("date-time", raises=ValueError)
    def _is_moment(instance: object) -> bool:
        return not isinstance(instance, str) or bool(datetime.fromisoformat(instance))

    return formats
