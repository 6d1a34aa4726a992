"""The series of the Numenta Anomaly Benchmark that lie in the shared real data."""

from __future__ import annotations

import csv
import json
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.nab_scoring import Labels

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "nab"


@dataclass(frozen=True, slots=True)
class Series:
    """One series: its name, its times in microseconds since 1970, and its labels."""

    name: str
    times: Sequence[int]
    values: Sequence[float]
    labels: Labels

    @property
    def family(self) -> str:
        """The kind of series it is one of: `realTweets`."""
        return self.name.partition("/")[0]

    def rows(self, times: Sequence[int]) -> list[int]:
        """The first row of each of these times."""
        return [bisect_left(self.times, time) for time in times]


def read_series(folder: Path = FOLDER) -> list[Series]:
    """All series, in the order of their names."""
    windows = json.loads((folder / "labels" / "windows.json").read_text(encoding="utf-8"))
    return [_series(folder, name, windows[name]) for name in sorted(windows)]


def _series(folder: Path, name: str, windows: Sequence[tuple[str, str]]) -> Series:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        rows = [(_micros(row["timestamp"]), float(row["value"])) for row in csv.DictReader(file)]
    times = [time for time, _ in rows]
    found = [
        (bisect_left(times, _micros(begin)), bisect_right(times, _micros(end)) - 1)
        for begin, end in windows
    ]
    return Series(name, times, [value for _, value in rows], Labels(len(times), tuple(found)))


def _micros(text: str) -> int:
    moment = datetime.fromisoformat(text).replace(tzinfo=UTC)
    return int(moment.timestamp()) * 1_000_000
