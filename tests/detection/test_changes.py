"""What a change does to rules, in words."""

from __future__ import annotations

import pytest

from opsrail.detection.changes import RuleChange, rule_changes
from opsrail.detection.library import library_of

STREAMS = """
streams:
  tickets:
    path: none.csv
    occurred_at: at
    columns: {kind: string, area: string, customer_id: string, amount: number}
"""
RULE = """
title: Created
name: created
logsource: {product: support, service: tickets}
detection: {s: {kind: created}, condition: s}
---
title: Burst
name: burst
level: medium
correlation:
  type: event_count
  rules: [created]
  group-by: [area]
  timespan: 15m
  condition: {gte: 20}
ops:
  owner: a-team
  route: a
  runbook: content/runbooks/a.md
  dedupe: {cooldown: 1h}
  tests:
    - {name: one, given: [], expect: []}
"""


def changes(before: str, after: str, path: str = "rules/a.yaml") -> tuple[RuleChange, ...]:
    old = library_of({"rules/streams.yaml": STREAMS, "rules/a.yaml": before})
    new = library_of({"rules/streams.yaml": STREAMS, path: after})
    assert old.findings == new.findings == ()
    return rule_changes(old, new)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("gte: 20", "gte: 15", "threshold  20 or more → 15 or more  (lowered)"),
        ("gte: 20", "gte: 25", "threshold  20 or more → 25 or more  (raised)"),
        ("gte: 20", "gt: 20", "threshold  20 or more → more than 20"),
        ("timespan: 15m", "timespan: 1h", "timespan  15m → 1h  (longer)"),
        ("cooldown: 1h", "cooldown: 30m", "cooldown  1h → 30m  (shorter)"),
        ("level: medium", "level: high", "level  medium → high  (raised)"),
        ("owner: a-team", "owner: b-team", "owner  a-team → b-team"),
        ("group-by: [area]", "group-by: [kind]", "group by  area → kind"),
        ("  route: a\n", "  route: a\n  distinct: customer_id\n", "counts different  customer_id"),
        ("{name: one,", "{name: two,", "test “one” removed"),
    ],
)
def test_an_aspect_that_changed_is_told_with_its_direction(old: str, new: str, said: str) -> None:
    told = [one.describe() for one in changes(RULE, RULE.replace(old, new))]
    assert any(line.startswith(said) for line in told), told


def test_what_is_only_written_otherwise_is_no_change() -> None:
    other = RULE.replace("[created]", "\n    - created").replace("title: Burst", "title: A burst")
    assert changes(RULE, f"# a remark\n{other}".replace("timespan: 15m", "timespan: 900s")) == ()


def test_the_way_back_tells_the_opposite() -> None:
    other = RULE.replace("gte: 20", "gte: 15").replace("level: medium", "level: high")
    there, back = changes(RULE, other), changes(other, RULE)
    assert [(one.aspect, one.old, one.new) for one in there] == [
        (one.aspect, one.new, one.old) for one in back
    ]


def test_a_rule_that_comes_goes_or_moves_is_told_as_a_whole() -> None:
    alone = RULE.partition("---")[0]
    assert [one.describe() for one in changes(alone, RULE)] == ["new rule: Burst"]
    assert [one.describe() for one in changes(RULE, alone)] == ["rule removed: Burst"]
    moved = changes(RULE, RULE, "rules/b.yaml")
    assert {one.describe() for one in moved} == {"moved here from rules/a.yaml"}
