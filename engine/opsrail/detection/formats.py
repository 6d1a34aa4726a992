"""The file format of rules, and of the tests in them.

A rule file holds one or more YAML documents: detections (what an event must look like) and
correlations over them, both as the Sigma specification 2.1 has them, and an `ops` block with
what Sigma leaves out: who owns it, how alerts are folded, tests.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, RootModel, model_validator

from opsrail.streams.formats import FieldName, Part, StreamName
from opsrail.streams.spans import Offset, Span

RuleName = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9][a-z0-9_-]*$",
        description="Lower-case letters, digits, dashes and underscores: `sign-in-spike`.",
    ),
]
Scalar = str | int | float | bool | None
Moment = Annotated[
    datetime, Field(description="A moment with its time zone: `2026-03-02T09:00:00Z`.")
]
Timespan = Annotated[
    str,
    Field(
        pattern=r"^[1-9][0-9]*[smhdwMy]$",
        description="A number and one unit, as Sigma has it: `15m`, `24h`, `7d`.",
    ),
]


class Level(StrEnum):
    """How much an alert matters."""

    INFORMATIONAL = "informational"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for the least."""
        return list(Level).index(self)


class Status(StrEnum):
    """How far a rule has come."""

    STABLE = "stable"
    TEST = "test"
    EXPERIMENTAL = "experimental"
    DEPRECATED = "deprecated"
    UNSUPPORTED = "unsupported"


class Window(StrEnum):
    """Which events are looked at together."""

    SLIDING = "sliding"
    TUMBLING = "tumbling"
    SESSION = "session"


class Nulls(StrEnum):
    """What becomes of events without a group key."""

    DROP = "drop"
    KEEP = "keep"


class Season(StrEnum):
    """With which past windows a window is compared."""

    HOUR_OF_WEEK = "hour-of-week"
    HOUR_OF_DAY = "hour-of-day"
    NONE = "none"


class Direction(StrEnum):
    """On which side of the baseline a window is unusual."""

    ABOVE = "above"
    BELOW = "below"
    BOTH = "both"


class CorrelationType(StrEnum):
    """What is computed over the events of a window (Sigma correlation rules 2.1)."""

    EVENT_COUNT = "event_count"
    VALUE_COUNT = "value_count"
    VALUE_SUM = "value_sum"
    VALUE_AVG = "value_avg"
    VALUE_PERCENTILE = "value_percentile"
    VALUE_MEDIAN = "value_median"
    TEMPORAL = "temporal"
    TEMPORAL_ORDERED = "temporal_ordered"


class Dedupe(Part):
    """Which alerts are folded into one."""

    key: tuple[FieldName, ...] | None = Field(
        default=None, description="Alerts equal in these are one; all group keys if left out."
    )
    cooldown: Span | None = Field(
        default=None, description="Counted from the alert's first event; later ones fold into it."
    )
    quiet: Span | None = Field(
        default=None, description="The alert lasts until nothing crossed for so long."
    )

    @model_validator(mode="after")
    def _is_one_kind(self) -> Dedupe:
        if (self.cooldown is None) == (self.quiet is None):
            raise ValueError("give either `cooldown` or `quiet`")
        return self


class Baseline(Part):
    """What is usual: an alert needs a window that its own past makes unlikely."""

    lookback: Span = Field(default="28d", description="How much of the past is looked at.")
    season: Season = Season.HOUR_OF_WEEK
    direction: Direction = Direction.ABOVE
    rate_ratio: float = Field(
        default=1.0,
        ge=1,
        le=1_000_000,
        description="At least so many times what is usual (or a so-manyth).",
    )
    significance: float = Field(
        default=0.001, gt=0, lt=0.5, description="How unlikely it must be, as a probability."
    )
    minimum_history: Span = Field(
        default="7d", description="No alert before the group has so much of a past."
    )


class Minimum(Part):
    """How much a window must hold before it says anything."""

    events: int | None = Field(default=None, ge=1, description="Events in the window.")
    distinct: dict[FieldName, Annotated[int, Field(ge=1)]] = Field(
        default_factory=dict, description="Different values of a field: `{customer_id: 5}`."
    )


class Severity(Part):
    """A level that holds once the value has come far enough. Give one comparison."""

    level: Level
    gte: float | None = None
    gt: float | None = None
    lte: float | None = None
    lt: float | None = None

    @model_validator(mode="after")
    def _is_one_comparison(self) -> Severity:
        if sum(value is not None for value in (self.gte, self.gt, self.lte, self.lt)) != 1:
            raise ValueError("give one of gte, gt, lte, lt")
        return self


class Given(Part):
    """Events of a test: one `at` a time, or `count` of them, one `every` so often.

    `{n}` in a text of `event` becomes 1, 2, 3 …, so that events can differ.
    """

    at: Offset | None = None
    every: Span | None = None
    count: int = Field(default=1, ge=1, le=100_000)
    from_: Offset = Field(default="0s", alias="from", description="When the first one comes.")
    late: Span | None = Field(default=None, description="How long after it happened it arrived.")
    stream: StreamName | None = Field(default=None, description="If the rule reads several.")
    event: dict[str, Scalar | datetime | date] = Field(description="Its fields; others are empty.")

    @model_validator(mode="after")
    def _is_one_kind(self) -> Given:
        if (self.at is None) == (self.every is None):
            raise ValueError("give either `at`, or `every` and `count`")
        return self


class Expected(Part):
    """An alert that a test expects. What is left out may be anything."""

    at: Offset
    group: dict[str, Scalar] = Field(default_factory=dict)
    count: float | None = Field(default=None, description="As `value`, for rules that count.")
    value: float | None = Field(default=None, description="What the rule computed, when it fired.")
    level: Level | None = None
    folded: int | None = Field(default=None, description="Crossings folded into the alert.")
    suppressed: str | None = Field(
        default=None, description="The rule or maintenance that keeps it silent."
    )


class TimedTest(Part):
    """Events on a clock, and every alert that must come of them, in order."""

    name: str = Field(min_length=1)
    start: Moment | None = Field(default=None, description="Monday 2026-01-05T00:00Z if left out.")
    given: tuple[Given, ...]
    until: Offset | None = Field(
        default=None, description="Until when the clock runs; one timespan after the last event."
    )
    expect: tuple[Expected, ...]


class Ops(Part):
    """What Sigma leaves out. A rule without this block raises nothing by itself."""

    owner: str = Field(min_length=1, description="The team that answers for its alerts.")
    route: str = Field(description="Where its alerts go: a name in policies/routes.yaml.")
    runbook: str = Field(
        pattern=r"^content/runbooks/[^#\s]+\.md(#[\w:.-]+)?$",
        description="What to do about an alert: `content/runbooks/sign-in-outage.md`.",
    )
    window: Window = Window.SLIDING
    distinct: FieldName | None = Field(
        default=None, description="Count different values of this field instead of events."
    )
    every: Span | None = Field(
        default=None, description="Look so often on the clock, instead of at each event."
    )
    remember: Span | None = Field(
        default=None, description="How long a group that fell silent is still waited for."
    )
    minimum: Minimum | None = None
    group_nulls: Nulls = Nulls.DROP
    dedupe: Dedupe | None = None
    baseline: Baseline | None = None
    severities: tuple[Severity, ...] = Field(
        default=(), description="Levels by how far it went; the highest that holds counts."
    )
    inhibited_by: tuple[RuleName, ...] = Field(
        default=(), description="While one of these alerts on the same group, this one is silent."
    )
    tests: tuple[TimedTest, ...] = ()


class LogsourceBlock(Part):
    """Which stream a detection reads."""

    category: str | None = None
    product: str | None = None
    service: str | None = None
    definition: str | None = None


class Related(Part):
    """A rule that this one has to do with."""

    id: str
    type: str = Field(pattern="^(derived|obsolete|merged|renamed|similar|correlation)$")


class Comparison(Part):
    """What a correlation's value must be. Several comparisons hold together."""

    gt: float | None = None
    gte: float | None = None
    lt: float | None = None
    lte: float | None = None
    eq: float | None = None
    neq: float | None = None
    field: FieldName | tuple[FieldName, ...] | None = Field(
        default=None, description="The field whose values are counted, summed or averaged."
    )
    percentile: int | None = Field(default=None, ge=0, le=100)


class CorrelationBlock(Part):
    """A Sigma correlation."""

    type: CorrelationType
    rules: tuple[str, ...] | None = Field(
        default=None, description="Names of the rules whose events are looked at together."
    )
    group_by: tuple[FieldName, ...] = Field(default=(), alias="group-by")
    timespan: Timespan
    condition: Comparison | str | None = Field(
        default=None,
        description="`{gte: 20}`; for temporal rules also `created and not answered`.",
    )
    aliases: dict[FieldName, dict[str, FieldName]] = Field(
        default_factory=dict, description="Group key → rule → the field that holds it there."
    )
    generate: bool = Field(default=False, description="Whether the rules named raise, too.")


class _Sigma(Part):
    """The keys that every Sigma document has."""

    title: str = Field(min_length=1, max_length=256)
    name: RuleName | None = None
    id: str | None = Field(default=None, description="A UUID. `opsrail` needs none.")
    status: Status | None = None
    description: str | None = None
    license: str | None = None
    references: tuple[str, ...] = ()
    related: tuple[Related, ...] = ()
    author: str | None = None
    date: str | None = None
    modified: str | None = None
    taxonomy: str | None = None
    tags: tuple[str, ...] = ()
    scope: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    falsepositives: tuple[str, ...] = ()
    level: Level | None = None
    ops: Ops | None = None


class DetectionRule(_Sigma):
    """A Sigma detection: what an event must look like."""

    logsource: LogsourceBlock
    detection: dict[str, Any] = Field(
        description="Named selections, and under `condition` how they combine.",
    )


class CorrelationRule(_Sigma):
    """A Sigma correlation over other rules."""

    correlation: CorrelationBlock


class RuleDocument(RootModel[DetectionRule | CorrelationRule]):
    """One YAML document of a rule file."""
