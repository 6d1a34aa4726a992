from __future__ import annotations

from collections.abc import Iterator

import ibis.expr.types as ir
import pyarrow as pa
import pytest

from opsrail.detection.library import library_of
from opsrail.detection.timed.run import Stage, run_tests
from opsrail.detection.timed.told import findings_of, headline, timeline, verdict
from opsrail.streams.engines.duckdb import DuckDB
from opsrail.streams.engines.model import TookTooLong
from tests.detection.desk_rules import (
    ALIKE,
    PATH,
    SPIKE,
    STREAMS,
    library,
    only,
    outcomes,
    spike_with,
)

ORDERED = """\
title: Desk is silent
name: desk-silent
logsource: {service: desks}
detection: {selection: {waiting|gte: 0}, condition: selection}
---
title: Nothing from a desk
name: nothing-heard
correlation:
  type: event_count
  rules: [desk-silent]
  group-by: [desk]
  timespan: 20m
  condition: {lt: 1}
ops:
  owner: vendors
  route: vendors
  runbook: content/runbooks/desk.md
  every: 10m
  dedupe: {cooldown: 1h}
  tests:
"""
"""A rule on the clock."""


TOLD = """\
6 events from 0s to 2h1m; looked at until 2h16m
time  expected                      raised
2m    product_area: sso · count: 4  product_area: sso · count: 3      ← count is 3, not 4
1h5m  an alert                      —                                 ← was not raised
2h1m  —                             product_area: billing · count: 3  ← was not expected"""


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDB]:
    found = DuckDB(threads=1)
    yield found
    found.close()


def test_expected_alerts_make_a_test_pass(engine: DuckDB) -> None:
    outcome = only(
        engine,
        f"""
        - name: three customers in fourteen minutes
          given: [{{every: 7m, count: 3, event: {ALIKE}}}]
          expect: [{{at: 14m, group: {{product_area: sso}}, count: 3, level: high, folded: 0}}]
        """,
    )
    assert outcome.passed
    assert outcome.events == (0, 420_000_000, 840_000_000)
    assert outcome.end == 29 * 60_000_000


def test_no_alert_may_be_raised_where_none_is_expected(engine: DuckDB) -> None:
    given = f"given: [{{every: 1m, count: 3, event: {ALIKE}}}]"
    outcome = only(engine, f"- {{name: none, {given}, expect: []}}")
    assert verdict(outcome) == "fails: an alert was raised at 2m that nobody expected"


def test_an_expected_alert_has_to_be_raised(engine: DuckDB) -> None:
    given = f"given: [{{every: 1m, count: 2, event: {ALIKE}}}]"
    outcome = only(engine, f"- {{name: one, {given}, expect: [{{at: 2m}}]}}")
    assert verdict(outcome) == "fails: no alert was raised at 2m"


def test_a_failing_test_is_told_as_a_timeline_of_both_sides(engine: DuckDB) -> None:
    text = spike_with(
        f"""
        - name: two areas
          given:
            - {{every: 1m, count: 3, event: {ALIKE}}}
            - {{from: 2h, every: 30s, count: 3, event: {ALIKE.replace("sso", "billing")}}}
          expect:
            - {{at: 2m, group: {{product_area: sso}}, count: 4}}
            - {{at: 1h5m}}
        """
    )
    made = library(text)
    (finding,) = findings_of(run_tests(made, sorted(made.rules), engine), made)
    line = text.splitlines().index("    - name: two areas") + 1
    assert (finding.location.path, finding.location.line, finding.location.column) == (
        PATH,
        line,
        13,
    )
    assert finding.code == "rule-test"
    assert finding.message == "sign-in-spike: “two areas” fails: 3 of 3 alerts are not as expected"
    assert finding.hint == TOLD


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ("{at: 3m}", "fails: an alert came at 2m, and one was expected at 3m"),
        (
            "{at: 2m, group: {product_area: mobile}}",
            "fails: at 2m, product_area is sso, not mobile",
        ),
        ("{at: 2m, group: {topic: a}}", "fails: at 2m, alerts of this rule have no topic"),
        ("{at: 2m, value: 3.5}", "fails: at 2m, count is 3, not 3.5"),
        ("{at: 2m, level: low}", "fails: at 2m, level is high, not low"),
        ("{at: 2m, folded: 2}", "fails: at 2m, folded is 0, not 2"),
        ("{at: 2m, suppressed: other}", "fails: at 2m, other does not keep it silent"),
        ("{at: 2m}, {at: 3m}", "fails: no alert was raised at 3m"),
    ],
)
def test_the_verdict_says_what_differs(engine: DuckDB, expected: str, said: str) -> None:
    given = f"given: [{{every: 1m, count: 3, event: {ALIKE}}}]"
    assert verdict(only(engine, f"- {{name: a, {given}, expect: [{expected}]}}")) == said


def test_what_an_expectation_leaves_out_may_be_anything(engine: DuckDB) -> None:
    given = f"given: [{{every: 1m, count: 4, event: {ALIKE}}}]"
    assert only(engine, f"- {{name: a, {given}, expect: [{{at: 2m}}]}}").passed


def test_events_are_different_customers_unless_the_test_names_them(engine: DuckDB) -> None:
    named = ALIKE.replace("}", ", customer_id: c-1}")
    told = outcomes(
        engine,
        f"""
        - name: unnamed
          given: [{{at: 0s, count: 3, event: {ALIKE}}}]
          expect: [{{at: 0s, count: 3}}]
        - {{name: one, given: [{{at: 0s, count: 3, event: {named}}}], expect: []}}
        - {{name: two entries,
            given: [{{at: 0s, count: 2, event: {ALIKE}}}, {{at: 1s, event: {ALIKE}}}],
            expect: [{{at: 1s, count: 3}}]}}
        """,
    )
    assert [outcome.passed for outcome in told] == [True, True, True]


def test_n_numbers_the_events_from_one(engine: DuckDB) -> None:
    numbered = ALIKE.replace("sso", '"area-{n}"')
    outcome = only(
        engine,
        f"""
        - name: three areas, each with three customers
          given:
            - {{at: 1m, count: 3, event: {numbered}}}
            - {{at: 2m, count: 3, event: {numbered}}}
            - {{at: 3m, count: 3, event: {numbered}}}
          expect:
            - {{at: 3m, group: {{product_area: area-3}}}}
            - {{at: 3m, group: {{product_area: area-1}}}}
            - {{at: 3m, group: {{product_area: area-2}}}}
        """,
    )
    assert outcome.passed


def test_n_becomes_a_number_where_the_column_holds_numbers(engine: DuckDB) -> None:
    rule = SPIKE.replace("topic|startswith: sign-in", "priority|gte: 8")
    given = '{event_type: created, priority: "{n}", product_area: sso}'
    outcome = only(
        engine,
        f"- {{name: a, given: [{{every: 1s, count: 10, event: {given}}}], expect: [{{at: 9s}}]}}",
        rule,
    )
    assert outcome.passed


def test_an_alert_that_any_expectation_fits_is_left_to_the_one_that_needs_it(
    engine: DuckDB,
) -> None:
    mobile = ALIKE.replace("sso", "mobile")
    outcome = only(
        engine,
        f"""
        - name: the first one fits both
          given: [{{at: 1m, count: 3, event: {ALIKE}}}, {{at: 1m, count: 3, event: {mobile}}}]
          expect: [{{at: 1m}}, {{at: 1m, group: {{product_area: mobile}}}}]
        """,
    )
    assert outcome.passed


def test_a_late_record_counts_within_the_grace_and_not_beyond_it(engine: DuckDB) -> None:
    told = outcomes(
        engine,
        f"""
        - name: within
          given: [{{every: 1m, count: 3, late: 10m, event: {ALIKE}}}]
          expect: [{{at: 2m}}]
        - name: beyond
          given: [{{every: 1m, count: 3, late: 601s, event: {ALIKE}}}]
          expect: []
        """,
    )
    assert [outcome.passed for outcome in told] == [True, True]
    assert told[1].events == ()


def test_what_happens_after_the_end_does_not_count(engine: DuckDB) -> None:
    given = f"given: [{{every: 1m, count: 3, event: {ALIKE}}}]"
    told = outcomes(
        engine,
        f"""
        - {{name: too early, {given}, until: 119s, expect: []}}
        - {{name: just in time, {given}, until: 2m, expect: [{{at: 2m}}]}}
        """,
    )
    assert [outcome.passed for outcome in told] == [True, True]


def test_what_happened_before_the_start_counts(engine: DuckDB) -> None:
    given = f"given: [{{from: -1d, every: 1m, count: 3, event: {ALIKE}}}]"
    told = outcomes(
        engine, f"- {{name: a, {given}, until: 0s, expect: [{{at: -23h58m, folded: 0}}]}}"
    )
    assert told[0].passed


def test_tests_never_meet(engine: DuckDB) -> None:
    test = f"given: [{{every: 1m, count: 2, event: {ALIKE}}}], expect: []"
    told = outcomes(engine, f"- {{name: one, {test}}}\n- {{name: two, {test}}}\n")
    assert [outcome.passed for outcome in told] == [True, True]


def test_on_the_clock_only_what_folded_before_the_end_is_counted(engine: DuckDB) -> None:
    test = "given: [{at: 0s, stream: desks, event: {desk: riga, waiting: 1}}]"
    told = outcomes(
        engine,
        f"""
        - {{name: first, {test}, until: 20m, expect: [{{at: 20m, folded: 0}}]}}
        - {{name: second, {test}, until: 50m, expect: [{{at: 20m, folded: 3}}]}}
        - name: years later
          start: 2027-03-01T00:00:00Z
          given: [{{at: 0s, event: {{desk: riga, waiting: 1}}}}]
          expect: [{{at: 20m}}]
        """,
        ORDERED,
    )
    assert [(outcome.name, verdict(outcome)) for outcome in told if not outcome.passed] == []


def test_a_silenced_alert_has_to_be_expected_as_such(engine: DuckDB) -> None:
    outage = spike_with("[]", SPIKE).replace("sign-in-spike", "outage").replace("gte: 3", "gte: 2")
    outage = outage.partition("---\n")[2]
    rule = SPIKE.replace("ops:\n", "ops:\n  inhibited_by: [outage]\n")
    given = f"given: [{{every: 1m, count: 3, event: {ALIKE}}}]"
    text = spike_with(
        f"""
        - {{name: silent, {given}, expect: [{{at: 2m, suppressed: outage}}]}}
        - {{name: heard, {given}, expect: [{{at: 2m}}]}}
        """,
        rule,
    )
    made = library(text, outage=outage)
    told = run_tests(made, ["sign-in-spike"], engine)
    assert told[0].passed
    assert verdict(told[1]) == (
        "fails: at 2m, outage keeps it silent: write `suppressed: outage` if that is meant"
    )


def test_maintenance_silences_only_where_a_test_names_it(engine: DuckDB) -> None:
    policy = """\
maintenance:
  - name: move
    from: 2026-01-01T00:00:00Z
    to: 2026-02-01T00:00:00Z
"""
    given = f"given: [{{every: 1m, count: 3, event: {ALIKE}}}]"
    text = spike_with(
        f"""
        - {{name: named, {given}, expect: [{{at: 2m, suppressed: move}}]}}
        - {{name: not named, {given}, expect: [{{at: 2m}}]}}
        """
    )
    texts = {"rules/streams.yaml": STREAMS, PATH: text, "policies/detection.yaml": policy}
    told = run_tests(library_of(texts), ["sign-in-spike"], engine)
    assert [verdict(outcome) for outcome in told if not outcome.passed] == []


def test_numbers_are_equal_but_for_their_rounding(engine: DuckDB) -> None:
    rule = SPIKE.replace("type: event_count", "type: value_avg").replace(
        "condition: {gte: 3}", "condition: {gte: 0.1, field: amount}"
    )
    rule = rule.replace("  distinct: customer_id\n", "  minimum: {events: 3}\n")
    given = ", ".join(
        f"{{at: 1m, event: {ALIKE.replace('}', f', amount: {amount}}}')}}}"
        for amount in ("0.1", "0.2", "0.4")
    )
    told = outcomes(
        engine,
        f"""
        - {{name: near, given: [{given}], expect: [{{at: 1m, value: 0.2333333333333}}]}}
        - {{name: off, given: [{given}], expect: [{{at: 1m, value: 0.23333}}]}}
        """,
        rule,
    )
    assert told[0].passed
    assert verdict(told[1]) == "fails: at 1m, value is 0.233333333, not 0.23333"


@pytest.mark.parametrize(
    ("given", "said", "quoted"),
    [
        ("event: {prioritty: 1}", "events of tickets have no field prioritty", "prioritty"),
        ("event: {priority: high}", "priority holds whole numbers, and `high` is not", "priority"),
        ("event: {priority: 1.5}", "priority holds whole numbers, and `1.5` is not", "priority"),
        ("event: {topic: 7}", "topic holds text, and `7` is not", "topic"),
        ("event: {is_vip: 1}", "is_vip holds true or false, and `1` is not", "is_vip"),
        ("event: {amount: true}", "amount holds numbers, and `True` is not", "amount"),
        ("event: {}, stream: desks", "the rule does not read a stream desks", "stream"),
    ],
)
def test_what_a_stream_cannot_hold_is_told_at_its_place(
    engine: DuckDB, given: str, said: str, quoted: str
) -> None:
    text = spike_with(f"- {{name: a, given: [{{at: 1m, {given}}}], expect: []}}\n")
    made = library(text)
    (outcome,) = run_tests(made, ["sign-in-spike"], engine)
    assert outcome.fault == said
    assert outcome.hint
    (finding,) = findings_of([outcome], made)
    line = text.splitlines()[finding.location.line - 1]
    assert line[finding.location.column - 1 :].startswith(quoted)


def test_lateness_needs_a_stream_that_says_when_records_arrived(engine: DuckDB) -> None:
    late = "{at: 1m, late: 1m, event: {desk: riga, waiting: 1}}"
    outcome = only(engine, f"- {{name: a, given: [{late}], expect: []}}\n", ORDERED)
    assert outcome.fault == ("nothing is late in desks: its records do not say when they arrived")


def test_with_several_streams_a_test_says_which(engine: DuckDB) -> None:
    desk, _, _ = ORDERED.partition("---\n")
    rule = SPIKE.replace("rules: [sign-in-ticket]", "rules: [sign-in-ticket, desk-silent]")
    rule = rule.replace("timespan", "aliases: {product_area: {desk-silent: desk}}\n  timespan")
    made = library(
        spike_with("- {name: a, given: [{at: 1m, event: {}}], expect: []}\n", rule), desk=desk
    )
    (outcome,) = run_tests(made, ["sign-in-spike"], engine)
    assert outcome.fault == (
        "to which stream do these events belong? The rule reads tickets, desks"
    )
    assert outcome.hint == "add `stream: tickets`"


def test_one_broken_test_stops_no_other(engine: DuckDB) -> None:
    good = f"given: [{{every: 1m, count: 3, event: {ALIKE}}}], expect: [{{at: 2m}}]"
    bad = "given: [{at: 1m, event: {no: 1}}], expect: []"
    told = outcomes(engine, f"- {{name: bad, {bad}}}\n- {{name: ok, {good}}}\n")
    assert [(outcome.name, outcome.passed) for outcome in told] == [("bad", False), ("ok", True)]


class Slow(DuckDB):
    """An engine that never gets done."""

    def run(self, expression: ir.Table, seconds: float | None = None) -> pa.Table:
        assert expression is not None
        raise TookTooLong(seconds or 0)


def test_a_rule_that_cannot_be_evaluated_is_told_for_each_of_its_tests() -> None:
    slow = Slow(threads=1)
    test = f"given: [{{at: 1m, event: {ALIKE}}}], expect: []"
    told = outcomes(slow, f"- {{name: one, {test}}}\n- {{name: two, {test}}}\n")
    slow.close()
    assert [verdict(outcome) for outcome in told] == [
        "cannot run: `sign-in-spike` took more than 60 seconds and was stopped"
    ] * 2


def test_a_stage_can_be_run_on_a_changed_library(engine: DuckDB) -> None:
    text = spike_with(
        f"- {{name: a, given: [{{every: 1m, count: 3, event: {ALIKE}}}], expect: [{{at: 2m}}]}}\n"
    )
    made = library(text)
    stage = Stage(made, made.rules["sign-in-spike"], engine)
    assert [outcome.passed for outcome in stage.run(made)] == [True]
    changed = made.with_text(PATH, text.replace("gte: 3", "gte: 4"))
    assert [outcome.passed for outcome in stage.run(changed)] == [False]
    assert [outcome.passed for outcome in stage.run(made)] == [True]


def test_the_headline_counts_tests_and_rules(engine: DuckDB) -> None:
    good = f"given: [{{every: 1m, count: 3, event: {ALIKE}}}], expect: [{{at: 2m}}]"
    bad = f"given: [{{every: 1m, count: 3, event: {ALIKE}}}], expect: []"
    told = outcomes(engine, f"- {{name: good, {good}}}\n- {{name: bad, {bad}}}\n")
    assert headline(told) == "2 tests of 1 rule: 1 pass, 1 fails"
    assert headline(told[:1]) == "1 test of 1 rule: all pass"
    assert headline(()) == "no tests"


def test_a_long_timeline_shows_what_is_wrong_first(engine: DuckDB) -> None:
    numbered = ALIKE.replace("sso", '"area-{n}"')
    outcome = only(
        engine,
        f"- {{name: many, given: [{{at: 0s, count: 50, event: {numbered}}}, "
        f"{{at: 1s, count: 50, event: {numbered}}}, {{at: 2s, count: 50, event: {numbered}}}],"
        " expect: [{at: 2s, group: {product_area: area-1}}]}\n",
    )
    lines = list(timeline(outcome))
    assert len(lines) == 33
    assert lines[-1] == "… and 20 more"
    assert verdict(outcome) == "fails: 49 alerts were raised that nobody expected"
