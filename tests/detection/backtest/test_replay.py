from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from opsrail.detection.backtest.brief import brief
from opsrail.detection.backtest.history import stretch
from opsrail.detection.backtest.reach import nearest
from opsrail.detection.backtest.replay import Backtest, RuleBacktest, Side, backtest, raising
from opsrail.detection.backtest.told import MOST_CHANGES, as_json, as_markdown, as_text
from opsrail.detection.evaluate import Interval
from opsrail.detection.library import Library, library_of
from opsrail.detection.model import Correlation
from opsrail.streams.engines.duckdb import DuckDB
from opsrail.streams.spans import micros
from tests.detection.backtest.past import (
    DAYS,
    INCIDENTS,
    QUIET,
    RULES,
    START,
    STREAMS,
    at,
    edited,
    incident,
    library,
    side,
)

WHOLE = Interval(START, at(DAYS))
EARLY = micros("30m")
STRICTER = edited(RULES, {"gte: 5": "gte: 8"})


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDB]:
    made = DuckDB(threads=1)
    yield made
    made.close()


def replayed(
    engine: DuckDB, head: Library, base: Library | None = None, interval: Interval = WHOLE
) -> Backtest:
    sides = (side(engine, head), side(engine, base) if base else None)
    names = {*raising(head), *(raising(base) if base else ())}
    return backtest(engine, *sides, names, interval, INCIDENTS)


def of(found: Backtest, name: str) -> RuleBacktest:
    (one,) = (one for one in found.rules if one.name == name)
    return one


def test_without_a_base_each_rule_is_scored(engine: DuckDB) -> None:
    one = of(replayed(engine, library()), "spike")
    assert one.after is not None
    assert one.before is None
    assert one.difference is None
    assert str(one.after.score.recall) == "3 of 3"
    assert str(one.after.score.precision) == "3 of 3"
    assert one.after.score.delay == micros("2m")


def test_a_stricter_rule_loses_an_incident_and_moves_the_others(engine: DuckDB) -> None:
    found = replayed(engine, library(STRICTER), library())
    one = of(found, "spike")
    assert [lost.name for lost in one.lost] == ["burst-2"]
    assert one.difference is not None
    assert [pair.shift for pair in one.difference.moved] == [micros("90s")] * 2
    assert len(one.difference.removed) == 1
    assert found.noise[0].per_day < found.noise_before[0].per_day


def test_a_rule_that_does_not_differ_is_run_once(engine: DuckDB) -> None:
    retitled = edited(RULES, {"Sign-in spike": "Another title", "identity-support": "others"})
    found = replayed(engine, library(retitled), library())
    one = of(found, "spike")
    assert not one.is_changed
    assert one.after is one.before
    assert one.difference is not None
    assert one.difference.is_none


def test_a_rule_is_touched_through_what_it_is_built_on_and_silenced_by(engine: DuckDB) -> None:
    found = replayed(engine, library(STRICTER, more=QUIET), library(more=QUIET))
    assert of(found, "quiet").through == ("spike",)
    assert of(found, "spike").through == ()


def test_another_description_of_the_stream_touches_every_rule(engine: DuckDB) -> None:
    head, base = library(), library()
    streams = {"tickets": replace(base.streams["tickets"], time_zone="Europe/Lisbon")}
    found = replayed(engine, head, replace(base, streams=streams))
    assert of(found, "spike").is_changed


def test_new_and_gone_rules_are_told(engine: DuckDB) -> None:
    with_quiet, without = library(more=QUIET), library()
    new = of(replayed(engine, with_quiet, without), "quiet")
    gone = of(replayed(engine, without, with_quiet), "quiet")
    assert (new.before, gone.after) == (None, None)
    assert new.difference is not None
    assert gone.difference is not None
    assert len(new.difference.added) == len(gone.difference.removed) > 0


def test_only_alerts_of_the_interval_are_told(engine: DuckDB) -> None:
    one = of(replayed(engine, library(), interval=Interval(at(4), at(DAYS))), "spike")
    assert one.after is not None
    assert [alert.at // micros("1d") for alert in one.after.alerts] == [
        at(5) // micros("1d"), at(8) // micros("1d")
    ]  # fmt: skip
    assert one.after.score.outside == 1


def test_silence_after_a_recording_ended_is_no_silence(engine: DuckDB) -> None:
    head = library(more=QUIET)
    found = backtest(engine, side(engine, head), None, ["quiet"], Interval(START, at(50)))
    assert of(found, "quiet").span[1] < at(DAYS)
    after = of(found, "quiet").after
    assert after is not None
    assert all(alert.at < at(DAYS) for alert in after.alerts)


def test_a_rule_over_two_streams_is_judged_while_both_were_recorded(engine: DuckDB) -> None:
    both = library_of(
        {
            "rules/streams.yaml": STREAMS + STREAMS.replace("streams:\n", "").replace(
                "tickets", "faxes"
            ),
            "rules/desk/both.yaml": edited(QUIET, {"[sign-in-ticket]": "[sign-in-ticket, fax]"})
            + "---"
            + RULES
            + "---"
            + edited(RULES.partition("---")[0], {"name: sign-in-ticket": "name: fax",
                                                 "tickets}": "faxes}"}),
        }
    )  # fmt: skip
    events = side(engine, both).events["tickets"]
    ended = replace(events, stream=both.streams["faxes"], newest=at(3))
    found = backtest(
        engine, Side(both, {"tickets": events, "faxes": ended}), None, ["quiet"], WHOLE
    )
    assert of(found, "quiet").span[1] == at(3)


def test_rules_of_an_empty_stream_raise_nothing(engine: DuckDB) -> None:
    full = side(engine, library())
    events = full.events["tickets"]
    empty = replace(events, table=events.table.limit(0), rows=0, newest=None, oldest=None)
    found = backtest(engine, Side(library(), {"tickets": empty}), None, ["spike"], WHOLE)
    assert brief(of(found, "spike")) == "Nothing is recorded in the streams that it reads."
    assert "nothing was recorded" in as_text(found)


def test_a_rule_that_cannot_run_is_named_and_the_others_are_told(engine: DuckDB) -> None:
    found = replayed(engine, library(more=QUIET))
    broken = replace(found, rules=found.rules[:1], failed=("spike",))
    assert as_text(broken).startswith("1 rule could not be replayed: spike\n")


def test_how_far_a_rule_was_from_an_incident(engine: DuckDB) -> None:
    head = library(STRICTER)
    tables = {name: events.table for name, events in side(engine, head).events.items()}
    far = nearest(head, engine, tables, head.rules["spike"], INCIDENTS[2], EARLY)
    assert str(far) == "it came to 6, and the rule asks for at least 8"
    none = replace(INCIDENTS[2], where={"area": "billing-2"})
    missing = nearest(head, engine, tables, head.rules["spike"], none, EARLY)
    assert str(missing) == "it came to 0, and the rule asks for at least 8"


def test_what_reached_the_threshold_was_held_back_by_something_else(engine: DuckDB) -> None:
    held = library(edited(RULES, {"dedupe: {cooldown: 1h}": "minimum: {distinct: {customer: 40}}"}))
    tables = {name: events.table for name, events in side(engine, held).events.items()}
    far = nearest(held, engine, tables, held.rules["spike"], INCIDENTS[0], EARLY)
    assert far is not None
    assert far.is_enough
    assert "held it back" in str(far)


def test_a_rule_that_counts_nothing_is_neither_near_nor_far(engine: DuckDB) -> None:
    head = library(more=QUIET)
    tables = {name: events.table for name, events in side(engine, head).events.items()}
    quiet = head.rules["quiet"]
    assert isinstance(quiet.body, Correlation)
    assert nearest(head, engine, tables, quiet, INCIDENTS[0], EARLY) is None


def test_the_history_counts_back_from_the_newest_event(engine: DuckDB) -> None:
    events = side(engine, library()).events.values()
    newest = at(9, "23h30m")
    assert stretch(events, "3d") == Interval(newest - micros("3d"), newest)
    assert stretch([], "3d") is None


def test_the_text_says_the_worst_first(engine: DuckDB) -> None:
    policy = "noise: {default: {alerts_per_day: 0.1}}"
    found = replayed(engine, library(STRICTER, policy=policy), library(policy=policy))
    text = as_text(found, INCIDENTS, EARLY)
    verdict, block, *_ = text.split("\n\n")
    assert verdict.splitlines() == [
        "incident lost: burst-2 was caught by spike and now is not",
        "too loud: identity-support gets 0.2 alerts a day of the 0.1 allowed",
        "1 rule changed: 0 alerts added, 1 removed, 2 moved",
        "2 of 3 labelled incidents caught",
    ]
    lines = block.splitlines()
    assert lines[0] == "spike   Sign-in spike · high · identity-support · changed"
    assert lines[1] == "  alerts     3 → 2: 1 removed, 2 moved"
    assert lines[3] == (
        "  incidents  2 of 3 (95 % interval 21 to 94 %) caught, missed burst-2; was 3 of 3"
    )
    assert lines[-1] == "  − 2026-01-13 09:02  area sso · value 5 · high · incident “Burst 2”"
    assert "tickets: 267 records, 3 too late to count" in text


def test_against_a_base_only_what_may_differ_is_shown_the_worst_first(engine: DuckDB) -> None:
    louder = edited(QUIET, {"{lt: 1}": "{lt: 2}"})
    found = replayed(engine, library(STRICTER, more=louder), library(more=QUIET))
    text = as_text(found, INCIDENTS, EARLY)
    assert text.index("\nspike ") < text.index("\nquiet ")
    same = replayed(engine, library(more=louder), library(more=QUIET))
    text = as_text(same, INCIDENTS, EARLY)
    assert "\nspike " not in text
    assert "1 other rule as before" in text
    assert "- 1 other rule as before" in as_markdown(same)


def test_the_markdown_does_nothing_that_a_file_says(engine: DuckDB) -> None:
    hostile = edited(RULES, {"Sign-in spike": "'@everyone <b>see</b> [this](http://x)'"})
    text = as_markdown(replayed(engine, library(hostile), library()), INCIDENTS, EARLY)
    assert "<b>" not in text
    assert "@everyone" not in text
    assert "[this](" not in text


def test_the_json_has_every_alert(engine: DuckDB) -> None:
    found = json.loads(as_json(replayed(engine, library(STRICTER), library()), INCIDENTS, EARLY))
    (rule,) = found["rules"]
    assert [alert["at"] for alert in rule["before"]["alerts"]] == [
        "2026-01-07T09:02Z", "2026-01-10T09:02Z", "2026-01-13T09:02Z"
    ]  # fmt: skip
    assert rule["lost"] == ["burst-2"]
    assert [change["sign"] for change in rule["changes"]] == ["~", "~", "−"]
    assert found["streams"][0]["too_late"] == 3


def test_long_lists_of_alerts_are_cut_and_the_rest_is_counted(engine: DuckDB) -> None:
    every = edited(RULES, {"gte: 5": "gte: 1", "  dedupe: {cooldown: 1h}\n": ""})
    found = replayed(engine, library(every), library())
    text = as_text(found, INCIDENTS, EARLY)
    difference = of(found, "spike").difference
    assert difference is not None
    told = len(difference.added) + len(difference.moved)
    assert f"    {told - MOST_CHANGES} more not shown here" in text
    assert f"*{told - MOST_CHANGES} more not shown here*" in as_markdown(found)


def test_one_line_says_how_a_rule_has_done(engine: DuckDB) -> None:
    found = replayed(engine, library(more=QUIET))
    assert brief(of(found, "spike")) == (
        "In the last 10 days recorded: 3 alerts, 3 of the 3 known incidents, 0 false; "
        "13 minutes earlier than people (median)."
    )
    assert "no labelled incident to hold them against" in brief(of(found, "quiet"))


def test_people_who_were_first_are_not_hidden(engine: DuckDB) -> None:
    late = [incident(number, noticed=1) for number in range(3)]
    found = backtest(engine, side(engine, library()), None, ["spike"], WHOLE, late)
    assert "1 minute later than people" in as_text(found)
