"""Settings of scorers that look for texts. A number or a date stands for the text it is written as.

Each refuses what cannot be looked for in one sentence, since it is read when a suite is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, WithJsonSchema

from opsrail.evals.texts.plain import plain, whole

_ONE: Final = {"type": ["string", "number"], "minLength": 1}
_MANY: Final = {"anyOf": [{"type": "array", "items": _ONE, "minItems": 1}, _ONE]}


def _text(value: Any) -> str:  # noqa: ANN401 - whatever stands in the file
    if isinstance(value, bool) or not isinstance(value, str | int | float | date):
        raise ValueError(f"give a text to look for; this is {_kind(value)}")  # noqa: TRY004 - pydantic tells a ValueError
    text = whole(value) if isinstance(value, str) else str(value)
    if not plain(text):
        raise ValueError("give a text to look for; this one is empty")
    return text


def _texts(value: Any) -> list[Any]:  # noqa: ANN401 - whatever stands in the file
    if isinstance(value, Sequence) and not isinstance(value, str):
        if not value:
            raise ValueError("give at least one text to look for; this list is empty")
        return list(value)
    return [value]


def _kind(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true or false, which needs quotation marks to be a text"
    return "a list" if isinstance(value, Sequence) else "a mapping of keys to values"


Sought = Annotated[str, BeforeValidator(_text), WithJsonSchema(_ONE)]
"""One text."""

SoughtMany = Annotated[
    tuple[Sought, ...], BeforeValidator(_texts), Field(min_length=1), WithJsonSchema(_MANY)
]
"""Several texts; one alone needs no list."""
