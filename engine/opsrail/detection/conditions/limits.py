"""What of a condition cannot be run, in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sigma.types import (
    Placeholder,
    SigmaBool,
    SigmaCIDRExpression,
    SigmaNull,
    SigmaQueryExpression,
    SigmaRegularExpression,
    SigmaString,
    SigmaType,
)

from opsrail.detection.conditions import patterns
from opsrail.detection.conditions.leaves import can_test
from opsrail.detection.conditions.tree import Condition, leaves_of

_KINDS: Final = {
    SigmaNull: "an empty value",
    SigmaBool: "`true` or `false`",
    SigmaCIDRExpression: "a network",
}


def unsupported(condition: Condition) -> tuple[str, ...]:
    """Why the condition cannot be run, one clause for each reason; empty if it can."""
    leaves = [*leaves_of(condition)]
    if not leaves:
        return ("the condition tests nothing: give at least one field and a value",)
    return tuple(dict.fromkeys(said for name, value in leaves for said in _reasons(name, value)))


def _reasons(name: str | None, value: SigmaType) -> Iterator[str]:
    subject = f"`{name}`" if name is not None else "a keyword"
    placeholders = [*_placeholders(value)]
    if placeholders:
        for one in placeholders:
            yield f"{subject}: the placeholder `%{one}%` has no values: write them out as a list"
    elif isinstance(value, SigmaQueryExpression):
        yield f"{subject}: a piece of another system's query language cannot be run"
    elif not can_test(value, field=name is not None):
        kind = _KINDS.get(type(value), type(value).__name__)
        yield f"{subject}: {kind} needs a field to be compared with"
    elif isinstance(value, SigmaRegularExpression) and (fault := patterns.fault(value)):
        yield f"{subject}: the regular expression `{value.regexp}` {fault}"


def _placeholders(value: SigmaType) -> list[str]:
    pattern = value.regexp if isinstance(value, SigmaRegularExpression) else value
    if not isinstance(pattern, SigmaString):
        return []
    return [part.name for part in pattern.s if isinstance(part, Placeholder)]
