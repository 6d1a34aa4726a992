from __future__ import annotations

import json

from tests.cli.desk import Desk

SPIKE = "rules/desk/spike.yaml"


def test_backtest_says_what_the_rules_raised(past: Desk) -> None:
    ran = past.opsrail("rules", "backtest")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("1 rule, 3 alerts\n3 of 3 labelled incidents caught\n")
    assert "tickets: 267 records, 1 unreadable" in ran.out


def test_backtest_against_a_base_ends_with_1_where_an_incident_is_lost(past: Desk) -> None:
    past.edit(SPIKE, "gte: 5", "gte: 8")
    ran = past.opsrail("rules", "backtest", "spike", "--base", "main")
    assert ran.code == 1
    assert ran.out.startswith("incident lost: burst-2 was caught by spike and now is not\n")


def test_backtest_writes_each_format(past: Desk) -> None:
    ran = past.opsrail("rules", "backtest", "--format", "markdown", "--base", "main")
    assert ran.out.startswith("### Backtest\n")
    past.opsrail("rules", "backtest", "--format", "json", "--output", "out.json")
    assert json.loads(past.read("out.json"))["rules"][0]["rule"] == "spike"


def test_backtest_looks_back_as_far_as_it_is_told(past: Desk) -> None:
    assert past.opsrail("rules", "backtest", "--since", "4d").out.startswith("1 rule, 1 alert\n")
    ran = past.opsrail("rules", "backtest", "--since", "4x")
    assert (ran.code, "no length of time" in ran.err) == (2, True)


def test_a_rule_that_there_is_not_is_a_usage_error(past: Desk) -> None:
    for command in ("backtest", "tune", "explain"):
        ran = past.opsrail("rules", command, "spik")
        assert (ran.code, "Did you mean spike?" in ran.err) == (2, True)


def test_without_records_there_is_nothing_to_replay(past: Desk) -> None:
    past.git("rm", "--quiet", "-r", "history")
    assert past.opsrail("rules", "backtest").code == 3
    assert past.opsrail("rules", "tune", "spike").code == 3
    ran = past.opsrail("rules", "explain", "spike")
    assert ran.code == 0
    assert "How it has done is not known" in ran.out


def test_tune_prints_a_table_and_draws_it(past: Desk) -> None:
    grid = ("--thresholds", "5,8", "--timespans", "10m")
    ran = past.opsrail("rules", "tune", "spike", *grid, "--picture", "spike.svg")
    assert ran.code == 0
    assert ran.out.splitlines()[1].split() == "5 10m 0.3 3 of 3 3 of 3 2 minutes now, best".split()
    assert past.read("spike.svg").startswith("<svg ")


def test_tune_refuses_what_it_cannot_vary(past: Desk) -> None:
    ran = past.opsrail("rules", "tune", "sign-in-ticket")
    assert (ran.code, "no threshold and no timespan" in ran.err) == (2, True)
    ran = past.opsrail("rules", "tune", "spike", "--thresholds", "5,many")
    assert (ran.code, "“many” is no number" in ran.err) == (2, True)


def test_explain_says_what_a_rule_does_and_how_it_has_done(past: Desk) -> None:
    ran = past.opsrail("rules", "explain", "spike")
    assert ran.code == 0
    words, record = ran.out.split("\n\n")
    assert words.startswith("When 5 or more tickets whose topic is “sign-in” arrive for one area")
    assert "“Nobody can sign in”" in words
    assert record.startswith("In the last 10 days recorded: 3 alerts, 3 of the 3 known incidents,")
    assert "Tests 1, mutants killed " in record


def test_explain_shows_the_query(past: Desk) -> None:
    ran = past.opsrail("rules", "explain", "spike", "--sql", "--words-only")
    assert 'FROM "tickets"' in ran.out
    assert "In the last" not in ran.out
