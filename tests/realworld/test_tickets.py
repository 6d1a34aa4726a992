"""Rules on the life of real tickets; every alert is worked out a second time, in plain Python."""

from __future__ import annotations

import csv
import json
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import mean
from typing import Any

import pytest
from scipy.stats import poisson

from tests.cli.desk import Desk
from tests.realworld.tickets import LOG, backtested, desk_of

pytestmark = pytest.mark.realworld

DAY = timedelta(days=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LAST_RUN = "2012-11-06T01:41:28Z"
"""The moment of the newest step."""
TAKEN, ENDED, BEGUN = 8, 6, 1

Said = tuple[int | None, datetime, int]
"""An alert: the ticket it is about, if any, when it began, and how many crossings it folded."""


@dataclass(frozen=True)
class Log:
    """The steps of the log: (moment, activity) by ticket, each ticket's in order of time."""

    steps: Mapping[int, list[tuple[datetime, int]]]
    rows: int

    def moments(self, activity: int) -> list[datetime]:
        return sorted(at for steps in self.steps.values() for at, what in steps if what == activity)


@pytest.fixture(scope="module")
def log(real_data: Callable[[str], Path]) -> Log:
    with real_data(LOG).open(encoding="utf-8", newline="") as file:
        rows = [tuple(row.values()) for row in csv.DictReader(file)]
    steps = defaultdict(list)
    for ticket, activity, moment in sorted({*rows}):
        at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
        steps[int(ticket)].append((at, int(activity)))
    return Log({ticket: sorted(told) for ticket, told in steps.items()}, len(rows))


@pytest.fixture(scope="module")
def desk(real_data: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return desk_of(real_data(LOG), tmp_path_factory.mktemp("tickets") / "desk")


@pytest.fixture(scope="module")
def found(desk: Desk) -> Mapping[str, Any]:
    return backtested(desk)


def alerts(found: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    (rule,) = (rule for rule in found["rules"] if rule["rule"] == name)
    told: list[Mapping[str, Any]] = rule["after"]["alerts"]
    return told


def said(found: Mapping[str, Any], name: str) -> Counter[Said]:
    return Counter(
        (alert["group"].get("ticket"), to_the_minute(alert["at"]), alert["folded"])
        for alert in alerts(found, name)
    )


def to_the_minute(moment: str | datetime) -> datetime:
    at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return at.replace(second=0, microsecond=0)


def folded(
    crossings: Iterable[datetime],
    *,
    cooldown: timedelta = timedelta(0),
    quiet: timedelta = timedelta(0),
) -> Iterator[tuple[datetime, int]]:
    """When alerts begin and how many crossings fold into each."""
    begun: list[list[datetime]] = []
    for at in sorted(set(crossings)):
        if begun and at < (begun[-1][-1] + quiet if quiet else begun[-1][0] + cooldown):
            begun[-1].append(at)
        else:
            begun.append([at])
    return ((times[0], len(times) - 1) for times in begun)


def counted(
    log: Log,
    crossings: Callable[[list[tuple[datetime, int]]], Iterable[datetime]],
    **how: timedelta,
) -> Counter[Said]:
    """What a rule grouped by tickets says, from how one ticket crosses."""
    return Counter(
        (ticket, to_the_minute(at), more)
        for ticket, steps in log.steps.items()
        for at, more in folded(crossings(steps), **how)
    )


def between(moments: list[datetime], after: datetime, until: datetime) -> int:
    """How many of the sorted moments lie in (after, until]."""
    return bisect_right(moments, until) - bisect_right(moments, after)


def newest(log: Log) -> datetime:
    return max(steps[-1][0] for steps in log.steps.values())


def days(log: Log) -> Iterator[datetime]:
    """Midnights within what was recorded."""
    first = min(steps[0][0] for steps in log.steps.values())
    midnight = first.replace(hour=0, minute=0, second=0) + DAY
    while midnight <= newest(log):
        yield midnight
        midnight += DAY


def test_rows_that_repeat_an_earlier_one_count_once(found: Mapping[str, Any], log: Log) -> None:
    (stream,) = found["streams"]
    told = sum(map(len, log.steps.values()))
    assert (stream["records"], stream["double"]) == (told, log.rows - told) == (13_619, 91)
    assert stream["unreadable"] == stream["too_late"] == 0


def test_tickets_that_go_on_after_their_end(found: Mapping[str, Any], log: Log) -> None:
    def crossings(steps: list[tuple[datetime, int]]) -> Iterator[datetime]:
        for at, _ in steps:
            frame = [(then, what) for then, what in steps if at - 30 * DAY < then <= at]
            ends = [then for then, what in frame if what == ENDED]
            others = [then for then, what in frame if what != ENDED]
            if ends and others and min(ends) < max(others):
                yield at

    assert said(found, "reopened") == counted(log, crossings, cooldown=30 * DAY)


def test_tickets_that_are_taken_again_and_again(found: Mapping[str, Any], log: Log) -> None:
    def crossings(steps: list[tuple[datetime, int]]) -> Iterator[datetime]:
        taken = [at for at, what in steps if what == TAKEN]
        return (at for at in taken if between(taken, at - 30 * DAY, at) >= 3)

    assert said(found, "work-loop") == counted(log, crossings, quiet=14 * DAY)
    for alert in alerts(found, "work-loop"):
        taken = [at for at, what in log.steps[alert["group"]["ticket"]] if what == TAKEN]
        near = [at for at in taken if to_the_minute(at) == to_the_minute(alert["at"])]
        assert alert["value"] in {between(taken, at - 30 * DAY, at) for at in near}


def lying(log: Log) -> Counter[Said]:
    def crossings(steps: list[tuple[datetime, int]]) -> Iterator[datetime]:
        others = [at for at, what in steps if what != TAKEN]
        for at in (at for at, what in steps if what == TAKEN):
            is_left = bisect_left(others, at) == bisect_right(others, at + 14 * DAY)
            if is_left and at + 14 * DAY <= newest(log):
                yield at + 14 * DAY

    return counted(log, crossings, cooldown=14 * DAY)


def test_tickets_that_were_taken_and_left_lying(found: Mapping[str, Any], log: Log) -> None:
    assert said(found, "stalled") == lying(log)


def few_ends(log: Log) -> list[tuple[datetime, int]]:
    """Days on which few tickets had ended in a week, and how many had."""
    ended = log.moments(ENDED)
    return [
        (day, count)
        for day in days(log)
        if (count := between(ended, day - 7 * DAY, day)) < 10
        and between(ended, day - 28 * DAY, day - 7 * DAY)
    ]


def test_weeks_in_which_few_tickets_end(found: Mapping[str, Any], log: Log) -> None:
    expected = folded((day for day, _ in few_ends(log)), quiet=3 * DAY)
    assert said(found, "few-endings") == Counter((None, day, more) for day, more in expected)
    counts = dict(few_ends(log))
    for alert in alerts(found, "few-endings"):
        assert alert["value"] == counts[to_the_minute(alert["at"])]


def test_weeks_in_which_many_tickets_are_left_lying(found: Mapping[str, Any]) -> None:
    stalled = sorted(to_the_minute(alert["at"]) for alert in alerts(found, "stalled"))
    silent = [
        (to_the_minute(alert["at"]), to_the_minute(alert["last"]) + 3 * DAY)
        for alert in alerts(found, "few-endings")
    ]
    for alert in alerts(found, "many-stalled"):
        at = to_the_minute(alert["at"])
        # Seconds are not told, so a moment at the window's edge may lie on either side.
        counts = (
            between(stalled, at - 7 * DAY, at),
            between(stalled, at - 7 * DAY - DAY / 1_440, at),
        )
        assert counts[0] <= alert["value"] <= counts[1]
        assert alert["value"] >= 8
        is_silent = any(since <= at < until for since, until in silent)
        assert (alert["silenced_by"] == "few-endings") == is_silent
    assert {alert["silenced_by"] for alert in alerts(found, "many-stalled")} == {
        None,
        "few-endings",
    }


def begun_by_day(log: Log) -> Counter[datetime]:
    """How many tickets began on each day, by the midnight that ends it."""
    begun = Counter(at.replace(hour=0, minute=0, second=0) + DAY for at in log.moments(BEGUN))
    return Counter({day: count for day, count in begun.items() if day <= newest(log)})


def test_days_on_which_many_tickets_begin(found: Mapping[str, Any], log: Log) -> None:
    expected = {
        day: (count, "low" if count >= 20 else "informational")
        for day, count in begun_by_day(log).items()
        if count >= 15
    }
    told = {
        to_the_minute(alert["at"]): (alert["value"], alert["level"])
        for alert in alerts(found, "busy-day")
    }
    assert told == expected
    assert {level for _, level in expected.values()} == {"low", "informational"}


def test_days_on_which_unusually_many_tickets_begin(found: Mapping[str, Any], log: Log) -> None:
    """What holds whatever the baseline's fine print is: an unusual day beats its past."""
    begun = begun_by_day(log)
    for alert in alerts(found, "unusual-day"):
        day = to_the_minute(alert["at"])
        past = [begun[day - number * DAY] for number in range(1, 85)]
        alike = [begun[day - number * 7 * DAY] for number in range(1, 13)]
        assert alert["value"] == begun[day] >= 10
        assert begun[day] >= 2 * min(mean(past), mean(alike))
        # A Poisson tail is no larger than one with more spread, so it is a bound.
        assert poisson.sf(begun[day] - 1, min(mean(past), mean(alike))) < 0.01
    assert alerts(found, "unusual-day")


def months() -> Iterator[str]:
    for number in range(1, 35):
        yield f"{2010 + number // 12}-{number % 12 + 1:02}-01T00:00:00Z"
    yield LAST_RUN


def years() -> Iterator[str]:
    yield from ("2010-07-13T17:34:56Z", "2011-05-01T00:00:00Z", "2012-02-29T23:59:59.999999Z")
    yield LAST_RUN


def ran(desk: Desk, store: Path, moments: Iterable[str]) -> dict[str, Mapping[str, Any]]:
    """All alerts of runs at these moments, as they were last told."""
    told: dict[str, Mapping[str, Any]] = {}
    for now in moments:
        how = ("--now", now, "--since", "1100d", "--store", str(store), "--format", "jsonl")
        outcome = desk.opsrail("rules", "run", *how)
        assert outcome.code == 0, outcome.err
        for line in outcome.out.splitlines():
            alert = json.loads(line)
            told[alert["id"]] = alert
    return told


@pytest.mark.parametrize(
    "moments", [years, pytest.param(months, marks=pytest.mark.nightly)], ids=["years", "months"]
)
def test_many_runs_say_what_one_says(
    desk: Desk, found: Mapping[str, Any], tmp_path: Path, moments: Callable[[], Iterator[str]]
) -> None:
    once = ran(desk, tmp_path / "once.sqlite", [LAST_RUN])
    assert ran(desk, tmp_path / "often.sqlite", moments()) == once
    assert once.keys() == {
        alert["id"] for rule in found["rules"] for alert in rule["after"]["alerts"]
    }


@pytest.mark.nightly
def test_the_rules_and_their_tests_pass_the_gate(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPSRAIL_TODAY", "2026-01-05")
    checked = desk.opsrail("check")
    assert (checked.code, checked.err) == (0, ""), checked.out


@pytest.mark.nightly
def test_a_change_that_would_drown_the_desk_does_not_pass(
    desk: Desk, found: Mapping[str, Any], log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPSRAIL_TODAY", "2026-01-05")
    before = desk.read("rules/work-loop.yaml")
    try:
        desk.edit("rules/work-loop.yaml", "condition: {gte: 3}", "condition: {gte: 1}")
        checked = desk.opsrail("check", "--base", "HEAD")
    finally:
        desk.write("rules/work-loop.yaml", before)
    taken = counted(log, lambda steps: (at for at, what in steps if what == TAKEN), quiet=14 * DAY)
    others = [rule["after"]["raised"] for rule in found["rules"] if rule["rule"] != "work-loop"]
    length = (newest(log) - min(steps[0][0] for steps in log.steps.values())) / DAY
    now = round((taken.total() + sum(others)) / length, 2)
    assert checked.code == 1
    assert f"help-desk-leads would get {now:g} alerts a day, and 1 are allowed" in checked.out
