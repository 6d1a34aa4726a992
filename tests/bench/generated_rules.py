"""Detection rules for a generated repository: each with an owner, folding and two tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

STREAMS = """\
streams:
  tickets:
    path: recorded/tickets/*.csv
    occurred_at: created
    columns: {event_type: string, topic: string, product_area: string}
"""
RUNBOOK = "content/runbooks/anything.md"
_RUNBOOK_TEXT = """\
---
title: Anything
owner: mail-desk
verified: 2026-01-02
review_by: 2026-04-02
clearance: staff
---

# Anything

Look at the newest ticket first.
"""
_RULE = """\
title: Tickets of {name}
name: {name}-ticket
status: stable
level: low
logsource: {{product: support, service: tickets}}
detection:
  selection: {{event_type: created, topic: {name}}}
  condition: selection
---
title: Burst of {name}
name: {name}
status: stable
level: medium
correlation:
  type: event_count
  rules: [{name}-ticket]
  group-by: [product_area]
  timespan: 15m
  condition: {{gte: {least}}}
ops:
  owner: {area}-desk
  route: {area}
  runbook: content/runbooks/anything.md
  dedupe: {{cooldown: 1h}}
  tests:
    - name: enough of them
      given:
        - every: 1s
          count: {least}
          event: &ticket {{event_type: created, topic: {name}, product_area: pilot}}
      expect: [{{at: {last}s, group: {{product_area: pilot}}}}]
    - name: one too few
      given: [{{every: 1s, count: {few}, event: *ticket}}]
      expect: []
"""


def rule_path(number: int, areas: Sequence[str]) -> str:
    """Where the rule of that number is."""
    return f"rules/{areas[number % len(areas)]}/rule-{number:04}.yaml"


def rule_files(count: int, areas: Sequence[str]) -> Iterator[tuple[str, str]]:
    """So many rules, and what they need: streams, routes, a runbook."""
    yield "rules/streams.yaml", STREAMS
    routes = "".join(f"  {area}: {{team: {area}-desk}}\n" for area in areas)
    yield "policies/routes.yaml", f"routes:\n{routes}"
    yield RUNBOOK, _RUNBOOK_TEXT
    for number in range(count):
        area, least = areas[number % len(areas)], 5 + number % 20
        name = f"{area}-{number:04}"
        yield (
            rule_path(number, areas),
            _RULE.format(name=name, area=area, least=least, last=least - 1, few=least - 1),
        )
