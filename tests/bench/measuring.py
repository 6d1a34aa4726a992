"""Measuring beside a peer: interleaved runs, medians, one row a figure.

A shared machine is noisy, so figures are compared with a peer's that ran in between, and what
counts is the ratio.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

OPSRAIL = (sys.executable, "-c", "from opsrail.cli.main import main; main()")
"""The command line as its own process, without relying on where scripts are installed."""


@dataclass(frozen=True, slots=True)
class Row:
    """One measured figure; `peer` and `budget` are in its unit, None where there is none."""

    name: str
    measured: float
    unit: str = "s"
    peer: float | None = None
    peer_name: str = ""
    budget: float | None = None

    @property
    def verdict(self) -> str:
        """Whether the budget holds."""
        if self.budget is None:
            return ""
        return "ok" if self.measured <= self.budget else "OVER"


@dataclass(frozen=True, slots=True)
class Ran:
    """One process: its time, its peak memory, how it ended, what it printed."""

    seconds: float
    megabytes: float
    status: int
    out: str


def run(arguments: Sequence[str], folder: Path, **environment: str) -> Ran:
    """Run a command once, its output kept from the terminal."""
    begin = perf_counter()
    with subprocess.Popen(
        arguments,
        cwd=folder,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        assert process.stdout is not None
        out = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = perf_counter() - begin
    return Ran(seconds, usage.ru_maxrss / 1024, process.returncode, out.decode(errors="replace"))


def interleaved(works: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """The median seconds of each work, run in turns so that noise falls on all alike."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            begin = perf_counter()
            work()
            times[name].append(perf_counter() - begin)
    return {name: median(found) for name, found in times.items()}


def table(title: str, rows: Iterable[Row], notes: Iterable[str] = ()) -> Iterator[str]:
    """The rows as lines of text: measured, peer, ratio, budget, verdict."""
    yield title
    head = ("", "measured", "peer", "ratio", "budget", "")
    yield f"  {head[0]:<46}{head[1]:>12}{head[2]:>12}{head[3]:>8}{head[4]:>12}  {head[5]}".rstrip()
    for row in rows:
        ratio = f"{row.measured / row.peer:.2f}" if row.peer else ""
        named = f"  ({row.peer_name})" if row.peer_name else ""
        yield (
            f"  {row.name:<46}{_shown(row.measured, row.unit):>12}{_shown(row.peer, row.unit):>12}"
            f"{ratio:>8}{_shown(row.budget, row.unit):>12}  {row.verdict}{named}"
        ).rstrip()
    for note in notes:
        yield f"  {note}"


def _shown(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    return f"{value:.3f} {unit}" if value < 10 else f"{value:.1f} {unit}"
