"""A YAML document as the model of its kind reads it, or what is wrong with it and where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from opsrail.findings import Finding, in_order
from opsrail.repo.schemas import CODE, violations
from opsrail.repo.yaml import YamlText

Format = TypeVar("Format", bound=BaseModel)


def read_as(
    kind: str, model: type[Format], yaml: YamlText
) -> tuple[Format | None, tuple[Finding, ...]]:
    """A document of this kind, or None and what is wrong with it, each at its place."""
    found = violations(kind, yaml)
    if found:
        return None, found
    try:
        return model.model_validate(yaml.value), ()
    except ValidationError as error:
        return None, in_order(_told(yaml, error))


def _told(yaml: YamlText, error: ValidationError) -> Iterator[Finding]:
    """What a schema cannot say: keys that exclude each other, a zone that does not exist."""
    every = error.errors(include_url=False)
    for one in every:
        if one["type"] == "too_short" and any(_is_within(one["loc"], two["loc"]) for two in every):
            continue  # a list from which what is wrong was left out is told by what is wrong
        is_key = one["loc"][-1:] == ("[key]",)
        place = yaml.place(_route(yaml.value, one["loc"]), key=is_key)
        if one["type"] == "string_pattern_mismatch":
            message = f"`{one['input']}` does not have the right form"
            hint = f"it has to match the pattern {one['ctx']['pattern']}"
            yield Finding(place, CODE, message, hint=hint)
        else:
            yield Finding(place, CODE, one["msg"].removeprefix("Value error, "))


def _is_within(outer: Sequence[str | int], inner: Sequence[str | int]) -> bool:
    return len(inner) > len(outer) and tuple(inner[: len(outer)]) == tuple(outer)


def _route(value: object, steps: Sequence[str | int]) -> tuple[str | int, ...]:
    """The steps that the data has: the model's also name alternatives of a union."""
    route: list[str | int] = []
    for step in steps:
        try:
            value = value[step]  # type: ignore[index]  # whatever it is, it has the step or raises
        except (KeyError, IndexError, TypeError):
            continue
        route.append(step)
    return tuple(route)
