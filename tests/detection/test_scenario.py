"""Scenarios: several rules on one story, each on the streams that it reads."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from typing import Any

import pytest

from opsrail.detection.library import Library, library_of
from opsrail.detection.timed.scenario import Played, Scenario, play, play_all
from opsrail.streams.spans import micros, spelled
from tests.detection.desk_rules import STREAMS

RULES = """\
title: New ticket
name: new-ticket
logsource: {service: tickets}
detection: {selection: {event_type: created}, condition: selection}
---
title: Crowd
name: crowd
level: high
correlation:
  type: value_count
  rules: [new-ticket]
  group-by: [product_area]
  timespan: 15m
  condition: {gte: 3, field: customer_id}
ops: {owner: desk, route: desk, runbook: content/runbooks/a.md, dedupe: {cooldown: 1h}}
---
title: Many tickets
name: many-tickets
level: low
correlation:
  type: event_count
  rules: [new-ticket]
  group-by: [product_area]
  timespan: 15m
  condition: {gte: 4}
ops:
  owner: desk
  route: desk
  runbook: content/runbooks/a.md
  dedupe: {cooldown: 1h}
  inhibited_by: [crowd]
---
title: Ticket solved
name: ticket-solved
logsource: {service: tickets}
detection: {selection: {event_type: solved}, condition: selection}
---
title: Not solved in two hours
name: not-solved
level: medium
correlation:
  type: temporal_ordered
  rules: [new-ticket, ticket-solved]
  group-by: [ticket]
  timespan: 2h
  condition: new-ticket and not ticket-solved
ops: {owner: desk, route: desk, runbook: content/runbooks/a.md}
---
title: Heavy day
name: heavy-day
level: low
correlation: {type: event_count, rules: [new-ticket], timespan: 1d, condition: {gte: 4}}
ops: {owner: desk, route: desk, runbook: content/runbooks/a.md, window: tumbling}
---
title: Desk heard of
name: desk-heard
logsource: {service: desks}
detection: {selection: {waiting|gte: 0}, condition: selection}
---
title: Desk quiet
name: desk-quiet
level: medium
correlation:
  type: event_count
  rules: [desk-heard]
  group-by: [desk]
  timespan: 20m
  condition: {lt: 2}
ops:
  owner: desk
  route: desk
  runbook: content/runbooks/a.md
  every: 10m
  remember: 1d
  severities: [{level: critical, lt: 1}]
  dedupe: {cooldown: 4h}
"""
NAMES = ["crowd", "desk-quiet", "heavy-day", "many-tickets", "not-solved"]
CREATED: dict[str, Any] = {"event_type": "created", "product_area": "sso"}


@pytest.fixture(scope="module")
def library() -> Library:
    found = library_of({"rules/streams.yaml": STREAMS, "rules/desk/all.yaml": RULES})
    assert [one.message for one in found.findings] == []
    return found


def scenario(*given: dict[str, Any], **more: str) -> Scenario:
    return Scenario.model_validate({"given": given, **more})


def tickets(event: dict[str, Any], **when: Any) -> dict[str, Any]:  # noqa: ANN401 - as in YAML
    return {"stream": "tickets", "event": event, **when}


def told(played: Played) -> list[str]:
    assert not played.fault, played.fault
    return [
        f"{one.rule} {spelled(one.at) or '0s'}{' silent' if one.is_silent else ''}"
        for one in played.raised
    ]


def test_a_story_without_events_raises_nothing(library: Library) -> None:
    assert play(library, NAMES, scenario()) == Played()


def test_several_rules_speak_of_the_same_events_each_in_its_time(library: Library) -> None:
    story = scenario(tickets(CREATED, every="1m", count=5), until="1d")
    found = play(library, ["not-solved", "heavy-day", "crowd"], story)
    assert told(found)[:2] == ["crowd 2m", "not-solved 2h"]
    assert told(found)[-1] == "heavy-day 1d"
    assert found.raised[0].group == {"product_area": "sso"}
    assert found.raised[0].level.value == "high"


def test_an_alert_that_another_one_keeps_from_being_heard_is_silent(library: Library) -> None:
    # They count different things: each must see the customers that nobody named.
    story = scenario(tickets(CREATED, every="1m", count=5))
    assert told(play(library, ["many-tickets"], story)) == ["many-tickets 3m silent"]
    one_customer = scenario(tickets({**CREATED, "customer_id": "c-1"}, every="1m", count=5))
    assert told(play(library, ["crowd", "many-tickets"], one_customer)) == ["many-tickets 3m"]


def test_a_rule_sees_only_the_streams_that_it_reads(library: Library) -> None:
    story = scenario(
        tickets(CREATED, every="1m", count=3),
        {"stream": "desks", "event": {"desk": "manila", "waiting": 1}, "at": "0s"},
        until="30m",
    )
    assert told(play(library, ["crowd"], story)) == ["crowd 2m"]
    assert told(play(library, ["desk-quiet"], story))[0].startswith("desk-quiet")
    of_tickets = scenario(tickets(CREATED, at="0s"), until="2d")
    assert told(play(library, ["desk-quiet"], of_tickets)) == []


def test_what_has_not_come_by_the_last_event_of_any_stream_is_not_missed(library: Library) -> None:
    created = tickets({**CREATED, "ticket": "t-1"}, at="0s")
    assert told(play(library, ["not-solved"], scenario(created))) == []
    assert told(play(library, ["not-solved"], scenario(created, until="2h"))) == ["not-solved 2h"]
    later = {"stream": "desks", "event": {"desk": "manila", "waiting": 1}, "at": "3h"}
    assert told(play(library, ["not-solved"], scenario(created, later))) == ["not-solved 2h"]


def test_events_after_the_end_are_not_part_of_the_story(library: Library) -> None:
    story = scenario(tickets(CREATED, every="1m", count=3), until="1m59s")
    assert told(play(library, NAMES, story)) == []


def test_late_events_count_within_the_grace_of_their_stream(library: Library) -> None:
    two, third = tickets(CREATED, every="1m", count=2), tickets(CREATED, at="2m", late="10m")
    assert told(play(library, ["crowd"], scenario(two, third))) == ["crowd 2m"]
    too_late = tickets(CREATED, at="2m", late="10m1s")
    assert told(play(library, ["crowd"], scenario(two, too_late))) == []
    never_late = {"stream": "desks", "event": {"desk": "manila"}, "at": "0s", "late": "1m"}
    assert play(library, ["desk-quiet"], scenario(never_late)).fault.startswith("event 1: nothing")


def test_a_story_may_begin_on_another_day_and_before_its_clock_starts(library: Library) -> None:
    around_noon = tickets(CREATED, every="2h", count=4, **{"from": "-3h"})
    at_noon = scenario(around_noon, start="2026-01-06T12:00:00Z", until="12h")
    assert told(play(library, ["heavy-day"], at_noon)) == ["heavy-day 12h"]
    at_midnight = scenario(around_noon, until="1d")
    assert told(play(library, ["heavy-day"], at_midnight)) == []


def test_the_order_of_events_and_rules_makes_no_difference(library: Library) -> None:
    given = (
        tickets(CREATED, every="1m", count=2),
        tickets({**CREATED, "customer_id": "c-9"}, every="90s", count=3),
        tickets({"event_type": "solved", "ticket": "t-3"}, at="4m"),
        {"stream": "desks", "event": {"desk": "manila", "waiting": 1}, "at": "2m"},
    )
    names = ["crowd", "many-tickets", "not-solved"]
    stories = [scenario(*other, until="3h") for other in permutations(given)]
    expected, *others = play_all(library, names, stories)
    assert len(expected.raised) > 3
    assert set(map(repr, others)) == {repr(expected)}
    assert play(library, [*reversed(names), *names], stories[-1]) == expected


@pytest.mark.parametrize(
    ("given", "names", "fault"),
    [
        ([{"at": "0s", "event": {}}], NAMES, "event 1 names no stream; add `stream: NAME`"),
        ([{"at": "0s", "stream": "mail", "event": {}}], NAMES, "no stream is called “mail”"),
        ([], ["crowds"], "there is no rule crowds that can be run; did you mean `crowd`?"),
        (
            [
                {"at": "0s", "stream": "desks", "event": {}},
                {"at": "0s", "stream": "tickets", "event": {"customr_id": "c-1"}},
            ],
            NAMES,
            "event 2: events of tickets have no field customr_id; they have created_at",
        ),
        (
            [{"at": "0s", "stream": "tickets", "event": {"amount": "much"}}],
            NAMES,
            "event 1: amount holds",
        ),
    ],
)
def test_what_cannot_be_played_says_which_event_or_rule_it_is(
    library: Library, given: Sequence[dict[str, Any]], names: list[str], fault: str
) -> None:
    played = play(library, names, scenario(*given))
    assert played.raised == ()
    assert played.fault.startswith(fault)


def test_a_rule_without_an_ops_block_raises_nothing(library: Library) -> None:
    assert play(library, ["new-ticket"], scenario(tickets(CREATED, at="0s"))) == Played()


def test_many_stories_at_once_are_what_each_is_alone(library: Library) -> None:
    heard = {"stream": "desks", "event": {"desk": "manila", "waiting": 1}}
    stories = [
        scenario(tickets(CREATED, every="1m", count=5)),
        scenario(tickets(CREATED, every="1m", count=5), until="1d"),
        scenario({"at": "0s", "stream": "mail", "event": {}}),
        scenario({**heard, "every": "5m", "count": 3}, {**heard, "at": "-10m"}, until="21m"),
        scenario({**heard, "every": "15m", "count": 2}, until="1h"),
        scenario({**heard, "every": "15m", "count": 2}, until="25m"),
        scenario({**heard, "at": "0s"}, start="2026-03-01T00:00:00Z", until="30m"),
        scenario(tickets({"customr_id": "c-1"}, at="0s")),
        scenario(),
        scenario(tickets({**CREATED, "ticket": "t-1"}, at="0s"), until="2h"),
    ]
    names = ["crowd", "desk-quiet", "not-solved"]
    together = play_all(library, names, stories)
    assert list(together) == [play(library, names, one) for one in stories]
    # The level is that of its own end, not of a story that went on for longer.
    levels = [[one.level.value for one in together[number].raised] for number in (4, 5)]
    assert levels == [["critical"], ["medium"]]
    assert sum(bool(one.fault) for one in together) == 2


def test_moments_count_from_the_start_of_the_story(library: Library) -> None:
    early = tickets(CREATED, every="1m", count=3, **{"from": "-1h"})
    (raised,) = play(library, ["crowd"], scenario(early, until="1h")).raised
    assert raised.at == micros("-58m")
