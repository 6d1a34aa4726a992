from __future__ import annotations

import shutil

import pytest

from tests.cli.desk import Desk

STREAMS = """\
streams:
  tickets:
    path: rules/history/tickets.csv
    occurred_at: at
    columns: {event_type: string, product_area: string, customer_id: string, amount: number}
  desks: {path: rules/history/desks.csv, occurred_at: at, columns: {desk: string}}
"""
PATH = "rules/identity/sign-in-spike.yaml"


@pytest.fixture
def started(desk: Desk) -> Desk:
    shutil.rmtree(desk.root / "rules", ignore_errors=True)
    shutil.rmtree(desk.root / "content/incidents", ignore_errors=True)
    (desk.root / "policies/detection.yaml").unlink(missing_ok=True)
    desk.write("rules/streams.yaml", STREAMS)
    desk.write("policies/routes.yaml", "routes: {identity: {team: identity-support}}\n")
    return desk


def test_a_rule_is_written_and_only_its_runbook_is_left_to_do(started: Desk) -> None:
    ran = started.opsrail("rules", "new", "identity/sign-in-spike", "--owner", "identity-support")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"Wrote {PATH}\n\nNext:\n  edit it")
    assert "write content/runbooks/sign-in-spike.md" in ran.out
    assert "owner: identity-support" in started.read(PATH)
    assert "route: identity\n" in started.read(PATH)
    started.commit("A rule")
    told = [line for line in started.opsrail("check").out.splitlines() if line.startswith("rules/")]
    # Nothing was recorded yet that it could be replayed on.
    assert {line.split(": ")[1] for line in told} - {"rule-misses"} == {"rule-runbook"}


@pytest.mark.parametrize("place", ["sign-in-spike", "Identity/spike", "a/b/c", "../a/b", "a/-b"])
def test_a_place_that_is_no_area_and_name_is_a_usage_error(started: Desk, place: str) -> None:
    ran = started.opsrail("rules", "new", "--", place)
    assert ran.code == 2
    assert "write it like identity/sign-in-spike" in ran.err


def test_nothing_is_overwritten(started: Desk) -> None:
    started.write(PATH, "mine\n")
    ran = started.opsrail("rules", "new", "identity/sign-in-spike")
    assert ran.code == 2
    assert "there already" in ran.err
    assert started.read(PATH) == "mine\n"


def test_a_name_that_another_file_has_is_refused(started: Desk) -> None:
    assert started.opsrail("rules", "new", "identity/sign-in-spike").code == 0
    for place in ("billing/sign-in-spike", "billing/sign-in-spike-event"):
        ran = started.opsrail("rules", "new", place)
        assert ran.code == 2
        assert PATH in ran.err
        assert not (started.root / f"rules/{place}.yaml").exists()


def test_a_stream_has_to_be_there(started: Desk) -> None:
    ran = started.opsrail("rules", "new", "identity/spike", "--stream", "ticket")
    assert ran.code == 2
    assert "it has tickets, desks" in ran.err


def test_without_streams_it_cannot_work(desk: Desk) -> None:
    shutil.rmtree(desk.root / "rules", ignore_errors=True)
    ran = desk.opsrail("rules", "new", "identity/spike")
    assert ran.code == 3
    assert "there is no rules/streams.yaml" in ran.err


def test_streams_that_cannot_be_read_are_told(started: Desk) -> None:
    started.write("rules/streams.yaml", "streams: {}\n")
    ran = started.opsrail("rules", "new", "identity/spike")
    assert ran.code == 3
    assert "rules/streams.yaml cannot be read" in ran.err


def test_the_list_has_a_line_for_each_rule_that_raises(started: Desk) -> None:
    started.opsrail("rules", "new", "identity/sign-in-spike", "--owner", "identity-support")
    ran = started.opsrail("rules", "list")
    assert ran.code == 0
    assert [line.split() for line in ran.out.splitlines()] == [
        ["rule", "level", "type", "stream", "owner", "tests"],
        ["sign-in-spike", "medium", "event_count", "tickets", "identity-support", "3"],
    ]
    every = started.opsrail("rules", "list", "--all").out
    assert "sign-in-spike-event  medium  detection    tickets  -" in every


def test_the_list_says_how_much_it_leaves_out(started: Desk) -> None:
    assert "no rules yet" in started.opsrail("rules", "list").out
    started.write("rules/a/broken.yaml", "title: Broken\n")
    ran = started.opsrail("rules", "list")
    assert "errors in 1 file" in ran.err
