from __future__ import annotations

import pytest

from opsrail.detection.formats import CorrelationType, Level, Nulls, Status, Window
from opsrail.detection.library import library_of
from opsrail.detection.model import Correlation, Detection, Operator, Rule, Threshold
from opsrail.detection.query.presence import names_in, names_missing
from opsrail.detection.reading.parse import Parsed, parse_rules
from opsrail.findings import Location
from opsrail.streams.spans import micros

STREAMS = """\
streams:
  parcels:
    path: rules/history/parcels.csv
    occurred_at: at
    columns:
      event_type: string
      parcel_id: string
      depot: string
      courier: {type: string, personal: true}
      weight: number
  vans:
    path: rules/history/vans.csv
    occurred_at: at
    logsource: {category: fleet, product: vans}
    columns: {depot: string, status: string}
"""
LOST = """\
title: Parcel lost
name: parcel-lost
logsource: {product: support, service: parcels}
detection:
  selection: {event_type: lost}
  condition: selection
"""
SPIKE = """\
title: Lost parcels
level: high
status: test
correlation:
  type: event_count
  rules: [parcel-lost]
  group-by: [depot]
  timespan: 1h
  condition: {gte: 5}
ops:
  owner: depot-desk
  route: depots
  runbook: content/runbooks/lost-parcels.md
"""
PATH = "rules/depots/lost-spike.yaml"
PARCELS = library_of({"rules/streams.yaml": STREAMS}).streams


def parsed(text: str, path: str = PATH) -> Parsed:
    return parse_rules(path, text, PARCELS)


def only(text: str, path: str = PATH) -> Rule:
    found = parsed(text, path)
    assert found.findings == ()
    return found.rules[-1]


def correlation(text: str) -> Correlation:
    body = only(text).body
    assert isinstance(body, Correlation)
    return body


def said(text: str) -> list[str]:
    return [str(finding) for finding in parsed(text).findings]


def changed(old: str, new: str, text: str = SPIKE) -> str:
    assert old in text
    return text.replace(old, new)


# What a document becomes


def test_a_detection_reads_the_stream_of_its_log_source() -> None:
    body = only(LOST).body
    assert isinstance(body, Detection)
    assert (body.stream, [*body.fields]) == ("parcels", ["event_type"])


@pytest.mark.parametrize("asked", ["{category: fleet}", "{product: vans, category: fleet}"])
def test_a_log_source_may_say_less_than_the_stream(asked: str) -> None:
    text = changed("{product: support, service: parcels}", asked, LOST)
    body = only(changed("event_type: lost", "status: late", text)).body
    assert isinstance(body, Detection)
    assert body.stream == "vans"


def test_a_log_source_may_not_say_more_than_the_stream() -> None:
    text = changed("service: parcels", "service: parcels, category: fleet", LOST)
    assert [finding.code for finding in parsed(text).findings] == ["rule-stream"]


def test_a_correlation_becomes_a_value_over_a_window() -> None:
    rule = only(SPIKE)
    assert rule.body == Correlation(
        type=CorrelationType.EVENT_COUNT,
        rules=("parcel-lost",),
        group_by=("depot",),
        timespan=micros("1h"),
        thresholds=(Threshold(Operator.GTE, 5.0),),
    )
    assert (rule.level, rule.status, rule.number) == (Level.HIGH, Status.TEST, 0)
    assert rule.place == Location(PATH, 1, 1)


def test_the_documents_of_a_file_are_rules_in_order() -> None:
    found = parsed(f"{LOST}---\n{SPIKE}")
    assert [(rule.name, rule.number, rule.place.line) for rule in found.rules] == [
        ("parcel-lost", 0, 1),
        ("lost-spike", 1, 8),
    ]
    assert [yaml.place(("title",)).line for yaml in found.documents] == [1, 8]


def test_empty_documents_are_none_and_still_counted() -> None:
    found = parsed(f"---\n---\n{SPIKE}---\n# the end\n")
    assert [(rule.name, rule.number) for rule in found.rules] == [("lost-spike", 1)]
    assert found.findings == ()


def test_what_is_left_out_has_a_default() -> None:
    rule = only(LOST)
    assert (rule.ops, rule.level, rule.status) == (None, Level.MEDIUM, Status.STABLE)
    ops = only(SPIKE).ops
    assert ops is not None
    assert (ops.window, ops.group_nulls, ops.dedupe) == (Window.SLIDING, Nulls.DROP, None)


@pytest.mark.parametrize(
    ("written", "length"),
    [
        ("90s", micros("90s")),
        ("2w", micros("2w")),
        ("1m", micros("1m")),
        ("1M", 2_629_746_000_000),
        ("1y", 31_556_952_000_000),
    ],
)
def test_a_timespan_is_as_long_as_sigma_says(written: str, length: int) -> None:
    assert correlation(changed("timespan: 1h", f"timespan: {written}")).timespan == length


def test_the_file_names_its_last_rule() -> None:
    assert only(SPIKE, "rules/depots/Lost-Spike.yaml").name == "lost-spike"
    unnamed = changed("name: parcel-lost\n", "", LOST)
    assert parsed(f"{unnamed}---\n{SPIKE}").findings[0].message == (
        "this rule has no name, so no other rule can build on it"
    )


@pytest.mark.parametrize("written", ["2026-03-01", '"2026-03-01"', '"2026/03/01"'])
def test_a_date_may_be_quoted_or_not(written: str) -> None:
    assert only(f"{LOST}date: {written}\n").name == "parcel-lost"


def test_a_document_with_an_error_takes_no_other_with_it() -> None:
    found = parsed(f"{changed('lost}', 'lost, depto: x}', LOST)}---\n{SPIKE}")
    assert [rule.name for rule in found.rules] == ["lost-spike"]
    assert found.broken == (("parcel-lost", Location(PATH, 1, 1)),)


def test_a_file_that_is_no_yaml_is_one_finding() -> None:
    found = parsed("title: [")
    assert (found.rules, len(found.findings)) == ((), 1)
    assert found.broken == (("lost-spike", Location(PATH)),)


# Conditions


def test_one_of_several_conditions_is_enough() -> None:
    listed = changed("condition: selection", "condition: [selection, other]", LOST)
    text = changed("  selection", "  other: {depot: north}\n  selection", listed)
    body = only(text).body
    assert isinstance(body, Detection)
    assert type(body.condition).__name__ == "ConditionOR"
    assert body.fields == {"event_type", "depot"}


def test_several_comparisons_hold_together() -> None:
    assert correlation(changed("{gte: 5}", "{lt: 9, gte: 5}")).thresholds == (
        Threshold(Operator.GTE, 5.0),
        Threshold(Operator.LT, 9.0),
    )


def test_a_text_condition_may_name_rules_with_dashes_and_digits() -> None:
    body = correlation(
        """\
title: Both
correlation:
  type: temporal
  timespan: 1h
  condition: parcel-lost and (3rd-van or r0_) and not back_again
"""
    )
    assert body.rules == ("parcel-lost", "3rd-van", "r0_", "back_again")
    assert body.presence is not None
    assert names_in(body.presence) == body.rules
    assert names_missing(body.presence) == {"back_again"}


@pytest.mark.parametrize("deep", ["(" * 70 + "selection" + ")" * 70, "not " * 400 + "selection"])
def test_a_condition_that_nests_too_deeply_is_refused(deep: str) -> None:
    assert (
        "too deeply nested" in said(changed("condition: selection", f"condition: {deep}", LOST))[0]
    )
    both = f"title: B\ncorrelation: {{type: temporal, timespan: 1h, condition: {deep}}}\n"
    assert "too deeply nested" in said(both)[0]


def test_many_stars_in_a_name_are_refused_before_they_are_tried() -> None:
    text = changed("condition: selection", f"condition: 1 of {'*a' * 20}", LOST)
    assert "more than 3 stars" in said(changed("selection:", f"{'a' * 60}:", text))[0]


# Places


@pytest.mark.parametrize(
    ("selection", "place", "code"),
    [
        ("{event_type|contians: lost}", "5:15", "rule-form"),
        ("{event_type|re: '(?=lost)'}", "5:30", "rule-pattern"),
        ("{event_type: [lost, {a: b}]}", "5:34", "rule-form"),
        ("[{event_type: lost}, {depto: north}]", "5:36", "rule-field"),
        ("{depot|fieldref: dept}", "5:31", "rule-field"),
    ],
)
def test_a_finding_stands_at_the_part_that_is_wrong(selection: str, place: str, code: str) -> None:
    (told,) = said(changed("{event_type: lost}", selection, LOST))
    assert told.startswith(f"{PATH}:{place}: {code}: ")


def test_a_finding_of_a_later_document_stands_there() -> None:
    (told,) = said(f"{LOST}---\n{changed('{gte: 5}', '{}')}")
    assert told.startswith(f"{PATH}:16:14: rule-form: ")


# The digest of what alerts depend on


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: Lost parcels", "title: Others"),
        ("owner: depot-desk", "owner: fleet-desk"),
        ("route: depots", "route: vans"),
        ("runbooks/lost-parcels.md", "runbooks/other.md"),
        ("lost-parcels.md\n", "lost-parcels.md\n  window: sliding\n"),
        ("lost-parcels.md\n", "lost-parcels.md\n  tests: [{name: a, given: [], expect: []}]\n"),
        ("{gte: 5}", "{gte: 5.0}"),
    ],
)
def test_what_no_alert_depends_on_changes_no_logic(old: str, new: str) -> None:
    assert only(changed(old, new)).logic == only(SPIKE).logic


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{gte: 5}", "{gt: 5}"),
        ("timespan: 1h", "timespan: 2h"),
        ("[depot]", "[parcel_id]"),
        ("level: high", "level: low"),
        ("lost-parcels.md\n", "lost-parcels.md\n  window: tumbling\n"),
        ("lost-parcels.md\n", "lost-parcels.md\n  dedupe: {quiet: 1h}\n"),
    ],
)
def test_what_an_alert_depends_on_changes_the_logic(old: str, new: str) -> None:
    assert only(changed(old, new)).logic != only(SPIKE).logic


def test_a_selection_is_logic() -> None:
    assert only(changed("lost}", "found}", LOST)).logic != only(LOST).logic


# Settings that are sound


@pytest.mark.parametrize(
    ("condition", "more"),
    [
        ("{gte: 0, lt: 3}", ""),
        ("{lt: 1}", "  every: 1h\n  remember: 1h\n"),
        ("{neq: 0}", ""),
        ("{gte: 5}", "  dedupe: {key: [depot], quiet: 1h}\n"),
        ("{gte: 5}", "  baseline: {lookback: 2h, minimum_history: 2h}\n"),
        ("{gte: 5}", "  severities: [{level: critical, gte: 20}, {level: high, gte: 10}]\n"),
        ("{gte: 5}", "  severities: [{level: critical, gt: 10}, {level: low, gte: 10}]\n"),
        ("{lt: 9}", "  severities: [{level: critical, lt: 2}, {level: low, lt: 5}]\n"),
        ("{lt: 9}", "  minimum: {events: 8}\n"),
        ("{gte: 5}", "  distinct: parcel_id\n  minimum: {events: 9}\n"),
    ],
)
def test_sound_settings_are_left_alone(condition: str, more: str) -> None:
    assert said(changed("{gte: 5}", condition) + more) == []


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ("{lt: 0}", "no number satisfies"),
        ("{gt: 4, lt: 5}", "no number satisfies"),
        ("{eq: 2.5}", "no number satisfies"),
        ("{gte: 0}", "every number satisfies"),
        ("{gt: -1, neq: -5}", "every number satisfies"),
    ],
)
def test_a_condition_on_counts_has_to_make_a_difference(condition: str, told: str) -> None:
    assert told in said(changed("{gte: 5}", condition))[0]


def test_a_condition_on_sums_may_lie_between_whole_numbers() -> None:
    text = changed("{gte: 5}", "{field: weight, gt: 4, lt: 5}")
    assert said(changed("event_count", "value_sum", text)) == []
