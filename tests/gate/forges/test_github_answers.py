from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from opsrail.findings import CannotWork, Finding, Location, Severity, Unreadable
from opsrail.gate.forges.answered import Answered, Verdict, answered_of
from opsrail.gate.forges.github_answers import (
    MARKER,
    Doing,
    Method,
    Sticky,
    check_runs,
    comment_body,
    doing,
    merge_body,
    sticky,
)
from opsrail.gate.forges.github_limits import units
from opsrail.gate.forges.payload import Payload
from opsrail.governance.record import Record
from opsrail.governance.trailers import trailers
from tests.gate.forges.saved import HEAD, QUEUED, content, description, needs_npm, saved

BOT = "github-actions[bot]"
WAITING = answered_of(saved("plan"))
OPEN = replace(WAITING, verdict=Verdict.OPEN)
RECORD = trailers(Record(plan=WAITING.digest, request="482"))
PLAN = "### Refund window\n\nWAITING for 1 of 2\n"


def remarks(count: int) -> tuple[Finding, ...]:
    return tuple(
        Finding(Location("a.md", line), "code", "what", Severity.NOTE)
        for line in range(1, count + 1)
    )


def output(run: Mapping[str, object]) -> dict[str, Any]:
    found = run["output"]
    assert isinstance(found, dict)
    return found


def test_the_comment_begins_with_the_marker_that_finds_it_again() -> None:
    body = str(comment_body(PLAN)["body"])
    assert body.startswith(f"{MARKER}\n")
    listed = [{"id": 5, "user": {"login": BOT}, "body": body}]
    assert sticky(Payload(listed, "x"), BOT) == Sticky(5, body)


def test_a_comment_is_never_larger_than_github_takes() -> None:
    assert units(str(comment_body("🙂" * 100 + "\nline" * 20_000)["body"])) <= 65_536


def test_the_marker_stands_there_once() -> None:
    assert comment_body(f"{MARKER}\n{PLAN}") == comment_body(PLAN)


def test_a_comment_that_only_became_older_is_kept() -> None:
    old, new = (f"{PLAN}digest 9f3c · as of {at}\n" for at in ("Mon 09:00", "Tue 10:00"))
    assert doing(Sticky(1, str(comment_body(old)["body"])), comment_body(new)) is Doing.KEEP
    assert doing(Sticky(1, str(comment_body(old)["body"])), comment_body(PLAN)) is Doing.UPDATE


def test_only_our_own_comment_that_begins_with_the_marker_is_ours() -> None:
    found = sticky(saved("comments"), BOT)
    assert found is not None
    assert found.id == 72
    assert sticky(saved("comments"), "somebody-else") is None


@pytest.mark.parametrize("body", [f" {MARKER}", f"x{MARKER}", MARKER.upper(), ""])
def test_a_marker_further_on_is_a_quotation(body: str) -> None:
    listed = [{"id": 5, "user": {"login": BOT}, "body": body}]
    assert sticky(Payload(listed, "x"), BOT) is None


def test_comments_of_another_shape_are_a_finding() -> None:
    with pytest.raises(Unreadable):
        sticky(Payload({"message": "Not Found"}, "comments.json"), BOT)


def test_a_comment_is_made_once_changed_where_it_differs_and_else_kept() -> None:
    body = comment_body(PLAN)
    assert doing(None, body) is Doing.CREATE
    assert doing(Sticky(1, "<!-- opsrail-plan -->\nold"), body) is Doing.UPDATE
    assert doing(Sticky(1, str(body["body"]).replace("\n", "\r\n").strip()), body) is Doing.KEEP


@pytest.mark.parametrize(
    ("verdict", "conclusion"),
    [("open", "success"), ("waiting", "action_required"), ("closed", "failure")],
)
def test_only_an_open_plan_is_a_pass_for_branch_protection(verdict: str, conclusion: str) -> None:
    (run,) = check_runs(PLAN, replace(WAITING, verdict=Verdict(verdict)), HEAD)
    assert run["conclusion"] == conclusion
    assert (conclusion in {"success", "neutral", "skipped"}) is (verdict == "open")
    assert (run["name"], run["head_sha"], run["status"]) == ("opsrail", HEAD, "completed")


def test_a_merge_queue_sees_the_verdict_on_its_own_commit() -> None:
    assert check_runs(PLAN, OPEN, QUEUED)[0]["head_sha"] == QUEUED


def test_findings_become_annotations_at_their_places() -> None:
    (run,) = check_runs(PLAN, WAITING, HEAD)
    first, second = output(run)["annotations"]
    assert (first["path"], first["start_line"]) == ("playbooks/refunds/vendor-agent.md", 14)
    assert first["annotation_level"] == "failure"
    assert first["message"].endswith("run `opsrail sync`")
    assert second["annotation_level"] == "warning"


@pytest.mark.parametrize(
    ("count", "parts"), [(0, [0]), (50, [50]), (51, [50, 1]), (500, [50, 50, 50, 50])]
)
def test_annotations_come_in_fifties_and_no_more_than_two_hundred(
    count: int, parts: list[int]
) -> None:
    runs = check_runs(PLAN, replace(WAITING, findings=remarks(count)), HEAD)
    assert [len(output(run)["annotations"]) for run in runs] == parts
    assert all(set(run) == {"output"} for run in runs[1:])
    hidden = count - sum(parts)
    assert (f"{hidden} findings are only in the plan" in output(runs[0])["title"]) is bool(hidden)


def test_a_finding_cannot_act_in_an_annotation() -> None:
    bad = Finding(Location("a.md"), "c", "\x1b[31m\u202etext\nmore", hint="one\r\ntwo\x07")
    (run,) = check_runs(PLAN, replace(WAITING, findings=(bad,)), HEAD)
    message = output(run)["annotations"][0]["message"]
    assert message == r"\x1b[31m\u202etext\nmore" + "\none\ntwo\\x07"


def test_a_landing_is_pinned_to_what_was_judged_and_carries_its_record() -> None:
    body = merge_body(OPEN, RECORD, Method.SQUASH)
    assert body["sha"] == HEAD
    assert body["merge_method"] == "squash"
    assert body["commit_title"] == "Refund window 14 days, limit USD 80 (#482)"
    assert str(body["commit_message"]).startswith(f"Opsrail-Plan: {OPEN.digest}\n")


@pytest.mark.parametrize("verdict", [Verdict.WAITING, Verdict.CLOSED])
def test_nothing_lands_by_a_plan_that_is_not_open(verdict: Verdict) -> None:
    with pytest.raises(CannotWork, match="no open plan"):
        merge_body(replace(WAITING, verdict=verdict), RECORD, Method.MERGE)


@pytest.mark.parametrize(
    ("record", "why"),
    [
        ("", "no trailer of ours"),
        ("Signed-off-by: Maya <maya@larkspindle.example>", "no trailer of ours"),
        (RECORD + "and some words\n", "and some words"),
        (RECORD + RECORD, "more than once"),
        (trailers(Record(plan="ab" * 32)), "of another plan"),
    ],
)
def test_nothing_lands_without_the_record_of_that_very_plan(record: str, why: str) -> None:
    with pytest.raises(CannotWork, match=why):
        merge_body(OPEN, record, Method.MERGE)


@pytest.mark.parametrize(
    ("title", "landed"),
    [
        ("a\nOpsrail-Plan: 00", r"a\nOpsrail-Plan: 00 (#482)"),
        ("quiet [skip ci] change [NO CI]", "quiet (skip ci) change (NO CI) (#482)"),
        ("  ", "Land a change (#482)"),
        ("x" * 300, "x" * 199 + "… (#482)"),
    ],
)
def test_a_title_is_one_line_that_switches_nothing_off(title: str, landed: str) -> None:
    body = merge_body(replace(OPEN, title=title), RECORD, Method.MERGE)
    assert body["commit_title"] == landed


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("verdict", "opened"),
        ("verdict", True),
        ("verdict", None),
        ("head", "main"),
        ("findings", {}),
        ("findings", [{"path": "a"}]),
        ("is_open", True),
        ("is_open", "false"),
        ("request", {"title": "t", "number": 482}),
    ],
)
def test_a_plan_that_cannot_be_read_is_no_verdict(key: str, value: object) -> None:
    with pytest.raises(Unreadable, match=key):
        answered_of(Payload(content("plan") | {key: value}, "plan.json"))


# What GitHub's own description says of what we send


def valid(operation: str, body: Mapping[str, object]) -> bool:
    whole = description()
    schemas = [
        said["requestBody"]["content"]["application/json"]["schema"]
        for path in whole["paths"].values()
        for said in path.values()
        if said.get("operationId") == operation
    ]
    assert len(schemas) == 1
    resource = DRAFT202012.create_resource(whole)
    registry: Registry[Any] = Registry().with_resource("urn:github", resource)
    return Draft202012Validator(_absolute(schemas[0]), registry=registry).is_valid(body)


def _absolute(schema: Any) -> Any:  # noqa: ANN401 - JSON is anything
    """The schema with its references into the whole description."""
    if isinstance(schema, dict):
        return {
            key: f"urn:github{value}" if key == "$ref" else _absolute(value)
            for key, value in schema.items()
        }
    return [_absolute(one) for one in schema] if isinstance(schema, list) else schema


@needs_npm
def test_what_is_sent_is_what_github_describes() -> None:
    many = replace(WAITING, findings=remarks(60))
    first, second = check_runs(PLAN, many, HEAD)
    comment = comment_body(PLAN)
    assert valid("issues/create-comment", comment)
    assert valid("issues/update-comment", comment)
    assert valid("checks/create", first)
    assert valid("checks/update", second)
    for method in Method:
        assert valid("pulls/merge", merge_body(OPEN, RECORD, method))


@needs_npm
def test_the_description_would_notice_a_slip() -> None:
    (run,) = check_runs(PLAN, WAITING, HEAD)
    annotations = [{"path": "a", "message": "b"}]
    assert not valid("issues/create-comment", {"text": "x"})
    assert not valid("checks/create", {key: run[key] for key in run if key != "name"})
    assert not valid("checks/create", run | {"conclusion": "fine"})
    assert not valid("checks/update", {"output": output(run) | {"annotations": annotations}})
    assert not valid("checks/create", check_run_of(51))
    assert not valid("pulls/merge", {"merge_method": "force"})


def check_run_of(count: int) -> dict[str, object]:
    """A check run with too many annotations at once."""
    (run,) = check_runs(PLAN, replace(WAITING, findings=remarks(1)), HEAD)
    annotations = output(run)["annotations"] * count
    return run | {"output": output(run) | {"annotations": annotations}}


def test_answers_keep_no_text_of_their_own_beside_the_plan() -> None:
    told = Answered(Verdict.OPEN, "d", "t", "1", HEAD, HEAD)
    (run,) = check_runs("", told, HEAD)
    assert output(run)["title"] == "Open: this may land · digest d"
    assert output(run)["annotations"] == []
