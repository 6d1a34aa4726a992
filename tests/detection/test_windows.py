"""Windows and clocks, sentence by sentence: of the reference and of the engine alike."""

from __future__ import annotations

import pytest

from opsrail.streams.spans import SECOND
from tests.detection.events import START, event
from tests.detection.reference_judge import JUDGES, TICK, Judge, at, rule, seconds

pytestmark = pytest.mark.parametrize("judge", JUDGES, ids=str)


# Sliding windows


def test_an_event_exactly_one_window_old_is_out(judge: Judge) -> None:
    assert judge.times(rule(condition={"gte": 2}), at(0, 10)) == []


def test_an_event_a_little_less_than_one_window_old_is_in(judge: Judge) -> None:
    assert judge.times(rule(condition={"gte": 2}), at(TICK, 10)) == [10]


def test_events_at_one_instant_share_a_frame_and_cross_once(judge: Judge) -> None:
    (alert,) = judge.alerts(rule(condition={"gte": 1}), at(5, 5, 5))
    assert (seconds(alert.at), alert.value) == (5, 3)


def test_a_sliding_window_is_judged_at_events_of_its_own_group_only(judge: Judge) -> None:
    few = rule(condition={"eq": 1}, by=["g"])
    assert judge.times(few, [*at(0, 1, g="x"), *at(11, 12, g="y")]) == [0, 11]


def test_events_of_no_named_rule_change_nothing(judge: Judge) -> None:
    assert judge.times(rule(condition={"eq": 1}), [*at(0), *at(1, kind="b")]) == [0]


# Tumbling windows


def test_a_tumbling_window_is_judged_when_it_closes(judge: Judge) -> None:
    tumbling = rule(condition={"gte": 2}, window="tumbling")
    alerts = judge.alerts(tumbling, at(11, 12, 13))
    assert [(seconds(one.at), one.value) for one in alerts] == [(20, 3)]


def test_a_tumbling_window_begins_with_its_start_and_ends_before_the_next(judge: Judge) -> None:
    tumbling = rule(condition={"gte": 2}, window="tumbling")
    assert judge.times(tumbling, at(9.999999, 10)) == []
    assert judge.times(tumbling, at(10, 19.999999)) == [20]


def test_tumbling_windows_count_from_1970(judge: Judge) -> None:
    # START is no multiple of seven seconds, so windows that began with it would close elsewhere.
    tumbling = rule(condition={"gte": 1}, window="tumbling", timespan="7s")
    seven = 7 * SECOND
    assert judge.times(tumbling, at(0)) == [seconds((START // seven + 1) * seven)]


def test_a_tumbling_window_without_events_is_not_judged(judge: Judge) -> None:
    tumbling = rule("value_sum", {"lt": 5, "field": "n"}, window="tumbling")
    assert judge.times(tumbling, [*at(1, n=1), *at(31, n=1)]) == [10, 40]


def test_a_tumbling_window_that_has_not_closed_says_nothing(judge: Judge) -> None:
    tumbling = rule(condition={"gte": 1}, window="tumbling")
    assert judge.times(tumbling, at(1, 11), until=20) == [10, 20]
    assert judge.times(tumbling, at(1, 11), until=20 - TICK) == [10]


def test_order_is_judged_within_a_tumbling_window(judge: Judge) -> None:
    tumbling = rule("temporal_ordered", rules="a b", window="tumbling")
    events = [event(1, "a"), event(2, "b"), event(9, "a"), event(11, "b")]
    assert judge.times(tumbling, events) == [10]


# Sessions


def test_a_gap_of_exactly_the_timespan_starts_a_new_session(judge: Judge) -> None:
    session = rule(condition={"gte": 2}, window="session")
    assert judge.times(session, at(0, 10)) == []
    assert judge.times(session, at(0, 10 - TICK)) == [10 - TICK]


def test_a_session_goes_on_for_as_long_as_events_come(judge: Judge) -> None:
    session = rule(condition={"gte": 4}, window="session")
    alerts = judge.alerts(session, at(0, 9, 18, 27, 36))
    assert [(seconds(one.at), one.value) for one in alerts] == [(27, 4), (36, 5)]


def test_sessions_of_different_groups_do_not_keep_each_other_alive(judge: Judge) -> None:
    session = rule(condition={"gte": 2}, window="session", by=["g"])
    assert judge.times(session, [*at(0, 12, g="x"), *at(6, g="y")]) == []


def test_order_may_span_a_whole_session(judge: Judge) -> None:
    session = rule("temporal_ordered", rules="a b", window="session")
    assert judge.times(session, [event(0), event(8, "c"), event(8), event(16), event(24, "b")]) == [
        24
    ]


# The clock


SILENCE = rule(condition={"lt": 1}, by=["g"], every="5s", remember="30s")


def test_silence_is_judged_on_the_clock(judge: Judge) -> None:
    alerts = judge.alerts(SILENCE, at(2, g="x"))
    assert [(seconds(one.at), one.value) for one in alerts] == [(15, 0), (20, 0), (25, 0), (30, 0)]


def test_what_is_counted_on_the_clock_is_a_plain_number(judge: Judge) -> None:
    # A database may answer with a decimal, which is neither JSON nor anything SQLite keeps.
    assert {type(one.value) for one in judge.alerts(SILENCE, at(2, g="x"))} <= {int, float}


def test_the_clock_counts_from_1970(judge: Judge) -> None:
    found = rule(condition={"lt": 1}, every="7s", remember="20s")
    seven = 7 * SECOND
    first = -(-(START + 10 * SECOND) // seven) * seven
    assert judge.times(found, at(0))[0] == seconds(first)


def test_an_event_at_the_tick_is_in_its_frame(judge: Judge) -> None:
    assert judge.times(SILENCE, at(0, 15, g="x"), until=20) == [10]


def test_an_event_exactly_one_window_before_the_tick_is_waited_for(judge: Judge) -> None:
    assert judge.times(SILENCE, at(5, g="x"), until=15) == [15]
    assert judge.times(SILENCE, at(5 + TICK, g="x"), until=15) == []


def test_data_that_merely_begins_is_no_silence(judge: Judge) -> None:
    few = rule(condition={"lt": 3}, by=["g"], every="5s", remember="60s")
    assert judge.times(few, at(6, 7, g="x"), until=20) == [20]


def test_a_group_is_not_waited_for_for_ever(judge: Judge) -> None:
    assert judge.times(SILENCE, at(0, g="x"))[-1] == 25
    assert judge.times(SILENCE, at(TICK, g="x"))[-1] == 30


def test_what_another_group_does_is_no_answer(judge: Judge) -> None:
    alerts = judge.alerts(SILENCE, [*at(0, g="x"), *at(1, 2, 11, 12, g="y")], until=20)
    assert [(seconds(one.at), dict(one.group)["g"]) for one in alerts] == [
        (10, "x"),
        (15, "x"),
        (20, "x"),
    ]


def test_null_that_is_kept_is_waited_for_like_any_group(judge: Judge) -> None:
    kept = rule(condition={"lt": 1}, by=["g"], every="5s", remember="16s", group_nulls="keep")
    alerts = judge.alerts(kept, at(0))
    assert [(seconds(one.at), one.group) for one in alerts] == [
        (10, (("g", None),)),
        (15, (("g", None),)),
    ]


def test_a_rule_that_an_empty_window_satisfies_looks_each_tenth_of_its_timespan(
    judge: Judge,
) -> None:
    found = rule(condition={"eq": 0}, timespan="30m", remember="36m")
    assert judge.times(found, at(0), until=3600) == [1800, 1980]


def test_a_rule_that_an_empty_window_satisfies_looks_at_most_once_a_minute(judge: Judge) -> None:
    found = rule(condition={"lte": 0}, timespan="2m", remember="5m")
    assert judge.times(found, at(0)) == [120, 180, 240]


def test_a_distinct_count_of_nothing_is_zero_on_the_clock(judge: Judge) -> None:
    found = rule(condition={"lt": 1}, distinct="u", every="5s", remember="20s")
    assert judge.times(found, [*at(0, u="u1"), *at(8)], until=20) == [10, 15, 20]


def test_a_rule_with_a_clock_is_judged_on_it_alone(judge: Judge) -> None:
    found = rule(condition={"gte": 2}, every="5s", remember="60s")
    alerts = judge.alerts(found, at(0, 12, 13, 14))
    assert [(seconds(one.at), one.value) for one in alerts] == [(15, 3), (20, 3)]


def test_presence_may_be_judged_on_the_clock(judge: Judge) -> None:
    found = rule("temporal", "a and b", rules="a b", every="5s", remember="60s")
    assert judge.times(found, [event(0, "b"), event(11), event(17, "b")], until=25) == [20]


def test_a_silent_tumbling_window_is_told_when_it_closes(judge: Judge) -> None:
    found = rule(condition={"lt": 1}, window="tumbling", remember="40s")
    assert judge.times(found, at(5)) == [20, 30, 40]


def test_a_tumbling_window_expects_events_from_before_its_start(judge: Judge) -> None:
    found = rule(condition={"lt": 2}, window="tumbling", remember="30s")
    assert judge.times(found, at(10), until=30) == [30]
    assert judge.times(found, at(10 - TICK), until=20) == [20]


def test_a_silent_tumbling_window_begins_with_its_start(judge: Judge) -> None:
    found = rule(condition={"lt": 1}, window="tumbling", remember="30s")
    assert judge.times(found, at(5, 20), until=40) == [20, 40]


def test_a_group_is_not_waited_for_for_ever_by_tumbling_windows(judge: Judge) -> None:
    found = rule(condition={"lt": 1}, window="tumbling", remember="40s")
    assert judge.times(found, at(10)) == [30, 40]
    assert judge.times(found, at(10 + TICK)) == [30, 40, 50]
