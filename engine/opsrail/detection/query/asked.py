"""What a correlation asks of its window, read off the rule once."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from opsrail.detection.formats import CorrelationType, Window
from opsrail.detection.model import Correlation, Operator, Rule, holds

TEMPORAL = frozenset({CorrelationType.TEMPORAL, CorrelationType.TEMPORAL_ORDERED})
SUMMING = frozenset(
    {
        CorrelationType.VALUE_SUM,
        CorrelationType.VALUE_AVG,
        CorrelationType.VALUE_MEDIAN,
        CorrelationType.VALUE_PERCENTILE,
    }
)

MOST_LOOKED_BACK = 2**31
"""No engine looks back further than so many rows; nobody waits for so many events either."""

_FALLING = frozenset({Operator.LT, Operator.LTE, Operator.EQ})


@dataclass(frozen=True, slots=True)
class Asked:
    """`counted`: the fields whose different values are the rule's value, none where it counts
    events. `minimum`: field → least number of different values. `shift`: how far before the
    judged moment the row of a clock tick stands, in microseconds.
    """

    rule: Rule
    body: Correlation
    counted: tuple[str, ...]
    minimum: Mapping[str, int]
    minimum_events: int

    @classmethod
    def of(cls, rule: Rule, body: Correlation) -> Asked:
        """What the rule asks."""
        counted: tuple[str, ...] = ()
        if body.type is CorrelationType.VALUE_COUNT:
            counted = body.fields
        elif body.type is CorrelationType.EVENT_COUNT and rule.ops and rule.ops.distinct:
            counted = (rule.ops.distinct,)
        least = rule.ops.minimum if rule.ops else None
        return cls(
            rule,
            body,
            counted,
            least.distinct if least else {},
            (least.events or 0) if least else 0,
        )

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field of the events that has to be at hand."""
        summed = self.body.fields if self.body.type in SUMMING else ()
        return tuple(dict.fromkeys((*self.counted, *summed, *self.minimum)))

    @property
    def counts_events(self) -> bool:
        """Whether the value is the number of events."""
        return self.body.type is CorrelationType.EVENT_COUNT and not self.counted

    @property
    def is_plain(self) -> bool:
        """Whether the value follows from the set of events alone, whatever their order."""
        is_ordered = self.body.type is CorrelationType.TEMPORAL_ORDERED
        return not is_ordered and self.body.presence is None

    @property
    def on_clock(self) -> bool:
        """Whether it is judged on a clock instead of at each event."""
        return self.rule.every is not None

    @property
    def window(self) -> Window:
        """The window in which events are looked at; on the clock all are of one kind."""
        return Window.SLIDING if self.on_clock else self.rule.window

    @property
    def every(self) -> int:
        """Microseconds from one tick to the next: a tumbling window is judged at its close."""
        assert self.rule.every is not None
        return self.body.timespan if self.rule.window is Window.TUMBLING else self.rule.every

    @property
    def shift(self) -> int:
        """A tumbling window does not hold the moment at which it closes."""
        return 1 if self.rule.window is Window.TUMBLING else 0

    @property
    def is_silence(self) -> bool:
        """Whether it warns of nothing at all, and of nothing else."""
        at_nought, at_one = (
            all(holds(threshold, value) for threshold in self.body.thresholds) for value in (0, 1)
        )
        return (
            self.on_clock
            and self.counts_events
            and at_nought
            and not at_one
            and not self.minimum_events
            and not self.minimum
            and all(one.operator in _FALLING for one in self.body.thresholds)
        )

    @property
    def least_count(self) -> int | None:
        """N, where the condition says only "N events or more"; None for any other."""
        if len(self.body.thresholds) != 1 or not self.counts_events:
            return None
        (only,) = self.body.thresholds
        if only.operator not in {Operator.GTE, Operator.GT} or only.value >= MOST_LOOKED_BACK:
            return None
        is_more = only.operator is Operator.GT
        return math.floor(only.value) + 1 if is_more else math.ceil(only.value)

    @property
    def wants_only_crossings(self) -> bool:
        """Whether nobody asks what the value was at each crossing, only that it was enough."""
        ops = self.rule.ops
        return (
            self.least_count is not None
            and self.least_count >= 1
            and self.window is Window.SLIDING
            and not self.on_clock
            and not (ops and (ops.minimum or ops.baseline or ops.severities))
        )
