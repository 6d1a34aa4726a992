"""A small repository of rules over made-up events, asked of the reference and of the engine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ibis.expr.types import Table

from opsrail.detection.evaluate import Interval, evaluate
from opsrail.detection.library import Library, library_of
from opsrail.detection.model import Alert, Key
from opsrail.streams.engines.model import Engine
from tests.detection.events import GRACES, START, Document, Event, files, rows
from tests.detection.reference import Predicate, Reference

HORIZON = START + 600_000_000
"""Until when made-up worlds run: ten minutes."""


def predicate(document: Document) -> Predicate:
    """What a detection of `tests.detection.events` says of an event's fields."""
    detection = document["detection"]
    assert isinstance(detection, dict)
    kind: str = detection["selection"]["kind"]

    def matches(fields: Mapping[str, Key]) -> bool:
        return fields.get("kind") == kind

    return matches


@dataclass(frozen=True)
class World:
    """The rules of a made-up repository, and its policies/detection.yaml."""

    documents: Sequence[Document]
    policy: object = None

    @cached_property
    def library(self) -> Library:
        """What the engine reads of the files."""
        return library_of(files(self.documents, policy=self.policy))

    @cached_property
    def reference(self) -> Reference:
        """The same rules, for the reference."""
        assert not self.library.findings, [str(one) for one in self.library.findings]
        detections = [one for one in self.documents if "detection" in one]
        return Reference(
            self.library.rules,
            {str(one["name"]): predicate(one) for one in detections},
            GRACES,
            self.library.policy.maintenance,
        )

    def by_reference(
        self, names: Sequence[str], events: Sequence[Event], until: int = HORIZON
    ) -> list[Alert]:
        """What the reference raises, each scope for itself."""
        worlds = defaultdict(list)
        for one in events:
            worlds[one.scope].append(one)
        found = [
            replace(alert, scope=scope)
            for scope, inside in worlds.items()
            for alert in self.reference.alerts(names, inside, until)
        ]
        return in_order(found)

    def by_engine(
        self, engine: Engine, names: Sequence[str], events: Sequence[Event], until: int = HORIZON
    ) -> list[Alert]:
        """What the engine raises of the same; records that came too late are not loaded."""
        scoped = any(one.scope for one in events)
        tables = uploaded(engine, [one for one in events if one.counts], scoped=scoped)
        result = evaluate(
            self.library, engine, tables, names, Interval(None, until), scoped=scoped, seconds=None
        )
        assert not result.findings, [str(one) for one in result.findings]
        return in_order(alert for alert in result.alerts if alert.rule in names)


def uploaded(
    engine: Engine, events: Sequence[Event], *, scoped: bool = False
) -> Mapping[str, Table]:
    """The events, stream by stream, as tables of the engine."""
    return {
        stream: engine.upload(rows((e for e in events if e.stream == stream), scoped=scoped))
        for stream in GRACES
    }


def in_order(alerts: Iterable[Alert]) -> list[Alert]:
    """By time, rule, group, scope."""
    return sorted(alerts, key=lambda alert: alert.order)


def told(alerts: Iterable[Alert]) -> list[tuple[object, ...]]:
    """Alerts as rows that can be compared and read; values to nine digits."""
    return [
        (
            alert.scope,
            alert.rule,
            (alert.at - START) / 1e6,
            dict(alert.group),
            None if alert.value is None else round(float(alert.value), 9),
            alert.folded,
            (alert.last - START) / 1e6,
            (alert.until - START) / 1e6,
            alert.level.value,
            alert.suppressed,
            alert.known - alert.at,
        )
        for alert in alerts
    ]
