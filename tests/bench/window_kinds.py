"""The window kinds that are measured: each as a rule, and as the best SQL for DuckDB we know."""

from __future__ import annotations

from dataclasses import dataclass

MINUTES = 15
SPAN = MINUTES * 60 * 1_000_000
"""Microseconds of every window here."""

STREAMS = """
streams:
  ev:
    path: none.parquet
    occurred_at: at
    columns: {g: string, c: integer, v: number, k: string}
"""
_RULE = """
title: X
name: x
logsource: {{product: support, service: ev}}
detection: {{s: {{k: x}}, condition: s}}
---
title: Y
name: y
logsource: {{product: support, service: ev}}
detection: {{s: {{k: y}}, condition: s}}
---
title: Measured
name: measured
correlation:
  type: {type}
  rules: [{rules}]
  group-by: [g]
  timespan: {span}
  {condition}
ops:
  owner: bench
  route: bench
  runbook: content/runbooks/bench.md
  dedupe: {{cooldown: 1h}}
  {ops}
"""
# Case as Sigma has it: both sides compare without it.
_X, _Y = "lower(k) = 'x'", "lower(k) = 'y'"
_BY = "partition by g order by _t"
_RANGE = f"{_BY} range between {SPAN - 1} preceding and current row"
_MINUTE = 60_000_000
_HOUR = 60 * _MINUTE
_EVER = 2**62


@dataclass(frozen=True, slots=True)
class Kind:
    """A rule's text, and a query that gives its crossings as (group, moment)."""

    name: str
    rule: str
    sql: str


def _kind(
    name: str, head: tuple[str, str, str], sql: str, ops: str = "", span: str = "15m"
) -> Kind:
    type_, rules, condition = head
    rule = _RULE.format(type=type_, rules=rules, condition=condition, ops=ops, span=span)
    return Kind(name, rule, sql)


KINDS = (
    _kind(
        "sliding count",
        ("event_count", "x", "condition: {gte: 150}"),
        f"""select distinct g, _t from (
              select g, _t, _t - lag(_t, 149) over ({_BY}) as age
              from ev where {_X} and g is not null)
            where age < {SPAN}""",
    ),
    _kind(
        "sliding different values",
        ("event_count", "x", "condition: {gte: 148}"),
        f"""with near as (
              select g, c, _t,
                lag(_t) over (partition by g, c order by _t) as before,
                lead(_t) over (partition by g, c order by _t) as after
              from ev where {_X} and g is not null),
            steps as (
              select g, _t, (before is null or _t - before >= {SPAN})::int as step, true as is_event
              from near
              union all
              select g, _t + {SPAN}, -1, false
              from near where after is null or after - _t >= {SPAN})
            select distinct g, _t from (
              select g, _t, is_event, sum(step) over ({_BY}) as n from steps)
            where is_event and n >= 148""",
        "distinct: c",
    ),
    _kind(
        "sliding sum",
        ("value_sum", "x", "condition: {gte: 7800, field: v}"),
        f"""select distinct g, _t from (
              select g, _t, sum(v) over ({_RANGE}) as s
              from ev where {_X} and g is not null)
            where round(s, 9) >= 7800""",
    ),
    _kind(
        "sliding percentile",
        ("value_percentile", "x", "condition: {gte: 99.4, field: v, percentile: 95}"),
        f"""select distinct g, _t from (
              select g, _t, quantile_cont(v, 0.95) over ({_RANGE}) as q
              from ev where {_X} and g is not null)
            where round(q, 9) >= 99.4""",
    ),
    _kind(
        "tumbling count",
        ("event_count", "x", "condition: {gte: 150}"),
        f"""select g, (_t // {SPAN} + 1) * {SPAN} from ev
            where {_X} and g is not null group by g, _t // {SPAN} having count(*) >= 150""",
        "window: tumbling",
    ),
    _kind(
        "session count, gaps of 1 minute",
        ("event_count", "x", "condition: {gte: 100}"),
        f"""with marked as (
              select g, _t, coalesce(_t - lag(_t) over ({_BY}) >= {_MINUTE}, true) as begins
              from ev where {_X} and g is not null),
            numbered as (
              select g, _t, sum(begins::int) over ({_BY}, begins desc rows unbounded preceding) as s
              from marked)
            select distinct g, _t from (
              select g, _t, row_number() over (partition by g, s order by _t) as n from numbered)
            where n >= 100""",
        "window: session",
        span="1m",
    ),
    _kind(
        "one after the other",
        ("temporal_ordered", "y, x", ""),
        f"""select distinct g, _t from (
              select g, _t, max(before) over ({_BY}) as start from (
                select g, _t, case when {_X} then
                  max(case when {_Y} then _t end) over (
                    {_BY} range between unbounded preceding and 1 preceding) end as before
                from ev where ({_X} or {_Y}) and g is not null))
            where start > _t - {SPAN}""",
    ),
    _kind(
        "silence of six hours",
        ("event_count", "x", "condition: {lt: 1}"),
        f"""with gaps as (
              select g, _t + {6 * _HOUR} as start,
                least(coalesce(lead(_t) over ({_BY}), {_EVER}), _t + {12 * _HOUR}) as stop
              from ev where {_X} and g is not null)
            select g, unnest(range((start + {_HOUR} - 1) // {_HOUR},
                                   (stop + {_HOUR} - 1) // {_HOUR})) * {_HOUR}
            from gaps where start < stop""",
        "every: 1h\n  remember: 12h",
        span="6h",
    ),
)


def kind(name: str) -> Kind:
    """The kind of that name."""
    return next(one for one in KINDS if one.name == name)
