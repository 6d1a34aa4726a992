"""Timed tests: events on a clock that stand in a rule file, and the alerts that must come of them.

All tests of a rule run together, told apart by their scope, so that one query answers them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import ibis.expr.types as ir

from opsrail.detection.evaluate import Evaluation, Ground, Interval, evaluate_on
from opsrail.detection.formats import TimedTest
from opsrail.detection.library import Library
from opsrail.detection.model import Alert, Rule
from opsrail.detection.timed.events import Scene, scene_of, tables_of
from opsrail.detection.timed.lines import Line, lines_of
from opsrail.detection.timed.values import Misfit
from opsrail.findings import Finding, Location
from opsrail.streams.engines.model import Engine
from opsrail.streams.spans import SECOND, micros

_APART = 2 * 86_400 * SECOND
"""Tests that end in different spans of this length run apart: a rule on the clock would tick
through all the time between them.
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a test ended: `lines` say what was expected beside what was raised.

    `number` counts the rule's tests from 0. `events` are the moments of its events and `end`
    how long its clock ran, in microseconds from its start. A test that could not run has a
    `fault` instead, a `hint`, and the `route` from the test to what is wrong.
    """

    rule: str
    number: int
    name: str
    lines: tuple[Line, ...] = ()
    events: tuple[int, ...] = ()
    end: int = 0
    fault: str = ""
    hint: str = ""
    route: tuple[str | int, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether exactly the expected alerts were raised."""
        return not self.fault and not any(line.wrong for line in self.lines)

    def place(self, library: Library) -> Location:
        """Where the test stands in its file, or what of it is wrong."""
        route = ("ops", "tests", self.number, *(self.route or ("name",)))
        return library.place(self.rule, *route, key=bool(self.route))


def run_tests(library: Library, names: Iterable[str], engine: Engine) -> tuple[Outcome, ...]:
    """Run every test of these rules; rules without tests have no outcome."""
    staged = (Stage(library, library.rules[name], engine) for name in names)
    return tuple(outcome for stage in staged for outcome in stage.run(library))


class Stage:
    """A rule's tests with their events within the engine, ready to be run more than once.

    The events depend on the library it was made with; a run may use another one, in which
    rules were changed.
    """

    def __init__(self, library: Library, rule: Rule, engine: Engine) -> None:
        self.rule = rule
        self.engine = engine
        self.broken: list[Outcome] = []
        self.scenes = tuple(self._scenes(library))
        self.batches = [
            _Batch(tuple(scenes), self._uploaded(library, scenes))
            for scenes in _apart(self.scenes, on_clock=_on_clock(library, rule))
        ]

    @property
    def count(self) -> int:
        """How many tests there are."""
        return len(self.scenes) + len(self.broken)

    def run(self, library: Library) -> tuple[Outcome, ...]:
        """The outcome of every test, in the order of the file."""
        outcomes = [*self.broken]
        for batch in self.batches:
            outcomes += self._run(batch, library)
        return tuple(sorted(outcomes, key=lambda outcome: outcome.number))

    def _scenes(self, library: Library) -> Iterator[Scene]:
        tests = self.rule.ops.tests if self.rule.ops else ()
        for number, test in enumerate(tests):
            try:
                yield scene_of(library, self.rule, number)
            except Misfit as misfit:
                self.broken.append(
                    Outcome(
                        self.rule.name,
                        number,
                        test.name,
                        fault=str(misfit),
                        hint=misfit.hint,
                        route=misfit.route,
                    )
                )

    def _uploaded(self, library: Library, scenes: Sequence[Scene]) -> Mapping[str, ir.Table]:
        tables = tables_of(library, scenes)
        return {stream: self.engine.upload(rows) for stream, rows in tables.items()}

    def _run(self, batch: _Batch, library: Library) -> Iterator[Outcome]:
        ends = max(scene.end for scene in batch.scenes)
        whole = self._evaluated(batch, library, ends)
        for end, scenes in groupby(sorted(batch.scenes, key=lambda s: s.end), lambda s: s.end):
            group = tuple(scenes)
            ran = whole
            if any(_went_on(scene, whole) for scene in group):
                # Something folded into an alert when this test was already over.
                ran = self._evaluated(batch, library, end)
            for scene in group:
                yield _outcome(scene, ran, library)

    def _evaluated(self, batch: _Batch, library: Library, end: int) -> Evaluation:
        ground = Ground(
            library,
            self.engine,
            batch.tables,
            scoped=True,
            seconds=micros(library.policy.time_limit) / SECOND,
            maintained=any(_maintenance(scene, library) for scene in batch.scenes),
        )
        return evaluate_on(ground, [self.rule.name], Interval(None, end))


@dataclass(frozen=True, slots=True)
class _Batch:
    scenes: tuple[Scene, ...]
    tables: Mapping[str, ir.Table]


def _on_clock(library: Library, rule: Rule) -> bool:
    """Whether the rule, or one that it needs, is judged on a clock."""
    return any(one.every is not None for one in library.closure([rule.name]))


def _apart(scenes: Sequence[Scene], *, on_clock: bool) -> list[tuple[Scene, ...]]:
    """The scenes that run together: all, or those that end about the same time."""
    if not scenes:
        return []
    ends = [scene.end for scene in scenes]
    if not on_clock or max(ends) - min(ends) <= _APART:
        return [tuple(scenes)]
    in_order = sorted(scenes, key=lambda scene: scene.end)
    return [tuple(near) for _, near in groupby(in_order, lambda scene: scene.end // _APART)]


def _went_on(scene: Scene, ran: Evaluation) -> bool:
    """Whether an alert of the test grew after the test's end, and the test speaks of growth."""
    mentioned = {name for one in _test(scene).expect for name in one.model_fields_set}
    if not mentioned & {"folded", "level"}:
        return False
    return any(alert.last > scene.end for alert in _alerts(scene, ran))


def _alerts(scene: Scene, ran: Evaluation) -> tuple[Alert, ...]:
    """The alerts of the rule under test that were raised before the test's end."""
    mine = (alert for alert in ran.of(scene.rule.name) if alert.scope == scene.scope)
    return tuple(alert for alert in mine if alert.at <= scene.end)


def _outcome(scene: Scene, ran: Evaluation, library: Library) -> Outcome:
    test = _test(scene)
    events = tuple(at - scene.start for at in scene.times)
    told = Outcome(
        scene.rule.name, scene.number, test.name, events=events, end=scene.end - scene.start
    )
    if scene.rule.name in ran.failed:
        return _stopped(told, ran.findings)
    foreign = {planned.name for planned in library.policy.maintenance}
    foreign -= _maintenance(scene, library)
    alerts = [
        replace(alert, suppressed="") if alert.suppressed in foreign else alert
        for alert in _alerts(scene, ran)
    ]
    return replace(told, lines=lines_of(scene.rule, test.expect, alerts, scene.start))


def _stopped(told: Outcome, findings: Sequence[Finding]) -> Outcome:
    """The outcome of a test whose rule could not be evaluated."""
    reasons = [finding for finding in findings if finding.code != "rule-not-run"]
    first = (reasons or findings)[0]
    return replace(told, fault=first.message, hint=first.hint)


def _maintenance(scene: Scene, library: Library) -> set[str]:
    """Maintenance that the test speaks of: no other one applies, or the date would decide."""
    expected = {one.suppressed for one in _test(scene).expect}
    return {planned.name for planned in library.policy.maintenance if planned.name in expected}


def _test(scene: Scene) -> TimedTest:
    assert scene.rule.ops is not None
    return scene.rule.ops.tests[scene.number]
