"""Rules of SigmaHQ with the events recorded for them, read from the shared real data.

A sample is a Windows event as `evtx_dump` writes it: JSON documents one after the other. Rules
name the fields of `EventData` (or of the one block in `UserData`) and a few of `System` by
their bare names, without the spaces that Defender puts into its own (`Threat Name`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
from ruamel.yaml import YAML
from sigma.rule import SigmaRule

from opsrail.detection.conditions import matches
from opsrail.detection.conditions.tree import Condition

Event = Mapping[str, str | int]


@dataclass(frozen=True)
class Sample:
    """A rule and the events recorded for it. `count` of them match, where that is on record."""

    name: str
    rule: SigmaRule
    events: tuple[Event, ...]
    count: int | None

    @property
    def condition(self) -> Condition:
        (parsed,) = self.rule.detection.parsed_condition
        return parsed.parsed


def samples_of(folder: Path) -> list[Sample]:
    """All samples, by name."""
    texts = [path.read_text("utf-8") for path in (folder / "rules").glob("*.yml")]
    rules = {str(rule.id): rule for rule in map(SigmaRule.from_yaml, texts)}
    return [_sample(path, rules) for path in sorted((folder / "samples").iterdir())]


def _sample(folder: Path, rules: Mapping[str, SigmaRule]) -> Sample:
    """A folder's recorded events; the file is named for the rule that they belong to."""
    (recorded,) = folder.glob("*.json")
    (test,) = YAML(typ="safe").load(folder / "info.yml")["regression_tests_info"]
    return Sample(
        name=folder.name,
        rule=rules[recorded.stem],
        events=tuple(_flat(one) for one in _documents(recorded.read_text("utf-8"))),
        count=test.get("match_count"),
    )


def _documents(text: str) -> Iterator[dict[str, Any]]:
    decoder = json.JSONDecoder()
    rest = text.strip()
    while rest:
        document, end = decoder.raw_decode(rest)
        yield document["Event"]
        rest = rest[end:].lstrip()


def _flat(event: Mapping[str, Any]) -> Event:
    """The event's fields by the names that rules use."""
    system = event["System"]
    fields = {
        "EventID": system["EventID"],
        "Channel": system["Channel"],
        "Computer": system["Computer"],
        "Provider_Name": system["Provider"]["#attributes"]["Name"],
    }
    data = event.get("EventData") or next(
        block for block in event["UserData"].values() if isinstance(block, dict)
    )
    named = {name.replace(" ", ""): value for name, value in data.items()}
    return fields | {name: value for name, value in named.items() if isinstance(value, str | int)}


def matrix(conditions: Mapping[str, Condition], events: Sequence[Event]) -> dict[str, list[bool]]:
    """For each condition which of the events match, asked in few queries."""
    names = sorted({name for event in events for name in event})
    rows = pa.table({name: _column([event.get(name) for event in events]) for name in names})
    backend = ibis.duckdb.connect()
    table = ibis.memtable(rows)
    fields = {name: table[name] for name in table.columns}
    found: dict[str, list[bool]] = {}
    keys = [*conditions]
    for start in range(0, len(keys), 70):
        part = {key: matches(conditions[key], fields) for key in keys[start : start + 70]}
        found |= backend.to_pyarrow(table.select(**part)).to_pydict()
    backend.disconnect()
    return found


def _column(values: Sequence[str | int | None]) -> pa.Array:
    """Whole numbers, where all are; text otherwise."""
    if all(value is None or isinstance(value, int) for value in values):
        return pa.array(values, pa.int64())
    return pa.array([None if value is None else str(value) for value in values], pa.string())
