"""The reference and the engine behind one face, so that a test can hold both to a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from opsrail.detection.model import Alert
from opsrail.streams.engines.duckdb import DuckDB
from opsrail.streams.spans import SECOND
from tests.detection.events import START, Document, Event, correlation, detection, event
from tests.detection.reference_world import HORIZON, World

PARTS = tuple(detection(name) for name in "abc")
TICK = 0.000001
"""The shortest time there is, in seconds."""

Ask = Callable[[World, Sequence[str], Sequence[Event], int], list[Alert]]


@dataclass(frozen=True)
class Judge:
    """One of the two evaluators."""

    name: str
    ask: Ask

    def __str__(self) -> str:
        return self.name

    def alerts(
        self,
        rules: Document | Sequence[Document],
        events: Sequence[Event],
        *,
        until: float | None = None,
        policy: object = None,
    ) -> list[Alert]:
        """The alerts of the last of these rules; a, b and c stand beside them."""
        given = [rules] if isinstance(rules, Mapping) else list(rules)
        names = {document["name"] for document in given}
        parts = [part for part in PARTS if part["name"] not in names]
        world = World([*parts, *given], policy)
        last = HORIZON if until is None else START + round(until * SECOND)
        return self.ask(world, [str(given[-1]["name"])], events, last)

    def times(
        self,
        rules: Document | Sequence[Document],
        events: Sequence[Event],
        *,
        until: float | None = None,
        policy: object = None,
    ) -> list[float]:
        """When they are raised, in seconds."""
        return [seconds(one.at) for one in self.alerts(rules, events, until=until, policy=policy)]


@cache
def duckdb() -> DuckDB:
    """The engine of all these tests, opened by the first of them."""
    return DuckDB(threads=1)


JUDGES = (
    Judge("reference", lambda world, *asked: world.by_reference(*asked)),
    Judge("duckdb", lambda world, *asked: world.by_engine(duckdb(), *asked)),
)


def seconds(t: int) -> float:
    """Seconds after the start of made-up time."""
    return (t - START) / SECOND


def rule(
    kind: str = "event_count",
    condition: object = None,
    *,
    rules: str = "a",
    by: Sequence[str] = (),
    timespan: str = "10s",
    name: str = "r",
    level: str = "medium",
    aliases: Document | None = None,
    ops: Document | None = None,
    **more: object,
) -> Document:
    """A correlation over the rules named in `rules`; `ops` and `more` go into its `ops` block."""
    body: dict[str, object] = {"type": kind, "rules": rules.split(), "timespan": timespan}
    if by:
        body["group-by"] = list(by)
    if condition is not None:
        body["condition"] = condition
    if aliases:
        body["aliases"] = dict(aliases)
    return correlation(name, body, {**(ops or {}), **more}, level)


def at(*times: float, kind: str = "a", **fields: str | float | None) -> list[Event]:
    """Events of one kind at these times, alike in everything else."""
    return [event(time, kind, **fields) for time in times]
