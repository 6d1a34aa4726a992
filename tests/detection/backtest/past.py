"""A small recorded past: sign-in tickets of an invented company, three bursts of them labelled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import pyarrow as pa

from opsrail.detection.backtest.history import History
from opsrail.detection.backtest.incidents import Incident
from opsrail.detection.backtest.replay import Side
from opsrail.detection.evaluate import Interval
from opsrail.detection.formats import Level
from opsrail.detection.library import Library, library_of
from opsrail.detection.model import Alert
from opsrail.findings import Location
from opsrail.streams.engines.model import Engine
from opsrail.streams.model import EVENT, TIME, Events
from opsrail.streams.spans import SECOND, micros

START = 1_767_571_200 * SECOND
"""Monday 2026-01-05T00:00Z."""
DAY = micros("1d")
DAYS = 10
BURSTS = ((2, "sso", 12), (5, "mobile", 9), (8, "sso", 6))
"""Day, area, and tickets within six minutes from 09:00 on."""

STREAMS = """
streams:
  tickets:
    path: history/tickets.csv
    occurred_at: created_at
    columns: {topic: string, area: string, customer: string}
"""
RULES = """
title: Sign-in tickets
name: sign-in-ticket
logsource: {product: support, service: tickets}
detection: {selection: {topic: sign-in}, condition: selection}
---
title: Sign-in spike
name: spike
level: high
correlation:
  type: event_count
  rules: [sign-in-ticket]
  group-by: [area]
  timespan: 10m
  condition: {gte: 5}
ops:
  owner: identity-support
  route: identity
  runbook: content/runbooks/sign-in.md
  dedupe: {cooldown: 1h}
"""
QUIET = """
title: Quiet area
name: quiet
correlation:
  type: event_count
  rules: [sign-in-ticket]
  group-by: [area]
  timespan: 1d
  condition: {lt: 1}
ops:
  owner: front-desk
  route: desk
  runbook: content/runbooks/sign-in.md
  inhibited_by: [spike]
"""


def at(day: int, clock: str = "0s") -> int:
    """So long after the start."""
    return START + day * DAY + micros(clock)


def library(rules: str = RULES, *, policy: str = "", more: str = "") -> Library:
    texts = {"rules/streams.yaml": STREAMS, "rules/desk/spike.yaml": rules}
    texts |= {"policies/detection.yaml": policy} if policy else {}
    texts |= {"rules/desk/more.yaml": more} if more else {}
    found = library_of(texts)
    assert found.findings == ()
    return found


def incident(
    number: int, *, rules: Iterable[str] = ("spike",), noticed: int | None = 15
) -> Incident:
    """The incident of one burst, noticed so many minutes after it began."""
    day, area, _ = BURSTS[number]
    started = at(day, "9h")
    return Incident(
        f"burst-{number}",
        f"Burst {number}",
        Location(f"content/incidents/burst-{number}/incident.yaml"),
        started,
        started + micros("1h"),
        None if noticed is None else started + micros(f"{noticed}m"),
        tuple(rules),
        {"area": area},
    )


INCIDENTS = tuple(incident(number) for number in range(len(BURSTS)))


def side(engine: Engine, found: Library, tickets: Iterable[tuple[int, str]] = ()) -> Side:
    """The library over the bursts, one quiet ticket an hour, and further tickets (time, area)."""
    rows = [(at(day, f"{hour}h30m"), "billing") for day in range(DAYS) for hour in range(24)]
    for day, area, count in BURSTS:
        rows += [(at(day, "9h") + number * 30 * SECOND, area) for number in range(count)]
    rows = sorted([*rows, *tickets])
    table = pa.table(
        {
            TIME: pa.array([time for time, _ in rows], pa.int64()),
            EVENT: [str(number) for number in range(len(rows))],
            "topic": ["sign-in"] * len(rows),
            "area": [area for _, area in rows],
            "customer": [f"c{number}" for number in range(len(rows))],
        }
    )
    stream = found.streams["tickets"]
    events = Events(
        stream, engine.upload(table), len(rows), newest=rows[-1][0], oldest=rows[0][0], too_late=3
    )
    return Side(found, {"tickets": events})


def history(engine: Engine, found: Library, incidents: Iterable[Incident] = INCIDENTS) -> History:
    head = side(engine, found)
    return History(
        head, None, Interval(START, at(DAYS)), tuple(incidents), found.policy, tuple(found.rules)
    )


def edited(text: str, changes: Mapping[str, str]) -> str:
    """The text with each part replaced; all of them have to be there."""
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    return text


def alert(time: int, area: str | None = "sso", **values: object) -> Alert:
    group = () if area is None else (("area", area),)
    made = Alert("spike", group, time, time, time, Level.HIGH, known=time)
    return replace(made, **values)  # type: ignore[arg-type]  # fields of an alert, by name
