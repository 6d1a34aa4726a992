"""What rules are replayed on: their streams as recorded, labelled incidents, which stretch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from opsrail.detection.backtest.incidents import Incident, misnamed, read_incidents
from opsrail.detection.backtest.replay import Side
from opsrail.detection.evaluate import Interval
from opsrail.detection.library import Library
from opsrail.detection.policies import DetectionPolicy
from opsrail.detection.recorded import streams_of
from opsrail.findings import Finding
from opsrail.repo.snapshot import Snapshot
from opsrail.streams.engines.model import Engine
from opsrail.streams.fault import StreamFault
from opsrail.streams.load import load
from opsrail.streams.model import Events
from opsrail.streams.spans import micros


@dataclass(frozen=True, slots=True)
class History:
    """Everything a backtest needs. `interval` is None where nothing is recorded.

    `names` are the rules whose streams could be read, `unread` the streams that could not, each
    with what is wrong. `findings` are about incident files. The policy is base's where there is
    a base, so that no change loosens its own judge; both sides are run under it.
    """

    head: Side
    base: Side | None
    interval: Interval | None
    incidents: tuple[Incident, ...]
    policy: DetectionPolicy
    names: tuple[str, ...] = ()
    unread: Mapping[str, StreamFault] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @property
    def early(self) -> int:
        """How long before an incident an alert may come, in microseconds."""
        return micros(self.policy.backtest.early)


def read_history(
    engine: Engine,
    snapshot: Snapshot,
    head: Library,
    base: Library | None,
    names: Iterable[str],
    length: str | None = None,
) -> History:
    """The recorded past of these rules: `length` of it, or as much as the policy says.

    A stream that cannot be read keeps the rules that read it from being replayed, and no others.
    """
    wanted = tuple(names)
    policy = (base or head).policy
    reader = _Reader(engine, snapshot.repository.root)
    events = reader.events(head, wanted)
    incidents, findings = read_incidents(snapshot)
    earlier = Side(base, reader.as_base_reads(base, head, wanted, events)) if base else None
    return History(
        Side(replace(head, policy=policy), events),
        earlier,
        stretch(events.values(), length or policy.backtest.history),
        incidents,
        policy,
        tuple(name for name in wanted if reader.has_read(head, base, name)),
        reader.unread,
        (*findings, *misnamed(snapshot, incidents, head.rules)),
    )


class _Reader:
    """Streams read into an engine; those that cannot be are remembered, not raised."""

    def __init__(self, engine: Engine, root: Path) -> None:
        self.engine = engine
        self.root = root
        self.unread: dict[str, StreamFault] = {}

    def events(self, library: Library, names: Iterable[str]) -> Mapping[str, Events]:
        """The streams that these rules read."""
        found = {}
        for name in _streams(library, names):
            try:
                found[name] = load(self.engine, library.streams[name], self.root)
            except StreamFault as fault:
                self.unread[name] = fault
        return found

    def as_base_reads(
        self, base: Library, head: Library, names: Iterable[str], events: Mapping[str, Events]
    ) -> Mapping[str, Events]:
        """The same files through base's description of the streams, read again where it differs.

        Where that cannot be done any more, because a file moved, head's records stand in.
        """
        found = {}
        for name in _streams(base, names):
            if name in events and base.streams[name] == head.streams.get(name):
                found[name] = events[name]
                continue
            try:
                found[name] = load(self.engine, base.streams[name], self.root)
            except StreamFault as fault:
                if name in events:
                    found[name] = events[name]
                else:
                    self.unread[name] = fault
        return found

    def has_read(self, head: Library, base: Library | None, name: str) -> bool:
        """Whether all streams of a rule were read, on both sides."""
        sides = [head, base] if base else [head]
        needed = {stream for side in sides for stream in _streams(side, [name])}
        return bool(needed) and not needed & self.unread.keys()


def _streams(library: Library, names: Iterable[str]) -> tuple[str, ...]:
    """The streams that those of the rules read which the library has."""
    return streams_of(library, [name for name in names if name in library.rules])


def stretch(events: Iterable[Events], length: str) -> Interval | None:
    """The last `length` (such as "90d") before the newest event; None where nothing is recorded.

    What came before is still looked at: windows and baselines reach back into it.
    """
    newest = [found.newest for found in events if found.newest is not None]
    if not newest:
        return None
    return Interval(max(newest) - micros(length), max(newest))
