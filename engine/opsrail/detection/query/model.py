"""What a rule's expression is made from, and the names of its columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import ibis.expr.types as ir

from opsrail.detection.formats import Nulls
from opsrail.detection.model import Correlation, Rule

SCOPE: Final = "_scope"
"""Tells tests apart that run together: part of every group, and of no alert."""

AT: Final = "_at"
VALUE: Final = "_value"
RULE: Final = "_rule"
REAL: Final = "_real"
"""1 for an event, 0 for a row that only marks an instant."""
TICK: Final = "_tick"
ONE: Final = "_one"
"""1 for an event, 0 for what stands for the same event once more: it is counted once."""
PART: Final = "_part"
"""Which tumbling window or session of its group a row belongs to."""

COUNTER: Final = "_n"
"""Start of the columns that say what a row adds to a number of different values."""


class Unsupported(Exception):
    """A rule that asks for what cannot be computed. `hint` says what to write instead."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def key(number: int) -> str:
    """The column of the group key with this number."""
    return f"_k{number}"


@dataclass(frozen=True, slots=True)
class Inputs:
    """What rules are evaluated over.

    `tables` has a table of events for each stream, `alerts` one for each rule that others build
    on. Crossings are sought in (since, until]; None leaves a side open. Where `scoped`, every
    table has a column `SCOPE`. `sessions_from` is where the oldest session began that was open
    at `since`.
    """

    rules: Mapping[str, Rule]
    tables: Mapping[str, ir.Table]
    alerts: Mapping[str, ir.Table] = field(default_factory=dict)
    since: int | None = None
    until: int | None = None
    scoped: bool = False
    sessions_from: int | None = None


def keys_of(rule: Rule, *, scoped: bool) -> tuple[str, ...]:
    """The columns that together make a group in the expressions of this rule."""
    scope = (SCOPE,) if scoped else ()
    return (*scope, *(key(number) for number in range(len(rule.group_by))))


def drops_nulls(rule: Rule) -> bool:
    """Whether events without a group key are left out: only where they are looked at together."""
    if not isinstance(rule.body, Correlation):
        return False
    return rule.ops is None or rule.ops.group_nulls is Nulls.DROP
