"""However time is divided into runs, and however late records come: the same alerts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsrail.detection.evaluate import Ground
from opsrail.detection.formats import CorrelationType, Window
from opsrail.detection.live.runs import LiveRun, run_until
from opsrail.detection.live.store import opened
from opsrail.detection.model import Alert
from opsrail.streams.engines.duckdb import DuckDB
from opsrail.streams.spans import SECOND
from tests.detection.events import GRACES, START, Document, Event, correlation, event, histories
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
from tests.detection.reference_world import World, in_order, told, uploaded

END = START + 60 * SECOND
WAIT = max(GRACES.values())
SPLITS = st.lists(st.integers(-2, 60), max_size=5).map(sorted)
"""When runs take place, in seconds after `START`; the last one comes after them."""


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDB]:
    opened_engine = DuckDB(threads=1)
    yield opened_engine
    opened_engine.close()


def side_by_side(events: Iterable[Event]) -> list[Event]:
    """The events of many worlds in one, told apart by a group key; null stays null.

    What runs remember has no scopes, so groups stand for them.
    """
    return [
        replace(one, scope="", fields={**one.fields, "g": g and f"{g}{one.scope}"})
        for one in events
        for g in [one.fields.get("g")]
    ]


def run(
    world: World,
    engine: DuckDB,
    names: Sequence[str],
    events: Iterable[Event],
    now: int,
    file: Path,
) -> LiveRun:
    """One run at `now`: of the records that will ever count, it sees those that are there."""
    there = [one for one in events if one.counts and one.t + one.delay <= now]
    with opened(file) as store:
        ground = Ground(world.library, engine, uploaded(engine, there))
        return run_until(ground, names, now, store)


def remembered(file: Path) -> list[Alert]:
    with opened(file) as store:
        return in_order(store.alerts())


def assert_same(
    engine: DuckDB,
    world: World,
    names: Sequence[str],
    events: Sequence[Event],
    splits: Iterable[int],
) -> None:
    """Runs at these instants and a last one remember what one look at everything sees."""
    if not events:
        return  # the simplest example, which every search begins with
    raised: list[str] = []
    with TemporaryDirectory() as folder:
        file = Path(folder, "alerts.db")
        for now in [*(START + second * SECOND for second in splits), END + WAIT]:
            outcome = run(world, engine, names, events, now, file)
            assert not outcome.findings
            assert all(alert.known <= now for alert in outcome.raised)
            assert {alert.id for alert in outcome.grown} <= set(raised)
            raised += [alert.id for alert in outcome.raised]
        kept = remembered(file)
    assert sorted(raised) == sorted(alert.id for alert in kept)
    assert told(kept) == told(world.by_reference(names, events, END))


@pytest.mark.parametrize("window", list(Window), ids=str)
@given(data=st.data(), events=histories(15).map(side_by_side), splits=SPLITS)
@times(0.02)
def test_runs_over_a_window_add_up(
    engine: DuckDB, window: Window, data: st.DataObject, events: list[Event], splits: list[int]
) -> None:
    kind = data.draw(st.sampled_from(list(CorrelationType)))
    rule = data.draw(correlations(kind, window))
    assert_same(engine, drawn([rule]), ["r"], events, splits)


@given(
    rule=st.sampled_from(CorrelationType).flatmap(
        lambda kind: correlations(kind, Window.SLIDING, clocked=True)
    ),
    events=histories(15).map(side_by_side),
    splits=SPLITS,
)
@times(0.02)
def test_runs_on_the_clock_add_up(
    engine: DuckDB, rule: Document, events: list[Event], splits: list[int]
) -> None:
    assert_same(engine, drawn([rule]), ["r"], events, splits)


@given(rule=follow_ups(), events=histories(15).map(side_by_side), splits=SPLITS)
@times(0.02)
def test_runs_that_wait_for_follow_ups_add_up(
    engine: DuckDB, rule: Document, events: list[Event], splits: list[int]
) -> None:
    assert_same(engine, drawn([rule]), ["r"], events, splits)


@given(
    rules=repositories(),
    policy=POLICIES,
    events=histories(15).map(side_by_side),
    splits=SPLITS,
)
@times(0.02)
def test_runs_of_rules_that_depend_on_each_other_add_up(
    engine: DuckDB, rules: list[Document], policy: object, events: list[Event], splits: list[int]
) -> None:
    assert_same(engine, drawn(rules, policy), FOUR, events, splits)


OFTEN = range(8, 60, 13)
"""Runs at odd times, so that windows begin in one of them and end in another."""


def counting(name: str, rules: str, least: int, timespan: str, **ops: object) -> Document:
    body = {"type": "event_count", "rules": rules.split(), "timespan": timespan}
    return correlation(name, {**body, "condition": {"gte": least}}, ops)


def silent(name: str, rules: str, **ops: object) -> Document:
    body = {"type": "event_count", "rules": [rules], "timespan": "6s", "condition": {"lt": 1}}
    return correlation(name, body, ops)


SPIKE = counting("spike", "a", 1, "2s")


@pytest.mark.parametrize("dedupe", [{"cooldown": "40s"}, {"quiet": "6s"}], ids=str)
def test_an_alert_grows_from_run_to_run(engine: DuckDB, dedupe: Mapping[str, str]) -> None:
    rule = counting("r", "a", 1, "2s", dedupe=dedupe)
    assert_same(engine, World([*PARTS, rule]), ["r"], [event(at) for at in range(0, 50, 5)], OFTEN)


def test_a_session_may_be_longer_than_many_runs(engine: DuckDB) -> None:
    rule = counting("r", "a", 8, "6s", window="session")
    assert_same(engine, World([*PARTS, rule]), ["r"], [event(at) for at in range(0, 50, 5)], OFTEN)


def test_silence_may_last_for_many_runs(engine: DuckDB) -> None:
    rule = silent("r", "a", every="2s", remember="50s")
    assert_same(engine, World([*PARTS, rule]), ["r"], [event(1), event(30)], OFTEN)


def test_an_inhibitor_may_last_for_many_runs(engine: DuckDB) -> None:
    wide = counting("wide", "a", 1, "2s", dedupe={"cooldown": "50s"})
    rule = counting("r", "b", 1, "2s", inhibited_by=["wide"])
    events = [event(0), *(event(at, "b") for at in range(0, 60, 5))]
    assert_same(engine, World([*PARTS, wide, rule]), ["wide", "r"], events, OFTEN)


def test_alerts_of_earlier_runs_are_in_the_sessions_of_later_ones(engine: DuckDB) -> None:
    over = counting("over", "spike", 4, "6s", window="session")
    events = [event(at) for at in range(0, 50, 5)]
    assert_same(engine, World([*PARTS, SPIKE, over]), ["spike", "over"], events, OFTEN)


@pytest.mark.parametrize("ops", [{"every": "2s"}, {"window": "tumbling"}], ids=str)
def test_alerts_of_earlier_runs_are_missed_for_as_long_as_they_are_remembered(
    engine: DuckDB, ops: Mapping[str, str]
) -> None:
    over = silent("over", "spike", remember="50s", **ops)
    assert_same(
        engine, World([*PARTS, SPIKE, over]), ["spike", "over"], [event(1), event(3)], OFTEN
    )


def test_a_rule_that_joins_later_sees_all_alerts_of_those_it_is_built_on(
    engine: DuckDB, tmp_path: Path
) -> None:
    world = World([*PARTS, SPIKE, counting("over", "spike", 1, "6s")])
    assert_joining(world, engine, tmp_path / "alerts.db", "over", [event(1), event(30)])


def test_a_rule_that_joins_later_is_silent_where_it_would_have_been(
    engine: DuckDB, tmp_path: Path
) -> None:
    spike = counting("spike", "a", 1, "2s", dedupe={"cooldown": "3s"})
    still = counting("still", "b", 1, "2s", inhibited_by=["spike"])
    events = [event(1), event(2, "b"), event(30), event(40, "b")]
    assert_joining(World([*PARTS, spike, still]), engine, tmp_path / "alerts.db", "still", events)


def assert_joining(
    world: World, engine: DuckDB, file: Path, name: str, events: Sequence[Event]
) -> None:
    """`name` comes to run beside `spike`, which ran before it, as if it had run from the start."""
    run(world, engine, ["spike"], events, START + 50 * SECOND, file)
    run(world, engine, ["spike", name], events, END + WAIT, file)
    assert told(remembered(file)) == told(world.by_reference(["spike", name], events, END))


def test_a_run_at_the_same_time_or_earlier_adds_nothing(engine: DuckDB, tmp_path: Path) -> None:
    world, file = World([*PARTS, SPIKE]), tmp_path / "alerts.db"
    events = [event(1), event(5), event(40)]
    first = run(world, engine, ["spike"], events, START + 20 * SECOND, file)
    before = remembered(file)
    assert [alert.id for alert in first.raised] == [alert.id for alert in before]
    for seconds in (20, 15, 3):
        again = run(world, engine, ["spike"], events, START + seconds * SECOND, file)
        assert (again.raised, again.grown) == ((), ())
    assert remembered(file) == before


def test_a_run_waits_for_late_records_before_it_judges(engine: DuckDB, tmp_path: Path) -> None:
    world, file = World([*PARTS, counting("r", "a", 2, "4s")]), tmp_path / "alerts.db"
    events = [event(10), replace(event(9), delay=5 * SECOND)]
    early = run(world, engine, ["r"], events, START + 15 * SECOND - 1, file)
    done = run(world, engine, ["r"], events, START + 15 * SECOND, file)
    assert early.raised == ()
    assert [(one.at, one.value, one.known) for one in done.raised] == [
        (START + 10 * SECOND, 2, START + 15 * SECOND)
    ]


def test_a_run_that_is_killed_leaves_nothing_behind(engine: DuckDB, tmp_path: Path) -> None:
    world, file = World([*PARTS, SPIKE]), tmp_path / "alerts.db"
    events = [event(1), event(5)]
    ground = Ground(world.library, engine, uploaded(engine, events))

    def killed() -> None:
        with opened(file) as store:
            assert run_until(ground, ["spike"], END, store).raised
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        killed()
    assert remembered(file) == []
    run(world, engine, ["spike"], events, END, file)
    assert told(remembered(file)) == told(world.by_reference(["spike"], events, END - WAIT))


def test_rules_of_different_streams_do_not_wait_for_each_other(
    engine: DuckDB, tmp_path: Path
) -> None:
    slow, quick = counting("slow", "a", 1, "2s"), counting("quick", "c", 1, "2s")
    world, file = World([*PARTS, slow, quick]), tmp_path / "alerts.db"
    events = [event(10), event(10, "c")]
    outcome = run(world, engine, ["slow", "quick"], events, START + 12 * SECOND, file)
    assert [alert.rule for alert in outcome.raised] == ["quick"]
