"""Alerts on the series of the benchmark, by the way that every alert takes: a rule in YAML,
read from files, evaluated on DuckDB.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from opsrail.detection.evaluate import evaluate
from opsrail.detection.library import Library, library_of
from opsrail.detection.model import Alert
from opsrail.streams.engines.duckdb import DuckDB
from opsrail.streams.load import load
from opsrail.streams.spans import micros
from tests.bench.nab_data import Series

_STREAMS = """\
streams:
  readings:
    path: readings.csv
    occurred_at: at
    columns: {series: string, at: timestamp, value: number}
"""
_EVENTS = """\
title: Reading
name: reading
logsource: {product: support, service: readings}
detection:
  selection: {value|exists: true}
  condition: selection
---
"""
_RULE = """\
title: Unusual readings
name: unusual-readings
correlation:
  type: value_avg
  rules: [reading]
  group-by: [series]
  timespan: %s
  condition: {gte: 0, field: value}
ops:
  owner: platform
  route: platform
  runbook: content/runbooks/readings.md
  baseline:
    lookback: %s
    season: none
    direction: both
    minimum_history: 2d
    significance: %.10f
"""


@dataclass(frozen=True, slots=True)
class Setting:
    """The keys of the rule that may be chosen, but for the cooldown."""

    timespan: str
    lookback: str
    significance: float

    def rule(self, cooldown: str | None) -> str:
        """The text of the rule."""
        text = _RULE % (self.timespan, self.lookback, self.significance)
        return text + (f"  dedupe: {{cooldown: {cooldown}}}\n" if cooldown else "")


Found = Mapping[str, Sequence[int]]
"""Series → times of its alerts, in order."""


class Readings:
    """The series as a stream, read from a file into an engine."""

    def __init__(self, series: Sequence[Series]) -> None:
        self.names = [one.name for one in series]
        self.engine = DuckDB()
        with tempfile.TemporaryDirectory() as folder:
            _write(Path(folder) / "readings.csv", series)
            stream = _library("").streams["readings"]
            self.table = self.engine.keep(load(self.engine, stream, Path(folder)).table)

    def alerts(self, setting: Setting, cooldown: str | None = None) -> Found:
        """The alerts of the rule; without a cooldown there is one for each reading."""
        library = _library(setting.rule(cooldown))
        done = evaluate(library, self.engine, {"readings": self.table}, ["unusual-readings"])
        assert not done.failed, done.findings
        found: dict[str, list[int]] = {name: [] for name in self.names}
        for alert in done.alerts:
            found[_series(alert)].append(alert.at)
        return found


def spaced(found: Found, cooldown: str) -> Found:
    """What a cooldown leaves of the alerts of a rule without one."""
    return {name: _spaced(times, micros(cooldown)) for name, times in found.items()}


def _spaced(times: Iterable[int], cooldown: int) -> list[int]:
    kept: list[int] = []
    for time in times:
        if not kept or time >= kept[-1] + cooldown:
            kept.append(time)
    return kept


def _series(alert: Alert) -> str:
    return str(dict(alert.group)["series"])


def _library(rule: str) -> Library:
    return library_of(
        {"rules/streams.yaml": _STREAMS, "rules/platform/readings.yaml": _EVENTS + rule}
    )


def _write(path: Path, series: Iterable[Series]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["series", "at", "value"])
        for one in series:
            rows = zip(one.times, one.values, strict=True)
            out.writerows([one.name, time // 1_000, value] for time, value in rows)
