"""Fifty help desks call `opsrail flow serve` for a minute: `python -m tests.bench serve`.

The service runs as people start it, on a copy of the living example, and sorts its tickets. Seven
of eight requests are good ones, the others have a bad token, or a body that is too large, broken
or of the wrong shape. A good answer has to be the one that the ticket gets when nobody else calls.

Latency stands beside that of one client alone, memory beside what it was after a fifth of the
time. Clients and service share this machine's cores.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from opsrail.flows.log import AuditLog
from tests.bench.measuring import OPSRAIL, Row, table
from tests.flows.service.clients import Good, Tally, crowd
from tests.flows.service.repository import ROOT, Repository, made, process
from tests.flows.service.serving import Answered, Line

CLIENTS: Final = 50
SECONDS: Final = 60.0
ALONE: Final = 3.0
GROWTH: Final = 1.25
"""The most that memory may grow over four fifths of the time, as a ratio."""
GOVERNED: Final = ("content", "playbooks", "policies", "rules")
TICKETS: Final = "policies/flows/examples/tickets.jsonl"
SHOWN: Final = ("subject", "body", "channel", "plan", "language")


@dataclass(frozen=True, slots=True)
class Minute:
    """What came of it. Memory in megabytes, after a fifth of the time and at its end."""

    alone: Tally
    crowd: Tally
    early: float
    late: float
    code: int
    on_record: frozenset[str]
    log_faults: tuple[str, ...]


def living(folder: Path) -> Repository:
    """The living example as it lies there, committed in a repository of its own."""
    for name in GOVERNED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / "desk" / name)
    return made(folder, {})


def tickets(repository: Repository) -> Sequence[Mapping[str, Any]]:
    """Tickets as a help desk would send them."""
    lines = (repository.root / TICKETS).read_text("utf-8").splitlines()[:40]
    return [
        {key: ticket[key] for key in SHOWN if key in ticket} for ticket in map(json.loads, lines)
    ]


def sorting(port: int, asked: Sequence[Mapping[str, Any]]) -> Good:
    """Good requests: each ticket by turns, with the answer that it gets by itself."""
    with closing(Line(port)) as line:
        known = [line.run("triage", ticket).json["output"] for ticket in asked]

    def number(mark: str) -> int:
        client, turn = mark.split("-")[1:3]
        return (int(client) + int(turn)) % len(asked)

    def fits(mark: str, answered: Answered) -> bool:
        return bool(answered.json["output"] == known[number(mark)])

    return Good("triage", lambda mark: {**asked[number(mark)], "id": mark}, fits)


def minute(seconds: float = SECONDS) -> Minute:
    """One client for a moment, then all of them for so long."""
    with tempfile.TemporaryDirectory() as name:
        repository = living(Path(name))
        with process(repository, command=(*OPSRAIL, "flow", "serve", "triage")) as running:
            good = sorting(running.port, tickets(repository))
            alone = crowd(running.port, 1, min(ALONE, seconds), good)
            early: list[float] = []
            look = threading.Timer(seconds / 5, lambda: early.append(running.megabytes))
            look.start()
            together = crowd(running.port, CLIENTS, seconds, good)
            look.join()
            late = running.megabytes
            code = running.end()
        log = AuditLog(repository.log)
        done = frozenset(one["request"] for one in log.entries() if one["outcome"] == "done")
        return Minute(alone, together, early[0], late, code, done, log.verify().faults)


def main() -> None:
    """Prints the table."""
    seen = minute()
    one, many = seen.alone, seen.crowd
    rows = [
        Row(
            f"{name}, {CLIENTS} clients",
            many.quantile(share) * 1e3,
            "ms",
            one.quantile(share) * 1e3,
            "one client",
        )
        for name, share in (("median", 0.5), ("95th percentile", 0.95))
    ]
    rows.append(
        Row("memory at the end", seen.late, "MB", seen.early, "after a fifth", seen.early * GROWTH)
    )
    for name, count in (("lost", many.lost), ("leaked", many.leaked), ("wrong status", many.wrong)):
        rows.append(Row(f"{name}, of {many.count:,} requests", float(len(count)), "", budget=0.0))
    statuses = ", ".join(f"{status}: {count:,}" for status, count in sorted(many.statuses.items()))
    notes = [
        f"{many.count / SECONDS:,.0f} requests a second; by status: {statuses}",
        (
            f"exit code {seen.code}; the audit log has {len(seen.on_record):,} finished runs and"
            f" {len(seen.log_faults)} faults"
        ),
    ]
    for line in table(f"opsrail flow serve, {CLIENTS} clients for {SECONDS:.0f} s", rows, notes):
        print(line)


if __name__ == "__main__":
    main()
