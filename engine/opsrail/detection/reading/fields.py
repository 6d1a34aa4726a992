"""Fields that a rule names and that its events have to have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from opsrail.detection.formats import CorrelationType, Ops
from opsrail.detection.model import Correlation, Detection, Rule
from opsrail.detection.reading.naming import did_you_mean, listed
from opsrail.findings import Finding
from opsrail.repo.yaml import YamlText
from opsrail.streams.formats import Column, ColumnType
from opsrail.streams.model import Stream

CODE: Final = "rule-field"
PERSONAL: Final = "rule-personal-data"
Fields = Mapping[str, Column]
Route = tuple[str | int, ...]

_NUMERIC: Final = frozenset({ColumnType.INTEGER, ColumnType.NUMBER})
_SUMMING: Final = frozenset(
    {
        CorrelationType.VALUE_SUM,
        CorrelationType.VALUE_AVG,
        CorrelationType.VALUE_MEDIAN,
        CorrelationType.VALUE_PERCENTILE,
    }
)


def fields_of_alerts(body: Correlation, events: Mapping[str, Fields]) -> Fields:
    """The fields of a correlation's alerts: its group. `events`: rule → fields of its events."""
    first = body.rules[0]
    known = events[first]
    names = {key: body.field_of(key, first) for key in body.group_by}
    return {key: known[name] for key, name in names.items() if name in known}


def in_detection(
    yaml: YamlText, body: Detection, ops: Ops | None, stream: Stream
) -> Iterator[Finding]:
    """Fields of a detection that its stream does not have, or must not show."""
    known = {f"the stream {stream.name}": stream.columns}
    for name in sorted(body.fields - stream.columns.keys()):
        route, is_key = _written(yaml.value, name)
        yield _unknown(yaml, route, name, known, is_key=is_key)
    for number, name in enumerate((ops.dedupe.key if ops and ops.dedupe else None) or ()):
        yield from _in_key(yaml, ("ops", "dedupe", "key", number), name, known)


def in_correlation(
    yaml: YamlText, rule: Rule, body: Correlation, events: Mapping[str, Fields]
) -> Iterator[Finding]:
    """Fields of a correlation that the events of its rules do not have, or must not show.

    A group key has to be in the events of every rule, since those without never meet others;
    a field that is counted or summed in the events of one.
    """
    for number, key in enumerate(body.group_by):
        for name in body.rules:
            field = body.field_of(key, name)
            route: Route = ("correlation", "group-by", number)
            if field != key:
                route = ("correlation", "aliases", key, name)
            found = tuple(_in_key(yaml, route, field, {f"`{name}`": events[name]}))
            yield from found
            if found:
                break
    for route, name in _of_values(rule, body):
        holding = [fields[name] for fields in events.values() if name in fields]
        if not holding:
            known = {f"`{rule}`": fields for rule, fields in events.items()}
            is_key = route[1] == "minimum"
            yield _unknown(yaml, route, name, known, is_key=is_key)
        elif body.type in _SUMMING and route[0] == "correlation":
            yield from _in_number(yaml, route, name, holding)


def _of_values(rule: Rule, body: Correlation) -> Iterator[tuple[Route, str]]:
    """The fields whose values are looked at, and where they are named."""
    several = len(body.fields) > 1
    for number, name in enumerate(body.fields):
        route: Route = ("correlation", "condition", "field")
        yield ((*route, number) if several else route), name
    if rule.ops and rule.ops.distinct:
        yield ("ops", "distinct"), rule.ops.distinct
    for name in rule.ops.minimum.distinct if rule.ops and rule.ops.minimum else {}:
        yield ("ops", "minimum", "distinct", name), name


def _in_key(
    yaml: YamlText, route: Route, name: str, known: Mapping[str, Fields]
) -> Iterator[Finding]:
    columns = [fields[name] for fields in known.values() if name in fields]
    if not columns:
        yield _unknown(yaml, route, name, known)
    elif any(column.personal for column in columns):
        message = f"`{name}` is about a person, and every alert would show it"
        hint = "group by something else; `distinct` may count it without showing it"
        yield Finding(yaml.place(route), PERSONAL, message, hint=hint)


def _in_number(
    yaml: YamlText, route: Route, name: str, columns: Iterable[Column]
) -> Iterator[Finding]:
    kinds = sorted({column.type.value for column in columns if column.type not in _NUMERIC})
    if kinds:
        message = f"`{name}` holds {listed(kinds)} values, and this computes with numbers"
        hint = "name a field with numbers, or declare it as `number` in rules/streams.yaml"
        yield Finding(yaml.place(route), CODE, message, hint=hint)


def _unknown(
    yaml: YamlText, route: Route, name: str, known: Mapping[str, Fields], *, is_key: bool = False
) -> Finding:
    names = sorted({field for fields in known.values() for field in fields})
    message = f"{' and '.join(known)} {'have' if len(known) > 1 else 'has'} no field `{name}`"
    otherwise = f"known are {listed(names)}" if names else "nothing is grouped there"
    hint = did_you_mean(name, names, otherwise)
    return Finding(yaml.place(route, key=is_key), CODE, message, hint=hint)


def _written(value: object, field: str) -> tuple[Route, bool]:
    """Where a detection names a field, and whether as a key; its condition if nowhere."""
    detection = value.get("detection") if isinstance(value, Mapping) else None
    found = next(_places(detection, ("detection",), field), None)
    return found or (("detection", "condition"), False)


def _places(value: object, route: Route, field: str) -> Iterator[tuple[Route, bool]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            name, *modifiers = str(key).split("|")
            if name == field and len(route) > 1:
                yield (*route, key), True
            elif "fieldref" in modifiers and (inner == field or _lists(inner, field)):
                yield (*route, key), False
            yield from _places(inner, (*route, key), field)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _places(inner, (*route, number), field)


def _lists(value: object, field: str) -> bool:
    return isinstance(value, list) and field in value
