from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree as ET

import pytest

from opsrail.detection.formats import Level
from opsrail.detection.model import Correlation, Operator, Rule, Threshold
from opsrail.detection.tuning.picture import picture
from opsrail.detection.tuning.sweep import (
    Setting,
    Tuning,
    as_text,
    caught,
    current,
    settings,
    thresholds_around,
    timespans_around,
    tune,
    with_setting,
)
from opsrail.streams.engines.duckdb import DuckDB
from opsrail.streams.spans import micros, spelled
from tests.detection.backtest.past import INCIDENTS, QUIET, RULES, edited, history, library

LIBRARY = library(more=QUIET)
SPIKE = LIBRARY.rules["spike"]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDB]:
    made = DuckDB(threads=1)
    yield made
    made.close()


@pytest.fixture(scope="module")
def tuning(engine: DuckDB) -> Tuning:
    """From nothing but noise to no alert at all."""
    tried = settings(SPIKE, (1, 5, 8, 50), (micros("2m"), micros("10m")))
    return tune(engine, history(engine, LIBRARY), SPIKE, tried)


def varied(changes: dict[str, str]) -> Rule:
    return library(edited(RULES, changes)).rules["spike"]


def test_a_setting_changes_its_threshold_and_timespan_and_nothing_else() -> None:
    ranged = varied({"{gte: 5}": "{gte: 5, lt: 40}"})
    body = with_setting(ranged, Setting(7, micros("1h"))).body
    assert isinstance(body, Correlation)
    assert body.thresholds == (Threshold(Operator.GTE, 7), Threshold(Operator.LT, 40))
    assert body.timespan == micros("1h")
    assert body.group_by == ("area",)


def test_the_grid_lies_around_the_current_setting() -> None:
    assert current(SPIKE) == Setting(5, micros("10m"))
    assert thresholds_around(SPIKE) == (2, 4, 5, 8, 10)
    assert [spelled(span) for span in timespans_around(SPIKE)] == ["2m", "5m", "10m", "15m", "30m"]


def test_small_thresholds_stay_whole_numbers_above_nothing() -> None:
    assert thresholds_around(varied({"gte: 5": "gte: 1"})) == (1, 2)


def test_a_plain_detection_has_nothing_to_tune() -> None:
    rule = LIBRARY.rules["sign-in-ticket"]
    assert current(rule) is None
    assert timespans_around(rule) == ()


def test_the_current_setting_is_always_among_those_tried() -> None:
    tried = settings(SPIKE, (1,), (micros("1m"),))
    assert tried == (Setting(1, micros("1m")), Setting(5, micros("10m")))


def test_each_setting_is_tried(tuning: Tuning) -> None:
    found = {(one.setting.threshold, spelled(one.setting.timespan)): one for one in tuning.trials}
    assert len(found) == 8
    assert caught(found[5, "10m"]) == 3
    assert caught(found[5, "2m"]) == 0
    assert caught(found[8, "10m"]) == 2
    assert found[50, "10m"].score.raised == 0
    assert found[1, "10m"].score.raised > 200
    assert [str(one.setting) for one in tuning.trials if one.is_current] == ["5 in 10m"]


def test_the_best_are_those_that_nothing_beats(tuning: Tuning) -> None:
    best = {str(one.setting) for one in tuning.trials if one.is_best}
    # One ticket is enough to catch each incident at once, at the price of all the noise.
    assert best == {"1 in 2m", "1 in 10m", "5 in 10m"}


def test_silence_is_never_best(tuning: Tuning) -> None:
    assert not any(one.is_best for one in tuning.trials if not caught(one))


def test_the_table_marks_the_current_and_the_best(tuning: Tuning) -> None:
    lines = as_text(tuning).splitlines()
    assert lines[0].split() == "threshold timespan alerts a day incidents right detects".split()
    (row,) = (line for line in lines if "now" in line)
    assert row.split() == "5 10m 0.3 3 of 3 3 of 3 2 minutes now, best".split()
    assert "3 incidents are few" in lines[-1]


def test_without_incidents_only_noise_can_be_weighed(engine: DuckDB) -> None:
    rule = LIBRARY.rules["quiet"]
    found = tune(engine, history(engine, LIBRARY), rule, settings(rule, (1, 3), (micros("1d"),)))
    assert not any(one.is_best for one in found.trials)
    assert "only its noise can be weighed" in as_text(found)


def test_progress_is_told(engine: DuckDB) -> None:
    told: list[tuple[str, int, int]] = []
    tried = settings(SPIKE, (5,), (micros("10m"), micros("1h")))
    past = history(engine, LIBRARY, INCIDENTS[:1])
    tune(engine, past, SPIKE, tried, lambda *step: told.append(step))
    assert told == [("5 in 10m", 0, 2), ("5 in 1h", 1, 2)]


def test_the_picture_is_one_for_everybody(tuning: Tuning) -> None:
    root = ET.fromstring(picture(tuning))  # noqa: S314 - our own text
    assert root.get("role") == "img"
    ids = {element.get("id") for element in (root.find(f"{SVG}title"), root.find(f"{SVG}desc"))
           if element is not None}  # fmt: skip
    assert ids == {*(root.get("aria-labelledby") or "").split()}
    described = root.findtext(f"{SVG}desc") or ""
    assert "8 settings; the most that one catches is 3 of 3 incidents." in described
    assert "Now: 5 in 10m: 0.3 alerts a day, 3 of 3 incidents caught." in described
    assert len(root.findall(f"{SVG}g/{SVG}circle")) == 8
    assert len(root.findall(f"{SVG}g/{SVG}title")) == 8
    assert "prefers-color-scheme: dark" in (root.findtext(f"{SVG}style") or "")


def test_everything_in_the_picture_lies_inside_of_it(tuning: Tuning) -> None:
    root = ET.fromstring(picture(tuning))  # noqa: S314 - our own text
    for circle in root.iter(f"{SVG}circle"):
        assert 0 <= float(circle.get("cx", "-1")) <= 720
        assert 0 <= float(circle.get("cy", "-1")) <= 420
    for label in root.iter(f"{SVG}text"):
        assert float(label.get("x", "-1")) + len(label.text or "") < 720


def test_a_title_cannot_break_out_of_the_picture(tuning: Tuning) -> None:
    rule = varied({"Sign-in spike": "'<script>alert(1)</script>'", "level: high": "level: low"})
    assert rule.level is Level.LOW
    drawn = picture(Tuning(rule, tuning.trials, tuning.incidents))
    assert "<script>" not in drawn


def test_a_picture_of_nothing_is_still_a_picture(engine: DuckDB) -> None:
    found = tune(engine, history(engine, LIBRARY, ()), SPIKE, settings(SPIKE, (50,), ()))
    ET.fromstring(picture(found))  # noqa: S314 - our own text
