"""Rules beside hand-written SQL, for each kind of window; growth with size; the same on Spark.

`python -m tests.bench windows` measures 10 M events, `windows-growth` the sliding count at 1, 3,
10 and 30 M, `windows-spark` 3 M events on both engines.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import duckdb

from tests.bench.window_kinds import KINDS

ROUNDS = 3
BUDGET = 1.3
MILLION = 1_000_000
STEP = 518_400
"""Microseconds from one event to the next, on the whole."""

_EVENTS = """
COPY (
  SELECT
    (i * {step} + hash(i * 7) % {step})::BIGINT AS _t,
    i::VARCHAR AS _id,
    'g' || floor(2000 * pow((hash(i * 5) % 1000000) / 1000000.0, 3))::INT AS g,
    (hash(i * 3) % 5000)::BIGINT AS c,
    (hash(i * 11) % 1000) / 10.0 AS v,
    CASE WHEN hash(i * 13) % 100 < 90 THEN 'x' WHEN hash(i * 13) % 100 < 95 THEN 'Y' END AS k
  FROM range({count}) numbers (i)
) TO '{path}' (FORMAT parquet, COMPRESSION zstd)
"""


class Measured:
    """Seconds, peak megabytes, crossings, alerts, and the sum over the alerts."""

    def __init__(self, line: str) -> None:
        seconds, peak, crossings, alerts, total = line.split()
        self.seconds, self.megabytes = float(seconds), float(peak)
        self.crossings, self.alerts, self.total = int(crossings), int(alerts), int(total)


def events_file(folder: Path, count: int) -> Path:
    """So many events: 2,000 groups, of which few have most. 10 M of them are two months."""
    path = folder / f"events-{count}.parquet"
    if not path.exists():
        duckdb.sql(_EVENTS.format(step=STEP, count=count, path=path))
    return path


def measured(side: str, name: str, events: Path, engine: str = "duckdb") -> Measured:
    """One run in its own process."""
    command = [sys.executable, "-m", "tests.bench.window_work", side, name, str(events)]
    command += [engine] if side == "rule" else []
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise RuntimeError(ran.stderr)
    return Measured(ran.stdout.strip().splitlines()[-1])


def compare(events: Path, names: list[str], rounds: int) -> Iterator[str]:
    """A line for each kind: both sides in turns, medians, whether they raise the same."""
    head = ("", "rule", "by hand", "ratio", "peak MB", "by hand", "crossings", "alerts")
    yield "  {:<26}{:>9}{:>9}{:>7}{:>9}{:>9}{:>11}{:>9}".format(*head)
    for name in names:
        runs: dict[str, list[Measured]] = {"rule": [], "hand": []}
        for _ in range(rounds):
            for side, found in runs.items():
                found.append(measured(side, name, events))
        ours, hand = (median(one.seconds for one in runs[side]) for side in ("rule", "hand"))
        rule, other = runs["rule"][0], runs["hand"][0]
        same = (rule.alerts, rule.total) == (other.alerts, other.total)
        verdict = "" if same else "  NOT EQUAL"
        if name == "sliding count":
            verdict += f"  budget {BUDGET}: {'ok' if ours / hand <= BUDGET else 'OVER'}"
        yield (
            f"  {name:<26}{ours:>7.2f} s{hand:>7.2f} s{ours / hand:>7.2f}"
            f"{max(one.megabytes for one in runs['rule']):>9.0f}"
            f"{max(one.megabytes for one in runs['hand']):>9.0f}"
            f"{rule.crossings:>11,}{rule.alerts:>9,}{verdict}"
        )


def growth(folder: Path) -> Iterator[str]:
    """The sliding count as the number of events grows."""
    for millions in (1, 3, 10, 30):
        one = measured("rule", "sliding count", events_file(folder, millions * MILLION))
        each = one.seconds / millions
        yield f"  {millions:>3} M {one.seconds:>7.2f} s{each:>7.3f} s/M{one.megabytes:>8.0f} MB"


def spark(folder: Path, millions: int = 3) -> Iterator[str]:
    """Each kind on DuckDB and on Spark: seconds, and whether both raise the same alerts."""
    events = events_file(folder, millions * MILLION)
    yield "  {:<26}{:>9}{:>9}".format("", "DuckDB", "Spark")
    for kind in KINDS:
        here, there = (measured("rule", kind.name, events, url) for url in ("duckdb", "spark"))
        same = (here.alerts, here.total) == (there.alerts, there.total)
        said = f"{here.alerts:,} equal alerts" if same else f"{here.alerts} ≠ {there.alerts} alerts"
        yield f"  {kind.name:<26}{here.seconds:>7.2f} s{there.seconds:>7.2f} s  {said}"


def main() -> None:
    """Each kind beside hand-written SQL."""
    kinds = [kind.name for kind in KINDS]
    title = "Rules beside hand-written SQL on DuckDB, 10 M events, 15-minute windows"
    _print(title, lambda folder: compare(events_file(folder, 10 * MILLION), kinds, ROUNDS))


def main_growth() -> None:
    """One kind, more and more events."""
    _print("Sliding count of 15 minutes, growing", growth)


def main_spark() -> None:
    """Each kind on both engines."""
    _print("The same rules on two engines, 3 M events", spark)


def _print(title: str, lines: Callable[[Path], Iterator[str]]) -> None:
    print(title)
    with tempfile.TemporaryDirectory(prefix="opsrail-bench-") as name:
        for line in lines(Path(name)):
            print(line, flush=True)
