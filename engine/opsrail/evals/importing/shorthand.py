"""Assertions as one text, as a table has them: `icontains: refund`, `latency(2000)`.

A text that is none of them is what the answer must equal.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from typing import Any, Final

_CODE: Final = {"javascript": "javascript", "fn": "javascript", "eval": "javascript"}
_NAMED: Final = {**_CODE, "grade": "llm-rubric", "python": "python"}
_TYPED: Final = re.compile(
    r"(?P<type>(?:not-)?[a-z][a-z0-9-]*)(?:\((?P<threshold>\d+(?:\.\d+)?)\))?(?::(?P<value>.*))?",
    re.DOTALL,
)
_LISTS: Final = re.compile(r"(?:not-)?i?contains-(?:all|any)")


def spelled_out(text: str, known: frozenset[str]) -> Mapping[str, Any]:
    """The assertion that a text stands for. `known` are the types of assertions there are."""
    found = _TYPED.fullmatch(text.strip())
    if found is None:
        return {"type": "equals", "value": text.strip()}
    kind = _NAMED.get(found["type"], found["type"])
    if text.strip().startswith("file://"):
        return {"type": "python" if ".py" in text else "javascript", "value": text.strip()}
    if kind.removeprefix("not-") not in known:
        return {"type": "equals", "value": text.strip()}
    entry: dict[str, Any] = {"type": kind}
    value = (found["value"] or "").strip()
    if value:
        entry["value"] = comma_separated(value) if _LISTS.fullmatch(kind) else value
    if found["threshold"]:
        entry["threshold"] = float(found["threshold"])
    return entry


def comma_separated(text: str) -> list[str]:
    """The parts of a text with commas between; quotation marks keep a comma inside a part."""
    row = next(csv.reader([text.replace("\n", " ")], skipinitialspace=True), [])
    return [part.strip() for part in row if part.strip()]
