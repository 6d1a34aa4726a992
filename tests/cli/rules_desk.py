"""A rule over a few tickets, for tests of commands that run or convert rules."""

from __future__ import annotations

STREAMS = """\
streams:
  tickets:
    path: history/tickets.csv
    occurred_at: at
    ingested_at: arrived
    grace: 10m
    columns: {event_type: string, area: string, amount: number}
  desks: {path: history/desks.csv, occurred_at: at, columns: {desk: string}}
"""
ROUTES = 'routes: {desk: {team: desk-team, channel: "#desk", page: true}}\n'
TICKETS = """\
at,arrived,event_type,area,amount
2026-01-05T09:00:00Z,2026-01-05T09:00:30Z,created,sso,
2026-01-05T09:05:00Z,2026-01-05T09:05:30Z,created,sso,
2026-01-05T09:06:00Z,2026-01-05T09:06:30Z,created,billing,
2026-01-05T09:20:00Z,2026-01-05T09:20:30Z,created,sso,
2026-01-05T10:00:00Z,2026-01-05T10:00:30Z,created,sso,
2026-01-05T10:30:00Z,2026-01-05T10:30:30Z,created,billing,
2026-01-05T10:31:00Z,2026-01-05T10:31:30Z,created,billing,
"""
DESKS = "at,desk\n2026-01-05T09:00:00Z,lisbon\n2026-01-05T11:00:00Z,manila\n"
CREATED = """\
title: Ticket
name: {name}-event
logsource: {{product: support, service: {stream}}}
detection: {{selection: {selection}, condition: selection}}
---
"""
SPIKE = (
    CREATED.format(name="spike", stream="tickets", selection="{event_type: created}")
    + """\
title: Many tickets
name: spike
level: high
correlation:
  type: event_count
  rules: [spike-event]
  group-by: [area]
  timespan: 30m
  condition: {gte: 2}
ops: &ops
  owner: desk-team
  route: desk
  runbook: content/runbooks/spike.md
  dedupe: {cooldown: 1h}
"""
)
