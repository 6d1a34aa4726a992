from __future__ import annotations

import errno
import json
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from opsrail.detection.live.store import opened
from tests.cli.desk import Desk, Ran
from tests.cli.rules_desk import DESKS, ROUTES, SPIKE, STREAMS, TICKETS

FIRST = ("spike", "area", "sso", "2026-01-05T09:05:00Z", 1)
SECOND = ("spike", "area", "billing", "2026-01-05T10:31:00Z", 0)
AFTERWARDS = "2026-01-05T12:00:00Z"


@pytest.fixture
def started(desk: Desk) -> Desk:
    shutil.rmtree(desk.root / "rules", ignore_errors=True)
    desk.write("rules/streams.yaml", STREAMS)
    desk.write("policies/routes.yaml", ROUTES)
    desk.write("history/tickets.csv", TICKETS)
    desk.write("history/desks.csv", DESKS)
    desk.write("rules/desk/spike.yaml", SPIKE)
    return desk


def options(now: str = AFTERWARDS, *more: str) -> Sequence[str]:
    return ("rules", "run", "--now", now, "--format", "jsonl", *more)


def alerts(ran: Ran) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ran.out.splitlines()]


def said(ran: Ran) -> list[tuple[object, ...]]:
    return [
        (one["rule"], *name, one["at"], one["folded"])
        for one in alerts(ran)
        for name in one["group"].items()
    ]


def test_alerts_are_told_with_where_they_go_and_what_to_do(started: Desk) -> None:
    ran = started.opsrail("rules", "run", "--now", AFTERWARDS)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        "2026-01-05 09:05  high      spike  area=sso  value 2  and 1 more until 2026-01-05 09:20",
        "    to desk-team #desk (paged) · content/runbooks/spike.md",
        "2026-01-05 10:31  high      spike  area=billing  value 2",
        "    to desk-team #desk (paged) · content/runbooks/spike.md",
        "1 rule: 2 new alerts",
    ]


def test_programs_read_one_alert_a_line_and_nothing_else(started: Desk) -> None:
    ran = started.opsrail(*options())
    assert (ran.code, ran.err) == (0, "1 rule: 2 new alerts\n")
    assert said(ran) == [FIRST, SECOND]
    first, _ = alerts(ran)
    assert len(first.pop("id")) == 16
    assert first == {
        "rule": "spike",
        "level": "high",
        "group": {"area": "sso"},
        "at": "2026-01-05T09:05:00Z",
        "last": "2026-01-05T09:20:00Z",
        "until": "2026-01-05T10:05:00Z",
        "value": 2.0,
        "expected": None,
        "folded": 1,
        "suppressed": None,
        "owner": "desk-team",
        "route": "desk",
        "runbook": "content/runbooks/spike.md",
    }


def test_a_second_run_adds_none(started: Desk) -> None:
    first = started.opsrail(*options())
    for now in (AFTERWARDS, "2026-01-05T11:00:00Z", "2026-01-06T12:00:00Z"):
        again = started.opsrail(*options(now))
        assert (again.code, again.out) == (0, "")
        assert "0 new alerts" in again.err
    anew = started.opsrail(*options(AFTERWARDS, "--store", "elsewhere.sqlite"))
    assert anew.out == first.out


def test_a_run_waits_as_long_as_records_may_be_late(started: Desk) -> None:
    early = started.opsrail(*options("2026-01-05T09:14:59Z"))
    assert said(early) == []
    in_time = started.opsrail(*options("2026-01-05T09:15:00Z"))
    assert said(in_time) == [(*FIRST[:-1], 0)]
    ran = started.opsrail(*options("2026-01-05T09:30:00Z"))
    assert said(ran) == [FIRST]
    assert "0 new alerts · 1 earlier one went on" in ran.err
    text = started.opsrail("rules", "run", "--now", AFTERWARDS)
    assert "area=billing" in text.out
    assert "area=sso" not in text.out


def test_a_rule_that_never_ran_looks_back_as_far_as_it_is_told(started: Desk) -> None:
    ran = started.opsrail(*options(AFTERWARDS, "--since", "2h"))
    assert said(ran) == [SECOND]


@pytest.mark.parametrize(
    ("text", "micros"),
    [
        ("2026-01-05T12:00+02:00", "2026-01-05T10:00:00Z"),
        ("2026-01-05 10:00", "2026-01-05T10:00:00Z"),
        ("2026-01-06", "2026-01-06T00:00:00Z"),
    ],
)
def test_moments_without_a_zone_are_utc(started: Desk, text: str, micros: str) -> None:
    for now, name in ((text, "one.sqlite"), (micros, "other.sqlite")):
        assert started.opsrail(*options(now, "--store", name)).code == 0
    seen = []
    for name in ("one.sqlite", "other.sqlite"):
        with opened(started.root / name) as store:
            seen.append(store.progress())
    assert seen[0] == seen[1] != {}


@pytest.mark.parametrize("now", ["yesterday", "2026-13-01", "", "12", "2026-01-05T25:00Z", "\0"])
def test_a_moment_that_is_none_is_a_usage_error(started: Desk, now: str) -> None:
    ran = started.opsrail("rules", "run", "--now", now)
    assert (ran.code, ran.out) == (2, "")
    assert "--now is no time" in ran.err
    assert not (started.root / ".opsrail/alerts.sqlite").exists()


@pytest.mark.parametrize("since", ["long", "1", "1M", "-", "1d 2h", ""])
def test_a_length_that_is_none_is_a_usage_error(started: Desk, since: str) -> None:
    ran = started.opsrail("rules", "run", "--since", since)
    assert (ran.code, ran.out) == (2, "")
    assert "no length of time" in ran.err


@pytest.mark.parametrize(
    ("now", "since"),
    [
        ("0001-01-01", "99999w"),
        ("9999-12-31T23:59:59.999999-23:59", "99999w" * 6),
        ("9999-12-31T23:59:59Z", "0s"),
        ("2026-01-05T12:00Z", "-1d"),
    ],
)
def test_moments_at_the_ends_of_time_break_nothing(started: Desk, now: str, since: str) -> None:
    ran = started.opsrail(*options(now, "--since", since))
    assert ran.code in {0, 2}, ran.err
    if now.startswith("9999") and len(since) > 2:
        assert said(ran) == [FIRST, SECOND]


def test_a_rule_that_there_is_not_is_a_usage_error(started: Desk) -> None:
    ran = started.opsrail("rules", "run", "spice")
    assert ran.code == 2
    assert "There is no rule spice that can be run. Did you mean spike?" in ran.err


def test_an_engine_that_there_is_not_cannot_work(started: Desk) -> None:
    ran = started.opsrail("rules", "run", "--engine", "abacus")
    assert ran.code == 3
    assert "there is no engine 'abacus'" in ran.err


def test_a_broken_rule_stops_no_other_and_is_told(started: Desk) -> None:
    started.write("rules/desk/broken.yaml", "title: Broken\ndetection: {}\n")
    ran = started.opsrail(*options())
    assert ran.code == 1
    assert said(ran) == [FIRST, SECOND]
    assert "rules/desk/broken.yaml:" in ran.err
    named = started.opsrail(*options(AFTERWARDS, "--store", "another.sqlite"), "spike")
    assert (named.code, said(named)) == (0, [FIRST, SECOND])


def test_a_stream_that_cannot_be_read_stops_only_the_rules_that_read_it(started: Desk) -> None:
    silence = SPIKE.replace("spike", "silence").replace("tickets", "desks")
    silence = silence.replace("{event_type: created}", "{desk: lisbon}")
    silence = silence.replace("group-by: [area]", "group-by: [desk]").replace("gte: 2", "gte: 1")
    started.write("rules/desk/silence.yaml", silence)
    (started.root / "history/desks.csv").unlink()
    ran = started.opsrail(*options())
    assert ran.code == 1
    assert said(ran) == [FIRST, SECOND]
    assert "rules/streams.yaml:8:17: stream-unreadable: stream desks: no file to read" in ran.err
    assert "did not run: silence" in ran.err
    # What did not run makes up for it.
    started.write("history/desks.csv", DESKS)
    ran = started.opsrail(*options())
    assert ran.code == 0
    assert said(ran) == [("silence", "desk", "lisbon", "2026-01-05T09:00:00Z", 0)]


def test_a_rule_that_takes_too_long_stops_no_other(
    started: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from opsrail.streams.engines.duckdb import DuckDB
    from opsrail.streams.engines.model import TookTooLong

    started.write("rules/desk/slow.yaml", SPIKE.replace("spike", "slow").replace("30m", "31m"))
    run = DuckDB.run

    def slow(self: DuckDB, expression: Any, seconds: float | None = None) -> Any:  # noqa: ANN401 - Ibis has no types
        if seconds is not None and str(31 * 60 * 1_000_000) in self.sql(expression):
            raise TookTooLong(seconds)
        return run(self, expression, seconds)

    monkeypatch.setattr(DuckDB, "run", slow)
    ran = started.opsrail(*options())
    assert ran.code == 1
    assert said(ran) == [FIRST, SECOND]
    assert "`slow` took more than 60 seconds and was stopped" in ran.err
    assert "2 rules: 2 new alerts · did not run: slow" in ran.err


def test_rows_that_cannot_be_read_are_counted_and_kept_apart(started: Desk) -> None:
    started.write("history/tickets.csv", TICKETS + "soon,soon,created,sso,\n")
    ran = started.opsrail(*options())
    assert (ran.code, said(ran)) == (0, [FIRST, SECOND])
    assert "tickets: 1 row could not be read; .opsrail/rejects says which" in ran.err
    assert "'soon' is no time" in "".join(
        path.read_text("utf-8") for path in (started.root / ".opsrail/rejects").iterdir()
    )


def test_nothing_that_an_event_says_acts_on_the_terminal(started: Desk) -> None:
    started.write("history/tickets.csv", TICKETS.replace(",sso,", ",s\x1b[31mo,"))
    ran = started.opsrail("rules", "run", "--now", AFTERWARDS)
    assert r"area=s\x1b[31mo" in ran.out
    assert "\x1b" not in ran.out


def test_the_work_tree_stays_as_it_is(started: Desk) -> None:
    started.commit()
    started.opsrail(*options())
    assert {*started.git("status", "--porcelain", "--ignored").splitlines()} <= {
        "?? .opsrail/",
        "!! .opsrail/",
    }


def test_a_store_that_is_none_is_left_alone(started: Desk) -> None:
    ran = started.opsrail(*options(AFTERWARDS, "--store", "history/tickets.csv"))
    assert (ran.code, ran.out) == (3, "")
    assert "tickets.csv is no store of alerts" in ran.err
    assert started.read("history/tickets.csv") == TICKETS


def test_two_runs_at_once_tell_each_alert_once(started: Desk) -> None:
    with ThreadPoolExecutor() as pool:
        both = [*pool.map(lambda _: started.process(*options()), range(2))]
    assert [ran.code for ran in both] == [0, 0]
    assert sorted(map(said, both), key=len) == [[], [FIRST, SECOND]]


KILLED = """
import os, signal, sys
from opsrail.detection.live import runs as live, store
from opsrail.cli import main
kill = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
{plant}
main.run(sys.argv[1:])
"""
PLANTS = {
    "before anything is kept": "store.Store.keep = kill",
    "between alerts and progress": "store.Store.advance = kill",
    "when all is kept and nothing told": (
        "import opsrail.detection.alerts.told as r; r.as_jsonl = kill"
    ),
}


@pytest.mark.parametrize("plant", PLANTS.values(), ids=PLANTS.keys())
def test_a_run_that_is_killed_is_made_up_for(started: Desk, plant: str) -> None:
    early = started.opsrail(*options("2026-01-05T09:30:00Z"))
    assert said(early) == [FIRST]
    killed = subprocess.run(
        [sys.executable, "-c", KILLED.format(plant=plant), *options()],
        cwd=started.root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (killed.returncode, killed.stdout) == (-signal.SIGKILL, ""), killed.stderr
    ran = started.opsrail(*options())
    assert (ran.code, said(ran)) == (0, [SECOND])
    assert integrity(started.root / ".opsrail/alerts.sqlite") == "ok"


def integrity(store: Path) -> str:
    connection = sqlite3.connect(store)
    try:
        (said,) = connection.execute("PRAGMA integrity_check").fetchone()
    finally:
        connection.close()
    return str(said)


def test_an_alert_that_could_not_be_told_is_told_by_the_next_run(
    started: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("opsrail.detection.alerts.told.as_jsonl", full_disk)
        assert started.opsrail(*options()).code == 3
    assert said(started.opsrail(*options())) == [FIRST, SECOND]


def full_disk(*_: object) -> list[str]:
    raise OSError(errno.ENOSPC, "No space left on device")
