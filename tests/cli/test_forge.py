from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import pytest

from opsrail.gate.forges import neutral
from opsrail.governance.record import Record
from opsrail.governance.trailers import trailers
from tests.cli.desk import Desk, Ran

CASES = Path(__file__).resolve().parent.parent / "cases" / "forges"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A folder with payloads: no repository is needed for any of it."""
    shutil.copytree(CASES, tmp_path, dirs_exist_ok=True)
    return Desk(tmp_path)


def request(desk: Desk, *names: str) -> Ran:
    given = [word for name in names for word in (f"--{name}", f"{name}.json")]
    return desk.opsrail("forge", "request", *given, "--output", "request.json")


def test_payloads_become_one_neutral_request(desk: Desk) -> None:
    ran = request(desk, "pull", "reviews", "commits", "activity")
    assert (ran.code, ran.out, ran.err) == (0, "#482 at 9f3c2a1: 2 commits, 5 reviews\n", "")
    read = neutral.read("request.json", (desk.root / "request.json").read_bytes())
    assert (read.author, read.last_pusher) == ("@maya-l", "@tomas-r")


def test_an_event_alone_is_read(desk: Desk) -> None:
    ran = desk.opsrail("forge", "request", "--event", "pull_request.json", "--output", "r.json")
    assert (ran.code, ran.out) == (0, "#482 at 9f3c2a1: 0 commits, 0 reviews\n")


def test_without_anything_to_read_the_usage_is_told(desk: Desk) -> None:
    assert desk.opsrail("forge", "request", "--output", "r.json").code == 2


def test_a_payload_that_is_none_is_a_finding_and_nothing_is_written(desk: Desk) -> None:
    (desk.root / "reviews.json").write_text('{"message": "Not Found"}', encoding="utf-8")
    ran = request(desk, "pull", "reviews")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("reviews.json:1:1: forge-payload: the whole: a list is wanted")
    assert not (desk.root / "request.json").exists()


def test_payloads_of_different_heads_cannot_be_put_together(desk: Desk) -> None:
    text = (desk.root / "pull.json").read_text("utf-8")
    (desk.root / "pull.json").write_text(text.replace("9f3c", "0000", 1), encoding="utf-8")
    ran = desk.opsrail(
        *("forge", "request", "--event", "pull_request.json", "--pull", "pull.json"),
        *("--output", "r.json"),
    )
    assert ran.code == 3
    assert "the later run decides" in ran.err


def test_a_huge_payload_is_not_read_to_its_end(desk: Desk) -> None:
    with (desk.root / "reviews.json").open("wb") as file:
        file.truncate(2_000_000_000)
    ran = request(desk, "pull", "reviews")
    assert (ran.code, "larger than 5,000,000 bytes" in ran.err) == (1, True)


def answer(desk: Desk, *more: str) -> Ran:
    (desk.root / "plan.md").write_text("### Refund window\n\nWAITING\n", encoding="utf-8")
    files = ("--plan", "plan.md", "--plan-json", "plan.json", "--comments", "comments.json")
    return desk.opsrail("forge", "answer", *files, "--output", "answer", *more)


def written(desk: Desk, name: str) -> dict[str, object]:
    content: dict[str, object] = json.loads((desk.root / "answer" / name).read_text("utf-8"))
    return content


def test_an_answer_says_which_comment_is_ours_and_what_becomes_of_it(desk: Desk) -> None:
    ran = answer(desk)
    assert (ran.code, ran.out) == (0, "waiting: update comment 72\n")
    assert written(desk, "answer.json") == {
        "verdict": "waiting",
        "number": "482",
        "head": "9f3c2a1b" * 5,
        "comment": "update",
        "comment_id": "72",
        "check_runs": 1,
    }
    assert str(written(desk, "comment.json")["body"]).endswith("WAITING\n")
    assert written(desk, "check-run-1.json")["conclusion"] == "action_required"
    assert sorted(path.name for path in (desk.root / "answer").iterdir()) == [
        "answer.json",
        "check-run-1.json",
        "comment.json",
    ]


def test_where_nobody_of_ours_commented_a_comment_is_made(desk: Desk) -> None:
    assert answer(desk, "--login", "desk-bot").out == "waiting: create comment\n"


def test_a_check_run_may_go_to_what_a_merge_queue_made(desk: Desk) -> None:
    answer(desk, "--on", "5e6f7a8b" * 5)
    assert written(desk, "check-run-1.json")["head_sha"] == "5e6f7a8b" * 5


def merge(desk: Desk, verdict: str) -> Ran:
    plan = json.loads((desk.root / "plan.json").read_text("utf-8"))
    plan |= {"verdict": verdict, "is_open": verdict == "open"}
    (desk.root / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    record = trailers(Record(plan=plan["digest"], request="482"))
    (desk.root / "record.txt").write_text(record, encoding="utf-8")
    files = ("--plan-json", "plan.json", "--record", "record.txt", "--output", "merge.json")
    return desk.opsrail("forge", "merge", *files)


def test_what_is_open_may_be_landed(desk: Desk) -> None:
    ran = merge(desk, "open")
    assert (ran.code, ran.out) == (0, "#482 may land at 9f3c2a1\n")
    assert json.loads((desk.root / "merge.json").read_text("utf-8"))["sha"] == "9f3c2a1b" * 5


def test_what_is_not_open_is_not(desk: Desk) -> None:
    ran = merge(desk, "waiting")
    assert (ran.code, ran.out) == (1, "#482 is waiting: nothing lands\n")
    assert not (desk.root / "merge.json").exists()


def test_a_report_is_taken_out_of_what_a_run_left(desk: Desk) -> None:
    with zipfile.ZipFile(desk.root / "left.zip", "w") as archive:
        archive.writestr("report.json", '{"findings": []}')
    ran = desk.opsrail("forge", "report", "--artifact", "left.zip", "--output", "report.json")
    assert (ran.code, ran.out) == (0, "report.json: 16 bytes\n")
    assert (desk.root / "report.json").read_text("utf-8") == '{"findings": []}'


@pytest.mark.parametrize("content", ["[]", "{", '{"a": 1, "a": 2}'])
def test_a_report_that_is_none_is_left_where_it_is(desk: Desk, content: str) -> None:
    with zipfile.ZipFile(desk.root / "left.zip", "w") as archive:
        archive.writestr("report.json", content)
    ran = desk.opsrail("forge", "report", "--artifact", "left.zip", "--output", "report.json")
    assert ran.code == 1
    assert not (desk.root / "report.json").exists()
