from __future__ import annotations

from collections.abc import Iterator

import pytest

from opsrail.cli.rules import new
from opsrail.detection.formats import CorrelationType
from opsrail.detection.library import Library, library_of
from opsrail.detection.mutation.run import mutate
from opsrail.detection.scaffold.kinds import KINDS as DRAWN
from opsrail.detection.scaffold.write import Start, rule_text
from opsrail.detection.timed.run import run_tests
from opsrail.findings import CannotWork
from opsrail.streams.engines.duckdb import DuckDB

STREAMS = """\
streams:
  parcels:
    path: rules/history/parcels.csv
    occurred_at: at
    id: [scan_id]
    columns:
      scan_id: integer
      courier: {type: string, personal: true}
      kind: string
      parcel_id: string
      depot: string
      weight: number
  doors:
    path: rules/history/doors.csv
    occurred_at: at
    columns: {is_open: boolean}
  times:
    path: rules/history/times.csv
    occurred_at: at
    columns: {planned: timestamp}
"""
KINDS = tuple(DRAWN)
QUICK = ("event_count", "silence", "temporal_ordered")
FOUND = library_of({"rules/streams.yaml": STREAMS}).streams


def text(kind: str, stream: str = "parcels") -> str:
    name = kind.replace("_", "-")
    return rule_text(Start(name, kind, FOUND[stream], "depot-desk", "depots", "../../s.json"))


def library(stream: str = "parcels", kinds: tuple[str, ...] = KINDS) -> Library:
    files = {f"rules/new/{kind.replace('_', '-')}.yaml": text(kind, stream) for kind in kinds}
    return library_of({"rules/streams.yaml": STREAMS, **files})


@pytest.fixture
def engine() -> Iterator[DuckDB]:
    opened = DuckDB()
    yield opened
    opened.close()


def test_every_kind_that_can_be_asked_for_has_a_template() -> None:
    assert new.KINDS == KINDS
    assert {kind.value for kind in CorrelationType} <= set(KINDS)


def test_a_new_rule_of_any_kind_has_nothing_to_find_fault_with(engine: DuckDB) -> None:
    found = library()
    raising = [name for name, rule in found.rules.items() if rule.ops]
    assert found.findings == ()
    assert len(raising) == len(KINDS)
    outcomes = run_tests(found, raising, engine)
    assert len(outcomes) >= 2 * len(KINDS)
    assert [outcome for outcome in outcomes if not outcome.passed] == []


def test_a_new_rule_begins_with_fields_of_its_stream() -> None:
    written = text("value_sum")
    assert "selection: {kind: created}" in written
    assert "group-by: [depot]" in written
    assert "condition: {field: weight, gte: 100}" in written
    assert "field: parcel_id" in text("value_count")
    assert "courier" not in "".join(map(text, KINDS))


def test_a_stream_of_one_field_is_enough_to_count(engine: DuckDB) -> None:
    kinds = ("event_count", "temporal_ordered", "missing", "silence", "detection")
    found = library("doors", kinds)
    assert found.findings == ()
    raising = [name for name, rule in found.rules.items() if rule.ops]
    assert all(outcome.passed for outcome in run_tests(found, raising, engine))
    assert "group-by" not in text("event_count", "doors")


@pytest.mark.parametrize(
    ("kind", "stream", "lacking"),
    [
        ("value_avg", "doors", "a field with numbers"),
        ("value_count", "doors", "a field whose different values"),
        ("event_count", "times", "a field that says what happened"),
    ],
)
def test_a_stream_without_fields_for_it_is_refused(kind: str, stream: str, lacking: str) -> None:
    with pytest.raises(CannotWork, match=lacking):
        text(kind, stream)


def test_the_editor_is_pointed_to_the_schema_on_the_first_line() -> None:
    assert text("event_count").startswith("# yaml-language-server: $schema=../../s.json\n")
    bare = rule_text(Start("a", "event_count", FOUND["parcels"], "o", "r"))
    assert bare.startswith("# A first draft.")


@pytest.mark.parametrize(
    "kind",
    [pytest.param(kind, marks=() if kind in QUICK else pytest.mark.nightly) for kind in KINDS],
)
def test_the_tests_of_a_new_rule_notice_every_small_change(engine: DuckDB, kind: str) -> None:
    found = library(kinds=(kind,))
    report = mutate(found, f"rules/new/{kind.replace('_', '-')}.yaml", engine)
    assert report.survivors == ()
    assert report.killed >= 5
