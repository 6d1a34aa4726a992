"""From crossings to alerts, sentence by sentence: folding, levels, silence, rules over rules."""

from __future__ import annotations

from dataclasses import replace

import pytest

from opsrail.detection.formats import Level
from opsrail.streams.spans import SECOND
from tests.detection.events import Document, event
from tests.detection.reference_judge import JUDGES, TICK, Judge, at, rule, seconds
from tests.detection.reference_world import told

pytestmark = pytest.mark.parametrize("judge", JUDGES, ids=str)


# Folding


def test_without_dedupe_every_crossing_is_an_alert(judge: Judge) -> None:
    assert judge.times(rule(condition={"gte": 2}), at(0, 1, 2, 3)) == [1, 2, 3]


def test_a_cooldown_runs_from_the_first_crossing(judge: Judge) -> None:
    cooled = rule(condition={"gte": 1}, dedupe={"cooldown": "10s"})
    alerts = judge.alerts(cooled, at(0, 6, 9.999999, 10, 16))
    assert told(alerts) == [
        ("", "r", 0, {}, 1, 2, 9.999999, 10, "medium", "", 5_000_000),
        ("", "r", 10, {}, 3, 1, 16, 20, "medium", "", 5_000_000),
    ]


def test_quiet_runs_from_the_last_crossing(judge: Judge) -> None:
    quiet = rule(condition={"gte": 1}, dedupe={"quiet": "10s"})
    alerts = judge.alerts(quiet, at(0, 6, 15.999999, 25.999999))
    assert told(alerts) == [
        ("", "r", 0, {}, 1, 2, 15.999999, 25.999999, "medium", "", 5_000_000),
        ("", "r", 25.999999, {}, 1, 0, 25.999999, 35.999999, "medium", "", 5_000_000),
    ]


def test_cooldown_and_quiet_are_not_the_same(judge: Judge) -> None:
    events = at(*range(0, 40, 5))
    cooled = rule(condition={"gte": 1}, dedupe={"cooldown": "12s"})
    quiet = rule(condition={"gte": 1}, dedupe={"quiet": "12s"})
    assert judge.times(cooled, events) == [0, 15, 30]
    assert judge.times(quiet, events) == [0]


def test_alerts_of_different_groups_are_folded_apart(judge: Judge) -> None:
    cooled = rule(condition={"gte": 1}, by=["g"], dedupe={"cooldown": "10s"})
    assert judge.times(cooled, [*at(0, 4, g="x"), *at(1, 5, g="y")]) == [0, 1]


def test_groups_with_one_dedupe_key_are_folded_into_the_first(judge: Judge) -> None:
    cooled = rule(condition={"gte": 1}, by=["g", "h"], dedupe={"key": ["g"], "cooldown": "10s"})
    alerts = judge.alerts(
        cooled, [*at(0, g="x", h="p"), *at(1, g="x", h="q"), *at(2, g="y", h="p")]
    )
    assert [(one.group, one.folded) for one in alerts] == [
        ((("g", "x"), ("h", "p")), 1),
        ((("g", "y"), ("h", "p")), 0),
    ]


def test_an_empty_dedupe_key_folds_all_groups_together(judge: Judge) -> None:
    cooled = rule(condition={"gte": 1}, by=["g"], dedupe={"key": [], "cooldown": "10s"})
    assert judge.times(cooled, [*at(0, g="x"), *at(1, g="y"), *at(10, g="y")]) == [0, 10]


def test_crossings_after_the_end_are_not_folded_yet(judge: Judge) -> None:
    cooled = rule(condition={"gte": 1}, dedupe={"cooldown": "10s"})
    (alert,) = judge.alerts(cooled, at(0, 3, 4), until=3)
    assert (alert.folded, seconds(alert.last)) == (1, 3)


# Levels


LEVELS = [{"level": "critical", "gte": 3}, {"level": "high", "gte": 2}]


def test_the_highest_level_that_is_reached_counts(judge: Judge) -> None:
    found = rule(condition={"gte": 1}, severities=LEVELS)
    alerts = judge.alerts(found, at(0, 1, 2))
    assert [one.level for one in alerts] == [Level.MEDIUM, Level.HIGH, Level.CRITICAL]


def test_a_folded_crossing_may_raise_the_level(judge: Judge) -> None:
    found = rule(condition={"gte": 1}, severities=LEVELS, dedupe={"cooldown": "60s"})
    (alert,) = judge.alerts(found, at(0, 1, 2, 30))
    assert (alert.level, alert.value, alert.folded) == (Level.CRITICAL, 1, 3)


# Silence on purpose


def inhibiting(*, quiet: bool = False, **ops: object) -> list[Document]:
    """b, at each event and for ten seconds, silences r."""
    lasts = {"quiet": "10s"} if quiet else {"cooldown": "10s"}
    first = rule(condition={"gte": 1}, rules="b", by=["g"], name="wide", dedupe=lasts)
    return [first, rule(condition={"gte": 1}, by=["g", "h"], inhibited_by=["wide"], ops=ops)]


@pytest.mark.parametrize(
    ("when", "suppressed"),
    [(5 - TICK, ""), (5, "wide"), (15 - TICK, "wide"), (15, "")],
)
def test_an_inhibitor_silences_from_its_alert_until_it_ends(
    judge: Judge, when: float, suppressed: str
) -> None:
    events = [*at(5, kind="b", g="x"), *at(when, g="x", h="p")]
    (alert,) = judge.alerts(inhibiting(), events)
    assert alert.suppressed == suppressed


def test_an_inhibitor_that_lasts_silences_for_as_long(judge: Judge) -> None:
    events = [*at(5, 14, 23, kind="b", g="x"), *at(32, 33, g="x", h="p")]
    alerts = judge.alerts(inhibiting(quiet=True), events)
    assert [one.suppressed for one in alerts] == ["wide", ""]


def test_an_inhibitor_silences_groups_that_agree_with_its_own(judge: Judge) -> None:
    events = [*at(5, kind="b", g="x"), *at(6, g="x", h="p"), *at(7, g="y", h="p")]
    alerts = judge.alerts(inhibiting(), events)
    assert [(dict(one.group)["g"], one.suppressed) for one in alerts] == [("x", "wide"), ("y", "")]


def test_an_inhibitor_without_groups_silences_all(judge: Judge) -> None:
    wide = rule(condition={"gte": 1}, rules="b", name="wide", dedupe={"cooldown": "10s"})
    narrow = rule(condition={"gte": 1}, by=["g"], inhibited_by=["wide"])
    alerts = judge.alerts([wide, narrow], [event(5, "b"), *at(6, g="x"), *at(7, g="y")])
    assert [one.suppressed for one in alerts] == ["wide", "wide"]


def test_an_alert_is_silenced_by_when_it_was_first_raised(judge: Judge) -> None:
    rules = inhibiting(dedupe={"cooldown": "20s"})
    late = judge.alerts(rules, [*at(4, 6, g="x", h="p"), *at(5, kind="b", g="x")])
    early = judge.alerts(rules, [*at(6, 20, g="x", h="p"), *at(5, kind="b", g="x")])
    assert [(one.folded, one.suppressed) for one in [*late, *early]] == [(1, ""), (1, "wide")]


def test_a_silenced_inhibitor_inhibits_too(judge: Judge) -> None:
    lasts = {"cooldown": "10s"}
    first = rule(condition={"gte": 1}, rules="c", name="first", dedupe=lasts)
    second = rule(
        condition={"gte": 1}, rules="b", name="second", dedupe=lasts, inhibited_by=["first"]
    )
    third = rule(condition={"gte": 1}, inhibited_by=["second"])
    events = [event(0, "c"), event(5, "b"), event(14, "a")]
    (alert,) = judge.alerts([first, second, third], events)
    assert alert.suppressed == "second"


def maintained(**more: object) -> Document:
    window = {"name": "works", "from": "2026-01-05T00:00:10Z", "to": "2026-01-05T00:00:20Z"}
    return {"maintenance": [window | more]}


def test_maintenance_silences_from_its_start_and_not_at_its_end(judge: Judge) -> None:
    events = at(10 - TICK, 10, 20 - TICK, 20)
    alerts = judge.alerts(rule(condition={"gte": 1}), events, policy=maintained())
    assert [one.suppressed for one in alerts] == ["", "works", "works", ""]


@pytest.mark.parametrize(
    ("more", "suppressed"),
    [
        ({"rules": ["r"]}, ["works", "works"]),
        ({"rules": ["a"]}, ["", ""]),
        ({"where": {"g": "x"}}, ["works", ""]),
        ({"where": {"g": "x", "h": "p"}}, ["", ""]),
    ],
)
def test_maintenance_may_be_about_some_rules_and_groups(
    judge: Judge, more: Document, suppressed: list[str]
) -> None:
    found = rule(condition={"gte": 1}, by=["g"])
    events = [*at(11, g="x", h="p"), *at(12, g="y", h="p")]
    alerts = judge.alerts(found, events, policy=maintained(**more))
    assert [one.suppressed for one in alerts] == suppressed


# Rules over rules


def chained(**ops: object) -> list[Document]:
    inner = rule(condition={"gte": 2}, by=["g"], name="spike", dedupe={"cooldown": "10s"})
    return [inner, rule(condition={"gte": 2}, rules="spike", timespan="30s", ops=ops)]


def test_a_correlation_among_the_rules_is_seen_by_its_alerts(judge: Judge) -> None:
    events = [*at(0, 1, 2, 3, g="x"), *at(4, 5, g="y")]
    alerts = judge.alerts(chained(), events)
    assert [(seconds(one.at), one.value) for one in alerts] == [(5, 2)]


def test_the_fields_of_an_alert_are_its_group(judge: Judge) -> None:
    events = [*at(0, 1, g="x"), *at(11, 12, g="x"), *at(13, 14, g="y")]
    assert judge.times(chained(distinct="g"), events) == [14]


def test_alerts_and_events_may_be_correlated(judge: Judge) -> None:
    spike, _ = chained()
    mixed = rule("temporal_ordered", rules="c spike", by=["g"], timespan="30s")
    assert judge.times([spike, mixed], [*at(0, kind="c", g="x"), *at(1, 2, g="x")]) == [2]


def test_silence_may_be_correlated(judge: Judge) -> None:
    silent = rule(condition={"lt": 1}, by=["g"], every="5s", remember="30s", name="silent")
    many = rule(condition={"gte": 2}, rules="silent", distinct="g", timespan="5s")
    assert judge.times([silent, many], [*at(0, g="x"), *at(6, g="y")]) == [20, 25]


# What is known when


def test_an_alert_is_known_when_late_records_have_been_waited_for(judge: Judge) -> None:
    tickets, replies = rule(condition={"gte": 1}), rule(condition={"gte": 1}, rules="c")
    (early,) = judge.alerts(replies, at(3, kind="c"))
    (late,) = judge.alerts(tickets, at(3))
    assert (seconds(early.known), seconds(late.known)) == (5, 8)


def test_the_slowest_stream_that_matters_is_waited_for(judge: Judge) -> None:
    both = rule(condition={"gte": 1}, rules="a c")
    (alert,) = judge.alerts(both, at(3, kind="c"))
    assert seconds(alert.known) == 8
    wide = rule(condition={"gte": 5}, name="wide")
    silenced = rule(condition={"gte": 1}, rules="c", inhibited_by=["wide"])
    (alert,) = judge.alerts([wide, silenced], at(3, kind="c"))
    assert seconds(alert.known) == 8


def test_a_record_that_came_too_late_never_counts(judge: Judge) -> None:
    found = rule(condition={"gte": 1}, rules="a c")
    events = [replace(one, delay=5 * SECOND + past) for one in at(0, 1) for past in (0, 1)]
    replies = [replace(one, delay=2 * SECOND + 1) for one in at(4, kind="c")]
    alerts = judge.alerts(found, [*events, *replies])
    assert [(seconds(one.at), one.value) for one in alerts] == [(0, 1), (1, 2)]


def test_an_alert_has_the_same_name_however_often_it_is_computed(judge: Judge) -> None:
    found = rule(condition={"gte": 2}, by=["g"], dedupe={"cooldown": "10s"})
    events = at(0, 1, 2, 12, g="x")
    early = judge.alerts(found, events, until=2)
    assert [one.id for one in early] == [one.id for one in judge.alerts(found, events)][:1]
