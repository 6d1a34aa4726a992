"""The engine raises what the reference raises, whatever the rule and whatever the events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsrail.detection.evaluate import Interval, evaluate
from opsrail.detection.formats import CorrelationType, Window
from opsrail.detection.model import COUNTING
from opsrail.streams.engines.duckdb import DuckDB
from opsrail.streams.spans import SECOND
from tests.detection.events import START, Document, Event, correlation, event, histories
from tests.detection.reference_rules import (
    FOUR,
    PARTS,
    POLICIES,
    correlations,
    drawn,
    follow_ups,
    repositories,
    times,
)
from tests.detection.reference_world import HORIZON, World, told, uploaded

WORLDS = 30
"""Small worlds of events that one query looks at; many are cheap, a query is not."""


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDB]:
    opened = DuckDB(threads=1)
    yield opened
    opened.close()


def assert_agreed(
    engine: DuckDB,
    rules: Sequence[Document],
    events: Sequence[Event],
    names: Sequence[str] = ("r",),
    policy: object = None,
) -> None:
    if not events:
        return  # the simplest example, which every search begins with
    world = drawn(rules, policy)
    expected = told(world.by_reference(names, events))
    assert told(world.by_engine(engine, names, events)) == expected


@pytest.mark.parametrize("window", list(Window), ids=str)
@pytest.mark.parametrize("kind", list(CorrelationType), ids=str)
@given(data=st.data(), events=histories(WORLDS))
@times(0.02)
def test_every_type_over_every_window(
    engine: DuckDB, kind: CorrelationType, window: Window, data: st.DataObject, events: list[Event]
) -> None:
    rule = data.draw(correlations(kind, window))
    assert_agreed(engine, [rule], events)


@pytest.mark.parametrize("kind", list(CorrelationType), ids=str)
@given(data=st.data(), events=histories(WORLDS))
@times(0.02)
def test_every_type_on_the_clock(
    engine: DuckDB, kind: CorrelationType, data: st.DataObject, events: list[Event]
) -> None:
    rule = data.draw(correlations(kind, Window.SLIDING, clocked=True))
    assert_agreed(engine, [rule], events)


@pytest.mark.parametrize("kind", sorted(COUNTING), ids=str)
@given(data=st.data(), events=histories(WORLDS))
@times(0.02)
def test_silent_tumbling_windows(
    engine: DuckDB, kind: CorrelationType, data: st.DataObject, events: list[Event]
) -> None:
    rule = data.draw(correlations(kind, Window.TUMBLING, clocked=True))
    assert_agreed(engine, [rule], events)


@given(rule=follow_ups(), events=histories(WORLDS))
@times(0.03)
def test_missing_follow_ups(engine: DuckDB, rule: Document, events: list[Event]) -> None:
    assert_agreed(engine, [rule], events)


@given(rules=repositories(), policy=POLICIES, events=histories(WORLDS))
@times(0.03)
def test_rules_over_rules_and_rules_that_silence_rules(
    engine: DuckDB, rules: list[Document], policy: object, events: list[Event]
) -> None:
    assert_agreed(engine, rules, events, FOUR, policy)


@given(rules=repositories(), events=histories(WORLDS), chance=st.randoms(use_true_random=False))
@times(0.02)
def test_the_order_of_rows_changes_nothing(
    engine: DuckDB, rules: list[Document], events: list[Event], chance: Random
) -> None:
    world = drawn(rules)
    shuffled = chance.sample(events, len(events))
    first = world.by_engine(engine, FOUR, events)
    assert world.by_engine(engine, FOUR, shuffled) == first


@given(rules=repositories(), events=histories(WORLDS), until=st.integers(-1, 40))
@times(0.02)
def test_what_comes_after_the_end_changes_nothing(
    engine: DuckDB, rules: list[Document], events: list[Event], until: int
) -> None:
    world = drawn(rules)
    end = START + until * SECOND
    before = [one for one in events if one.t <= end]
    assert world.by_engine(engine, FOUR, events, end) == world.by_engine(engine, FOUR, before, end)
    assert told(world.by_engine(engine, FOUR, events, end)) == told(
        world.by_reference(FOUR, events, end)
    )


SPIKE = correlation(
    "spike",
    {"type": "event_count", "rules": ["a"], "timespan": "2s", "condition": {"gte": 1}},
    {"dedupe": {"cooldown": "10s"}},
)
STILL = correlation(
    "still",
    {"type": "event_count", "rules": ["b"], "timespan": "2s", "condition": {"gte": 1}},
    {"inhibited_by": ["spike"]},
)
OVER = correlation(
    "over",
    {"type": "event_count", "rules": ["spike"], "timespan": "20s", "condition": {"gte": 2}},
)


@pytest.mark.parametrize(
    ("rule", "events"),
    [
        (SPIKE, [event(0), event(8), event(12)]),
        (STILL, [event(0), event(8, "b")]),
        (OVER, [event(0), event(12)]),
    ],
    ids=["folded before", "silenced before", "counted before"],
)
def test_an_interval_shows_those_of_all_alerts_that_begin_in_it(
    engine: DuckDB, rule: Document, events: list[Event]
) -> None:
    others = [one for one in (SPIKE, STILL, OVER) if one is not rule]
    world, names = World([*PARTS, rule, *others]), [str(rule["name"])]
    since = START + 5 * SECOND
    interval = Interval(since, HORIZON)
    outcome = evaluate(world.library, engine, uploaded(engine, events), names, interval)
    shown = [alert for alert in outcome.alerts if alert.rule in names]
    whole = world.by_reference(names, events)
    assert told(shown) == told(alert for alert in whole if alert.at > since)
