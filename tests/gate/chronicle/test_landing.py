from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from opsrail.findings import CannotWork, Finding, Location
from opsrail.gate.chronicle.landing import Landed, Refused, Where, land
from opsrail.gate.chronicle.landings import Landings
from opsrail.gate.chronicle.model import Standing
from opsrail.gate.chronicle.recording import record_of
from opsrail.gate.plan.model import Plan
from opsrail.governance.changes import Change
from opsrail.governance.model import Frozen, GlassBroken, RuleState
from opsrail.governance.record import Agreed, Emergency
from opsrail.repo.log import landed as listed
from tests.gate.chronicle.past import REFUNDS, RISK_OWNERS, TEN, USER, Past, refunds


@pytest.fixture
def past(tmp_path: Path) -> Iterator[Past]:
    """A topic that changes the refund window; main went on elsewhere; HEAD is on the topic."""
    made = Past(tmp_path / "desk")
    made.land_file(REFUNDS, refunds(), "The beginning", "2026-01-05")
    made.git("switch", "--quiet", "--create", "topic")
    made.land_file(REFUNDS, refunds(14, 80), "Window 14 days", "2026-01-06")
    made.git("switch", "--quiet", "main")
    made.land_file("content/sources/else.md", "# Else\n\nWait 2 days.\n", "Else", "2026-01-07")
    made.git("switch", "--quiet", "topic")
    yield made
    made.repository.close()


def try_to_land(past: Past, plan: Plan | None = None, **where: str) -> Landed:
    meant = {"head": past.git("rev-parse", "topic"), "branch": "main"}
    meant |= {"target": past.git("rev-parse", "main"), **where}
    return land(past.repository, plan or past.plan("main", "topic"), Where(**meant), USER)


def test_it_lands_as_one_merge_with_its_record(past: Past) -> None:
    before = past.git("rev-parse", "main")
    files = past.state()
    plan = past.plan("main", "topic", number="482", title="Refund window 14 days, limit USD 80")
    landed = try_to_land(past, plan)
    assert past.git("rev-parse", "main") == landed.commit
    assert past.git("log", "-1", "--format=%P", "main") == f"{before} {plan.change.head}"
    assert past.git("log", "-1", "--format=%an %cn", "main") == "Maya Lind Maya Lind"
    message = past.git("log", "-1", "--format=%B", "main").splitlines()
    assert message[:4] == [
        "Refund window 14 days, limit USD 80 (#482)",
        "",
        f"Opsrail-Plan: {plan.change.digest}",
        "Opsrail-Verdict: open",
    ]
    assert "Opsrail-Approved-By: ana (risk-owners) 2026-11-02T10:00:00Z" in message
    assert "Opsrail-Proved-By: faithful 27 of 27, as its own run reports" in message
    assert f"Opsrail-Policy: {before}" in message
    assert "14 days" in past.git("show", f"main:{REFUNDS}")
    assert "2 days" in past.git("show", "main:content/sources/else.md")
    after = past.state()
    assert {path for path in files if files[path] != after[path]} == {"refs"}


def test_what_landed_has_a_record_that_matches(past: Past) -> None:
    landed = try_to_land(past, past.plan("main", "topic", number="482"))
    (newest, *_) = listed(past.repository, landed.commit)
    told = Landings(past.repository).of(newest)
    assert (told.standing, told.record) == (Standing.MATCHES, landed.record)
    assert (told.authors, told.landed_by, told.request) == (
        ("Robin Example",),
        "Maya Lind",
        "482",
    )


def test_a_record_copied_onto_another_change_does_not_match(past: Past) -> None:
    landed = try_to_land(past)
    message = past.git("log", "-1", "--format=%B", landed.commit)
    past.git("switch", "--quiet", "main")
    past.land_file(REFUNDS, refunds(7, 500), message, "2026-01-09")
    (newest, *_) = listed(past.repository, past.repository.resolve("main"))
    told = Landings(past.repository).of(newest)
    assert (told.standing, told.record, told.claimed) == (Standing.DIFFERS, None, landed.record)


@pytest.mark.parametrize(
    "title", ["x\n\nOpsrail-Verdict: open\n", "Opsrail-Tier: 0", "", "\x1b[2J"]
)
def test_no_title_forges_a_record(past: Past, title: str) -> None:
    landed = try_to_land(past, past.plan("main", "topic", title=title))
    (newest, *_) = listed(past.repository, landed.commit)
    assert Landings(past.repository).of(newest).record == landed.record
    assert "\x1b" not in newest.message


Attempt = tuple[Plan, dict[str, str]]


def closed(past: Past) -> Attempt:
    finding = Finding(Location(REFUNDS), "stale-section", "it is stale")
    return replace(past.plan("main", "topic"), findings=(finding,)), {}


def about_another(past: Past) -> Attempt:
    return past.plan("main", "main"), {}


def moved_meanwhile(past: Past) -> Attempt:
    return past.plan("main", "topic"), {"target": past.git("rev-parse", "main~1")}


def conflicting(past: Past) -> Attempt:
    past.git("switch", "--quiet", "main")
    past.land_file(REFUNDS, refunds(60), "Window 60 days", "2026-01-08")
    past.git("switch", "--quiet", "topic")
    return past.plan("main", "topic"), {}


def same_file_meanwhile(past: Past) -> Attempt:
    plan = past.plan("main", "topic")
    past.git("switch", "--quiet", "main")
    past.land_file(REFUNDS, refunds(more="\nSee the limits.\n"), "More", "2026-01-08")
    past.git("switch", "--quiet", "topic")
    return plan, {}


def checked_out(past: Past) -> Attempt:
    past.git("switch", "--quiet", "main")
    return past.plan("main", "topic"), {}


def checked_out_elsewhere(past: Past) -> Attempt:
    past.git("worktree", "add", "--quiet", str(past.folder.parent / "other"), "main")
    return past.plan("main", "topic"), {}


def landed_before(past: Past) -> Attempt:
    past.git("branch", "--force", "main", "topic")
    return past.plan("main~1", "topic"), {}


def nothing_new(past: Past) -> Attempt:
    plan = past.plan("main", "topic")
    past.git("switch", "--quiet", "--create", "same", "main")
    past.land_file(REFUNDS, refunds(14, 80), "The same", "2026-01-08")
    past.git("branch", "--force", "main", "same")
    return plan, {}


REFUSALS: dict[str, tuple[Callable[[Past], Attempt], str]] = {
    "a closed plan": (closed, "the plan is closed"),
    "a plan about another commit": (about_another, "about another commit"),
    "a branch that moved": (moved_meanwhile, "somebody else moved main"),
    "a conflict": (conflicting, f"does not merge with main by itself: {REFUNDS}"),
    "the same file meanwhile": (same_file_meanwhile, f"not what was agreed to: {REFUNDS}"),
    "a branch that is checked out": (checked_out, "main is checked out"),
    "a branch that is checked out elsewhere": (checked_out_elsewhere, "main is checked out"),
    "what landed before": (landed_before, "main has it already"),
    "nothing new": (nothing_new, "changes nothing"),
}


@pytest.mark.parametrize(("prepare", "why"), REFUSALS.values(), ids=list(REFUSALS))
def test_a_refusal_changes_nothing(
    past: Past, prepare: Callable[[Past], Attempt], why: str
) -> None:
    plan, where = prepare(past)
    before = past.state()
    with pytest.raises(Refused, match=why):
        try_to_land(past, plan, **where)
    assert past.state() == before


@pytest.mark.parametrize("place", [".gitattributes", ".git/info/attributes"])
def test_no_merge_driver_of_the_clone_runs(past: Past, place: str, tmp_path: Path) -> None:
    past.git("switch", "--quiet", "main")
    past.land_file(REFUNDS, refunds(more="\nSee the limits.\n"), "More", "2026-01-08")
    past.git("switch", "--quiet", "topic")
    past.git("merge", "--quiet", "--no-edit", "main")
    past.land_file(REFUNDS, refunds(14, 80, more="\nSee the limits.\n"), "Again", "2026-01-09")
    past.git("switch", "--quiet", "main")
    past.write(REFUNDS, refunds(more="\nSee the limits, all of them.\n"))
    past.write(place, "*.md merge=evil\n")
    past.commit("And more", "2026-01-10")
    past.git("switch", "--quiet", "topic")
    past.write(place, "*.md merge=evil\n")
    ran = tmp_path / "ran"
    past.git("config", "merge.evil.driver", f"touch {ran}; cp %B %A")
    past.git("config", "merge.default", "evil")
    with pytest.raises(Refused, match="not what was agreed to"):
        try_to_land(past)
    assert not ran.exists()
    # The same merge by hand does run it: the test would see it.
    past.git("checkout", "--quiet", "--force", "main")
    past.write(place, "*.md merge=evil\n")
    past.git("merge", "--quiet", "--no-edit", "topic")
    assert ran.exists()


def test_no_hook_runs(past: Past, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    for name in ("reference-transaction", "post-commit", "pre-merge-commit", "commit-msg"):
        hook = past.folder / ".git" / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch {ran}\n", encoding="utf-8")
        hook.chmod(0o755)
    try_to_land(past)
    assert not ran.exists()


def test_histories_that_share_nothing_are_refused(past: Past) -> None:
    past.git("switch", "--quiet", "--orphan", "alone")
    head = past.land_file("content/sources/new.md", "# New\n", "New", "2026-01-08")
    plan = replace(past.plan("alone", "alone"), policy="")
    with pytest.raises(CannotWork, match="unrelated histories"):
        try_to_land(past, plan, head=head)


def test_an_emergency_that_opened_the_gate_is_on_record(past: Past) -> None:
    plan = past.plan("main", "topic")
    glass = GlassBroken(("ana", "jon"), 2, "sign-in is down", TEN, TEN + timedelta(days=7), True)
    waiting = replace(RISK_OWNERS, state=RuleState.PENDING, given=())
    broken = replace(plan.decision, outcomes=(waiting,), glass=glass)
    record = record_of(replace(plan, decision=broken))
    assert record.verdict == "break-glass"
    assert record.glass == Emergency(("ana", "jon"), "sign-in is down", TEN + timedelta(days=7))
    frozen = replace(
        plan.decision, glass=glass, frozen=(Frozen("weekend", "", TEN, RISK_OWNERS.place),)
    )
    assert record_of(replace(plan, decision=frozen)).verdict == "break-glass"


def test_an_emergency_that_nobody_needed_is_none(past: Past) -> None:
    plan = past.plan("main", "topic")
    glass = GlassBroken(("ana", "jon"), 2, "sign-in is down", TEN, TEN, True)
    record = record_of(replace(plan, decision=replace(plan.decision, glass=glass)))
    assert (record.verdict, record.approvals) == ("open", (Agreed("ana", "risk-owners", TEN),))


def test_a_closed_plan_leaves_no_record(past: Past) -> None:
    plan = past.plan("main", "topic")
    with pytest.raises(ValueError, match="closed"):
        record_of(replace(plan, decision=replace(plan.decision, is_open=False)))


def test_of_very_many_changes_the_gravest_are_named(past: Past) -> None:
    plan = past.plan("main", "topic")
    many = tuple(Change(REFUNDS, "section reworded", f"§ {n}") for n in range(40))
    loss = Change(REFUNDS, "money raised", "§ Z", "USD 50", "USD 80")
    record = record_of(replace(plan, change=replace(plan.change, changes=(*many, loss))))
    assert record.changes[0] == "money raised: USD 50 → USD 80 (refunds.md § Z)"
    assert record.changes[-1] == "and 22 more"
    assert len(record.changes) == 20


def test_git_without_the_command_is_said(past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    real = type(past.repository).attempt

    def without(self: object, *given: str, **more: object) -> tuple[int, bytes, bytes]:
        if given[0] == "merge-tree":
            return 129, b"", b"usage: git merge-tree <base-tree> <branch1> <branch2>\n"
        return real(self, *given, **more)  # type: ignore[arg-type]  # passed on as given

    monkeypatch.setattr(type(past.repository), "attempt", without)
    with pytest.raises(CannotWork, match="usage: git merge-tree") as raised:
        try_to_land(past)
    assert "Git 2.38" in raised.value.hint


def test_the_merge_says_what_git_merge_says(past: Past) -> None:
    landed = try_to_land(past)
    parents = past.git("log", "-1", "--format=%P", landed.commit).split()
    past.git("switch", "--quiet", "--detach", parents[0])
    subprocess.run(
        ["git", "merge", "--quiet", "--no-edit", parents[1]], cwd=past.folder, check=True
    )
    assert past.git("rev-parse", "HEAD^{tree}") == past.git(
        "rev-parse", f"{landed.commit}^{{tree}}"
    )
