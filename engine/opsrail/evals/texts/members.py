"""Lists in answers and settings: `[a, b]`, or a text with one item a line or commas between."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, WithJsonSchema

from opsrail.evals.texts.plain import plain, text_of

_BETWEEN: Final = re.compile(r"[\n,;]")
_BULLET: Final = re.compile(r"^\s*(?:[-*+•]|\d{1,3}[.)])\s+")


def members(value: Any) -> tuple[str, ...] | None:  # noqa: ANN401 - any JSON
    """The items of a list in their order, each once, as plain text.

    None where the value is no list and no text that could be one. Items are texts, so that 7 and
    "7" are the same; marks before an item (`-`, `1.`) are no part of it.
    """
    if isinstance(value, str):
        value = _parsed(value)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        value = [value]
    if not isinstance(value, Sequence) or isinstance(value, str):
        return None
    texts = (plain(text_of(item) or "") for item in value)
    return tuple(dict.fromkeys(text for text in texts if text))


def _parsed(text: str) -> list[Any]:
    if text.lstrip().startswith("["):
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, list):
            return found
    return [_BULLET.sub("", line) for line in _BETWEEN.split(text)]


def _expected(value: Any) -> tuple[str, ...]:  # noqa: ANN401 - whatever stands in the file
    found = members([value.isoformat()] if isinstance(value, date) else value)
    if found is None:
        raise ValueError("give a list, such as [billing, refunds]")
    return found


Expected = Annotated[
    tuple[str, ...],
    BeforeValidator(_expected),
    WithJsonSchema({"anyOf": [{"type": "array"}, {"type": ["string", "number"]}]}),
]
"""The right items. An empty list is one, too: nothing is right."""
