"""Evaluation on a schedule: each run takes up where the last one stopped.

A run at the instant p judges up to p − grace, when every record has arrived that will ever
count. So what a run says is final, and any division of time into runs raises the same alerts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from opsrail.detection.evaluate import (
    Earlier,
    Evaluation,
    Ground,
    Interval,
    evaluate_on,
    grace_of,
)
from opsrail.detection.library import Library
from opsrail.detection.live.store import Progress, Store
from opsrail.detection.model import Alert, Correlation, Rule
from opsrail.detection.query.crossings import reaches_back
from opsrail.detection.query.model import Inputs
from opsrail.findings import Finding
from opsrail.streams.spans import micros


@dataclass(frozen=True, slots=True)
class LiveRun:
    """What a run added: alerts raised, and earlier ones that grew; and what went wrong."""

    raised: tuple[Alert, ...] = ()
    grown: tuple[Alert, ...] = ()
    findings: tuple[Finding, ...] = ()
    failed: tuple[str, ...] = ()
    seen: Mapping[str, int] | None = None


def run_until(
    ground: Ground, names: Iterable[str], now: int, store: Store, *, first: int | None = None
) -> LiveRun:
    """Evaluate the rules up to `now` (µs), less the grace of what they read, and remember it.

    A rule that never ran before begins at `first`; at the beginning of the data if None. A rule
    that fails keeps its progress, so that the next run makes up for it.
    """
    wanted = tuple(names)
    families = _families(ground.library, wanted)
    runs = [_run_family(ground, family, now, store, first) for family in families]

    def heard(alerts: Iterable[Alert]) -> tuple[Alert, ...]:
        """What is there to be built on raises nothing, unless it was asked for."""
        rules = ground.library.rules
        told = (alert for alert in alerts if rules[alert.rule].ops or alert.rule in wanted)
        return tuple(sorted(told, key=lambda alert: alert.order))

    return LiveRun(
        heard(alert for run in runs for alert in run.raised),
        heard(alert for run in runs for alert in run.grown),
        tuple(finding for run in runs for finding in run.findings),
        tuple(name for run in runs for name in run.failed),
        {name: at for run in runs for name, at in (run.seen or {}).items()},
    )


def _run_family(
    ground: Ground, family: tuple[Rule, ...], now: int, store: Store, first: int | None
) -> LiveRun:
    until = now - max(grace_of(rule, ground.library) for rule in family)
    earlier = _earlier(store, family, first)
    if all(earlier.seen.get(rule.name, until - 1) >= until for rule in family):
        return LiveRun()  # nothing has become final since
    names = [rule.name for rule in family]
    outcome = evaluate_on(ground, names, Interval(None, until), earlier)
    known = {alert.id for alerts in earlier.alerts.values() for alert in alerts}
    store.keep(outcome.alerts)
    store.advance(_progress(ground.library, outcome, until, earlier))
    return LiveRun(
        tuple(alert for alert in outcome.alerts if alert.id not in known),
        tuple(alert for alert in outcome.alerts if alert.id in known),
        outcome.findings,
        outcome.failed,
        dict.fromkeys(outcome.ran, until),
    )


def _progress(
    library: Library, outcome: Evaluation, until: int, earlier: Earlier
) -> Mapping[str, Progress]:
    return {
        name: Progress(library.rules[name].logic, until, outcome.sessions.get(name))
        for name in outcome.ran
        if earlier.seen.get(name, until) <= until
    }


def _earlier(store: Store, family: tuple[Rule, ...], first: int | None) -> Earlier:
    """What the store knows of these rules and still matters for what comes next.

    A rule that never ran counts as evaluated up to `first`.
    """
    progress = store.progress()
    known = {rule.name: progress[rule.name] for rule in family if rule.name in progress}
    sessions = {
        rule.name: at.session
        for rule in family
        if (at := known.get(rule.name)) and at.session is not None and at.logic == rule.logic
    }
    seen = {name: at.seen for name, at in known.items()}
    if first is not None:
        seen = {rule.name: first for rule in family} | seen
    starts = [_looks_back(rule, seen.get(rule.name), sessions.get(rule.name)) for rule in family]
    oldest = None if None in starts else min(start for start in starts if start is not None)
    return Earlier({rule.name: store.alerts(rule.name, oldest) for rule in family}, sessions, seen)


def _looks_back(rule: Rule, since: int | None, session: int | None) -> int | None:
    """After which moment the alerts of others matter to a rule that goes on from `since`."""
    body = rule.body
    if since is None or not isinstance(body, Correlation):
        return since
    start = reaches_back(rule, Inputs({}, {}, since=since, sessions_from=session))
    if rule.ops and rule.ops.baseline and start is not None:
        start = min(start, since - micros(rule.ops.baseline.lookback) - 3 * body.timespan)
    return start


def _families(library: Library, names: Iterable[str]) -> list[tuple[Rule, ...]]:
    """The rules and those whose alerts they need, parted where nothing connects them.

    Those that depend on each other have to be judged up to the same moment; others need not
    wait for a slow stream that they don't read. What only selects events connects nobody.
    """
    families: list[dict[str, Rule]] = []
    for name in names:
        family = {
            rule.name: rule
            for rule in library.closure([name])
            if rule.name == name or rule.ops or isinstance(rule.body, Correlation)
        }
        apart = []
        for other in families:
            if other.keys() & family.keys():
                family |= other
            else:
                apart.append(other)
        families = [*apart, family]
    return [tuple(family.values()) for family in families]
