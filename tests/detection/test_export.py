from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import pytest

from opsrail.detection.export import Exported, exported, targets
from opsrail.detection.library import library_of
from opsrail.findings import CannotWork, Severity

STREAMS = """\
streams:
  tickets:
    path: tickets.csv
    occurred_at: at
    columns: {kind: string, area: string, customer: string, amount: number}
"""
EVENT = """\
title: Ticket
name: ticket
logsource: {product: support, service: tickets}
detection: {selection: {kind|contains: created}, condition: selection}
---
"""
RULE = """\
title: Many
name: many
correlation:
  type: event_count
  rules: [ticket]
  group-by: [area]
  timespan: 1h
  condition: {gte: 3}
ops:
  owner: desk
  route: desk
  runbook: content/runbooks/desk.md
"""
PATH = "rules/desk/many.yaml"
OTHER = RULE.replace("name: many", "name: other").replace("gte: 3", "gte: 9")

LOSSES = {
    "window: tumbling": "the tumbling window: it looks at a sliding one",
    "every: 5m": "the clock: it looks when something happens, not every 5m",
    "minimum: {events: 4}": "the least that a window must hold",
    "group_nulls: keep": "events without a group key, which this rule keeps",
    "baseline: {lookback: 28d}": "what is usual: it alerts whenever the condition holds",
    "dedupe: {cooldown: 1h}": "alerts that belong together: each crossing alerts anew",
    "severities: [{level: high, gte: 9}]": "levels that depend on the value",
    "inhibited_by: [other]": "the silence while other alerts",
}


def export(more: str = "", rule: str = RULE, target: str = "sqlite", **how: str) -> Exported:
    text = EVENT + rule + (f"  {more}\n" if more else "")
    library = library_of({"rules/streams.yaml": STREAMS, PATH: f"{text}---\n{OTHER}"})
    assert not library.findings, [str(one) for one in library.findings]
    return exported(library, "many", target, **how)


def losses(found: Exported) -> Sequence[tuple[int, str]]:
    line = EVENT.count("\n") + RULE.count("\n")
    return [
        (one.location.line - line, one.message.removeprefix("sqlite will not know of "))
        for one in found.findings
    ]


def test_the_systems_that_are_installed_are_known() -> None:
    assert "sqlite" in targets()


def test_a_rule_becomes_a_query_with_what_it_is_built_on() -> None:
    found = export()
    assert found.rule == "many"
    (query,) = found.queries
    for word in ("%created%", "area", ">= 3"):
        assert word in query
    # What nobody can run is no query.
    assert sqlite3.complete_statement(f"{query.rstrip(';')};")


def test_who_gets_an_alert_is_always_lost() -> None:
    (lost,) = export().findings
    assert lost.severity is Severity.WARNING
    assert lost.code == "rule-export"
    assert str(lost.location).startswith(f"{PATH}:")
    assert lost.message == "sqlite will not know of the owner desk, the route desk and the runbook"
    text = (EVENT + RULE).splitlines()
    assert text[lost.location.line - 1].lstrip().startswith("owner:")


@pytest.mark.parametrize("more", LOSSES)
def test_each_meaning_that_is_lost_is_told_where_it_stands(more: str) -> None:
    assert (1, LOSSES[more]) in losses(export(more))
    assert LOSSES[more] not in [said for _, said in losses(export())]


def test_how_long_silence_is_waited_for_is_lost() -> None:
    silence = RULE.replace("gte: 3", "lt: 3")
    told = [said for _, said in losses(export("remember: 7d", silence))]
    assert "how long a group that fell silent is waited for" in told


def test_a_count_of_different_values_is_said_in_sigma_s_own_words() -> None:
    (query,) = export("distinct: customer").queries
    assert "customer" in query
    assert "DISTINCT" in query.upper()
    assert "customer" not in export().queries[0]


def test_what_a_rule_is_silenced_by_is_no_part_of_the_query() -> None:
    assert export("inhibited_by: [other]").queries == export().queries


def test_that_silence_is_looked_for_on_a_clock_is_lost() -> None:
    silence = RULE.replace("gte: 3", "lt: 3")
    assert [
        line for line, said in losses(export(rule=silence)) if "silence is nothing" in said
    ] == [RULE.splitlines().index("  condition: {gte: 3}") - RULE.count("\n") + 1]
    told = [said for _, said in losses(export("every: 5m", silence))]
    assert LOSSES["every: 5m"] in told
    assert not any("silence" in said for said in told)


def test_what_a_system_cannot_say_is_an_error_at_the_rule() -> None:
    found = export(rule=RULE.replace("{gte: 3}", "{gte: 3, lte: 8}"))
    (told,) = found.findings
    assert found.queries == ()
    assert told.severity is Severity.ERROR
    assert told.message.startswith("sqlite cannot say what `many` says")
    assert told.location.line == EVENT.count("\n") + 1


def test_a_system_that_there_is_not_is_told_with_those_there_are() -> None:
    with pytest.raises(CannotWork, match="no pySigma backend abacus here") as refused:
        export(target="abacus")
    assert "pysigma-backend-abacus" in refused.value.hint
    assert "sqlite" in str(refused.value)


def test_a_form_that_there_is_not_is_told_with_those_there_are() -> None:
    with pytest.raises(CannotWork, match="sqlite has no output form song") as refused:
        export(form="song")
    assert "default" in refused.value.hint
