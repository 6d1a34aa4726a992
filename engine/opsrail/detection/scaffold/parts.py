"""The fields of a stream that a new rule begins with, and values for its tests."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from opsrail.findings import CannotWork
from opsrail.streams.formats import ColumnType
from opsrail.streams.model import Stream

NUMERIC: Final = frozenset({ColumnType.INTEGER, ColumnType.NUMBER})
NEEDS_NUMBER: Final = frozenset({"value_sum", "value_avg", "value_median", "value_percentile"})
TELLING: Final = ("event_type", "event", "type", "kind", "status", "action")
"""Names that columns have which say what happened."""
_VALUES: Final[Mapping[ColumnType, tuple[object, object]]] = {
    ColumnType.STRING: ("created", "replied"),
    ColumnType.INTEGER: (1, 2),
    ColumnType.NUMBER: (1, 2),
    ColumnType.BOOLEAN: (True, False),
}
_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9_. -]*[A-Za-z0-9]|[A-Za-z]")
_NO_TEXT: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off"})


@dataclass(frozen=True, slots=True)
class Drawn:
    """The parts of a rule that its kind decides: the events it looks at (name, value of the
    selection), its correlation block, lines of its settings, its tests.
    """

    events: Sequence[tuple[str, object]]
    block: str
    settings: Sequence[str]
    tests: Sequence[str]


@dataclass(frozen=True, slots=True)
class Picked:
    """Fields for a first draft. `select` says what an event is, `first` and `second` are values
    of it; `group`, `number` and `counted` are empty where the rule needs none.
    """

    stream: Stream
    select: str
    first: object
    second: object
    group: str = ""
    number: str = ""
    counted: str = ""

    def one(self, name: str) -> object:
        """A value that the field may have."""
        kind = self.stream.columns[name].type
        return "one" if kind is ColumnType.STRING else _VALUES[kind][0]

    def event(self, more: Mapping[str, object] | None = None, *, second: bool = False) -> str:
        """An event of a test, in YAML."""
        told = {self.select: self.second if second else self.first}
        if self.group:
            told[self.group] = self.one(self.group)
        return flow({**told, **(more or {})})

    def third_event(self) -> str:
        """An event that is neither; an empty text where a field knows but two values."""
        kind = self.stream.columns[self.select].type
        if kind is ColumnType.BOOLEAN:
            return ""
        told: dict[str, object] = {self.select: "other" if kind is ColumnType.STRING else 3}
        return flow(told | ({self.group: self.one(self.group)} if self.group else {}))

    @property
    def told_group(self) -> str:
        """The group that a test expects, as a further entry of a mapping."""
        return f", group: {flow({self.group: self.one(self.group)})}" if self.group else ""


def picked(stream: Stream, kind: str) -> Picked:
    """Fields of the stream for a rule of this kind. Raises `CannotWork` if it has none."""
    select = _first(_telling(stream))
    if not select:
        raise _lacks(stream, "a field that says what happened")
    values = _VALUES[stream.columns[select].type]
    number = _first(_numbers(stream, {select})) if kind in NEEDS_NUMBER else ""
    counted = _first(_identities(stream, {select}, personal=True)) if kind == "value_count" else ""
    if kind in NEEDS_NUMBER and not number:
        raise _lacks(stream, "a field with numbers")
    if kind == "value_count" and not counted:
        raise _lacks(stream, "a field whose different values could be counted")
    taken = {select, number, counted}
    follows = _identities(stream, taken) if kind == "missing" else _texts(stream, taken)
    return Picked(stream, select, *values, _first(follows), number, counted)


def _lacks(stream: Stream, what: str) -> CannotWork:
    return CannotWork(
        f"the stream {stream.name} does not have {what}",
        "name another stream with --stream, or another kind of rule with --type",
    )


def _first(names: Iterator[str]) -> str:
    return next(names, "")


def _telling(stream: Stream) -> Iterator[str]:
    """Fields that may say what happened, the likeliest first."""
    yield from (name for name in TELLING if name in stream.columns and _has_values(stream, name))
    yield from _texts(stream, set())
    yield from (name for name in stream.columns if _has_values(stream, name))


def _has_values(stream: Stream, name: str) -> bool:
    return stream.columns[name].type in _VALUES


def _texts(stream: Stream, taken: set[str]) -> Iterator[str]:
    """Fields that alerts may be grouped by: texts that name neither a person nor a record."""
    for name, column in stream.columns.items():
        is_text = column.type is ColumnType.STRING and not column.personal
        if is_text and name not in taken and name not in stream.id and not name.endswith("_id"):
            yield name


def _numbers(stream: Stream, taken: set[str]) -> Iterator[str]:
    for name, column in stream.columns.items():
        if column.type in NUMERIC and name not in {*taken, *stream.id} and not name.endswith("_id"):
            yield name


def _identities(stream: Stream, taken: set[str], *, personal: bool = False) -> Iterator[str]:
    """Fields that name something, other than the record itself; else any text."""
    for name, column in stream.columns.items():
        is_fit = personal or not column.personal
        if name.endswith("_id") and name not in taken and stream.id != (name,) and is_fit:
            yield name
    yield from _texts(stream, taken)


def flow(value: object) -> str:
    """Plain data as YAML on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _NO_TEXT:
        return value
    return json.dumps(value, ensure_ascii=False)
