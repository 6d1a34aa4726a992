from __future__ import annotations

from collections.abc import Iterator

import ibis.expr.types as ir
import pyarrow as pa
import pytest

from opsrail.detection.library import Library
from opsrail.detection.mutation import run
from opsrail.detection.mutation.remembering import remembering
from opsrail.detection.mutation.run import MutationReport, mutate
from opsrail.detection.mutation.told import (
    findings_of,
    headline,
    notes_of,
    share,
    survivor_lines,
)
from opsrail.findings import Severity
from opsrail.streams.engines.duckdb import DuckDB
from opsrail.streams.engines.model import EngineFault
from tests.detection.desk_rules import ALIKE, PATH, SPIKE, library, spike_with

MOBILE = ALIKE.replace("sso", "mobile")
WEAK = f"""
- name: three customers
  given: [{{every: 1m, count: 3, event: {ALIKE}}}]
  expect: [{{at: 2m}}]
"""
STRONG = f"""
- name: three customers in a little less than a quarter of an hour
  given: [{{every: 7m, count: 3, event: {ALIKE}}}]
  expect: [{{at: 14m, count: 3}}]
- name: two are not enough
  given: [{{every: 1m, count: 2, event: {ALIKE}}}]
  expect: []
- name: a quarter of an hour is too long
  given: [{{at: 0s, event: {ALIKE}}}, {{at: 7m, event: {ALIKE}}}, {{at: 15m, event: {ALIKE}}}]
  expect: []
- name: areas are counted apart
  given: [{{every: 1m, count: 2, event: {ALIKE}}}, {{every: 1m, count: 2, event: {MOBILE}}}]
  expect: []
- name: one customer counts once, other tickets not at all
  given:
    - {{every: 1s, count: 9, event: {ALIKE.replace("}", ", customer_id: c-1}")}}}
    - {{every: 1s, count: 9, event: {ALIKE.replace("created", "solved")}}}
    - {{every: 1s, count: 9, event: {ALIKE.replace("sign-in-loop", "billing")}}}
  expect: []
- name: it lasts an hour from its first event
  given:
    - {{every: 1s, count: 3, event: {ALIKE}}}
    - {{from: 45m, every: 1s, count: 3, event: {ALIKE}}}
    - {{from: 61m, every: 1s, count: 3, event: {ALIKE}}}
  expect: [{{at: 2s, folded: 1}}, {{at: 1h1m2s, folded: 0}}]
"""


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDB]:
    found = DuckDB(threads=1)
    yield found
    found.close()


@pytest.fixture(scope="module")
def weak(engine: DuckDB) -> tuple[Library, MutationReport]:
    made = library(spike_with(WEAK))
    return made, mutate(made, PATH, engine)


def test_tests_that_pin_everything_down_notice_everything(engine: DuckDB) -> None:
    report = mutate(library(spike_with(STRONG)), PATH, engine)
    assert [mutant.words for mutant in report.survivors] == []
    assert (report.killed, report.score, report.tests) == (15, 1.0, 6)


def test_what_no_test_looks_at_survives(weak: tuple[Library, MutationReport]) -> None:
    _, report = weak
    assert [mutant.words for mutant in report.survivors] == [
        "`event_type: created` is dropped",
        "`topic|startswith: sign-in` is dropped",
        "`group-by: [product_area]` is dropped",
        "`timespan: 15m` becomes `timespan: 30m`",
        "`timespan: 15m` becomes `timespan: 450s`",
        "the window is `session` instead of `sliding`",
        "`distinct: customer_id` is dropped",
        "`dedupe: {cooldown: 1h}` is dropped",
        "`cooldown: 1h` becomes `cooldown: 2h`",
        "`cooldown: 1h` becomes `cooldown: 30m`",
        "`cooldown: 1h` becomes `quiet: 1h`",
    ]
    assert (report.killed, report.tried) == (4, 15)
    assert report.rules == ("sign-in-ticket", "sign-in-spike")


def test_the_same_file_has_the_same_report(
    engine: DuckDB, weak: tuple[Library, MutationReport]
) -> None:
    made, report = weak
    assert mutate(made, PATH, engine) == report


def test_failing_tests_are_told_first_and_nothing_is_tried(engine: DuckDB) -> None:
    made = library(spike_with(WEAK.replace("2m", "3m")))
    report = mutate(made, PATH, engine)
    assert [outcome.name for outcome in report.failing] == ["three customers"]
    assert report.tried == 0
    assert headline(report) == "1 test fails already, so nothing was tried"
    assert list(findings_of(report, made, 0.9)) == []


def test_a_file_without_tests_is_left_to_the_check_that_asks_for_them(engine: DuckDB) -> None:
    made = library(spike_with("[]"))
    report = mutate(made, PATH, engine)
    assert (report.tests, report.tried) == (0, 0)
    assert headline(report) == "no test looks at these rules"
    assert list(findings_of(report, made, 0.9)) == []


def test_building_blocks_are_looked_at_by_the_tests_of_rules_built_on_them(
    engine: DuckDB,
) -> None:
    ticket, _, spike = SPIKE.partition("---\n")
    made = library(spike_with(STRONG, spike), ticket=ticket)
    report = mutate(made, "rules/ticket.yaml", engine)
    assert (report.killed, report.tried, report.tests) == (3, 3, 6)


def test_what_there_is_no_time_for_is_counted(engine: DuckDB) -> None:
    made = library(spike_with(STRONG))
    report = mutate(made, PATH, engine, seconds=-1)
    assert (report.tried, report.untried) == (0, 15)
    (finding,) = findings_of(report, made, 0.9)
    assert finding.message.endswith("there was no time for 15 more")


def test_of_too_many_mutants_some_are_tried_from_all_parts_of_the_file(
    engine: DuckDB, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "MOST", 3)
    report = mutate(library(spike_with(WEAK)), PATH, engine)
    assert (report.tried, report.untried) == (3, 0)
    assert [mutant.place.line for mutant in report.survivors] == [6, 17, 23]


class Breaking(DuckDB):
    """An engine that answers once."""

    asked = 0

    def run(self, expression: ir.Table, seconds: float | None = None) -> pa.Table:
        self.asked += 1
        if self.asked > 1:
            raise EngineFault("out of order")
        return super().run(expression, seconds)


def test_a_mutant_that_cannot_run_is_noticed() -> None:
    breaking = Breaking(threads=1)
    report = mutate(library(spike_with(WEAK)), PATH, breaking)
    breaking.close()
    assert {mutant.words for mutant in report.survivors} == {
        # The same question was asked before, so that no new one came up.
        "`dedupe: {cooldown: 1h}` is dropped",
        "`cooldown: 1h` becomes `cooldown: 2h`",
        "`cooldown: 1h` becomes `cooldown: 30m`",
        "`cooldown: 1h` becomes `quiet: 1h`",
    }


class Counting(DuckDB):
    """An engine that counts what it is asked."""

    asked = 0

    def run(self, expression: ir.Table, seconds: float | None = None) -> pa.Table:
        self.asked += 1
        return super().run(expression, seconds)


def test_the_same_question_is_asked_once() -> None:
    counting = Counting(threads=1)
    table = counting.upload(pa.table({"a": [1, 2, 3]}))
    engine = remembering(counting)
    first = engine.run(table.filter(table["a"] > 1))
    again = engine.run(table.filter(table["a"] > 1))
    other = engine.run(table.filter(table["a"] > 2))
    counting.close()
    assert first == again != other
    assert counting.asked == 2


def test_too_low_a_score_is_an_error_where_the_tests_stand(
    weak: tuple[Library, MutationReport],
) -> None:
    made, report = weak
    assert list(findings_of(report, made, report.score)) == []
    (finding,) = findings_of(report, made, 0.9)
    assert finding.severity is Severity.ERROR
    line = made.texts[PATH].splitlines()[finding.location.line - 1]
    assert line[finding.location.column - 1 :] == "tests:"
    assert finding.message == "1 test notices 4 of 15 small changes (26 %); 90 % are asked for"
    lines = finding.hint.split("\n")
    assert lines[0] == "no test fails when"
    assert lines[1] == "line 6: `event_type: created` is dropped"
    assert lines[11] == "and 1 more: `opsrail rules mutate` shows them"
    assert len(lines) == 13


def test_each_survivor_is_noted_at_its_place(weak: tuple[Library, MutationReport]) -> None:
    made, report = weak
    notes = list(notes_of(report))
    assert len(notes) == len(report.survivors)
    assert {note.severity for note in notes} == {Severity.NOTE}
    assert notes[0].message == "sign-in-ticket: no test fails when `event_type: created` is dropped"
    assert list(survivor_lines(report.survivors[3], made)) == [
        f"{PATH}:17:3: no test fails when `timespan: 15m` becomes `timespan: 30m`",
        "    -  timespan: 15m",
        "    +  timespan: 30m",
    ]


@pytest.mark.parametrize(
    ("part", "said"), [(1.0, "100 %"), (0.999, "99 %"), (0.29, "29 %"), (0.0, "0 %")]
)
def test_a_share_is_rounded_down(part: float, said: str) -> None:
    assert share(part) == said
