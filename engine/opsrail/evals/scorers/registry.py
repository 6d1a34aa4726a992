"""The registry of scorers: one file each in this folder, found by walking it.

A scorer is a function from what was asked to a score. Its docstring is its explanation, its
setting's type is its part of the suites' schema.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import TypeAdapter

if TYPE_CHECKING:
    from opsrail.evals.model import Answer, Case, Score

COMMON = ("of", "at_least", "weight")
"""Keys that may stand beside any scorer in an assertion."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a scorer is given.

    `output` is the part of the answer that the assertion is `of`; `setting` has the type that
    the scorer declared, its `{expected}` filled in.
    """

    case: Case
    answer: Answer
    output: Any
    setting: Any


Run = Callable[[Asked], "Score"]
Declared = TypeVar("Declared", bound=Run)


@dataclass(frozen=True, slots=True)
class Scorer:
    """A named function. `is_steady`: the same answer always gets the same score."""

    name: str
    about: str
    setting: TypeAdapter[Any]
    run: Run
    is_steady: bool = True


_DECLARED: dict[str, Scorer] = {}


def scorer(
    name: str,
    setting: Any,  # noqa: ANN401 - any type that pydantic reads
    *,
    is_steady: bool = True,
) -> Callable[[Declared], Declared]:
    """Declare a function as the scorer `name`, whose setting has the type `setting`."""

    def declare(run: Declared) -> Declared:
        about = inspect.cleandoc(run.__doc__ or "")
        _DECLARED[name] = Scorer(name, about, TypeAdapter(setting), run, is_steady)
        return run

    return declare


@cache
def scorers() -> Mapping[str, Scorer]:
    """Every scorer, by name."""
    folder = importlib.import_module("opsrail.evals.scorers")
    for module in pkgutil.iter_modules(folder.__path__):
        importlib.import_module(f"{folder.__name__}.{module.name}")
    return {name: _DECLARED[name] for name in sorted(_DECLARED)}


def assertion_schema() -> dict[str, Any]:
    """The JSON Schema of one assertion: a scorer's setting, and the keys beside it.

    A text in braces is always allowed: it stands for a part of the case.
    """
    reference = {"type": "string", "pattern": r"^\{(expected|input)(\.[^{}]+)*\}$"}
    properties: dict[str, Any] = {
        "of": {
            "type": "string",
            "description": "The part of the answer to look at: `intent`, `steps.0`.",
        },
        "at_least": {
            "type": "number",
            "minimum": 0,
            "maximum": 1,
            "description": "The least score that passes; 1 if left out.",
        },
        "weight": {"type": "number", "exclusiveMinimum": 0, "maximum": 1000},
    }
    for name, found in scorers().items():
        schema = _inlined(found.setting.json_schema(by_alias=True))
        about = found.about.partition("\n\n")[0]
        properties[name] = {"anyOf": [schema, reference], "description": " ".join(about.split())}
    return {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "description": "One scorer with its setting, such as `{contains: within 30 days}`.",
    }


def _inlined(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with its own definitions put where they are referred to."""
    known = schema.pop("$defs", {})

    def put(part: Any) -> Any:  # noqa: ANN401 - any part of a JSON Schema
        if isinstance(part, dict):
            if isinstance(name := part.get("$ref"), str):
                return put(known[name.removeprefix("#/$defs/")])
            return {key: put(value) for key, value in part.items()}
        return [put(one) for one in part] if isinstance(part, list) else part

    whole: dict[str, Any] = put(schema)
    return whole
