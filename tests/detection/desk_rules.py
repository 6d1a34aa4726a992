"""A small library to try timed tests and mutants on: Larkspindle's sign-in desk."""

from __future__ import annotations

import textwrap

from opsrail.detection.library import Library, library_of
from opsrail.detection.timed.run import Outcome, run_tests
from opsrail.streams.engines.model import Engine

STREAMS = """\
streams:
  tickets:
    path: rules/history/tickets.parquet
    occurred_at: created_at
    ingested_at: arrived_at
    grace: 10m
    id: [ticket]
    columns:
      created_at: timestamp
      ticket: {type: string}
      customer_id: string
      event_type: string
      topic: string
      product_area: string
      amount: number
      priority: integer
      is_vip: boolean
  desks:
    path: rules/history/desks.parquet
    occurred_at: at
    columns: {at: timestamp, desk: string, waiting: integer}
"""
SPIKE = """\
title: Sign-in tickets
name: sign-in-ticket
logsource: {product: support, service: tickets}
detection:
  selection:
    event_type: created
    topic|startswith: sign-in
  condition: selection
---
title: Sign-in failures spike
name: sign-in-spike
level: high
correlation:
  type: event_count
  rules: [sign-in-ticket]
  group-by: [product_area]
  timespan: 15m
  condition: {gte: 3}
ops:
  owner: identity-support
  route: identity
  runbook: content/runbooks/sign-in-outage.md
  distinct: customer_id
  dedupe: {cooldown: 1h}
  tests:
"""
"""Three customers in a quarter of an hour. Its tests are still to come."""

ALIKE = "{event_type: created, topic: sign-in-loop, product_area: sso}"
PATH = "rules/identity/sign-in-spike.yaml"


def spike_with(tests: str, rule: str = SPIKE) -> str:
    """The rule file with these tests, which are dedented and put in their place."""
    return rule + textwrap.indent(textwrap.dedent(tests), "    ")


def library(text: str, **others: str) -> Library:
    """The library of a rule file and of others, given by what their paths end in."""
    more = {f"rules/{name.replace('_', '-')}.yaml": one for name, one in others.items()}
    made = library_of({"rules/streams.yaml": STREAMS, PATH: text, **more})
    assert [str(finding) for finding in made.findings] == []
    return made


def outcomes(engine: Engine, tests: str, rule: str = SPIKE) -> tuple[Outcome, ...]:
    """How these tests of the rule end."""
    made = library(spike_with(tests, rule))
    return run_tests(made, sorted(made.rules), engine)


def only(engine: Engine, tests: str, rule: str = SPIKE) -> Outcome:
    """How the only one of these tests ends."""
    (outcome,) = outcomes(engine, tests, rule)
    return outcome
