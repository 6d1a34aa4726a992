"""Proposals wait for a yes, are carried out once, and never by who asked for them."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from opsrail.findings import CannotWork
from opsrail.flows.approving import Desk, approve, do_now, open_desk, put_aside, reject
from opsrail.flows.effects import wanted
from opsrail.flows.model import Run, World
from opsrail.flows.running import open_flows
from opsrail.flows.waiting import Proposal, State
from opsrail.repo.snapshot import Snapshot, revision_snapshot, worktree_snapshot
from opsrail.tailor.catalog import Catalog
from tests.flows.toy import DOCUMENT, FLOW, KINDS, OFF, PROPOSING, TODAY
from tests.repo.sandbox import commit, git, new_repository, write

AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
BRANCH = "opsrail/note"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    files = {FLOW: PROPOSING + "approval: leads\n", DOCUMENT: "# Notes\n"}
    return open_desk(new_repository(tmp_path / "repo", files))


def ran(snapshot: Snapshot) -> Run:
    flows = open_flows(World(Catalog(snapshot), TODAY), known=KINDS)
    return flows.run("echo", {"text": "hello"}, OFF)


def asked(desk: Desk, by: str = "Robin Example") -> Proposal:
    snapshot = worktree_snapshot(desk.repository)
    (proposal,) = put_aside(desk, snapshot, ran(snapshot), by, AT)
    return proposal


def branches(desk: Desk) -> list[str]:
    return git(desk.repository.root, "branch", "--format=%(refname:short)").split()


def test_nothing_happens_before_a_yes_and_once_after_it(desk: Desk) -> None:
    proposal = asked(desk)
    assert branches(desk) == ["main"]
    done = approve(desk, proposal.id, "Kim Sample", "it is true", AT)
    assert done.state is State.APPROVED
    assert branches(desk) == ["main", BRANCH]
    assert git(desk.repository.root, "show", f"{BRANCH}:{DOCUMENT}") == "# Notes\n\nHELLO"
    assert approve(desk, proposal.id, "Alex Sample", "again", AT) == done
    assert [one["what"] for one in desk.log.entries()] == ["approved"]


def test_the_commit_and_the_log_say_who_and_why(desk: Desk) -> None:
    done = approve(desk, asked(desk).id, "Kim Sample", "it is\n\nOpsrail-Flow: x", AT)
    said = git(desk.repository.root, "log", "-1", "--format=%B", BRANCH).splitlines()
    assert said[0] == "Note what was said"
    assert said[2:] == [
        "Opsrail-Flow: echo",
        "Approved-by: Kim Sample (it is Opsrail-Flow: x)",
        f"Opsrail-Proposal: {done.id}",
    ]
    (entry,) = desk.log.entries()
    assert (entry["by"], entry["approval"], entry["commit"]) == ("Kim Sample", "leads", done.commit)
    assert "HELLO" not in desk.log.path.read_text()


def test_who_had_it_run_cannot_say_yes(desk: Desk) -> None:
    proposal = asked(desk)
    for name in ("Robin Example", " robin  EXAMPLE "):
        with pytest.raises(CannotWork, match="cannot say yes to it as well"):
            approve(desk, proposal.id, name, "x", AT)
    assert branches(desk) == ["main"]


def test_where_nobody_knows_who_had_it_run_anybody_may(desk: Desk) -> None:
    assert approve(desk, asked(desk, by="").id, "Kim Sample", "x", AT).commit


def test_a_no_is_final_also_for_the_same_proposal_made_anew(desk: Desk) -> None:
    proposal = asked(desk)
    reject(desk, proposal.id, "Robin Example", "not so", AT)
    assert asked(desk).state is State.REJECTED
    with pytest.raises(CannotWork, match="Robin Example rejected"):
        approve(desk, proposal.id, "Kim Sample", "x", AT)
    assert reject(desk, proposal.id, "Kim Sample", "x", AT).decided_by == "Robin Example"


def test_a_yes_cannot_be_taken_back_by_a_no(desk: Desk) -> None:
    approve(desk, asked(desk).id, "Kim Sample", "x", AT)
    with pytest.raises(CannotWork, match="Kim Sample approved"):
        reject(desk, asked(desk).id, "Alex Sample", "x", AT)


def test_running_it_twice_proposes_it_once(desk: Desk) -> None:
    assert asked(desk).id == asked(desk, by="Kim Sample").id
    assert len(desk.room.all()) == 1


def test_later_commits_leave_it_on_the_revision_that_it_saw(desk: Desk) -> None:
    proposal = asked(desk)
    write(desk.repository.root, {"content/other.md": "# Other\n"})
    commit(desk.repository.root)
    done = approve(desk, proposal.id, "Kim Sample", "x", AT)
    assert git(desk.repository.root, "rev-parse", f"{done.commit}^") == proposal.revision


def test_a_revision_that_is_no_longer_history_is_refused(desk: Desk) -> None:
    proposal = asked(desk)
    git(desk.repository.root, "commit", "--quiet", "--amend", "-m", "Another beginning")
    with pytest.raises(CannotWork, match="not in the history any more"):
        approve(desk, proposal.id, "Kim Sample", "x", AT)
    assert desk.room.get(proposal.id).state is State.WAITING


def test_a_yes_that_was_cut_off_after_making_the_branch_is_finished(desk: Desk) -> None:
    proposal = asked(desk)
    done = approve(desk, proposal.id, "Kim Sample", "x", AT)
    with desk.room.held():
        desk.room.put(proposal)
    again = approve(desk, proposal.id, "Kim Sample", "x", AT)
    assert (again.state, again.commit) == (State.APPROVED, done.commit)


def test_a_branch_of_that_name_that_is_not_ours_is_left_alone(desk: Desk) -> None:
    git(desk.repository.root, "branch", BRANCH)
    proposal = asked(desk)
    with pytest.raises(CannotWork, match="there is a branch"):
        approve(desk, proposal.id, "Kim Sample", "x", AT)
    assert desk.room.get(proposal.id).state is State.WAITING


def test_many_yeses_at_a_time_make_one_branch(desk: Desk) -> None:
    proposal = asked(desk)
    found: list[str] = []

    def say_yes(number: int) -> None:
        found.append(approve(desk, proposal.id, f"Person {number}", "x", AT).commit)

    threads = [threading.Thread(target=say_yes, args=(n,)) for n in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert (len(found), len(set(found)), len(list(desk.log.entries()))) == (6, 1, 1)


def test_work_that_is_not_committed_does_not_slip_into_a_proposal(desk: Desk) -> None:
    write(desk.repository.root, {DOCUMENT: "# Notes, half done\n"})
    snapshot = worktree_snapshot(desk.repository)
    with pytest.raises(CannotWork, match="not committed"):
        put_aside(desk, snapshot, ran(snapshot), "", AT)
    head = revision_snapshot(desk.repository, desk.repository.resolve("HEAD"))
    assert put_aside(desk, head, ran(head), "", AT)


def test_what_waits_for_somebody_is_not_done_now(desk: Desk) -> None:
    snapshot = worktree_snapshot(desk.repository)
    (want,) = wanted(ran(snapshot))
    with pytest.raises(CannotWork, match="waits for a yes of leads"):
        do_now(desk, snapshot, want, "Robin Example", AT)


def test_what_waits_for_nobody_is_done_now_and_logged(desk: Desk) -> None:
    write(desk.repository.root, {FLOW: PROPOSING})
    commit(desk.repository.root)
    snapshot = worktree_snapshot(desk.repository)
    run = ran(snapshot)
    assert put_aside(desk, snapshot, run, "", AT) == ()
    (want,) = wanted(run)
    done = do_now(desk, snapshot, want, "Robin Example", AT)
    assert git(desk.repository.root, "rev-parse", BRANCH) == done.commit
    assert [one["what"] for one in desk.log.entries()] == ["done"]


def test_names_of_proposals_lead_nowhere_else(desk: Desk) -> None:
    asked(desk)
    for name in ("../../config", "0" * 12, "", "x" * 12):
        with pytest.raises(CannotWork, match="there is no proposal"):
            approve(desk, name, "Kim Sample", "x", AT)


def test_a_damaged_proposal_is_said(desk: Desk) -> None:
    proposal = asked(desk)
    (desk.room.folder / f"{proposal.id}.json").write_text("{}")
    with pytest.raises(CannotWork, match="damaged"):
        approve(desk, proposal.id, "Kim Sample", "x", AT)
