"""What somebody tries who wants to land what nobody agreed to, with all that may be pushed."""

from __future__ import annotations

import json

import pytest

from opsrail.gate.agreeing import MOST_OF_ONE
from tests.gate.guarded import Clone, Server
from tests.gate.test_guarding import (
    HOLIDAYS,
    HOURS,
    SATURDAY,
    WINDOW,
    _agree,
    _is_open,
    _land,
    _proposed,
    _run,
    _say,
)

MAIN = "refs/heads/main"


def _holidays(author: Clone) -> str:
    """The branch `change` with other holidays, committed and not pushed."""
    author.git("switch", "-q", "-c", "change")
    author.edit(*HOLIDAYS)
    _run(author, "sync")
    return author.commit("Holidays")


def test_an_old_yes_does_not_land_again_what_was_taken_back(server: Server) -> None:
    author = server.clone("dora")
    commit = _proposed(author, HOLIDAYS)
    _agree(server, "ada")
    assert _is_open(server.refusal(MAIN, commit, pusher="dora"))
    author.push("change:main")
    author.git("revert", "--no-edit", commit)
    author.push("change:main")
    author.git("cherry-pick", commit)
    author.push("+change")
    later = "2026-03-04T10:00:00Z"
    again = server.refusal(MAIN, server.ref("change"), pusher="dora", now=later)
    assert not _is_open(again)


def test_a_no_is_not_lifted_by_a_later_yes_to_something_else(server: Server) -> None:
    author = server.clone("dora")
    bad = _proposed(author, HOLIDAYS)
    _agree(server, "ada")
    _agree(server, "robin", "--object")
    author.git("switch", "-q", "-C", "change", "origin/main")
    _proposed(author, WINDOW)
    _agree(server, "robin", now="2026-01-07T10:30:00Z")
    refusal = server.refusal(MAIN, bad, pusher="dora", now="2026-01-07T11:00:00Z")
    assert refusal is not None
    assert refusal.plan is not None
    assert refusal.plan.decision.objections == ("robin",)


def test_a_yes_for_one_branch_is_none_for_another(server: Server) -> None:
    author = server.clone("dora")
    author.push("main:refs/heads/trial")
    commit = _proposed(author, HOLIDAYS)
    ada = server.clone("ada")
    ada.git("fetch", "-q", "origin")
    out = _run(ada, "approve", "origin/change", "--base", "origin/trial")
    ada.push(f"+{out.strip().rsplit(' ', 1)[-1]}")
    assert not _is_open(server.refusal(MAIN, commit, pusher="dora"))


def test_a_commit_inside_of_a_landing_is_no_landed_change(server: Server) -> None:
    author = server.clone("dora")
    bad = _holidays(author)
    author.git("revert", "--no-edit", bad)
    back = author.git("rev-parse", "HEAD")
    author.edit(*WINDOW)
    _run(author, "sync")
    author.commit()
    author.git("switch", "-q", "main")
    author.git("merge", "-q", "--no-ff", "--no-edit", "change")
    assert author.push("main").code == 0  # what people agreed to was the window only
    author.git("switch", "-q", "-C", "change")
    author.git("revert", "--no-edit", back)
    author.push("+change")
    _agree(server, "ada")
    refusal = server.refusal(MAIN, server.ref("change"), pusher="dora", now=SATURDAY)
    assert not _is_open(refusal)


def _recorded(author: Clone, digest: str) -> str:
    message = (
        f"Holidays\n\nOpsrail-Plan: {digest}\nOpsrail-Verdict: open\n"
        "Opsrail-Approved-By: cleo (money) 2026-01-06T10:00:00Z\n"
    )
    author.git("commit", "-q", "--amend", "-m", message)
    author.push("+change")
    return author.git("rev-parse", "HEAD")


@pytest.mark.parametrize("is_right", [False, True], ids=["another plan", "the right plan"])
def test_a_record_that_its_author_made_up_does_not_land(server: Server, is_right: bool) -> None:
    author = server.clone("dora")
    head = _holidays(author)
    told = author.opsrail("plan", head, "--base", "main", "--format", "json")
    digest = json.loads(told.out)["digest"] if is_right else "a" * 64
    commit = _recorded(author, digest)
    _agree(server, "ada")
    refusal = server.refusal(MAIN, commit, pusher="dora")
    assert refusal is not None
    assert "record" in refusal.why


def test_an_emergency_lands_with_its_record(server: Server) -> None:
    author = server.clone("dora")
    commit = _proposed(author, HOLIDAYS)
    words = ("--break-glass", "it misleads people")
    _agree(server, "ada", *words, now=SATURDAY)
    _agree(server, "cleo", *words, now=SATURDAY)
    bare = server.refusal(MAIN, commit, pusher="dora", now=SATURDAY)
    assert bare is not None
    assert "bears no record" in bare.why
    landing = _land(author, now=SATURDAY)
    assert server.refusal(MAIN, landing, pusher="dora", now=SATURDAY) is None
    assert "Opsrail-Break-Glass: ada" in author.git("log", "-1", "--format=%B", landing)


def test_what_landed_cannot_be_laid_beside_the_branch_s_own_history(server: Server) -> None:
    author = server.clone("dora")
    _proposed(author, HOLIDAYS)
    author.git("switch", "-q", "-c", "other", "main")
    author.edit(HOURS, "9 hours", "8 hours")
    _run(author, "sync")
    author.commit()
    author.push("change:main")
    author.git("fetch", "-q", "origin")
    author.git("merge", "-q", "--no-edit", "-X", "ours", "origin/main")
    _run(author, "sync")
    assert author.git("rev-parse", "other^1") != server.ref("main")
    author.push("+other:change")
    _agree(server, "ada")
    assert server.refusal(MAIN, server.ref("change"), pusher="dora") is not None


def test_a_second_merge_base_hides_nothing(server: Server) -> None:
    other = server.clone("ben")
    other.git("switch", "-q", "-c", "lands")
    other.edit(*WINDOW)
    _run(other, "sync")
    window = other.commit("Window")
    other.git("switch", "-q", "main")
    other.write("notes.txt", "x\n")
    elsewhere = other.commit("Elsewhere")
    other.git("merge", "-q", "--no-ff", "--no-edit", "lands")
    other.push("main")
    author = server.clone("dora")
    author.git("fetch", "-q", "origin")
    author.git("switch", "-q", "-C", "change", elsewhere)
    # It says that it is merged, and drops the words of what was merged.
    author.git("merge", "-q", "--no-edit", "-s", "ours", window)
    author.edit(*HOLIDAYS)
    _run(author, "sync")
    head = author.commit("Holidays")
    plan = json.loads(author.opsrail("plan", head, "--base", "origin/main", "--format", "json").out)
    told = {one["path"] for one in plan["changes"]}
    tree = author.git("merge-tree", "--write-tree", "origin/main", head).split()[0]
    really = author.git("diff", "--name-only", "origin/main", tree).split()
    assert set(really) - told  # the one comparison does not see it all, and so:
    assert plan["verdict"] == "closed"
    assert any("crosswise" in words for words in plan["words"])


def test_an_unlisted_address_is_no_disguise_where_strangers_are_refused(server: Server) -> None:
    robin = server.clone("robin")
    policy = robin.read("policies/governance.yaml")
    robin.write("policies/governance.yaml", f"{policy}strangers: refused\n")
    robin.commit("Strangers are refused")
    robin.push("main")
    ada = server.clone("ada")
    _holidays(ada)
    ada.git("commit", "-q", "--amend", "--no-edit", "--author", "X <x@nowhere.example>")
    disguised = ("-c", "user.name=X", "-c", "user.email=x@nowhere.example")
    ada.git(*disguised, "commit", "-q", "--amend", "--no-edit")
    ada.push("+change")
    _say(server, "cleo")
    refusal = server.refusal(MAIN, server.ref("change"), pusher="robin")
    assert refusal is not None
    assert refusal.plan is not None
    assert "x@nowhere.example" in " ".join(refusal.plan.decision.problems)


def test_one_person_s_records_have_an_end(server: Server) -> None:
    _proposed(server.clone("dora"), HOLIDAYS)
    ada, ref, blob = _say(server, "ada")
    ada.push(f"{blob}:refs/held/one")
    for number in range(MOST_OF_ONE):
        server.set_ref(f"refs/opsrail/reviews/ada/{number:012x}", blob)
    refusal = server.refusal(ref, blob, pusher="ada")
    assert refusal is not None
    assert "delete those of what landed" in refusal.hint


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "1999-12-31T23:59:59Z"])
def test_a_review_from_before_there_were_any_is_refused(server: Server, at: str) -> None:
    _proposed(server.clone("dora"), HOLIDAYS)
    ada, ref, blob = _say(server, "ada")
    record = json.loads(ada.git("cat-file", "blob", blob)) | {"at": at}
    ada.write("record", json.dumps(record))
    blob = ada.git("hash-object", "-w", "record")
    ada.push(f"{blob}:refs/held/one")
    refusal = server.refusal(ref, blob, pusher="ada")
    assert refusal is not None
    assert "is no review" in refusal.why
