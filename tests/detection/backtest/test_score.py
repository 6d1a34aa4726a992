from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsrail.detection.backtest.incidents import belongs
from opsrail.detection.backtest.noise import RuleNoise, noise
from opsrail.detection.backtest.score import Share, median, score
from opsrail.detection.policies import Budget
from opsrail.streams.spans import SECOND, micros
from tests.detection.backtest.past import DAY, INCIDENTS, START, alert, at, incident

EARLY = micros("30m")
SPAN = (START, START + 10 * DAY)
MINUTE = 60 * SECOND


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    # Newcombe (1998), Statistics in Medicine 17, table I, method 3.
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_of_a_share_is_the_published_one(
    part: int, whole: int, low: float, high: float
) -> None:
    interval = Share(part, whole).interval
    assert interval is not None
    assert interval == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 1000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_share_lies_in_its_interval(case: tuple[int, int]) -> None:
    share = Share(*case)
    assert share.interval is not None
    assert share.value is not None
    low, high = share.interval
    assert 0 <= low <= share.value + 1e-12
    assert share.value - 1e-12 <= high <= 1


def test_nothing_of_nothing_is_no_share() -> None:
    assert Share(0, 0).value is None
    assert Share(0, 0).interval is None


@pytest.mark.parametrize(
    ("time", "area", "rule", "is_about"),
    [
        (at(2, "9h"), "sso", "spike", True),
        (at(2, "8h30m"), "sso", "spike", True),
        (at(2, "8h30m") - 1, "sso", "spike", False),
        (at(2, "10h"), "sso", "spike", True),
        (at(2, "10h") + 1, "sso", "spike", False),
        (at(2, "9h"), "mobile", "spike", False),
        (at(2, "9h"), None, "spike", True),
        (at(2, "9h"), "sso", "other", False),
    ],
)
def test_an_alert_belongs_to_the_incident_that_names_its_rule_and_group(
    time: int, area: str | None, rule: str, is_about: bool
) -> None:
    assert belongs(replace(alert(time, area), rule=rule), INCIDENTS[0], EARLY) is is_about


def test_numbers_written_as_text_are_the_same_key() -> None:
    about = replace(INCIDENTS[0], where={"area": 7})
    assert belongs(alert(at(2, "9h"), "7"), about, EARLY)
    assert not belongs(replace(alert(at(2, "9h")), group=(("area", None),)), about, EARLY)


def test_alerts_are_right_or_false_and_incidents_caught_or_missed() -> None:
    alerts = [alert(at(2, "9h4m")), alert(at(2, "9h50m")), alert(at(4, "9h")), alert(at(8, "20h"))]
    found = score("spike", alerts, INCIDENTS, EARLY, SPAN)
    assert (found.raised, found.right, found.false) == (4, 2, 2)
    assert str(found.precision) == "2 of 4"
    assert str(found.recall) == "1 of 3"
    assert [one.incident.name for one in found.missed] == ["burst-1", "burst-2"]
    assert (found.delay, found.lead) == (4 * MINUTE, 11 * MINUTE)


def test_detection_counts_from_when_the_alert_could_be_known() -> None:
    early = alert(at(2, "9h1m"), known=at(2, "9h21m"))
    late = alert(at(2, "9h5m"), known=at(2, "9h6m"))
    found = score("spike", [early, late], INCIDENTS, EARLY, SPAN)
    assert (found.delay, found.lead) == (6 * MINUTE, 9 * MINUTE)


def test_medians_leave_out_what_nobody_knows() -> None:
    incidents = [incident(0, noticed=None), incident(1, noticed=10)]
    alerts = [alert(at(2, "9h2m")), alert(at(5, "9h4m"), "mobile")]
    found = score("spike", alerts, incidents, EARLY, SPAN)
    assert (found.delay, found.lead) == (3 * MINUTE, 6 * MINUTE)
    assert median([None, None]) is None
    assert median([1, 9, 2]) == 2


def test_a_silenced_alert_is_no_noise_and_catches_only_where_another_rule_speaks() -> None:
    silent = alert(at(2, "9h4m"), suppressed="outage")
    by_rule = score("spike", [silent], INCIDENTS, EARLY, SPAN, {"spike", "outage"})
    by_maintenance = score("spike", [silent], INCIDENTS, EARLY, SPAN, {"spike"})
    assert (by_rule.raised, by_rule.silenced) == (0, 1)
    assert len(by_rule.missed) == 2
    assert by_maintenance.missed[0].silenced is silent
    assert len(by_maintenance.missed) == 3


def test_an_incident_outside_of_what_was_recorded_judges_nothing() -> None:
    found = score("spike", [], INCIDENTS, EARLY, (at(3), at(10)))
    assert [one.incident.name for one in found.incidents] == ["burst-1", "burst-2"]
    assert found.outside == 1


def test_without_labelled_incidents_nothing_is_right_or_false() -> None:
    others = [incident(number, rules=["other"]) for number in range(3)]
    found = score("spike", [alert(at(2, "9h4m"))], others, EARLY, SPAN)
    assert (found.precision, found.recall, found.elsewhere) == (None, None, 1)


def test_an_owner_gets_the_alerts_of_all_rules_against_its_own_budget() -> None:
    rules = [
        RuleNoise("a", "desk", raised=10, silenced=0, length=10 * DAY),
        RuleNoise("b", "desk", raised=30, silenced=20, length=10 * DAY),
        RuleNoise("c", "night", raised=3, silenced=0, length=DAY // 2),
    ]
    budgets = {"default": Budget(alerts_per_day=5), "desk": Budget(alerts_per_day=3)}
    desk, night = noise(rules, budgets)
    assert (desk.per_day, desk.silenced_per_day, desk.budget, desk.is_over) == (4, 2, 3, True)
    assert [rule.rule for rule in desk.rules] == ["b", "a"]
    # Half a day's three alerts are not six a day.
    assert (night.per_day, night.budget, night.is_over) == (3, 5, False)
    assert not noise(rules, {})[0].is_over
