from __future__ import annotations

import shutil

import pytest

from tests.cli.desk import Desk
from tests.cli.rules_desk import ROUTES, SPIKE, STREAMS


@pytest.fixture
def started(desk: Desk) -> Desk:
    shutil.rmtree(desk.root / "rules", ignore_errors=True)
    desk.write("rules/streams.yaml", STREAMS)
    desk.write("policies/routes.yaml", ROUTES)
    desk.write("rules/desk/spike.yaml", SPIKE)
    return desk


def test_without_a_system_those_that_there_are_are_listed(started: Desk) -> None:
    ran = started.opsrail("rules", "export")
    assert (ran.code, ran.err) == (0, "")
    assert any(line.startswith("sqlite ") for line in ran.out.splitlines())


def test_queries_are_printed_and_losses_told_beside_them(started: Desk) -> None:
    ran = started.opsrail("rules", "export", "--to", "sqlite")
    assert ran.code == 0
    assert "created" in ran.out
    assert ran.out.count("\n") == len(ran.out.splitlines()) > 0
    lines = SPIKE.splitlines()
    told = dict(line.split(": rule-export: ") for line in ran.err.splitlines())
    dedupe, owner = (
        next(number for number, line in enumerate(lines, 1) if line.startswith(f"  {key}:"))
        for key in ("dedupe", "owner")
    )
    assert {*told} == {f"rules/desk/spike.yaml:{line}:3" for line in (dedupe, owner)}
    assert "each crossing alerts anew" in told[f"rules/desk/spike.yaml:{dedupe}:3"]


def test_one_rule_may_be_asked_for(started: Desk) -> None:
    started.write("rules/desk/other.yaml", SPIKE.replace("spike", "other"))
    one = started.opsrail("rules", "export", "other", "--to", "sqlite")
    every = started.opsrail("rules", "export", "--to", "sqlite")
    assert one.code == every.code == 0
    assert "spike" not in one.err
    assert len(one.out) < len(every.out)


def test_a_rule_that_the_system_cannot_say_closes(started: Desk) -> None:
    ranged = SPIKE.replace("spike", "ranged").replace("{gte: 2}", "{gte: 2, lte: 9}")
    started.write("rules/desk/ranged.yaml", ranged)
    ran = started.opsrail("rules", "export", "--to", "sqlite")
    assert ran.code == 1
    line = ranged.splitlines().index("title: Many tickets") + 1
    assert f"rules/desk/ranged.yaml:{line}:1: rule-export: sqlite cannot say" in ran.err
    assert "created" in ran.out  # the other one


def test_a_system_that_there_is_not_cannot_work(started: Desk) -> None:
    ran = started.opsrail("rules", "export", "--to", "abacus")
    assert (ran.code, ran.out) == (3, "")
    assert "there is no pySigma backend abacus here; installed:" in ran.err
    assert "pip install pysigma-backend-abacus" in ran.err


def test_a_form_that_there_is_not_cannot_work(started: Desk) -> None:
    ran = started.opsrail("rules", "export", "--to", "sqlite", "--form", "song")
    assert (ran.code, ran.out) == (3, "")
    assert "sqlite has no output form song" in ran.err


def test_a_rule_that_there_is_not_is_a_usage_error(started: Desk) -> None:
    ran = started.opsrail("rules", "export", "spice", "--to", "sqlite")
    assert ran.code == 2
    assert "Did you mean spike?" in ran.err


def test_a_broken_rule_is_told_and_the_others_are_exported(started: Desk) -> None:
    whole = started.opsrail("rules", "export", "--to", "sqlite")
    started.write("rules/desk/broken.yaml", "title: Broken\ndetection: {}\n")
    ran = started.opsrail("rules", "export", "--to", "sqlite")
    assert ran.out == whole.out
    assert ran.code == 1
    assert "rules/desk/broken.yaml:" in ran.err
