from __future__ import annotations

import pytest

from opsrail.detection.backtest.history import History, read_history
from opsrail.detection.backtest.incidents import misnamed, moment, read_incidents
from opsrail.detection.backtest.replay import backtest
from opsrail.detection.library import read_library
from opsrail.repo.git import Repository
from opsrail.repo.snapshot import Snapshot, revision_snapshot, worktree_snapshot
from opsrail.streams.engines.duckdb import DuckDB
from tests.cli.desk import Desk
from tests.detection.backtest.past import BURSTS, QUIET, STREAMS, at, incident

ZERO = "content/incidents/burst-0/incident.yaml"
FAX = """\
  faxes:
    path: history/faxes.csv
    occurred_at: at
    columns: {topic: string, area: string}
"""
FAXED = (
    QUIET.replace("sign-in-ticket", "fax")
    .replace("quiet", "no-fax")
    .replace("inhibited_by: [spike]", "group_nulls: keep")
    + """\
---
title: Fax
name: fax
logsource: {product: support, service: faxes}
detection: {selection: {topic: sign-in}, condition: selection}
"""
)


def snapshot_of(desk: Desk, revision: str = "") -> Snapshot:
    repository = Repository.discover(desk.root)
    if revision:
        return revision_snapshot(repository, repository.resolve(revision))
    return worktree_snapshot(repository)


def history_of(desk: Desk, engine: DuckDB, *names: str, base: str = "") -> History:
    before = read_library(snapshot_of(desk, base)) if base else None
    snapshot = snapshot_of(desk)
    return read_history(engine, snapshot, read_library(snapshot), before, names or ("spike",))


def test_incidents_are_read_in_order_of_time(past: Desk) -> None:
    found, findings = read_incidents(snapshot_of(past))
    assert [one.name for one in found] == ["burst-0", "burst-1", "burst-2"]
    expected = incident(0)
    assert (found[0].started, found[0].ended) == (expected.started, expected.ended)
    assert (found[0].noticed, found[0].where) == (expected.noticed, {"area": BURSTS[0][1]})
    assert findings == ()


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("rules: [spike]", "rule: [spike]", f"{ZERO}:5:1: schema"),
        ("title: Burst 0", "title: [", f"{ZERO}:2:"),
        ("ended_at: 2026-01-07T10", "ended_at: 2026-01-07T08", f"{ZERO}:4:11: incident"),
    ],
)
def test_an_incident_that_cannot_be_used_is_a_finding(
    past: Desk, old: str, new: str, place: str
) -> None:
    past.edit(ZERO, old, new)
    found, findings = read_incidents(snapshot_of(past))
    assert len(found) == 2
    assert str(findings[0]).startswith(place)


def test_a_rule_that_there_is_not_is_told_where_it_is_named(past: Desk) -> None:
    past.edit(ZERO, "[spike]", "[spike, spikes]")
    snapshot = snapshot_of(past)
    (finding,) = misnamed(snapshot, read_incidents(snapshot)[0], {"spike"})
    assert str(finding).startswith(f"{ZERO}:5:16: incident: this incident names the rule `spikes`")


def test_a_moment_without_a_zone_is_utc() -> None:
    from datetime import datetime, timedelta, timezone

    bare = datetime(2026, 1, 7, 9)  # noqa: DTZ001 - what this is about
    assert moment(bare) == at(2, "9h")
    assert moment(bare.replace(tzinfo=timezone(timedelta(hours=2)))) == at(2, "7h")


def test_a_stream_that_cannot_be_read_keeps_no_other_rule_from_being_replayed(past: Desk) -> None:
    past.write("rules/streams.yaml", STREAMS + FAX)
    past.write("rules/desk/fax.yaml", FAXED)
    engine = DuckDB(threads=1)
    found = history_of(past, engine, "spike", "no-fax")
    assert found.names == ("spike",)
    assert [*found.unread] == ["faxes"]
    engine.close()


def test_base_is_judged_on_the_same_records_under_the_same_policy(past: Desk) -> None:
    past.write("policies/detection.yaml", "noise: {default: {alerts_per_day: 3}}\n")
    past.commit()
    past.write("policies/detection.yaml", "noise: {default: {alerts_per_day: 300}}\n")
    engine = DuckDB(threads=1)
    found = history_of(past, engine, base="HEAD")
    assert found.base is not None
    assert found.base.events["tickets"] is found.head.events["tickets"]
    assert found.policy.noise["default"].alerts_per_day == 3
    assert found.head.library.policy is found.policy
    engine.close()


def test_a_stream_described_otherwise_is_read_again_for_base(past: Desk) -> None:
    past.edit("rules/streams.yaml", "area: string", "area: {type: string, from: customer}")
    engine = DuckDB(threads=1)
    found = history_of(past, engine, base="HEAD")
    assert found.base is not None
    assert found.interval is not None
    told = backtest(
        engine, found.head, found.base, found.names, found.interval, found.incidents, found.policy
    )
    (one,) = told.rules
    assert one.is_changed
    assert one.before is not None
    assert {dict(alert.group)["area"] for alert in one.before.alerts} == {"sso", "mobile"}
    engine.close()


def test_records_that_moved_stand_in_for_those_that_base_names(past: Desk) -> None:
    past.git("mv", "history", "recorded")
    past.edit("rules/streams.yaml", "history/", "recorded/")
    engine = DuckDB(threads=1)
    found = history_of(past, engine, base="HEAD")
    assert found.base is not None
    assert found.base.events["tickets"] is found.head.events["tickets"]
    assert found.unread == {}
    engine.close()
