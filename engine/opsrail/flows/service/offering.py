"""What a service offers, made of a repository's flows, their asker and their audit log."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Final

from opsrail.findings import CannotWork
from opsrail.flows.approving import Desk, put_aside
from opsrail.flows.limits import Limits
from opsrail.flows.model import Run
from opsrail.flows.records import Caller, run_record
from opsrail.flows.running import Flows
from opsrail.flows.service.model import Call, Offer, Served, Waiting
from opsrail.flows.waiting import State
from opsrail.llm.asking import Asker
from opsrail.llm.budget import Ledger
from opsrail.llm.model import Json, Mode, Usage
from opsrail.repo.snapshot import Entry, Snapshot

_WRITTEN_OUT: Final = 8
"""How much longer a body may get when it is written with blanks and whole numbers."""


class SharedSnapshot(Snapshot):
    """A snapshot that several threads may read: Git's reader behind it serves one at a time, and
    would hand one thread's file to another.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__(snapshot.repository, snapshot.revision, snapshot.entries.values())
        self._reading = threading.Lock()

    def _bytes(self, entry: Entry) -> bytes:
        with self._reading:
            return super()._bytes(entry)


@dataclass
class Daily:
    """The flows as they are today: opened anew on each new date, which they may speak of."""

    open: Callable[[date], Flows]
    today: Callable[[], date]
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _flows: Flows | None = None

    def flows(self) -> Flows:
        """Today's; whoever asks while they are opened waits."""
        with self._lock:
            today = self.today()
            if self._flows is None or self._flows.world.today != today:
                self._flows = self.open(today)
            return self._flows


@dataclass(frozen=True, slots=True)
class Counter:
    """Runs flows of a repository for callers, and puts the runs on record.

    `purse` holds the money of all runs together. What a run may spend at most is set aside
    before it begins; where that much is not left, its flow works without a model.
    """

    daily: Daily
    asker: Asker
    desk: Desk
    purse: Ledger | None = None
    most_bytes: int = 2**18

    def run(self, flow: str, given: Json) -> Run:
        """Run a flow on a body that was measured as it came in."""
        flows = self.daily.flows()
        most_bytes = self.most_bytes * _WRITTEN_OUT
        if self.purse is None or self.asker.mode not in {Mode.RECORD, Mode.LIVE}:
            return flows.run(flow, given, self.asker, most_bytes=most_bytes)
        most = Usage(dollars=flows.get(flow).flow.file.budget.dollars)
        if not self.purse.reserve(most):
            return flows.run(
                flow, given, self.asker, limits=Limits(dollars=0.0), most_bytes=most_bytes
            )
        used = most  # where a run ends in an error, nobody knows what it spent
        try:
            run = flows.run(flow, given, self.asker, most_bytes=most_bytes)
            used = run.usage
        finally:
            self.purse.settle(most, used)
        return run

    def record(self, call: Call, run: Run) -> tuple[Waiting, ...]:
        """Keep what waits for a person, then write the run's line. Raises `CannotWork`."""
        snapshot = self.daily.flows().world.catalog.snapshot
        now = datetime.now(UTC)
        proposals = put_aside(self.desk, snapshot, run, call.caller, now)
        caller = Caller("service", call.caller)
        mode = self.asker.mode
        names = [one.id for one in proposals]
        line = run_record(run, caller, now, mode, snapshot.revision or "", names)
        self.desk.log.append({**line, "request": call.request})
        return tuple(
            Waiting(one.id, one.flow, one.team) for one in proposals if one.state is State.WAITING
        )


def offer_of(counter: Counter, names: Sequence[str] = ()) -> Offer:
    """The flows that can run (all, or those named), on offer. Raises `CannotWork` if a named one
    cannot, or if there is none at all.
    """
    flows = counter.daily.flows()
    wanted = names or sorted(flows.ready)
    served = {name: _served(flows, name) for name in wanted}
    if not served:
        raise CannotWork("there is no flow that can run", "`opsrail check` says what is wrong")
    revision = flows.world.catalog.snapshot.revision or ""
    return Offer(revision, served, counter.run, counter.record)


def _served(flows: Flows, name: str) -> Served:
    opened = flows.get(name)
    file = opened.flow.file
    schemas: tuple[Mapping[str, Json], Mapping[str, Json]] = (opened.input, opened.output)
    return Served(name, file.title, *schemas, file.description, file.budget.seconds)
