"""Rules, alerts and what lies between them. All times are microseconds since 1970-01-01 UTC."""

from __future__ import annotations

import hashlib
import json
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from opsrail.detection.formats import CorrelationType, Level, Ops, Status, Window
from opsrail.findings import Location
from opsrail.streams.spans import micros

if TYPE_CHECKING:
    from sigma.conditions import ConditionItem
    from sigma.correlations import CorrelationConditionItem, SigmaRuleReference

Key = str | int | float | bool | None
Group = tuple[tuple[str, Key], ...]
"""An alert's group: (field, value) pairs in the order of the rule's group-by."""


class Operator(StrEnum):
    """How a correlation's value is compared."""

    GT = "gt"
    GTE = "gte"
    LT = "lt"
    LTE = "lte"
    EQ = "eq"
    NEQ = "neq"


@dataclass(frozen=True, slots=True)
class Threshold:
    """One comparison of a correlation's condition."""

    operator: Operator
    value: float


@dataclass(frozen=True, slots=True)
class Detection:
    """What an event of one stream must look like.

    `condition` is pySigma's parsed tree; `fields` are those it reads.
    """

    stream: str
    condition: ConditionItem
    fields: frozenset[str]


@dataclass(frozen=True, slots=True)
class Correlation:
    """A value over the events of a window, and when it is too much.

    `rules` are names, in the order given. `aliases` maps a group key to the field that holds it
    in each rule. `presence` is the parsed expression of an extended temporal condition.
    """

    type: CorrelationType
    rules: tuple[str, ...]
    group_by: tuple[str, ...]
    timespan: int
    thresholds: tuple[Threshold, ...]
    fields: tuple[str, ...] = ()
    percentile: int | None = None
    aliases: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    presence: CorrelationConditionItem | SigmaRuleReference | None = None

    def field_of(self, key: str, rule: str) -> str:
        """The field that holds the group key `key` in events of `rule`."""
        return self.aliases.get(key, {}).get(rule, key)


@dataclass(frozen=True, slots=True)
class Rule:
    """One document of a rule file. `logic` is a digest of everything that its alerts depend on
    in this document: not of its title, owner or tests.
    """

    name: str
    title: str
    body: Detection | Correlation
    ops: Ops | None
    level: Level
    status: Status
    place: Location
    number: int
    logic: str
    description: str = ""

    @property
    def references(self) -> tuple[str, ...]:
        """Names of the rules this one is built on."""
        return self.body.rules if isinstance(self.body, Correlation) else ()

    @property
    def inhibitors(self) -> tuple[str, ...]:
        """Names of the rules whose alerts keep this one silent."""
        return self.ops.inhibited_by if self.ops else ()

    @property
    def group_by(self) -> tuple[str, ...]:
        """The fields that make an alert's group."""
        if isinstance(self.body, Correlation):
            return self.body.group_by
        return (self.ops.dedupe.key or ()) if self.ops and self.ops.dedupe else ()

    @property
    def window(self) -> Window:
        """Which events are looked at together."""
        return self.ops.window if self.ops else Window.SLIDING

    @property
    def every(self) -> int | None:
        """How often it is judged on the clock; None where it is judged at each event.

        A condition that an empty window satisfies (fewer than five, none at all) can come true
        without any event, so it needs the clock: a tenth of the timespan, but no more often
        than each minute, unless the rule says how often.
        """
        if not isinstance(self.body, Correlation):
            return None
        if self.ops and self.ops.every:
            return micros(self.ops.every)
        if not self.holds_when_empty:
            return None
        return max(self.body.timespan // 10 // MINUTE, 1) * MINUTE

    @property
    def holds_when_empty(self) -> bool:
        """Whether a window without events satisfies the condition."""
        body = self.body
        if not isinstance(body, Correlation):
            return False
        if body.presence is not None:
            return False
        if body.type not in COUNTING:
            return False  # the average of nothing is not a number
        return bool(body.thresholds) and all(holds(one, 0) for one in body.thresholds)

    @property
    def remember(self) -> int:
        """How long a group is waited for after its last event."""
        assert isinstance(self.body, Correlation)
        if self.ops and self.ops.remember:
            return micros(self.ops.remember)
        return max(28 * 24 * 60 * MINUTE, 2 * self.body.timespan)


MINUTE = 60_000_000
COUNTING = frozenset({CorrelationType.EVENT_COUNT, CorrelationType.VALUE_COUNT})


COMPARED: Mapping[Operator, Callable[[Any, float], Any]] = {
    Operator.GT: operator.gt,
    Operator.GTE: operator.ge,
    Operator.LT: operator.lt,
    Operator.LTE: operator.le,
    Operator.EQ: operator.eq,
    Operator.NEQ: operator.ne,
}
"""How a value is held against a limit: a number, or a column of an engine's."""


def holds(threshold: Threshold, value: float) -> bool:
    """Whether `value` satisfies the comparison."""
    return bool(COMPARED[threshold.operator](value, threshold.value))


class Crossing(NamedTuple):
    """An instant at which a rule's condition holds for a group.

    There may be a million of them, so they are as light as can be. `value` is what was computed
    over the window, `expected` what its baseline thinks usual; both None where the rule has no
    such thing. `scope` tells tests apart; "" outside of them.
    """

    at: int
    group: Group
    value: float | None = None
    expected: float | None = None
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """What a rule raises: a first crossing, and the later ones folded into it.

    `at` is the first crossing, `last` the last one so far, `until` the moment before which a
    further crossing folds into it. `known` is when the engine could have raised it at the
    earliest: late records are waited for. `suppressed` names the rule or maintenance that
    keeps it silent.
    """

    rule: str
    group: Group
    at: int
    last: int
    until: int
    level: Level
    value: float | None = None
    expected: float | None = None
    folded: int = 0
    known: int = 0
    suppressed: str = ""
    scope: str = ""

    @property
    def id(self) -> str:
        """The same for the same alert, whenever and in however many runs it is computed."""
        parts = [self.rule, self.at, self.group]
        return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:16]

    @property
    def order(self) -> tuple[int, str, str, str]:
        """Sort key: by time, rule, group."""
        return (self.at, self.rule, json.dumps(self.group, ensure_ascii=False), self.scope)
