"""Rules over events: every alert they raise, each rule apart from the failures of others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import ibis.expr.types as ir
import pyarrow as pa
from ibis.common.exceptions import IbisError

from opsrail.detection.alerts.dedupe import fold
from opsrail.detection.alerts.rows import alert_rows, crossings_in, moment_rows, past_in, value_at
from opsrail.detection.alerts.silence import silenced
from opsrail.detection.alerts.unusual import unusual
from opsrail.detection.library import Library
from opsrail.detection.model import Alert, Correlation, Crossing, Detection, Rule
from opsrail.detection.query.asked import Asked
from opsrail.detection.query.buckets import buckets
from opsrail.detection.query.crossings import crossings
from opsrail.detection.query.evidence import counted_at
from opsrail.detection.query.model import Inputs, Unsupported
from opsrail.detection.query.sessions import oldest_open_session
from opsrail.findings import Finding
from opsrail.streams.engines.model import Engine, EngineFault, TookTooLong

MOST_CROSSINGS = 2_000_000
"""More than so many from one rule in one run is no alerting any more."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Alerts first raised in (since, until]; None leaves a side open.

    They are what they would be had the rules always run: what crossed before `since` may lie in
    an alert of that time, and then raises none.
    """

    since: int | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What came of a run.

    `alerts` are all that were raised or grew, in order. A rule that could not be evaluated is
    in `failed`, with a finding that says why; so is one built on it. `sessions` tells, for
    rules with session windows, since when the oldest one still open lasts.
    """

    alerts: tuple[Alert, ...] = ()
    findings: tuple[Finding, ...] = ()
    ran: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    crossings: Mapping[str, int] = field(default_factory=dict)
    sessions: Mapping[str, int] = field(default_factory=dict)

    def of(self, rule: str) -> tuple[Alert, ...]:
        """The alerts of one rule."""
        return tuple(alert for alert in self.alerts if alert.rule == rule)


@dataclass(frozen=True, slots=True)
class Earlier:
    """What earlier runs left, by rule: alerts, since when sessions were open, and up to when it
    was evaluated. Such a rule is only evaluated from there on, and every alert of it that grew
    is told.
    """

    alerts: Mapping[str, Sequence[Alert]] = field(default_factory=dict)
    sessions: Mapping[str, int] = field(default_factory=dict)
    seen: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ground:
    """What rules are evaluated on.

    `events` maps stream → table. Where `scoped`, tables have a text column `_scope`, and what
    is of different scopes never meets. Each query of a rule may take `seconds`. Where
    `maintained`, maintenance of the policy silences alerts.
    """

    library: Library
    engine: Engine
    events: Mapping[str, ir.Table]
    scoped: bool = False
    seconds: float | None = None
    maintained: bool = True


def evaluate(
    library: Library,
    engine: Engine,
    events: Mapping[str, ir.Table],
    names: Iterable[str],
    interval: Interval = Interval(),
    *,
    scoped: bool = False,
    seconds: float | None = None,
) -> Evaluation:
    """The alerts of these rules, and of what they are built on or inhibited by."""
    return evaluate_on(Ground(library, engine, events, scoped, seconds), names, interval)


def evaluate_on(
    ground: Ground,
    names: Iterable[str],
    interval: Interval = Interval(),
    earlier: Earlier = Earlier(),
) -> Evaluation:
    """As `evaluate`; `earlier` is what runs before this one left."""
    run = _Run(ground, interval, earlier)
    for rule in ground.library.closure(names):
        run.attempt(rule)
    return run.outcome()


class _Run:
    """The rules of one run, one after the other."""

    def __init__(self, ground: Ground, interval: Interval, earlier: Earlier) -> None:
        self.ground = ground
        self.library = ground.library
        self.interval = interval
        self.earlier = earlier
        self.maintenance = ground.library.policy.maintenance if ground.maintained else ()
        self.used_by = _used_by(ground.library)
        self.inputs = Inputs(
            ground.library.rules,
            ground.events,
            until=interval.until,
            scoped=ground.scoped,
        )
        self.alerts: dict[str, tuple[Alert, ...]] = {}
        self.findings: list[Finding] = []
        self.failed: dict[str, None] = {}
        self.crossings: dict[str, int] = {}
        self.sessions: dict[str, int] = {}

    def outcome(self) -> Evaluation:
        """What came of the run so far."""
        raised = [a for alerts in self.alerts.values() for a in alerts if self._is_asked_for(a)]
        return Evaluation(
            tuple(sorted(raised, key=lambda alert: alert.order)),
            tuple(self.findings),
            tuple(self.alerts),
            tuple(self.failed),
            self.crossings,
            self.sessions,
        )

    def _is_asked_for(self, alert: Alert) -> bool:
        since = self.interval.since
        return since is None or alert.rule in self.earlier.seen or alert.at > since

    def attempt(self, rule: Rule) -> None:
        """Evaluate a rule; what goes wrong with it is a finding and stops nobody else."""
        needed = [name for name in rule.references if name in self.failed]
        if needed:
            message = f"`{rule.name}` did not run: it is built on `{needed[0]}`, which did not"
            self._fails(rule, "rule-not-run", message, "mend that one first")
            return
        if not self._raises(rule):
            return  # its events are looked at by the rules that name it
        if unread := self._unread(rule):
            message = f"`{rule.name}` did not run: its stream `{unread[0]}` could not be read"
            self._fails(rule, "rule-not-run", message, "see what is said of that stream")
            return
        try:
            self.alerts[rule.name] = self._evaluated(rule)
        except Unsupported as refused:
            self._fails(rule, "rule-unsupported", str(refused), refused.hint)
        except TookTooLong as stopped:
            message = f"`{rule.name}` took more than {stopped.seconds:g} seconds and was stopped"
            hint = "narrow its selection or its window, or raise `time_limit` of the policy"
            self._fails(rule, "rule-timeout", message, hint)
        except (EngineFault, IbisError) as fault:
            message = f"`{rule.name}` could not be evaluated: {_first_line(fault)}"
            self._fails(rule, "rule-broken", message, "`opsrail rules explain` shows the query")

    def _raises(self, rule: Rule) -> bool:
        """Whether the rule's alerts are wanted by anybody: people, or rules built on them."""
        is_correlation = isinstance(rule.body, Correlation)
        return rule.ops is not None or is_correlation or rule.name not in self.used_by

    def _unread(self, rule: Rule) -> list[str]:
        """The streams that the rule itself looks at and that there are no events of."""
        bodies = [rule.body, *(self.library.rules[name].body for name in rule.references)]
        read = {body.stream for body in bodies if isinstance(body, Detection)}
        return sorted(read - self.ground.events.keys())

    def _fails(self, rule: Rule, code: str, message: str, hint: str) -> None:
        self.failed[rule.name] = None
        self.findings.append(Finding(rule.place, code, message, hint=hint))

    def _evaluated(self, rule: Rule) -> tuple[Alert, ...]:
        inputs = replace(
            self.inputs,
            alerts=self._alert_tables(rule),
            since=self.earlier.seen.get(rule.name),
            sessions_from=self.earlier.sessions.get(rule.name),
        )
        found = self._crossings(rule, inputs)
        self.crossings[rule.name] = len(found)
        earlier = self.earlier.alerts.get(rule.name, ())
        alerts = fold(rule, found, earlier, self._grace(rule))
        alerts = self._valued(rule, inputs, alerts)
        others = {name: (*self._known(name),) for name in rule.inhibitors}
        self._keep_sessions(rule, inputs)
        return silenced(rule, alerts, others, self.maintenance)

    def _crossings(self, rule: Rule, inputs: Inputs) -> list[Crossing]:
        expression = crossings(rule, inputs).limit(MOST_CROSSINGS + 1)
        rows = self._run(expression)
        if rows.num_rows > MOST_CROSSINGS:
            raise Unsupported(
                f"`{rule.name}` crossed more than {MOST_CROSSINGS:,} times",
                "it matches nearly everything: narrow its selection or raise its threshold",
            )
        if rule.ops is None or rule.ops.baseline is None or not rows.num_rows:
            return crossings_in(rule, rows, scoped=inputs.scoped)
        past = past_in(rule, self._run(buckets(rule, inputs)), scoped=inputs.scoped)
        return unusual(rule, crossings_in(rule, rows, scoped=inputs.scoped), past)

    def _valued(self, rule: Rule, inputs: Inputs, alerts: tuple[Alert, ...]) -> tuple[Alert, ...]:
        """Alerts with the value that a rule was not asked for at each crossing."""
        body = rule.body
        if not isinstance(body, Correlation) or not Asked.of(rule, body).wants_only_crossings:
            return alerts
        bare = [alert for alert in alerts if alert.value is None]
        if not bare:
            return alerts
        moments = moment_rows(rule, bare, inputs)
        at = {alert.at for alert in bare}
        expression = counted_at(rule, inputs, self.ground.engine.upload(moments), at)
        counted = self._run(expression)
        values = value_at(rule, counted, scoped=inputs.scoped)
        return tuple(
            replace(alert, value=values[alert.scope, alert.group, alert.at])
            if alert.value is None
            else alert
            for alert in alerts
        )

    def _alert_tables(self, rule: Rule) -> Mapping[str, ir.Table]:
        """The alerts of the correlations that the rule is built on, as tables of events."""
        chained = {
            name: self.library.rules[name]
            for name in rule.references
            if isinstance(self.library.rules[name].body, Correlation)
        }
        return {
            name: self.ground.engine.upload(alert_rows(inner, self._known(name), self.inputs))
            for name, inner in chained.items()
        }

    def _known(self, name: str) -> list[Alert]:
        """All alerts of a rule: those of earlier runs as they are now, and new ones."""
        known = {(a.scope, a.id): a for a in self.earlier.alerts.get(name, ())}
        known |= {(a.scope, a.id): a for a in self.alerts.get(name, ())}
        return list(known.values())

    def _keep_sessions(self, rule: Rule, inputs: Inputs) -> None:
        open_ones = oldest_open_session(rule, inputs)
        if open_ones is None:
            return
        (oldest,) = self._run(open_ones).column(0).to_pylist()
        if oldest is not None:
            self.sessions[rule.name] = oldest

    def _grace(self, rule: Rule) -> int:
        return grace_of(rule, self.library)

    def _run(self, expression: ir.Table) -> pa.Table:
        return self.ground.engine.run(expression, self.ground.seconds)


def grace_of(rule: Rule, library: Library) -> int:
    """How long late records are waited for before the rule is judged, in microseconds.

    That of the slowest stream which it, or a rule that keeps it silent, reads.
    """
    bodies = (one.body for one in library.closure([rule.name]))
    streams = (library.streams[body.stream] for body in bodies if isinstance(body, Detection))
    return max((stream.grace for stream in streams), default=0)


def _used_by(library: Library) -> frozenset[str]:
    return frozenset(name for rule in library.rules.values() for name in rule.references)


def _first_line(fault: Exception) -> str:
    return str(fault).strip().partition("\n")[0]
