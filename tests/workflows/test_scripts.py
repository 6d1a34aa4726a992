"""The scripts in our workflows, run against a stand-in for GitHub: races, forks, failures."""

from __future__ import annotations

import copy
import json
import stat
from pathlib import Path
from typing import Any

import pytest

from tests.workflows.steps import Ended, Runner, needs_shell, step, workflow

pytestmark = needs_shell
HEAD = "9f3c2a1b" * 5
LATER = "0c1d2e3f" * 5
QUEUED = "5e6f7a8b" * 5
PULL = {
    "number": 482,
    "state": "open",
    "draft": False,
    "head": {"sha": HEAD, "ref": "refund-window", "repo": {"full_name": "fork/desk"}},
    "base": {"ref": "main"},
}
AT = "repos/larkspindle/desk"


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


def with_head(sha: str) -> dict[str, Any]:
    pull = copy.deepcopy(PULL)
    pull["head"]["sha"] = sha  # type: ignore[index]  # a mapping, see above
    return pull


# Finding the pull request


def find(runner: Runner, pulls: list[dict[str, Any]], **environment: str) -> Ended:
    script = step("opsrail-plan", "find", "Find the open pull request whose head the run looked at")
    answers = {f"GET {AT}/pulls": pulls, f"GET {AT}/pulls/482": PULL}
    given = {"BRANCH": "refund-window", "DEFAULT": "main", "EVENT": "pull_request"}
    return runner.run(
        script["run"], answers, **(given | {"HEAD": HEAD, "OWNER": "fork"} | environment)
    )


def test_the_request_of_a_fork_is_found_by_owner_branch_and_head(runner: Runner) -> None:
    ended = find(runner, [PULL])
    assert ended.code == 0
    assert ended.outputs == {"number": "482", "head": HEAD, "queued": ""}
    assert ended.asked[0][1]["head"] == "fork:refund-window"


def test_a_request_that_was_pushed_to_since_is_left_to_the_later_run(runner: Runner) -> None:
    ended = find(runner, [with_head(LATER)])
    assert (ended.code, ended.outputs) == (0, {})


@pytest.mark.parametrize("change", [{"state": "closed"}, {"base": {"ref": "next"}}])
def test_a_request_that_is_closed_or_for_another_branch_is_none(
    runner: Runner, change: dict[str, Any]
) -> None:
    ended = find(runner, [PULL | change])
    assert (ended.code, ended.outputs) == (0, {})


def test_which_of_two_is_meant_is_not_guessed(runner: Runner) -> None:
    ended = find(runner, [PULL, PULL | {"number": 483}])
    assert (ended.code, ended.outputs) == (1, {})


def test_a_merge_queues_commit_is_told_with_the_requests_own_head(runner: Runner) -> None:
    branch = f"gh-readonly-queue/main/pr-482-{LATER}"
    ended = find(runner, [], EVENT="merge_group", BRANCH=branch, HEAD=QUEUED)
    assert ended.outputs == {"number": "482", "head": HEAD, "queued": QUEUED}


@pytest.mark.parametrize(
    "branch",
    [
        "main",
        f"gh-readonly-queue/main/pr-482-{LATER};id",
        f"gh-readonly-queue/main/pr-0-{LATER}",
        f"gh-readonly-queue/main/pr-482/../483-{LATER}",
    ],
)
def test_another_branch_is_none_of_a_merge_queue(runner: Runner, branch: str) -> None:
    ended = find(runner, [], EVENT="merge_group", BRANCH=branch, HEAD=QUEUED)
    assert (ended.code, ended.outputs) == (1, {})


@pytest.mark.parametrize("branch", ["$(touch x)", "`touch x`", "a;touch x", "a'\"b", "-F", "a b"])
def test_the_name_of_a_branch_is_never_a_command(runner: Runner, branch: str) -> None:
    ended = find(runner, [PULL], BRANCH=branch)
    assert ended.code == 0
    assert ended.asked[0][1]["head"] == f"fork:{branch}"
    assert not (runner.temp / "x").exists()


def test_a_failing_answer_of_github_fails_the_step(runner: Runner) -> None:
    script = step("opsrail-plan", "find", "Find the open pull request whose head the run looked at")
    ended = runner.run(
        script["run"], {}, BRANCH="b", DEFAULT="main", EVENT="pull_request", HEAD=HEAD, OWNER="o"
    )
    assert (ended.code == 0, ended.outputs) == (False, {})


# Asking about it


def ask(runner: Runner, pull: dict[str, Any], **more: Any) -> Ended:  # noqa: ANN401 - JSON
    answers = {
        f"GET {AT}/pulls/482": pull,
        f"GET {AT}/pulls/482/reviews?per_page=100": [],
        f"GET {AT}/pulls/482/commits?per_page=100": [],
        f"GET {AT}/issues/482/comments?per_page=100": [],
        f"GET {AT}/actions/workflows/opsrail.yml/runs": {"workflow_runs": []},
        **more,
    }
    script = step("opsrail-judge", "judge", "Ask GitHub about the pull request")
    return runner.run(script["run"], answers, NUMBER="482", HEAD=HEAD, GH_TOKEN="t")  # noqa: S106 - no password


def test_a_head_that_moved_on_is_not_judged(runner: Runner) -> None:
    ended = ask(runner, with_head(LATER))
    assert (ended.code, ended.outputs) == (0, {})


def test_a_fork_that_is_out_of_sight_is_no_failure(runner: Runner) -> None:
    ended = ask(runner, PULL)
    assert (ended.code, ended.outputs) == (0, {"current": "true"})
    assert json.loads((runner.temp / "told" / "activity.json").read_text()) == []


def test_reviews_that_cannot_be_read_are_a_failure(runner: Runner) -> None:
    ended = ask(runner, PULL, **{f"GET {AT}/pulls/482/reviews?per_page=100": None})
    assert ended.code != 0
    assert "current" not in ended.outputs


# Taking the report


def take(runner: Runner, runs: list[dict[str, Any]], artifacts: list[dict[str, Any]]) -> Ended:
    told = runner.temp / "told"
    told.mkdir(exist_ok=True)
    (told / "runs.json").write_text(json.dumps({"workflow_runs": runs}), encoding="utf-8")
    answers = {
        f"GET {AT}/actions/runs/7/artifacts": {"artifacts": artifacts},
        f"GET {AT}/actions/artifacts/3/zip": {"zip": True},
    }
    engine = runner.temp / "opsrail"
    engine.write_text('#!/bin/sh\ntouch "$6"\n', encoding="utf-8")
    engine.chmod(engine.stat().st_mode | stat.S_IXUSR)
    script = step(
        "opsrail-judge", "judge", "Take the report of the head's own run, if there is one"
    )
    return runner.run(script["run"], answers, HEAD=HEAD, OPSRAIL=str(engine))


REPORT = {"id": 3, "name": "opsrail-report", "expired": False, "size_in_bytes": 900}
RUN = {"id": 7, "event": "pull_request", "conclusion": "failure"}


def test_the_report_of_the_latest_run_that_ended_is_taken(runner: Runner) -> None:
    runs = [
        RUN | {"id": 9, "conclusion": None},
        RUN | {"id": 8, "event": "merge_group"},
        RUN,
        RUN | {"id": 6},
    ]
    assert take(runner, runs, [REPORT, REPORT | {"id": 2}]).code == 0
    assert (runner.temp / "told" / "report.json").exists()


@pytest.mark.parametrize(
    ("runs", "artifacts"),
    [
        ([], []),
        ([RUN | {"conclusion": "cancelled"}], [REPORT]),
        ([RUN], []),
        ([RUN], [REPORT | {"expired": True}]),
        ([RUN], [REPORT | {"size_in_bytes": 5_000_001}]),
        ([RUN], [REPORT | {"name": "other"}]),
    ],
)
def test_without_a_report_that_can_be_taken_none_is(
    runner: Runner, runs: list[dict[str, Any]], artifacts: list[dict[str, Any]]
) -> None:
    ended = take(runner, runs, artifacts)
    assert ended.code == 0
    assert not (runner.temp / "told" / "report.json").exists()
    assert not any("zip" in path for path, _ in ended.asked)


# Answering


def send(
    runner: Runner, pull: dict[str, Any], comment: str = "create", **environment: str
) -> Ended:
    answer = runner.temp / "answer"
    answer.mkdir(exist_ok=True)
    told = {"comment": comment, "comment_id": "72", "check_runs": 2}
    for name, content in (
        ("answer", told),
        ("comment", {"body": "plan"}),
        ("check-run-1", {"name": "opsrail"}),
        ("check-run-2", {"output": {}}),
    ):
        (answer / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    answers = {
        f"GET {AT}/pulls/482": pull,
        f"POST {AT}/check-runs": {"id": 9001},
        f"PATCH {AT}/check-runs/9001": {},
        f"POST {AT}/issues/482/comments": {},
        f"PATCH {AT}/issues/comments/72": {},
    }
    script = step("opsrail-judge", "answer", "Send the comment and the check run")
    given = {"NUMBER": "482", "HEAD": HEAD, "QUEUED": "", "JUDGED": "success", "VERDICT": "open"}
    return runner.run(script["run"], answers, **(given | environment))


CHECKS = [
    (f"POST {AT}/check-runs", {"name": "opsrail"}),
    (f"PATCH {AT}/check-runs/9001", {"output": {}}),
]


@pytest.mark.parametrize(
    ("comment", "sent"),
    [
        ("create", [(f"POST {AT}/issues/482/comments", {"body": "plan"})]),
        ("update", [(f"PATCH {AT}/issues/comments/72", {"body": "plan"})]),
        ("keep", []),
    ],
)
def test_the_check_run_is_posted_and_one_comment_kept(
    runner: Runner, comment: str, sent: list[tuple[str, dict[str, str]]]
) -> None:
    ended = send(runner, PULL, comment)
    assert ended.code == 0
    assert ended.changes == [*CHECKS, *sent]


def test_of_two_pushes_the_later_head_wins(runner: Runner) -> None:
    ended = send(runner, with_head(LATER))
    assert (ended.code, ended.changes) == (0, [])


@pytest.mark.parametrize(
    "environment", [{"JUDGED": "failure", "VERDICT": ""}, {"VERDICT": ""}, {"JUDGED": "cancelled"}]
)
def test_where_no_plan_could_be_made_an_earlier_yes_does_not_stand(
    runner: Runner, environment: dict[str, str]
) -> None:
    ended = send(runner, PULL, **environment)
    assert ended.code == 1
    ((path, body),) = ended.changes
    assert path == f"POST {AT}/check-runs"
    assert (body["name"], body["head_sha"], body["conclusion"]) == ("opsrail", HEAD, "failure")


def test_a_merge_queue_gets_its_verdict_and_no_comment(runner: Runner) -> None:
    assert send(runner, PULL, QUEUED=QUEUED).changes == CHECKS
    failed = send(runner, PULL, QUEUED=QUEUED, JUDGED="failure", VERDICT="")
    assert failed.changes[0][1]["head_sha"] == QUEUED


# Landing and watching


def land(runner: Runner, pull: dict[str, Any], **environment: str) -> Ended:
    script = step("opsrail-land", "find", "Look at the pull request")
    given = {"NUMBER": "482", "DEFAULT": "main", "GITHUB_REF": "refs/heads/main"}
    answers = {f"GET {AT}/pulls/482": pull}
    return runner.run(script["run"], answers, **(given | environment))


def test_an_open_request_for_main_may_land(runner: Runner) -> None:
    assert land(runner, PULL).outputs == {"number": "482", "head": HEAD}


@pytest.mark.parametrize(
    ("change", "environment"),
    [
        ({"state": "closed"}, {}),
        ({"draft": True}, {}),
        ({"base": {"ref": "next"}}, {}),
        ({}, {"GITHUB_REF": "refs/heads/other"}),
        ({}, {"NUMBER": "482/../483"}),
        ({}, {"NUMBER": ""}),
        ({}, {"NUMBER": "482\n483"}),
    ],
)
def test_nothing_else_may(
    runner: Runner, change: dict[str, Any], environment: dict[str, str]
) -> None:
    ended = land(runner, PULL | change, **environment)
    assert (ended.code, ended.outputs) == (1, {})


def test_the_merge_is_sent_as_it_was_written(runner: Runner) -> None:
    (runner.temp / "merge").mkdir()
    (runner.temp / "merge" / "merge.json").write_text(json.dumps({"sha": HEAD}), encoding="utf-8")
    script = step("opsrail-land", "land", "Merge the head that was judged")
    ended = runner.run(script["run"], {f"PUT {AT}/pulls/482/merge": {}}, NUMBER="482")
    assert ended.changes == [(f"PUT {AT}/pulls/482/merge", {"sha": HEAD})]
    refused = runner.run(script["run"], {}, NUMBER="482")
    assert refused.code != 0


def test_every_open_request_is_looked_at_again(runner: Runner) -> None:
    script = step("opsrail-watch", "list", "List numbers and heads, the latest first")
    ended = runner.run(script["run"], {f"GET {AT}/pulls": [PULL]}, DEFAULT="main")
    assert json.loads(ended.outputs["pulls"]) == [{"number": "482", "head": HEAD}]
    assert runner.run(script["run"], {f"GET {AT}/pulls": []}, DEFAULT="main").outputs == {
        "pulls": "[]"
    }


def test_a_request_is_answered_one_at_a_time_whoever_asks() -> None:
    plan = workflow("opsrail-plan")["jobs"]["plan"]["concurrency"]
    groups = {
        "${{ needs.find.outputs.number }}-${{ needs.find.outputs.queued }}": plan,
        "${{ needs.find.outputs.number }}-": workflow("opsrail-land")["jobs"]["judge"][
            "concurrency"
        ],
        "${{ matrix.pull.number }}-": workflow("opsrail-watch")["jobs"]["plan"]["concurrency"],
    }
    for key, group in groups.items():
        assert group == {"group": f"opsrail-answers-{key}", "cancel-in-progress": False}
