"""The recorded past of `past.py`, written down as files."""

from __future__ import annotations

from datetime import UTC, datetime

from opsrail.streams.spans import SECOND, micros
from tests.detection.backtest.past import BURSTS, DAYS, at

INCIDENT = """\
title: Burst {0}
started_at: {1}
noticed_at: {2}
ended_at: {3}
rules: [spike]
where: {{area: {4}}}
"""
PROVED = """\
  tests:
    - name: five within two minutes
      given: [{every: 30s, count: 5, event: {topic: sign-in, area: sso}}]
      expect: [{at: 2m, group: {area: sso}, count: 5}]
"""


def iso(time: int) -> str:
    return datetime.fromtimestamp(time / SECOND, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def csv_text() -> str:
    """The bursts and a quiet ticket an hour, and one row that cannot be read."""
    rows = [(at(day, f"{hour}h30m"), "billing") for day in range(DAYS) for hour in range(24)]
    for day, area, count in BURSTS:
        rows += [(at(day, "9h") + number * micros("30s"), area) for number in range(count)]
    lines = [f"{iso(time)},sign-in,{area},c1" for time, area in sorted(rows)]
    return "\n".join(["created_at,topic,area,customer", *lines, "soon,sign-in,sso,c1"]) + "\n"
