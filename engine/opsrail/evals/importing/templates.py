"""Values with `{{name}}` in them, and variables with several values.

Only plain names are filled in. Filters and conditions are a language of their own, in which a
value could mean anything.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from opsrail.evals.importing.model import NotTaken

MOST_COMBINATIONS: Final = 1_000
_NAME: Final = re.compile(r"\{\{-?\s*([A-Za-z_][\w.]*)\s*-?\}\}")
_LANGUAGE: Final = re.compile(r"\{\{|\{%|\{#")


def filled(value: Any, given: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON
    """The value with its `{{name}}` filled in. Raises `NotTaken` where that cannot be done."""
    if isinstance(value, str):
        return _filled(value, given)
    if isinstance(value, Mapping):
        return {str(key): filled(part, given) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [filled(part, given) for part in value]
    return value


def has_template(value: Any) -> bool:  # noqa: ANN401 - any JSON
    """Whether anything in the value would be filled in."""
    if isinstance(value, str):
        return bool(_LANGUAGE.search(value))
    if isinstance(value, Mapping):
        return any(has_template(part) for part in value.values())
    return isinstance(value, list | tuple) and any(has_template(part) for part in value)


def combinations(given: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every combination of variables that have a list of values: each is a test of its own."""
    several = [name for name, value in given.items() if isinstance(value, list | tuple)]
    count = 1
    for name in several:
        count *= len(given[name])
        if not given[name]:
            raise NotTaken(f"its variable `{name}` has no values")
    if count > MOST_COMBINATIONS:
        raise NotTaken(
            f"its variables have {count:,} combinations; {MOST_COMBINATIONS:,} is the most",
            "write the cases that matter into a CSV file",
        )
    for chosen in itertools.product(*(given[name] for name in several)):
        yield {**given, **dict(zip(several, chosen, strict=True))}


def _filled(text: str, given: Mapping[str, Any]) -> str:
    # One pass: what a value holds is never filled in again.
    parts = _NAME.split(text)
    if any(_LANGUAGE.search(plain) for plain in parts[::2]):
        raise NotTaken(
            "it has a template that is more than a name in `{{ }}`",
            "write the text that it stands for",
        )
    parts[1::2] = [_shown(name, given) for name in parts[1::2]]
    return "".join(parts)


def _shown(name: str, given: Mapping[str, Any]) -> str:
    value: Any = given
    for step in name.split("."):
        if not isinstance(value, Mapping) or step not in value:
            raise NotTaken(f"it refers to `{name}`, which is no variable of the test")
        value = value[step]
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping | list | tuple) or value is None:
        raise NotTaken(f"it refers to `{name}`, which is no text")
    return json.dumps(value)
