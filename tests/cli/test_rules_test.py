from __future__ import annotations

import json
import shutil
from xml.etree import ElementTree as ET

import pytest

from opsrail.detection.mutation import run
from opsrail.report import FORMATS
from tests.cli.desk import Desk
from tests.detection.desk_rules import ALIKE, PATH, SPIKE, STREAMS, spike_with

GIVEN = f"given: [{{every: 1m, count: 3, event: {ALIKE}}}]"
GOOD = f"- {{name: three in two minutes, {GIVEN}, expect: [{{at: 2m}}]}}\n"
BAD = f"- {{name: nobody cares, {GIVEN}, expect: []}}\n"


HANDOVER = """\
title: A page was handed over by mistake
name: wrong-handover
logsource: {product: support, service: tickets}
detection:
  selection: {event_type: handed-over, topic: billing}
  condition: selection
ops:
  owner: support-leads
  route: leads
  runbook: content/runbooks/handovers.md
  tests:
"""
"""A rule with two mutants."""
MET = "{event_type: handed-over, topic: billing}"
ONCE = f"- {{name: once, given: [{{at: 1m, event: {MET}}}], expect: [{{at: 1m}}]}}\n"


def strip(desk: Desk) -> None:
    """Take away what rules the desk has."""
    shutil.rmtree(desk.root / "rules", ignore_errors=True)
    (desk.root / "policies/detection.yaml").unlink(missing_ok=True)


def equip(desk: Desk, tests: str, rule: str = SPIKE) -> None:
    """Give the desk streams and one rule file, and no others."""
    strip(desk)
    desk.write("rules/streams.yaml", STREAMS)
    desk.write(PATH, spike_with(tests, rule))


def test_passing_tests_are_one_line(desk: Desk) -> None:
    equip(desk, GOOD)
    ran = desk.opsrail("rules", "test")
    assert (ran.code, ran.out, ran.err) == (0, "1 test of 1 rule: all pass\n", "")


def test_a_failing_test_is_shown_as_a_timeline(desk: Desk) -> None:
    equip(desk, GOOD + BAD)
    ran = desk.opsrail("rules", "test", "sign-in-spike")
    assert ran.code == 1
    assert ran.out == (
        f"{PATH}:27:14: rule-test: sign-in-spike: “nobody cares” fails:"
        " an alert was raised at 2m that nobody expected\n"
        "    3 events from 0s to 2m; looked at until 17m\n"
        "    time  expected  raised\n"
        "    2m    —         product_area: sso · count: 3  ← was not expected\n"
        "\n"
        "2 tests of 1 rule: 1 pass, 1 fails\n"
    )


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_tells_of_the_failing_test(desk: Desk, form: str) -> None:
    equip(desk, GOOD)
    assert desk.opsrail("rules", "test", "--format", form).code == 0
    equip(desk, BAD)
    ran = desk.opsrail("rules", "test", "--format", form)
    assert ran.code == 1
    assert "nobody cares" in ran.out


def test_the_formats_for_programs_can_be_read_by_them(desk: Desk) -> None:
    equip(desk, GOOD + BAD)
    as_json = json.loads(desk.opsrail("rules", "test", "--format", "json").out)
    (finding,) = as_json["findings"]
    assert (finding["code"], finding["line"]) == ("rule-test", 27)
    junit = ET.fromstring(desk.opsrail("rules", "test", "--format", "junit").out)  # noqa: S314 - our own
    assert junit.tag.startswith("testsuite")


def test_a_rule_that_cannot_be_read_is_told_and_the_others_are_tested(desk: Desk) -> None:
    equip(desk, GOOD)
    desk.write("rules/broken.yaml", "title: Broken\ndetection: {}\n")
    ran = desk.opsrail("rules", "test")
    assert ran.code == 1
    assert "rules/broken.yaml:" in ran.out
    assert ran.out.endswith("1 test of 1 rule: all pass\n")
    assert desk.opsrail("rules", "test", "sign-in-spike").code == 0


def test_without_rules_there_is_nothing_to_test(desk: Desk) -> None:
    strip(desk)
    assert desk.opsrail("rules", "test").out == "no tests\n"


def test_an_unknown_rule_is_a_usage_error_with_a_suggestion(desk: Desk) -> None:
    equip(desk, GOOD)
    for command in ("test", "mutate"):
        ran = desk.opsrail("rules", command, "sign-in-spkie")
        assert ran.code == 2
        assert "sign-in-spike" in ran.err


def test_what_a_test_says_is_shown_and_not_obeyed(desk: Desk) -> None:
    equip(desk, BAD.replace("nobody cares", '"red \\e[31m"'))
    assert "\x1b" not in desk.opsrail("rules", "test").out


def test_mutate_shows_what_no_test_notices(desk: Desk) -> None:
    equip(desk, GOOD)
    ran = desk.opsrail("rules", "mutate")
    assert ran.code == 1
    lines = ran.out.splitlines()
    assert lines[0] == (
        f"{PATH}: 1 test notices 4 of 15 small changes (26 %) · fewer than asked for"
    )
    at = lines.index(f"    {PATH}:17:3: no test fails when `timespan: 15m` becomes `timespan: 30m`")
    assert lines[at + 1 : at + 3] == ["        -  timespan: 15m", "        +  timespan: 30m"]


def test_mutate_is_content_with_what_the_policy_asks_for(desk: Desk) -> None:
    equip(desk, ONCE, HANDOVER)
    desk.write("policies/detection.yaml", "mutation: {score: 0}\n")
    ran = desk.opsrail("rules", "mutate", "wrong-handover")
    assert ran.code == 0
    assert ran.out.startswith(f"{PATH}: 1 test notices 0 of 2 small changes (0 %)\n")


def test_mutate_tries_nothing_where_tests_fail(desk: Desk) -> None:
    equip(desk, BAD)
    ran = desk.opsrail("rules", "mutate")
    assert ran.code == 1
    assert "“nobody cares” fails" in ran.out
    assert "1 test fails already, so nothing was tried" in ran.out


def test_mutate_reports_survivors_as_notes(desk: Desk) -> None:
    equip(desk, ONCE, HANDOVER)
    as_json = json.loads(desk.opsrail("rules", "mutate", "--format", "json").out)
    severities = sorted(finding["severity"] for finding in as_json["findings"])
    assert severities == ["error", "note", "note"]


def test_mutate_says_what_it_had_no_time_for(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    equip(desk, ONCE, HANDOVER)
    monkeypatch.setattr(run.mutate, "__kwdefaults__", {"seconds": -1})
    ran = desk.opsrail("rules", "mutate")
    assert ran.code == 1
    assert ran.out == f"{PATH}: nothing was tried · no time for 2 more\n"
