"""The step that plans, with the engine itself: a real change, GitHub's payloads, the answer."""

from __future__ import annotations

import json
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from opsrail.governance.trailers import read_record
from tests.cli.desk import REFUNDS, TODAY, WINDOW, Desk, made
from tests.gate.forges.saved import content
from tests.workflows.steps import Ended, Runner, needs_shell, step

pytestmark = needs_shell
GOVERNANCE = """\
owners: [{files: "**", owner: desk}]
approvals:
  desk: {title: Somebody of the desk, from: [desk]}
tiers:
  - {tier: 1, title: Everything, when: [anything], needs: [desk]}
"""
PEOPLE = """\
people:
  maya: {name: Maya Rushwick, logins: [maya-l]}
  jon: {name: Jon Tallowmere, logins: [jon-k]}
groups:
  desk: {title: The desk, members: [maya, jon]}
"""


@dataclass(frozen=True)
class Judged:
    """A repository on main, what GitHub told of a request, and a machine to judge it on."""

    desk: Desk
    runner: Runner
    head: str

    @property
    def answer(self) -> Path:
        return self.runner.temp / "answer"

    def told(self, name: str) -> Any:  # noqa: ANN401 - JSON is anything
        return json.loads((self.runner.temp / "told" / f"{name}.json").read_text("utf-8"))

    def tell(self, name: str, value: object) -> None:
        place = self.runner.temp / "told" / f"{name}.json"
        place.parent.mkdir(exist_ok=True)
        place.write_text(json.dumps(value), encoding="utf-8")

    def plan(self, **environment: str) -> Ended:
        script = step("opsrail-judge", "judge", "Plan")["run"]
        given = {"HEAD": self.head, "NUMBER": "482", "QUEUED": ""}
        engine = {"OPSRAIL": str(Path(sys.executable).parent / "opsrail"), "OPSRAIL_TODAY": TODAY}
        return self.runner.run(script, {}, **(given | engine | environment))

    def answered(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.answer / f"{name}.json").read_text("utf-8"))
        return found


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Main, and a request's branch beside it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
        patch.setenv("OPSRAIL_TODAY", TODAY)
        for name in ("AUTHOR", "COMMITTER"):
            patch.setenv(f"GIT_{name}_NAME", "Maya Rushwick")
            patch.setenv(f"GIT_{name}_EMAIL", "maya@larkspindle.example")
        desk = made(tmp_path_factory.mktemp("model") / "desk")
        desk.write("policies/governance.yaml", GOVERNANCE)
        desk.write("policies/people.yaml", PEOPLE)
        desk.commit("Who must agree")
        desk.git("switch", "--quiet", "--create", "refund-window")
        desk.edit(REFUNDS, *WINDOW)
        assert desk.opsrail("sync").code == 0
        desk.commit("Refund window 14 days")
        desk.git("switch", "--quiet", "main")
        return desk.root


@pytest.fixture
def judged(model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Judged:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "Maya Rushwick")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "maya@larkspindle.example")
    desk = Desk(Path(shutil.copytree(model, tmp_path / "desk", symlinks=True)))
    head = desk.git("rev-parse", "refund-window")
    temp = tmp_path / "runner"
    temp.mkdir()
    whole = Judged(desk, Runner(temp, desk.root), head)
    pull = content("pull") | {"commits": 1}
    pull["head"]["sha"] = head
    commit = content("commits")[1] | {"sha": head}
    activity = content("activity")[0] | {"after": head}
    for name, value in (
        ("pull", pull),
        ("reviews", [[]]),
        ("commits", [[commit]]),
        ("comments", [[]]),
        ("activity", [activity]),
        ("runs", {"workflow_runs": []}),
    ):
        whole.tell(name, value)
    return whole


def approve(judged: Judged, login: str) -> None:
    said = {
        "user": {"login": login},
        "commit_id": judged.head,
        "submitted_at": f"{TODAY}T08:00:00Z",
    }
    judged.tell("reviews", [[content("reviews")[1][0] | said]])


def test_a_change_that_nobody_agreed_to_waits_and_says_for_whom(judged: Judged) -> None:
    ended = judged.plan()
    assert ended.code == 0, ended.log
    assert ended.outputs == {"verdict": "waiting"}
    assert judged.answered("answer")["comment"] == "create"
    run = judged.answered("check-run-1")
    assert (run["conclusion"], run["head_sha"]) == ("action_required", judged.head)
    assert str(judged.answered("comment")["body"]).startswith("<!-- opsrail-plan -->\n")
    assert not (judged.answer / "record.txt").exists()


def test_the_authors_own_yes_changes_nothing(judged: Judged) -> None:
    approve(judged, "maya-l")
    assert judged.plan().outputs == {"verdict": "waiting"}


def test_an_approval_opens_it_and_the_record_is_written(judged: Judged) -> None:
    approve(judged, "jon-k")
    ended = judged.plan()
    assert ended.code == 0, ended.log
    assert ended.outputs == {"verdict": "open"}
    assert judged.answered("check-run-1")["conclusion"] == "success"
    record, fault = read_record(f"x\n\n{(judged.answer / 'record.txt').read_text('utf-8')}")
    assert record is not None, fault
    assert record.approvals[0].person == "jon"
    files = ("--plan-json", "plan.json", "--record", "record.txt", "--output", "merge.json")
    ran = Desk(judged.answer).opsrail("forge", "merge", *files)
    assert ran.code == 0, ran.err


def test_a_merge_queue_is_told_on_its_own_commit(judged: Judged) -> None:
    judged.plan(QUEUED="5e6f7a8b" * 5)
    assert judged.answered("check-run-1")["head_sha"] == "5e6f7a8b" * 5


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("reviews", {"message": "Server Error"}),
        ("commits", [[]]),
        ("activity", []),
        ("pull", {}),
    ],
)
def test_what_github_did_not_tell_gives_no_verdict(
    judged: Judged, name: str, value: object
) -> None:
    judged.tell(name, value)
    ended = judged.plan()
    assert (ended.code != 0, ended.outputs) == (True, {})
    assert not (judged.answer / "check-run-1.json").exists()


def test_a_report_that_is_none_gives_no_verdict(judged: Judged) -> None:
    judged.tell("report", {"findings": "none at all"})
    ended = judged.plan()
    assert (ended.code, ended.outputs) == (1, {})


def test_nothing_of_the_head_reaches_the_work_tree(judged: Judged) -> None:
    before = judged.desk.files()
    judged.plan()
    after = judged.desk.files()
    assert {path: data for path, data in after.items() if not path.startswith(".opsrail/")} == {
        path: data for path, data in before.items() if not path.startswith(".opsrail/")
    }


# Fetching


@pytest.fixture
def forge(tmp_path: Path, judged: Judged) -> Judged:
    """The same on a machine that has main only; the request's commits are on the forge."""
    judged.desk.git("config", "uploadpack.allowAnySHA1InWant", "true")
    judged.desk.git("update-ref", "refs/pull/482/head", judged.head)
    judged.desk.git("branch", "--quiet", "-D", "refund-window")
    checkout = tmp_path / "checkout"
    judged.desk.git("clone", "--quiet", "--branch=main", str(judged.desk.root), str(checkout))
    return Judged(Desk(checkout), Runner(judged.runner.temp, checkout), judged.head)


def fetch(forge: Judged, reviewed: str) -> Ended:
    forge.tell("reviews", [[{"commit_id": reviewed}, {"commit_id": None}, {"commit_id": "-x"}]])
    script = step("opsrail-judge", "judge", "Fetch the head as objects")["run"]
    return forge.runner.run(script, {}, HEAD=forge.head)


def test_the_head_comes_as_objects_only(forge: Judged) -> None:
    before = forge.desk.files()
    ended = fetch(forge, forge.head)
    assert ended.code == 0, ended.log
    assert forge.desk.git("cat-file", "-t", forge.head) == "commit"
    assert forge.desk.git("for-each-ref", f"--contains={forge.head}") == ""
    assert forge.desk.files() == before


def test_what_was_reviewed_and_then_replaced_is_fetched_too(forge: Judged, judged: Judged) -> None:
    tree = judged.desk.git("rev-parse", "main^{tree}")
    replaced = judged.desk.git("commit-tree", tree, "-p", "main", "-m", "An earlier head")
    assert fetch(forge, replaced).code == 0
    assert forge.desk.git("cat-file", "-t", replaced) == "commit"


def test_what_was_reviewed_and_is_gone_is_told_and_no_failure(forge: Judged) -> None:
    ended = fetch(forge, "5e6f7a8b" * 5)
    assert ended.code == 0
    assert "cannot be had any more" in ended.log


def test_a_head_that_cannot_be_had_is_a_failure(forge: Judged) -> None:
    gone = Judged(forge.desk, forge.runner, "5e6f7a8b" * 5)
    assert fetch(gone, forge.head).code != 0
