"""Which events a rule looks at and what it computes of them, sentence by sentence."""

from __future__ import annotations

import pytest

from tests.detection.events import Document, detection, event
from tests.detection.reference_judge import JUDGES, TICK, Judge, at, rule, seconds

pytestmark = pytest.mark.parametrize("judge", JUDGES, ids=str)


# Detections


def test_each_event_that_matches_is_an_alert_at_its_own_time(judge: Judge) -> None:
    alerts = judge.alerts(detection("a", dedupe=None), [*at(0, 3.5), event(4, "b")])
    assert [(seconds(one.at), one.group, one.value) for one in alerts] == [
        (0, (), None),
        (3.5, (), None),
    ]


def test_an_event_without_its_dedupe_key_is_still_an_alert(judge: Judge) -> None:
    found = detection("a", dedupe={"key": ["g"], "cooldown": "10s"})
    alerts = judge.alerts(found, at(0, 1))
    assert [(one.group, one.folded) for one in alerts] == [((("g", None),), 1)]


def test_events_at_one_instant_and_of_one_group_are_one_alert(judge: Judge) -> None:
    found = detection("a", dedupe={"key": ["g"], "cooldown": "10s"})
    alerts = judge.alerts(found, [*at(0, 0, g="x"), *at(0, g="y")])
    assert [(one.group, one.folded) for one in alerts] == [((("g", "x"),), 0), ((("g", "y"),), 0)]


def test_the_group_of_a_detection_is_its_dedupe_key(judge: Judge) -> None:
    found = detection("a", dedupe={"key": ["g"], "cooldown": "10s"})
    alerts = judge.alerts(found, [*at(0, 9, g="x"), *at(1, g="y"), *at(10, g="x")])
    assert [(seconds(one.at), one.group, one.folded) for one in alerts] == [
        (0, (("g", "x"),), 1),
        (1, (("g", "y"),), 0),
        (10, (("g", "x"),), 0),
    ]


# What is looked at together


def test_a_correlation_sees_the_events_of_all_the_rules_it_names(judge: Judge) -> None:
    both = rule(condition={"gte": 2}, rules="a b")
    assert judge.times(both, [event(0, "a"), event(1, "b"), event(2, "c")]) == [1]


def test_an_event_that_two_of_the_rules_match_counts_once(judge: Judge) -> None:
    both = rule(condition={"gte": 1}, rules="a twin")
    (alert,) = judge.alerts([detection("twin", "a"), both], at(0))
    assert alert.value == 1


def test_an_event_counts_once_even_where_its_rules_take_the_group_from_different_fields(
    judge: Judge,
) -> None:
    both = rule(condition={"gte": 1}, rules="a twin", by=["g"], aliases={"g": {"twin": "u"}})
    (alert,) = judge.alerts([detection("twin", "a"), both], at(0, g="x", u="x"))
    assert alert.value == 1


def test_an_event_that_two_of_the_rules_match_is_one_of_the_minimum(judge: Judge) -> None:
    both = rule("temporal", rules="a twin", minimum={"events": 2})
    assert judge.times([detection("twin", "a"), both], at(0, 1)) == [1]


def test_an_event_that_two_of_the_rules_match_is_of_each(judge: Judge) -> None:
    both = rule("temporal", rules="a twin")
    assert judge.times([detection("twin", "a"), both], at(0)) == [0]


def test_groups_are_counted_apart(judge: Judge) -> None:
    grouped = rule(condition={"gte": 2}, by=["g", "h"])
    events = [
        *at(0, g="x", h="p"),
        *at(1, g="x", h="q"),
        *at(2, g="y", h="p"),
        *at(3, g="x", h="p"),
    ]
    (alert,) = judge.alerts(grouped, events)
    assert (seconds(alert.at), alert.group) == (3, (("g", "x"), ("h", "p")))


def test_an_alias_names_the_field_that_holds_the_key_in_each_rule(judge: Judge) -> None:
    aliased = rule(
        condition={"gte": 2}, rules="a b", by=["who"], aliases={"who": {"a": "g", "b": "u"}}
    )
    (alert,) = judge.alerts(aliased, [*at(0, g="x", u="z"), *at(1, kind="b", g="z", u="x")])
    assert alert.group == (("who", "x"),)


def test_events_without_a_group_key_are_dropped(judge: Judge) -> None:
    grouped = rule(condition={"gte": 1}, by=["g", "h"])
    assert judge.times(grouped, [*at(0, g="x"), *at(1, h="p"), *at(2), *at(3, g="x", h="p")]) == [3]


def test_null_is_a_group_of_its_own_where_the_rule_keeps_it(judge: Judge) -> None:
    grouped = rule(condition={"gte": 2}, by=["g", "h"], group_nulls="keep")
    alerts = judge.alerts(grouped, [*at(0, g="x"), *at(1), *at(2, g="x", h="p"), *at(3, g="x")])
    assert [(seconds(one.at), one.group) for one in alerts] == [(3, (("g", "x"), ("h", None)))]


# Values


def test_distinct_counts_different_values_and_no_nulls(judge: Judge) -> None:
    people = rule(condition={"gte": 2}, distinct="u")
    events = [*at(0, 1, u="u1"), *at(2), *at(3, u="U1"), *at(4, u="u1")]
    alerts = judge.alerts(people, events)
    assert [(seconds(one.at), one.value) for one in alerts] == [(3, 2), (4, 2)]


def test_value_count_counts_different_values(judge: Judge) -> None:
    found = rule("value_count", {"gte": 2, "field": "u"})
    alerts = judge.alerts(found, [*at(0, 1, u="u1"), *at(2), *at(3, u="u2")])
    assert [(seconds(one.at), one.value) for one in alerts] == [(3, 2)]


def test_value_count_of_several_fields_counts_combinations_without_nulls(judge: Judge) -> None:
    found = rule("value_count", {"gte": 2, "field": ["g", "u"]})
    events = [*at(0, g="x", u="u1"), *at(1, g="x"), *at(2, g="x", u="u1"), *at(3, g="y", u="u1")]
    assert judge.times(found, events) == [3]


@pytest.mark.parametrize(
    ("kind", "more", "value"),
    [
        ("value_sum", {}, 12.0),
        ("value_avg", {}, 3.0),
        ("value_median", {}, 2.5),
        ("value_percentile", {"percentile": 25}, 1.75),
        ("value_percentile", {"percentile": 90}, 5.1),
    ],
)
def test_numbers_are_computed_over_what_is_not_null(
    judge: Judge, kind: str, more: Document, value: float
) -> None:
    found = rule(kind, {"gte": -100, "field": "n", **more})
    events = [*at(0, n=1), *at(0, n=6), *at(0, n=2), *at(0, n=3), *at(0)]
    (alert,) = judge.alerts(found, events)
    assert alert.value == pytest.approx(value)


@pytest.mark.parametrize("kind", ["value_sum", "value_avg", "value_median"])
def test_nothing_has_no_average_so_no_condition_holds(judge: Judge, kind: str) -> None:
    assert judge.times(rule(kind, {"lt": 5, "field": "n"}), at(0)) == []


def test_comparisons_hold_together(judge: Judge) -> None:
    between = rule(condition={"gte": 2, "lt": 4})
    assert judge.times(between, at(0, 1, 2, 3, 4)) == [1, 2]


@pytest.mark.parametrize(
    ("operator", "times"),
    [("gt", [2]), ("gte", [1, 2]), ("lt", [0]), ("lte", [0, 1]), ("eq", [1]), ("neq", [0, 2])],
)
def test_each_comparison_means_what_it_says(
    judge: Judge, operator: str, times: list[float]
) -> None:
    events = [*at(0, n=1), *at(1, n=1), *at(2, n=0.5)]
    assert judge.times(rule("value_sum", {operator: 2, "field": "n"}), events) == times


def test_temporal_needs_every_rule_within_the_window(judge: Judge) -> None:
    together = rule("temporal", rules="a b c")
    events = [event(0, "c"), event(4, "a"), event(9, "b"), event(10, "b")]
    alerts = judge.alerts(together, events)
    assert [(seconds(one.at), one.value) for one in alerts] == [(9, 3)]


def test_temporal_may_ask_for_some_of_the_rules(judge: Judge) -> None:
    some = rule("temporal", {"gte": 2}, rules="a b c")
    assert judge.times(some, [event(0, "c"), event(4, "c"), event(9, "b")]) == [9]


def test_temporal_takes_a_boolean_expression_over_presence(judge: Judge) -> None:
    some = rule("temporal", "a and (b or c)", rules="a b c")
    events = [event(0, "c"), event(1, "a"), event(20, "a"), event(22, "b"), event(40, "b")]
    alerts = judge.alerts(some, events)
    assert [(seconds(one.at), one.value) for one in alerts] == [(1, 2), (22, 2)]


def test_ordered_events_come_one_after_the_other(judge: Judge) -> None:
    ordered = rule("temporal_ordered", rules="a b c")
    assert judge.times(ordered, [event(0, "a"), event(1, "b"), event(2, "c")]) == [2]
    assert judge.times(ordered, [event(0, "b"), event(1, "a"), event(2, "c")]) == []


def test_ordered_events_have_no_value(judge: Judge) -> None:
    (alert,) = judge.alerts(rule("temporal_ordered", rules="a b"), [event(0), event(1, "b")])
    assert alert.value is None


def test_what_lies_between_does_not_break_an_order(judge: Judge) -> None:
    ordered = rule("temporal_ordered", rules="a b c")
    events = [
        event(0, "c"),
        event(1, "a"),
        event(2, "c"),
        event(3, "b"),
        event(4, "a"),
        event(5, "c"),
    ]
    assert judge.times(ordered, events) == [5]


def test_events_at_one_instant_have_no_order(judge: Judge) -> None:
    ordered = rule("temporal_ordered", rules="a b")
    assert judge.times(ordered, [event(3, "a"), event(3, "b")]) == []
    assert judge.times(ordered, [event(3, "a"), event(3 + TICK, "b")]) == [3 + TICK]


def test_all_ordered_events_lie_in_one_window(judge: Judge) -> None:
    ordered = rule("temporal_ordered", rules="a b c")
    assert judge.times(ordered, [event(0, "a"), event(5, "b"), event(10, "c")]) == []
    assert judge.times(ordered, [event(TICK, "a"), event(5, "b"), event(10, "c")]) == [10]


# How much a window must hold


def test_a_window_may_need_a_minimum_of_events(judge: Judge) -> None:
    enough = rule("value_avg", {"lt": 3, "field": "n"}, minimum={"events": 3})
    assert judge.times(enough, [*at(0, 1, n=1), *at(2)]) == [2]


def test_a_window_may_need_a_minimum_of_different_values(judge: Judge) -> None:
    enough = rule(condition={"gte": 1}, minimum={"distinct": {"u": 2}})
    assert judge.times(enough, [*at(0, 1, u="u1"), *at(2), *at(3, u="u2")]) == [3]


def test_a_minimum_keeps_an_empty_window_from_being_silence(judge: Judge) -> None:
    enough = rule(condition={"lt": 5}, minimum={"events": 1}, every="5s", remember="60s")
    assert judge.times(enough, at(0, 8)) == [10, 15]
