"""The backtest: rules of head, and of base where they differ, over what was recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from opsrail.detection.backtest.compare import Difference, compare, reach_of
from opsrail.detection.backtest.incidents import Incident
from opsrail.detection.backtest.noise import Noise, RuleNoise, noise
from opsrail.detection.backtest.score import Score, score
from opsrail.detection.evaluate import Evaluation, Interval, evaluate
from opsrail.detection.library import Library
from opsrail.detection.model import Alert, Rule
from opsrail.detection.policies import DetectionPolicy
from opsrail.detection.recorded import streams_of
from opsrail.findings import Finding, in_order
from opsrail.streams.engines.model import Engine
from opsrail.streams.model import Events
from opsrail.streams.spans import micros

NOWHERE: Final = (0, -1)
"""The span of a rule whose streams hold nothing."""


@dataclass(frozen=True, slots=True)
class Side:
    """Rules and the events that they are replayed on, stream by stream."""

    library: Library
    events: Mapping[str, Events]


@dataclass(frozen=True, slots=True)
class Raised:
    """One rule on one side: what it raised and how good that was."""

    rule: Rule
    alerts: tuple[Alert, ...]
    score: Score
    noise: RuleNoise


@dataclass(frozen=True, slots=True)
class RuleBacktest:
    """One rule replayed. `before` is None without a base, and for a rule that is new; `after`
    is None for one that is gone. `is_changed`: its alerts may differ between the two, be it only
    `through` rules that it is built on or silenced by.
    """

    name: str
    span: tuple[int, int]
    after: Raised | None
    before: Raised | None = None
    difference: Difference | None = None
    is_changed: bool = False
    through: tuple[str, ...] = ()

    @property
    def rule(self) -> Rule:
        """The rule as it is at head, or was at base."""
        side = self.after or self.before
        assert side is not None
        return side.rule

    @property
    def lost(self) -> tuple[Incident, ...]:
        """Incidents that base's rule caught and head's misses."""
        if self.before is None or self.after is None:
            return ()
        caught = {one.incident.name for one in self.before.score.incidents if one.alert}
        return tuple(one.incident for one in self.after.score.missed if one.incident.name in caught)


@dataclass(frozen=True, slots=True)
class Backtest:
    """What a replay found. `failed` rules could not be replayed; `findings` say why.

    `noise` is what each owner gets from the rules replayed, `noise_before` what they got.
    """

    rules: tuple[RuleBacktest, ...] = ()
    interval: Interval = field(default_factory=Interval)
    noise: tuple[Noise, ...] = ()
    noise_before: tuple[Noise, ...] = ()
    findings: tuple[Finding, ...] = ()
    failed: tuple[str, ...] = ()
    streams: tuple[Events, ...] = ()
    has_base: bool = False


def raising(library: Library) -> tuple[str, ...]:
    """The rules that raise alerts themselves, by name."""
    return tuple(sorted(name for name, rule in library.rules.items() if rule.ops is not None))


def changed_rules(head: Library, base: Library, names: Iterable[str]) -> frozenset[str]:
    """Those rules whose alerts may differ: new or gone ones, and those of which something in
    their closure has other logic or reads a stream that is described otherwise.
    """
    return frozenset(name for name in names if _makeup(head, name) != _makeup(base, name))


def _makeup(library: Library, name: str) -> object:
    """Everything that the alerts of a rule depend on, apart from events; None without it."""
    if name not in library.rules:
        return None
    closure = library.closure([name])
    logic = tuple(sorted((rule.name, rule.logic) for rule in closure))
    return logic, {stream: library.streams.get(stream) for stream in streams_of(library, [name])}


def backtest(
    engine: Engine,
    head: Side,
    base: Side | None,
    names: Iterable[str],
    interval: Interval,
    incidents: Sequence[Incident] = (),
    policy: DetectionPolicy | None = None,
) -> Backtest:
    """Replay these rules over the interval, on both sides where they differ.

    `policy` is the one in force: its budgets, how early an alert may be, the time limit of a
    rule. Rules that do not differ are run once. Baselines look back beyond the interval, as far
    as there are records.
    """
    policy = policy or head.library.policy
    known = {*head.library.rules, *(base.library.rules if base else ())}
    wanted = sorted({name for name in names if name in known})
    changed = changed_rules(head.library, base.library, wanted) if base else frozenset()
    after = _Run(engine, head, wanted, interval, incidents, policy)
    before = _Run(engine, base, sorted(changed), interval, incidents, policy) if base else None
    rules = tuple(
        _replayed(name, after, before, is_changed=name in changed)
        for name in wanted
        if name not in after.failed and not (before and name in before.failed)
    )
    sides = [run for run in (after, before) if run]
    return Backtest(
        rules,
        interval,
        noise([one.after.noise for one in rules if one.after], policy.noise),
        noise([one.before.noise for one in rules if one.before], policy.noise),
        in_order({finding for run in sides for finding in run.evaluation.findings}),
        tuple(sorted({name for run in sides for name in run.failed if name in wanted})),
        after.streams,
        base is not None,
    )


class _Run:
    """One side, replayed."""

    def __init__(
        self,
        engine: Engine,
        side: Side,
        names: Sequence[str],
        interval: Interval,
        incidents: Sequence[Incident],
        policy: DetectionPolicy,
    ) -> None:
        self.side = side
        self.interval = interval
        self.incidents = incidents
        self.early = micros(policy.backtest.early)
        self.names = [name for name in names if name in side.library.rules]
        self.evaluation = self._evaluate(engine, micros(policy.time_limit) / 1_000_000)
        self.failed = frozenset(self.evaluation.failed)

    def _evaluate(self, engine: Engine, seconds: float) -> Evaluation:
        if not self.names:
            return Evaluation()
        tables = {name: events.table for name, events in self.side.events.items()}
        library = self.side.library
        return evaluate(library, engine, tables, self.names, self.interval, seconds=seconds)

    @property
    def streams(self) -> tuple[Events, ...]:
        """The streams that these rules read, as they were recorded."""
        read = streams_of(self.side.library, self.names)
        return tuple(self.side.events[name] for name in read if name in self.side.events)

    def span(self, name: str) -> tuple[int, int]:
        """The recorded time in which a rule could raise: within the interval, from the first
        event of any of its streams until the last moment that all of them reach. Silence after
        a recording ended is no silence.
        """
        read = streams_of(self.side.library, [name])
        found = [self.side.events[stream] for stream in read if stream in self.side.events]
        oldest = [events.oldest for events in found if events.oldest is not None]
        newest = [events.newest for events in found if events.newest is not None]
        if not oldest or not newest:
            return NOWHERE
        since, until = min(oldest), min(newest)
        if self.interval.since is not None:
            since = max(since, self.interval.since)
        if self.interval.until is not None:
            until = min(until, self.interval.until)
        return (since, until)

    def raised(self, name: str, span: tuple[int, int]) -> Raised | None:
        """What a rule raised within the span; None where this side does not have it."""
        rule = self.side.library.rules.get(name)
        if rule is None:
            return None
        alerts = tuple(alert for alert in self.evaluation.of(name) if alert.at <= span[1])
        scored = score(name, alerts, self.incidents, self.early, span, self.side.library.rules)
        owner = rule.ops.owner if rule.ops else ""
        length = max(span[1] - span[0], 0)
        counted = RuleNoise(name, owner, scored.raised, scored.silenced, length)
        return Raised(rule, alerts, scored, counted)


def _replayed(name: str, after: _Run, before: _Run | None, *, is_changed: bool) -> RuleBacktest:
    span = after.span(name) if name in after.side.library.rules else NOWHERE
    if before and span == NOWHERE:
        span = before.span(name)
    now = after.raised(name, span)
    if before is None:
        return RuleBacktest(name, span, now)
    then = before.raised(name, span) if is_changed else now
    reach = max(reach_of(side.rule) for side in (now, then) if side)
    difference = compare(then.alerts if then else (), now.alerts if now else (), reach)
    through = _through(name, after.side.library, before.side.library) if is_changed else ()
    return RuleBacktest(name, span, now, then, difference, is_changed, through)


def _through(name: str, head: Library, base: Library) -> tuple[str, ...]:
    """The other rules by which an otherwise unchanged rule differs; nothing if it differs."""
    if name not in head.rules or name not in base.rules:
        return ()
    if head.rules[name].logic != base.rules[name].logic:
        return ()
    sides = ({rule.name: rule.logic for rule in side.closure([name])} for side in (head, base))
    after, before = sides
    return tuple(
        sorted(other for other in {*after, *before} if after.get(other) != before.get(other))
    )
