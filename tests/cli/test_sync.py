from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from opsrail.repo.git import Repository
from opsrail.repo.journal import exclusive
from tests.cli.desk import AGENT, CUSTOMER, LEAD, LOCK, REFUNDS, WINDOW, Desk

NOTE = "Ask the member how the rest of the order went."


def test_what_is_in_step_is_left_alone(desk: Desk) -> None:
    before = desk.files()
    ran = desk.opsrail("sync")
    assert (ran.code, ran.out, ran.err) == (0, "everything is in step\n", "")
    assert desk.files() == before


def test_only_what_is_behind_is_rewritten(desk: Desk) -> None:
    desk.edit(REFUNDS, "never three times", "never four times")
    ran = desk.opsrail("sync")
    assert ran.code == 0
    assert ran.out == f"{LEAD}  1 updated\n1 page rewritten, 3 files in all\n"
    assert "never four times" in desk.read(LEAD)
    assert desk.git("status", "--short").split() == [
        *("M", REFUNDS),
        *("M", LOCK),
        *("M", "playbooks/refunds/.generated/lead.md"),
        *("M", LEAD),
    ]
    assert desk.opsrail("sync").out == "everything is in step\n"


def test_a_dry_run_tells_and_writes_nothing(desk: Desk) -> None:
    desk.edit(REFUNDS, *WINDOW)
    before = desk.files()
    ran = desk.opsrail("sync", "--dry-run")
    assert ran.code == 0
    assert ran.out.endswith("3 pages would be rewritten, 7 files in all\n")
    assert desk.files() == before
    wet = desk.opsrail("sync")
    assert wet.out == ran.out.replace("would be rewritten", "rewritten")


# What people wrote


def test_what_people_wrote_is_carried_along(desk: Desk) -> None:
    desk.edit(AGENT, "- [ ] Confirm", f"- [ ] {NOTE}\n- [ ] Confirm")
    desk.edit(REFUNDS, *WINDOW)
    ran = desk.opsrail("sync")
    assert ran.code == 0
    assert f"{AGENT}  1 updated, 1 merged\n" in ran.out
    assert NOTE in desk.read(AGENT)
    assert "14 days" in desk.read(AGENT)
    assert "30 days" not in desk.read(AGENT)
    assert desk.opsrail("check").code == 0


def test_in_a_conflict_the_persons_text_stands_and_the_gate_is_closed(desk: Desk) -> None:
    desk.edit(CUSTOMER, "within **30 days**", "within **30 days** of paying")
    theirs = desk.read(CUSTOMER)
    desk.edit(REFUNDS, "within **30 days**. Write", "within **14 days**. Write")
    ran = desk.opsrail("sync")
    assert ran.code == 1
    assert "1 conflict" in ran.out
    assert f"{CUSTOMER}:" in ran.out
    assert "the person's text stands" in ran.out
    assert desk.read(CUSTOMER) == theirs
    assert "<<<<" not in theirs
    again = desk.opsrail("sync")
    assert again.code == 1
    assert "everything is in step" not in again.out
    assert "conflicted-section" in desk.opsrail("check").out


def test_a_conflict_ends_when_it_is_settled_by_hand_and_accepted(desk: Desk) -> None:
    desk.edit(CUSTOMER, "within **30 days**", "within **30 days** of paying")
    desk.edit(REFUNDS, "within **30 days**. Write", "within **14 days**. Write")
    desk.opsrail("sync")
    desk.edit(CUSTOMER, "within **30 days** of paying", "within **14 days** of paying")
    ran = desk.opsrail("sync", "--accept", f"{CUSTOMER}#eligibility")
    assert ran.code == 0, ran.out
    assert "1 accepted" in ran.out
    assert desk.opsrail("check").code == 0
    assert "of paying" in desk.read(CUSTOMER)


@pytest.mark.parametrize("named", [CUSTOMER, f"{CUSTOMER}#eligibility", f"./{CUSTOMER}"])
def test_an_accepted_difference_is_on_record(desk: Desk, named: str) -> None:
    desk.edit(CUSTOMER, "**30 days**", "**45 days**")
    assert "hand-broken" in desk.opsrail("check").out
    ran = desk.opsrail("sync", "--accept", named)
    assert ran.code == 0
    ran = desk.opsrail("check")
    assert ran.code == 0
    assert "edited-section: note: " in ran.out
    assert "**45 days**" in desk.read(CUSTOMER)


@pytest.mark.parametrize("named", [f"{CUSTOMER}#nothing", "playbooks/none/lead.md", REFUNDS])
def test_accepting_what_is_not_there_writes_nothing(desk: Desk, named: str) -> None:
    desk.edit(REFUNDS, *WINDOW)
    before = desk.files()
    ran = desk.opsrail("sync", "--accept", named)
    assert ran.code == 2
    assert f"--accept names no derived section: {named}" in ran.err
    assert desk.files() == before


def test_a_section_that_is_no_longer_asked_for_goes_unless_a_person_edited_it(desk: Desk) -> None:
    playbook = "playbooks/refunds/playbook.yaml"
    desk.edit(LEAD, "never three times.", f"never three times. {NOTE}")
    desk.edit(
        playbook,
        "  - from: content/sources/refunds.md#exceptions\n    form: {lead: full}\n",
        "",
    )
    ran = desk.opsrail("sync")
    assert ran.code == 1
    assert "orphaned-section" in ran.out
    assert NOTE in desk.read(LEAD)
    desk.git("restore", LEAD)
    ran = desk.opsrail("sync")
    assert ran.code == 0
    assert "1 removed" in ran.out
    assert "three times" not in desk.read(LEAD)


def test_a_page_with_damaged_markers_is_not_touched(desk: Desk) -> None:
    page = desk.read(AGENT).replace("<!-- /derived -->", "", 1)
    desk.write(AGENT, page)
    desk.edit(REFUNDS, *WINDOW)
    ran = desk.opsrail("sync")
    assert ran.code == 1
    assert f"{AGENT}:" in ran.out
    assert desk.read(AGENT) == page
    assert "14 days" in desk.read(CUSTOMER)


def test_a_page_that_was_deleted_comes_back(desk: Desk) -> None:
    before = desk.files()
    (desk.root / AGENT).unlink()
    assert desk.opsrail("sync").code == 0
    assert desk.files() == before


# Interrupted, at the same time, and while watching


def test_an_interrupted_run_is_finished_by_the_next(desk: Desk) -> None:
    desk.edit(REFUNDS, *WINDOW)
    planted = (
        "import os, pathlib\nreplace, count = pathlib.Path.replace, []\n"
        "def dies(self, target):\n"
        "    count.append(1)\n"
        "    if len(count) == 3: os.kill(os.getpid(), 9)\n"
        "    return replace(self, target)\n"
        "pathlib.Path.replace = dies\nfrom opsrail.cli.main import main\nmain()"
    )
    done = subprocess.run(
        [sys.executable, "-c", planted, "sync"], cwd=desk.root, capture_output=True, check=False
    )
    assert done.returncode == -signal.SIGKILL
    ran = desk.opsrail("sync")
    assert ran.code == 0
    assert ran.out.startswith("finished an interrupted run: ")
    assert desk.opsrail("check").code == 0
    assert not list(desk.root.rglob("*opsrail-new*"))


def test_a_second_run_meanwhile_is_refused(desk: Desk) -> None:
    desk.edit(REFUNDS, *WINDOW)
    before = desk.files()
    with exclusive(Repository.discover(desk.root)):
        ran = desk.process("sync")
        assert desk.process("sync", "--dry-run").code == 0
    assert (ran.code, ran.out) == (3, "")
    assert "another opsrail run is writing to this repository" in ran.err
    assert desk.files() == before


def wait_for(path: Path, words: str, times: int = 1) -> None:
    end = time.monotonic() + 20
    while path.read_text("utf-8").count(words) < times:
        assert time.monotonic() < end, f"{path.name} never said {words!r}"
        time.sleep(0.05)


@pytest.mark.parametrize("has_commits", [True, False])
def test_watching_follows_changes_until_it_is_interrupted(desk: Desk, has_commits: bool) -> None:
    if not has_commits:
        desk.git("update-ref", "-d", "HEAD")
    log = desk.root.parent / "log.txt"
    with (
        log.open("w") as out,
        subprocess.Popen(
            [sys.executable, "-u", "-m", "opsrail", "sync", "--watch"],
            cwd=desk.root,
            stdout=out,
            stderr=out,
            start_new_session=True,
        ) as process,
    ):
        try:
            wait_for(log, "everything is in step")
            desk.edit(REFUNDS, *WINDOW)
            wait_for(log, "3 pages rewritten, 7 files in all\n")
            # At once, while the run before may still be on its way: no change gets lost.
            desk.edit(REFUNDS, "14 days", "21 days")
            wait_for(desk.root / AGENT, "21 days")
            wait_for(log, "3 pages rewritten, 7 files in all\n", times=2)
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == 130
        finally:
            process.kill()
    left = subprocess.run(
        ["ps", "-o", "pid=", "--sid", str(process.pid)], capture_output=True, check=False
    )
    assert left.stdout.split() == []
    assert "Traceback" not in log.read_text("utf-8")
    assert desk.opsrail("check").code == 0


def test_a_page_that_cannot_be_read_is_never_overwritten(desk: Desk) -> None:
    desk.edit(REFUNDS, *WINDOW)
    broken = (desk.root / AGENT).read_bytes().replace(b"Confirm", b"Confirm \xff by hand")
    (desk.root / AGENT).write_bytes(broken)
    ran = desk.opsrail("sync")
    assert ran.code == 1
    assert f"{AGENT}:" in ran.out
    assert (desk.root / AGENT).read_bytes() == broken
    assert "14 days" in desk.read(LEAD)
