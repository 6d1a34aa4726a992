from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from opsrail.detection.backtest.incidents import read_incidents
from opsrail.flows.model import Author, Misconfigured, World
from opsrail.flows.tasks.incident_summary.times import span, spelled
from tests.evals import living
from tests.flows.tasks import desk
from tests.flows.toy import Says
from tests.tailor.held import catalog_of

OUTAGE = "2026-10-14-outage-eu"
INCIDENT = """\
title: A flooded cellar
started_at: 2026-03-01T23:30:00Z
noticed_at: 2026-03-02T00:10:00+01:00
ended_at: 2026-03-02T01:00:00Z
rules: [damp]
where: {region: eu-1}
summary: Water came in through the post box.
"""
RULE = """\
title: Damp
name: damp
level: high
logsource: {product: house}
detection: {selection: {wet: 1}, condition: selection}
ops: {owner: cellar-desk, route: cellar, runbook: content/runbooks/damp.md}
"""
REVIEW = """\
# Review

## Impact

Forty letters were wet.

## Timeline

- 00:20 somebody closed the post box.

## Cause

It was open.

## What we did to mitigate it

It was closed.

## Actions

A lid.
"""


def summed(name: str) -> dict[str, Any]:
    return desk.output(desk.run("incident-summary", {"incident": name}))


def held(**files: str) -> dict[str, Any]:
    there = {"content/incidents/flood/incident.yaml": INCIDENT, "rules/house/damp.yaml": RULE}
    renamed = {path.replace("__", "/").replace("_DOT_", "."): text for path, text in files.items()}
    world = World(catalog_of({**there, **renamed}), desk.TODAY)
    output = desk.task("incident-summary", world).baseline({"incident": "flood"})
    assert isinstance(output, dict)
    return output


def faults(summary: str, incident: str = OUTAGE) -> Sequence[str]:
    task, asked = desk.task("incident-summary"), {"incident": incident}
    return task.faults(asked, task.completed(asked, task.baseline(asked), {"summary": summary}))


def test_the_living_suite_holds_without_a_model() -> None:
    assert desk.failed_cases("incident-summary-flow", "incident-summary") == []


@pytest.mark.parametrize(
    "incident", read_incidents(living.catalog().snapshot)[0], ids=lambda i: i.name
)
def test_every_living_incident_is_told_with_the_spans_that_its_file_gives(incident: Any) -> None:  # noqa: ANN401 - a parametrised value
    output = summed(incident.name)
    assert output["title"] == incident.title
    assert output["duration"]["seconds"] * 1_000_000 == incident.ended - incident.started
    assert output["detection_lag"]["seconds"] * 1_000_000 == incident.noticed - incident.started
    assert {one["rule"] for one in output["what_fired"]} == set(incident.rules)
    assert output["citations"][0] == incident.place.path
    assert len(output["timeline"]) == 3
    said = set(re.findall(r"\d+", output["summary"]))
    text = living.catalog().text(incident.place.path) or ""
    spans = f"{output['duration']['text']} {output['detection_lag']['text']}"
    assert said <= set(re.findall(r"\d+", f"{text} {spans}"))


def test_times_are_spelled_in_utc_and_in_order_whatever_zone_the_file_has() -> None:
    output = held()
    assert [one["at"] for one in output["timeline"]] == [
        "Sunday 2026-03-01, 23:10 UTC",
        "Sunday 2026-03-01, 23:30 UTC",
        "Monday 2026-03-02, 01:00 UTC",
    ]
    assert output["duration"] == {"seconds": 5400, "text": "1 hour 30 minutes"}


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 seconds"),
        (1, "1 second"),
        (59, "59 seconds"),
        (60, "1 minute"),
        (3_661, "1 hour 1 minute"),
        (86_400, "1 day"),
        (95_400, "1 day 2 hours 30 minutes"),
        (864_000, "10 days"),
    ],
)
def test_a_span_is_said_as_people_say_it(seconds: int, text: str) -> None:
    assert span(timedelta(seconds=seconds)) == text


def test_a_moment_of_another_zone_is_told_in_utc() -> None:
    east = timezone(timedelta(hours=2))
    assert spelled(datetime(2026, 3, 2, 1, tzinfo=east)) == "Sunday 2026-03-01, 23:00 UTC"


def test_a_moment_without_a_zone_is_utc() -> None:
    assert spelled(datetime(2026, 3, 2, 1)) == spelled(datetime(2026, 3, 2, 1, tzinfo=UTC))  # noqa: DTZ001 - the point of it


def test_the_severity_is_the_highest_level_of_its_rules_and_said_to_be_only_that() -> None:
    output = summed(OUTAGE)
    assert output["severity"] == "critical"
    assert (
        "Its severity: nobody wrote one; critical is the level of `wide-outage`."
        in (output["open_points"])
    )


def test_what_nobody_wrote_down_is_an_open_point_and_a_review_closes_it() -> None:
    bare, reviewed = held(), held(content__incidents__flood__review_DOT_md=REVIEW)
    assert len(bare["open_points"]) == 5
    assert len(reviewed["open_points"]) == 1
    assert reviewed["impact"] == "Forty letters were wet."
    assert reviewed["timeline"][-1] == {"at": "", "what": "00:20 somebody closed the post box."}
    assert "content/incidents/flood/review.md" in reviewed["citations"]
    assert bare["impact"] == "Where: region eu-1."


def test_missing_fields_are_named_and_nothing_stands_in_for_them() -> None:
    lean = "title: A knock\nstarted_at: 2026-03-01T10:00:00Z\nended_at: 2026-03-01T10:05:00Z\n"
    output = held(content__incidents__flood__incident_DOT_yaml=lean)
    assert output["severity"] is None
    assert output["detection_lag"] is None
    assert output["what_fired"] == []
    told = " ".join(output["open_points"])
    for missing in ("severity", "When people noticed", "What happened", "Which rule"):
        assert missing in told


def test_a_rule_that_is_gone_is_an_open_point_and_a_broken_rule_file_stops_nothing() -> None:
    output = held(rules__house__damp_DOT_yaml="title: [")
    assert output["what_fired"] == []
    assert any("`damp`" in point for point in output["open_points"])


def test_an_incident_that_is_not_on_record_is_said_to_be_none() -> None:
    output = summed("2026-10-14-outage-us")
    assert output["is_found"] is False
    assert "Did you mean 2026-10-14-outage-eu?" in output["open_points"][0]
    assert summed("zzz")["open_points"] == [
        "No incident that can be read is in content/incidents/zzz."
    ]


def test_a_name_cannot_lead_out_of_the_folder() -> None:
    done = desk.run("incident-summary", {"incident": "../sources/refunds.md"})
    assert done.output is None


# With a model

GOOD = (
    "A failed disk took the calendar, reminders, invoicing and the app down in eu-1. It worked"
    " again at 11:10. People noticed it after 28 minutes, and it lasted 15 hours 50 minutes."
)


def test_a_models_words_take_the_place_of_the_summary_alone() -> None:
    done = desk.run("incident-summary", {"incident": OUTAGE}, Says([{"summary": GOOD}]))
    assert (done.author, done.reasons) == (Author.MODEL, ())
    assert desk.output(done) == {**summed(OUTAGE), "summary": GOOD}


@pytest.mark.parametrize(
    ("summary", "said"),
    [
        ("It worked again at 12:10.", "12:10"),
        ("400 customers were hit.", "400"),
        ("People noticed it after 15 hours 50 minutes. It lasted 28 minutes.", "28 minutes"),
        ("A failed disk, said Bob Vandermeer.", "Vandermeer"),
        ("A failed disk; see https://evil.example.", "https://evil.example"),
        ("It began on 2026-10-15.", "2026-10-15"),
        ("Two disks failed.", "Two disks"),
    ],
)
def test_what_is_not_on_record_is_a_fault(summary: str, said: str) -> None:
    assert faults(GOOD) == ()
    assert any(said in fault for fault in faults(summary)), faults(summary)


def test_no_model_is_asked_about_what_is_not_on_record() -> None:
    asker = Says([{"summary": GOOD}])
    desk.run("incident-summary", {"incident": "zzz"}, asker)
    assert asker.requests == []


def test_there_are_no_settings() -> None:
    with pytest.raises(Misconfigured, match="tone"):
        desk.task("incident-summary", tone="warm")
