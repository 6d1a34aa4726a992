"""The events of timed tests: from what a test gives to rows that an engine can hold.

Every event of a test that says nothing about a field that is counted, or that names a record,
gets a value of its own there: twenty events are then twenty customers and twenty tickets,
without anybody writing so. Fields that the test leaves out otherwise are empty.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

import pyarrow as pa

from opsrail.detection.alerts.silence import moment_of
from opsrail.detection.formats import CorrelationType, Given
from opsrail.detection.library import Library
from opsrail.detection.model import Correlation, Detection, Rule
from opsrail.detection.query.model import SCOPE
from opsrail.detection.timed.values import Cell, Misfit, filled, fitted
from opsrail.streams.formats import ColumnType
from opsrail.streams.model import EVENT, TIME, Stream
from opsrail.streams.spans import micros

START: Final = datetime(2026, 1, 5, tzinfo=UTC)
"""When the clock of a test starts that does not say: a Monday."""

_ARROW: Final[Mapping[ColumnType, pa.DataType]] = {
    ColumnType.STRING: pa.string(),
    ColumnType.INTEGER: pa.int64(),
    ColumnType.NUMBER: pa.float64(),
    ColumnType.BOOLEAN: pa.bool_(),
    ColumnType.TIMESTAMP: pa.timestamp("us", tz="UTC"),
}

Rows = dict[str, list[Cell]]
"""Column → its values, all lists of one length."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A test of a rule with its events. `start` and `end` are microseconds since 1970; alerts up
    to `end` count. `events` holds rows for each stream that the test gives events of; `times` is
    when they happen, in order.
    """

    rule: Rule
    number: int
    start: int
    end: int
    times: tuple[int, ...] = field(repr=False)
    events: Mapping[str, Rows] = field(repr=False)

    @property
    def scope(self) -> str:
        """The name of the test among all that run together."""
        return f"{self.rule.name}/{self.number}"


def scene_of(library: Library, rule: Rule, number: int) -> Scene:
    """A test of a rule as events. Raises `Misfit` for what its streams cannot hold.

    An event after the test's end, or one that arrives too late to count, is not in it.
    """
    assert rule.ops is not None
    test = rule.ops.tests[number]
    start = moment_of(test.start or START)
    last = max((_last(given) for given in test.given), default=0)
    timespan = rule.body.timespan if isinstance(rule.body, Correlation) else 0
    end = start + (micros(test.until) if test.until is not None else last + timespan)
    cast = _Cast.of(library, rule)
    events: dict[str, Rows] = {}
    for index, given in enumerate(test.given):
        try:
            stream = cast.stream(given)
            columns = (TIME, EVENT, *stream.columns)
            rows = events.setdefault(stream.name, {name: [] for name in columns})
            for when, row in cast.rows(given, stream, start, len(rows[TIME])):
                if when <= end:
                    _add(rows, when, f"{rule.name}/{number}#{len(rows[TIME]) + 1:06}", row)
        except Misfit as misfit:
            raise Misfit(("given", index, *misfit.route), str(misfit), misfit.hint) from misfit
    times = (at for rows in events.values() for at in rows[TIME] if isinstance(at, int))
    return Scene(rule, number, start, end, tuple(sorted(times)), events)


def tables_of(library: Library, scenes: Sequence[Scene]) -> Mapping[str, pa.Table]:
    """The events of all scenes, told apart by `SCOPE`, for each stream that their rules read."""
    names = dict.fromkeys(scene.rule.name for scene in scenes)
    streams = dict.fromkeys(_streams(library.closure(names)))
    return {name: _table(library.streams[name], scenes) for name in streams}


def _table(stream: Stream, scenes: Sequence[Scene]) -> pa.Table:
    parts = [(scene.scope, rows) for scene in scenes if (rows := scene.events.get(stream.name))]
    types = {TIME: pa.int64(), EVENT: pa.string()}
    types |= {name: _ARROW[column.type] for name, column in stream.columns.items()}
    arrays = {
        name: pa.array([cell for _, rows in parts for cell in rows[name]], kind)
        for name, kind in types.items()
    }
    scopes = [scope for scope, rows in parts for _ in rows[TIME]]
    return pa.table({**arrays, SCOPE: pa.array(scopes, pa.string())})


@dataclass(frozen=True, slots=True)
class _Cast:
    """What a rule's tests may give events of. `read`: the streams that it and what it is built
    on read; `known`: also those of its inhibitors. `counted`: fields whose different values
    some of these rules count.
    """

    streams: Mapping[str, Stream]
    read: tuple[str, ...]
    known: tuple[str, ...]
    counted: frozenset[str]

    @classmethod
    def of(cls, library: Library, rule: Rule) -> _Cast:
        built_on = _foundation(library, rule)
        return cls(
            library.streams,
            tuple(dict.fromkeys(_streams(built_on))),
            tuple(dict.fromkeys(_streams(library.closure([rule.name])))),
            frozenset(name for one in built_on for name in _counted(one)),
        )

    def stream(self, given: Given) -> Stream:
        """The stream these events belong to."""
        if given.stream in self.known:
            return self.streams[given.stream]
        if given.stream is not None:
            message = f"the rule does not read a stream {given.stream}"
            raise Misfit(("stream",), message, f"it reads {', '.join(self.known)}")
        if len(self.read) == 1:
            return self.streams[self.read[0]]
        message = f"to which stream do these events belong? The rule reads {', '.join(self.read)}"
        raise Misfit((), message, f"add `stream: {next(iter(self.read), 'NAME')}`")

    def rows(
        self, given: Given, stream: Stream, start: int, before: int
    ) -> Iterator[tuple[int, dict[str, Cell]]]:
        """Each event that counts, with its moment. `before`: how many the stream has already."""
        _known_fields(given, stream)
        late = _lateness(given, stream)
        if late > stream.grace:
            return
        first = start + micros(given.at if given.at is not None else given.from_)
        step = micros(given.every) if given.every is not None else 0
        for number in range(1, given.count + 1):
            when = first + (number - 1) * step
            try:
                row = fitted(given.event, stream, number)
            except Misfit as misfit:
                raise Misfit(("event", *misfit.route), str(misfit), misfit.hint) from misfit
            times = (when, when + late)
            yield when, filled(row, stream, self.counted, times, before + number)


def _known_fields(given: Given, stream: Stream) -> None:
    for name in given.event:
        if name not in stream.columns:
            message = f"events of {stream.name} have no field {name}"
            hint = (
                f"they have {', '.join(stream.columns)}; add it to rules/streams.yaml if it is new"
            )
            raise Misfit(("event", name), message, hint)


def _lateness(given: Given, stream: Stream) -> int:
    if given.late is None:
        return 0
    if stream.ingested_at is None:
        message = f"nothing is late in {stream.name}: its records do not say when they arrived"
        hint = "leave `late` out, or add `ingested_at` and `grace` to the stream"
        raise Misfit(("late",), message, hint)
    return micros(given.late)


def _last(given: Given) -> int:
    """When the last of these events happens, counted from the start."""
    if given.at is not None:
        return micros(given.at)
    assert given.every is not None
    return micros(given.from_) + (given.count - 1) * micros(given.every)


def _add(rows: Rows, when: int, name: str, row: Mapping[str, Cell]) -> None:
    for column, cells in rows.items():
        if column == TIME:
            cells.append(when)
        else:
            cells.append(name if column == EVENT else row.get(column))


def _foundation(library: Library, rule: Rule) -> tuple[Rule, ...]:
    """The rule and those it is built on, however far down, without its inhibitors."""
    found: dict[str, Rule] = {}
    waiting = [rule]
    while waiting:
        one = waiting.pop(0)
        if one.name not in found:
            found[one.name] = one
            waiting += [library.rules[name] for name in one.references]
    return tuple(found.values())


def _streams(rules: Sequence[Rule]) -> Iterator[str]:
    return (rule.body.stream for rule in rules if isinstance(rule.body, Detection))


def _counted(rule: Rule) -> Iterator[str]:
    """Fields of which a rule counts the different values."""
    if isinstance(rule.body, Correlation) and rule.body.type is CorrelationType.VALUE_COUNT:
        yield from rule.body.fields
    if rule.ops and rule.ops.distinct:
        yield rule.ops.distinct
    if rule.ops and rule.ops.minimum:
        yield from rule.ops.minimum.distinct
