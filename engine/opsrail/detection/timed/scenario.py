"""Scenarios: events that belong to no rule, and which of several rules raise alerts about them.

A timed test asks one rule about the events that it was written for. A scenario tells what goes
on in several streams and asks every rule, each of which sees the streams that it reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Final

from opsrail.detection.evaluate import Evaluation, Ground, Interval, evaluate_on
from opsrail.detection.formats import CorrelationType, Given, Level, Moment, TimedTest
from opsrail.detection.library import Library
from opsrail.detection.model import Alert, Correlation, Rule
from opsrail.detection.reading.naming import did_you_mean
from opsrail.detection.recorded import streams_of
from opsrail.detection.timed.events import Scene, scene_of, tables_of
from opsrail.detection.timed.values import Misfit
from opsrail.streams.engines.model import Engine
from opsrail.streams.formats import ColumnType, Part
from opsrail.streams.spans import SECOND, Offset, micros, spelled


class Scenario(Part):
    """Events on a clock that starts at 0; each names its `stream`.

    The clock starts on Monday 2026-01-05 at 00:00 UTC unless `start` says otherwise. It runs to
    `until`, or to the last event of any stream: what has not come by then is not missed yet.

    An event that says nothing about a field that some rule counts has a value of its own there,
    the same one for every rule.
    """

    start: Moment | None = None
    given: tuple[Given, ...]
    until: Offset | None = None


@dataclass(frozen=True, slots=True)
class Raised:
    """An alert: `at` in microseconds from the scenario's start. `is_silent` if something else
    keeps it from being heard.
    """

    rule: str
    at: int
    group: Mapping[str, object]
    level: Level
    is_silent: bool


@dataclass(frozen=True, slots=True)
class Played:
    """How a scenario went, or why it could not be played."""

    raised: tuple[Raised, ...] = ()
    fault: str = ""


def play(library: Library, names: Sequence[str], scenario: Scenario) -> Played:
    """What these rules raise about the scenario, in order of time and name.

    A rule that is named twice is asked once; one without an `ops` block raises nothing.
    """
    (played,) = play_all(library, names, [scenario])
    return played


def play_all(
    library: Library, names: Sequence[str], scenarios: Sequence[Scenario]
) -> tuple[Played, ...]:
    """Each scenario as `play` has it. All together ask a rule once, which is most of the time."""
    # The engine takes a while to import, and most callers have nothing to play.
    from opsrail.streams.engines.duckdb import DuckDB

    asked = sorted(set(names))
    stage = _Stage(library)
    for number, scenario in enumerate(scenarios):
        stage.enter(number, asked, scenario)
    with closing(DuckDB(threads=1)) as engine:
        for name in asked:
            if name in library.rules and library.rules[name].ops is not None:
                stage.ask(library.rules[name], engine)
    return tuple(stage.played(number) for number in range(len(scenarios)))


class _Stage:
    """Scenarios by number while they are played: what was raised, and what went wrong."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.scripts: dict[int, _Script] = {}
        self.raised: dict[int, list[Raised]] = {}
        self.faults: dict[int, str] = {}

    def enter(self, number: int, names: Sequence[str], scenario: Scenario) -> None:
        """Take a scenario in, or say why it cannot be played."""
        if fault := _fault(self.library, names, scenario):
            self.faults[number] = fault
        else:
            self.scripts[number] = _script(self.library, names, scenario)

    def ask(self, rule: Rule, engine: Engine) -> None:
        """What a rule raises about every scenario that can still be played."""
        scenes = dict(self._scenes(rule))
        for batch in _apart(self.library, rule, scenes):
            ground = _ground(self.library, list(batch.values()), engine)
            whole = self._evaluated(ground, rule, max(scene.end for scene in batch.values()))
            for number, scene in batch.items():
                ran = whole
                if any(one.last > scene.end for one in _alerts(scene, whole)):
                    # It grew when this scenario was over, perhaps to another level.
                    ran = self._evaluated(ground, rule, scene.end)
                self._keep(number, scene, ran)

    def played(self, number: int) -> Played:
        """How a scenario went."""
        if fault := self.faults.get(number):
            return Played(fault=fault)
        found = self.raised.get(number, [])
        return Played(tuple(sorted(found, key=lambda one: (one.at, one.rule, str(one.group)))))

    def _scenes(self, rule: Rule) -> Iterator[tuple[int, Scene]]:
        assert rule.ops is not None
        streams = streams_of(self.library, [rule.name])
        for number, script in self.scripts.items():
            seen = [(place, one) for place, one in script.given if one.stream in streams]
            if number in self.faults or not seen:
                continue
            given = tuple(one for _, one in seen)
            test = TimedTest(
                name="scenario", start=script.start, given=given, until=script.until, expect=()
            )
            ops = rule.ops.model_copy(update={"tests": (test,) * (number + 1)})
            try:
                yield number, scene_of(self.library, replace(rule, ops=ops), number)
            except Misfit as misfit:
                self.faults[number] = _told_misfit(misfit, [place for place, _ in seen])

    @staticmethod
    def _evaluated(ground: Ground, rule: Rule, end: int) -> Evaluation:
        return evaluate_on(ground, [rule.name], Interval(None, end))

    def _keep(self, number: int, scene: Scene, ran: Evaluation) -> None:
        if scene.rule.name in ran.failed:
            reasons = [one for one in ran.findings if one.code != "rule-not-run"]
            self.faults.setdefault(number, (reasons or ran.findings)[0].message)
            return
        self.raised.setdefault(number, []).extend(
            _told(alert, scene) for alert in _alerts(scene, ran)
        )


def _fault(library: Library, names: Sequence[str], scenario: Scenario) -> str:
    """Why the scenario cannot be played with these rules; empty if it can."""
    for name in names:
        if name not in library.rules:
            hint = did_you_mean(name, library.rules, "see `opsrail rules list`")
            return f"there is no rule {name} that can be run; {hint}"
    known = ", ".join(library.streams)
    for number, given in enumerate(scenario.given, 1):
        if given.stream is None:
            return f"event {number} names no stream; add `stream: NAME`, one of {known}"
        if given.stream not in library.streams:
            return f"no stream is called “{given.stream}”; there are {known}"
    return ""


def _told_misfit(misfit: Misfit, places: Sequence[int]) -> str:
    """A misfit with the number that its event has in the scenario."""
    at = misfit.route[1] if len(misfit.route) > 1 else None
    where = f"event {places[at]}: " if isinstance(at, int) else ""
    return f"{where}{misfit}{f'; {misfit.hint}' if misfit.hint else ''}"


def _apart(
    library: Library, rule: Rule, scenes: Mapping[int, Scene]
) -> Iterator[Mapping[int, Scene]]:
    """The scenes that run together: a rule on the clock ticks through all the time between."""
    on_clock = any(one.every is not None for one in library.closure([rule.name]))
    batches: dict[int, dict[int, Scene]] = {}
    for number, scene in scenes.items():
        batches.setdefault(scene.end // _APART if on_clock else 0, {})[number] = scene
    yield from batches.values()


_APART: Final = 2 * 86_400 * SECOND


def _ground(library: Library, scenes: Sequence[Scene], engine: Engine) -> Ground:
    tables = {name: engine.upload(rows) for name, rows in tables_of(library, scenes).items()}
    seconds = micros(library.policy.time_limit) / SECOND
    return Ground(library, engine, tables, scoped=True, seconds=seconds, maintained=False)


def _alerts(scene: Scene, ran: Evaluation) -> tuple[Alert, ...]:
    """What the rule raised about this scene before its end."""
    mine = (alert for alert in ran.of(scene.rule.name) if alert.scope == scene.scope)
    return tuple(alert for alert in mine if alert.at <= scene.end)


def _told(alert: Alert, scene: Scene) -> Raised:
    group = dict(alert.group)
    return Raised(alert.rule, alert.at - scene.start, group, alert.level, bool(alert.suppressed))


@dataclass(frozen=True, slots=True)
class _Script:
    """A scenario as every rule plays it. `given` has each entry with its number as written."""

    start: Moment | None
    given: tuple[tuple[int, Given], ...]
    until: str


def _script(library: Library, names: Sequence[str], scenario: Scenario) -> _Script:
    """The scenario in order of time, with its end, and own values where events say nothing.

    A rule and one that keeps it silent may count different fields; both must see one story.
    """
    counted = frozenset(name for rule in library.closure(names) for name in _counted(rule))
    in_order = sorted(enumerate(scenario.given, 1), key=lambda one: _moment_and_words(one[1]))
    given = tuple(
        (place, _of_its_own(library, number, one, counted))
        for number, (place, one) in enumerate(in_order, 1)
    )
    until = scenario.until or spelled(max((_last(one) for one in scenario.given), default=0))
    return _Script(scenario.start, given, until)


def _moment_and_words(given: Given) -> tuple[int, str]:
    """What entries are sorted by: numbers that events get must not depend on how it was written."""
    first = micros(given.at if given.at is not None else given.from_)
    return first, given.model_dump_json()


def _counted(rule: Rule) -> Iterator[str]:
    """Fields of which a rule counts the different values."""
    if isinstance(rule.body, Correlation) and rule.body.type is CorrelationType.VALUE_COUNT:
        yield from rule.body.fields
    if rule.ops and rule.ops.distinct:
        yield rule.ops.distinct
    if rule.ops and rule.ops.minimum:
        yield from rule.ops.minimum.distinct


def _of_its_own(library: Library, number: int, given: Given, counted: frozenset[str]) -> Given:
    """These events with a value of their own, and nobody else's, in each field that is counted."""
    columns = library.streams[given.stream or ""].columns
    added = {
        name: f"{name}-{number}-{{n}}"
        for name, column in columns.items()
        if name in counted and name not in given.event and column.type is ColumnType.STRING
    }
    return given.model_copy(update={"event": {**added, **given.event}}) if added else given


def _last(given: Given) -> int:
    """When the last of these events happens, counted from the start."""
    if given.at is not None:
        return micros(given.at)
    step = micros(given.every) if given.every is not None else 0
    return micros(given.from_) + (given.count - 1) * step
