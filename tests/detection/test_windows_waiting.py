"""What should have followed and did not, sentence by sentence."""

from __future__ import annotations

import pytest

from tests.detection.events import event
from tests.detection.reference_judge import JUDGES, TICK, Judge, at, rule, seconds

pytestmark = pytest.mark.parametrize("judge", JUDGES, ids=str)


WAITING = rule("temporal_ordered", "a and not b", rules="a b", by=["g"])


def test_a_missing_follow_up_is_told_when_the_time_is_up(judge: Judge) -> None:
    alerts = judge.alerts(WAITING, at(3, g="x"))
    assert [(seconds(one.at), one.group, one.value) for one in alerts] == [
        (13, (("g", "x"),), None)
    ]
    assert judge.times(WAITING, at(3, g="x"), until=13 - TICK) == []


@pytest.mark.parametrize(
    ("answer", "times"), [(3 - TICK, [13]), (3, []), (13, []), (13 + TICK, [13])]
)
def test_a_follow_up_may_come_from_the_first_instant_to_the_last(
    judge: Judge, answer: float, times: list[float]
) -> None:
    assert judge.times(WAITING, [*at(3, g="x"), *at(answer, kind="b", g="x")]) == times


def test_a_follow_up_of_another_group_is_none(judge: Judge) -> None:
    assert judge.times(WAITING, [*at(3, g="x"), *at(4, kind="b", g="y")]) == [13]


def test_first_events_at_one_instant_are_waited_for_once(judge: Judge) -> None:
    assert judge.times(WAITING, at(3, 3, 5, g="x")) == [13, 15]


def test_any_of_several_follow_ups_will_do(judge: Judge) -> None:
    waiting = rule("temporal_ordered", "a and not b and not c", rules="a b c")
    assert judge.times(waiting, [*at(0, 20, 40), event(5, "b"), event(30, "c")]) == [50]


def test_an_answer_of_two_rules_needs_both(judge: Judge) -> None:
    waiting = rule("temporal", "a and not (b and c)", rules="a b c")
    events = [*at(0, 20, 40), event(5, "b"), event(25, "c"), event(41, "b"), event(50, "c")]
    assert judge.times(waiting, events) == [10, 30]


def test_each_rule_that_is_wanted_opens_a_wait(judge: Judge) -> None:
    waiting = rule("temporal", "a and b and not c", rules="a b c")
    events = [event(0, "a"), event(4, "b"), event(14, "a"), event(30, "b"), event(31, "a")]
    assert judge.times(waiting, events) == [10, 14, 40]


def test_what_is_not_wanted_opens_no_wait(judge: Judge) -> None:
    waiting = rule("temporal", "a and not (b and c)", rules="a b c")
    assert judge.times(waiting, [event(0, "b"), event(5, "a")]) == [15]
