"""A plain Git server that lets a change land once its plan is open."""

from __future__ import annotations

from datetime import datetime

import pytest

from opsrail.findings import CannotWork
from opsrail.gate.agreeing import record_review
from opsrail.gate.changing import shares_between
from opsrail.gate.guarding import NONE, Refusal, updates_of
from opsrail.governance.changes import digest_of
from opsrail.governance.request import Review, ReviewState
from opsrail.repo.git import Repository
from tests.gate.guarded import NOW, Clone, Server, as_person

REFUNDS = "content/sources/refunds.md"
HOURS = "content/sources/hours.md"
HOLIDAYS = (HOURS, "2 business days", "3 business days")
WINDOW = (REFUNDS, "30 days", "14 days")
SATURDAY = "2026-01-10T10:00:00Z"


def _run(clone: Clone, *arguments: str, now: str = NOW) -> str:
    """Run opsrail as this person, in this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPSRAIL_NOW", now)
        patch.setenv("OPSRAIL_TODAY", now[:10])
        for name, value in as_person(clone.person).items():
            patch.setenv(name, value)
        ran = clone.opsrail(*arguments)
    assert ran.code == 0, ran
    return ran.out


def _proposed(author: Clone, *edits: tuple[str, str, str]) -> str:
    """Edit, bring pages up to date, commit on the branch `change` and push that; the commit."""
    if author.git("branch", "--show-current") != "change":
        author.git("switch", "-q", "-c", "change")
    for path, old, new in edits:
        author.edit(path, old, new)
    _run(author, "sync")
    commit = author.commit()
    assert author.push("+change").code == 0
    return commit


def _say(server: Server, person: str, *words: str, now: str = NOW) -> tuple[Clone, str, str]:
    """A reviewer says something about the branch; their clone, the ref and its object."""
    reviewer = server.clone(person)
    reviewer.git("fetch", "-q", "origin")
    out = _run(reviewer, "approve", "origin/change", "--base", "origin/main", *words, now=now)
    ref = out.strip().rsplit(" ", 1)[-1]
    return reviewer, ref, reviewer.git("rev-parse", ref)


def _agree(server: Server, person: str, *words: str, now: str = NOW) -> Clone:
    """As `_say`, and the server has it."""
    reviewer, ref, _ = _say(server, person, *words, now=now)
    assert reviewer.push(f"+{ref}").code == 0
    return reviewer


def _land(author: Clone, *, now: str = NOW, branch: str = "change") -> str:
    """Merge the branch with its record, as whoever owns the clone; the landing, which lies on the
    server's branch `landing`.
    """
    author.git("fetch", "-q", "origin", "+refs/opsrail/*:refs/opsrail/*")
    author.git("fetch", "-q", "--update-head-ok", "origin", "+main:main")
    _run(author, "land", branch, now=now)
    author.push("+main:landing")
    return author.git("rev-parse", "main")


def _agree_as_record(server: Server, person: str, commit: str) -> None:
    """A yes as it would lie on the server, whoever may give it."""
    repository = Repository.bare(server.root)
    shares = shares_between(repository, server.ref("main"), commit)
    at = datetime.fromisoformat(NOW)
    review = Review(person, ReviewState.APPROVED, at, commit, shares, target="main")
    record_review(repository, digest_of(shares), review)
    repository.close()


def _is_open(refusal: Refusal | None) -> bool:
    """Whether people agreed: what may still be missing is the landing with its record."""
    return refusal is None or refusal.plan is None


def _words(refusal: Refusal | None) -> tuple[str, ...]:
    """The rules that a landing waits for, or what else is in the way."""
    assert refusal is not None
    assert refusal.plan is not None, refusal
    decision = refusal.plan.decision
    waits = tuple(f"{one.rule} {one.team}" for one in decision.active if one.missing)
    frozen = tuple(one.name for one in decision.frozen)
    return (*waits, *frozen, *refusal.plan.closed_by)


def test_a_push_is_refused_with_the_plan_and_lands_once_agreed(server: Server) -> None:
    server.install_hook()
    author = server.clone("dora")
    commit = _proposed(author, WINDOW, HOLIDAYS)

    refused = author.push("change:main")
    assert refused.code != 0
    assert "main is guarded, and the plan is not open" in refused.out
    assert "WAITING for 2 of 2" in refused.out
    assert "within 30 days of the charge → within 14 days of the charge" in refused.out
    assert server.ref("main") != commit

    _agree(server, "ben")
    _agree(server, "ada")
    commit = _proposed(author, (HOURS, "3 business days", "4 business days"))
    refused = author.push("change:main")
    assert refused.code != 0
    assert "WAITING for 1 of 2: have ben" in refused.out

    _agree(server, "ada")
    bare = author.push("change:main")
    assert "a push lands one commit, or one merge" in bare.out
    assert "opsrail land BRANCH" in bare.out
    landing = _land(author)
    assert author.push("main").code == 0
    assert server.ref("main") == landing
    log = _run(author, "log", HOURS, "--head", "main", "-n", "1")
    assert "approved by ada (desk), ben (billing-support)" in log
    assert "record matches" in log


def test_an_edit_takes_back_the_agreement_of_its_owners_only(server: Server) -> None:
    author = server.clone("dora")
    commit = _proposed(author, WINDOW, HOLIDAYS)
    refusal = server.refusal("refs/heads/main", commit, pusher="dora")
    assert _words(refusal) == ("owners billing-support", "owners desk")
    _agree(server, "ben")
    _agree(server, "ada")
    assert _is_open(server.refusal("refs/heads/main", commit, pusher="dora"))
    commit = _proposed(author, (HOURS, "3 business days", "4 business days"))
    refusal = server.refusal("refs/heads/main", commit, pusher="dora")
    assert _words(refusal) == ("owners desk",)
    _agree(server, "ada")
    assert _is_open(server.refusal("refs/heads/main", commit, pusher="dora"))


def test_an_empty_commit_keeps_every_agreement(server: Server) -> None:
    author = server.clone("dora")
    _proposed(author, HOLIDAYS)
    ada = _agree(server, "ada")
    author.git("commit", "-q", "--allow-empty", "-m", "Nothing")
    author.push("+change")
    assert _is_open(server.refusal("refs/heads/main", server.ref("change"), pusher="dora"))
    # Nobody becomes an author by committing nothing.
    ada.git("switch", "-q", "-c", "change", "origin/change")
    ada.git("commit", "-q", "--allow-empty", "-m", "Nothing of mine")
    ada.push("+change")
    assert _is_open(server.refusal("refs/heads/main", server.ref("change"), pusher="dora"))


def test_bringing_a_branch_up_to_date_makes_nobody_its_author(server: Server) -> None:
    author = server.clone("dora")
    _proposed(author, HOLIDAYS)
    ada = _agree(server, "ada")
    ada.git("switch", "-q", "main")
    ada.write("content/sources/new.md", "---\ntitle: New\nowner: desk\n---\n\n# New\n")
    ada.commit("Elsewhere")
    ada.push("main")
    ada.git("switch", "-q", "-c", "change", "origin/change")
    ada.git("merge", "-q", "--no-edit", "main")
    ada.push("+change")
    found = server.refusal("refs/heads/main", server.ref("change"), pusher="dora")
    assert _is_open(found) or not _words(found)[0].startswith("owners")


@pytest.mark.parametrize("pusher", ["dora", "ben", "nobody"])
def test_nobody_speaks_for_somebody_else(server: Server, pusher: str) -> None:
    _proposed(server.clone("dora"), HOLIDAYS)
    ada, ref, blob = _say(server, "ada")
    ada.push(f"{blob}:refs/held/one")
    refusal = server.refusal(ref, blob, pusher=pusher)
    assert refusal is not None
    assert "cannot speak for ada" in refusal.why
    assert server.refusal(ref, blob, pusher="ada") is None


def test_a_record_by_another_name_is_refused(server: Server) -> None:
    _proposed(server.clone("dora"), HOLIDAYS)
    ada, ref, blob = _say(server, "ada")
    ada.push(f"{blob}:refs/held/one")
    refusal = server.refusal(ref.replace("/ada/", "/ben/"), blob, pusher="ben")
    assert refusal is not None
    assert "is by 'ada'" in refusal.why


def test_a_record_from_the_future_is_refused(server: Server) -> None:
    _proposed(server.clone("dora"), HOLIDAYS)
    ada, ref, blob = _say(server, "ada", now="2026-01-07T10:00:01Z")
    ada.push(f"{blob}:refs/held/one")
    refusal = server.refusal(ref, blob, pusher="ada")
    assert refusal is not None
    assert "still to come" in refusal.why


@pytest.mark.parametrize(
    "content",
    [
        "",
        "not json",
        "[]",
        "{}",
        '{"version": 1, "by": "ada", "state": "approved", "at": "yesterday"}',
        '{"version": 1, "by": "ada", "state": "approved", "at": "2026-01-07T10:00:00"}',
        "[" * 5_000,
    ],
)
def test_what_is_no_review_is_refused(server: Server, content: str) -> None:
    ada = server.clone("ada")
    ada.write("record", content)
    blob = ada.git("hash-object", "-w", "record")
    ada.push(f"{blob}:refs/held/one")
    refusal = server.refusal(f"refs/opsrail/reviews/ada/{'0' * 12}", blob, pusher="ada")
    assert refusal is not None
    assert "is no review" in refusal.why


def test_who_wrote_it_may_say_yes_and_it_counts_for_nothing(server: Server) -> None:
    ada = server.clone("ada")
    commit = _proposed(ada, HOLIDAYS)
    _agree_as_record(server, "ada", commit)
    refusal = server.refusal("refs/heads/main", commit, pusher="ada")
    assert refusal is not None
    assert refusal.plan is not None
    assert refusal.plan.decision.active[0].discounted[0].why == "wrote part of it"


def test_who_pushes_what_others_wrote_does_not_count_either(server: Server) -> None:
    commit = _proposed(server.clone("dora"), HOLIDAYS)
    _agree(server, "ada")
    assert _words(server.refusal("refs/heads/main", commit, pusher="ada")) == ("owners desk",)


def test_a_yes_that_is_taken_back_counts_no_longer(server: Server) -> None:
    commit = _proposed(server.clone("dora"), HOLIDAYS)
    ada = _agree(server, "ada")
    out = _run(ada, "approve", "origin/change", "--base", "origin/main", "--withdraw")
    assert ada.push(out.strip().rsplit(" ", 1)[-1]).code == 0
    assert _words(server.refusal("refs/heads/main", commit, pusher="dora")) == ("owners desk",)


def test_on_a_saturday_nothing_lands(server: Server) -> None:
    commit = _proposed(server.clone("dora"), HOLIDAYS)
    _agree(server, "ada")
    refusal = server.refusal("refs/heads/main", commit, pusher="dora", now=SATURDAY)
    assert _words(refusal) == ("weekend",)
    monday = "2026-01-12T08:00:00Z"
    assert _is_open(server.refusal("refs/heads/main", commit, pusher="dora", now=monday))


def test_two_break_the_glass_on_a_saturday(server: Server) -> None:
    commit = _proposed(server.clone("dora"), HOLIDAYS)
    words = ("--break-glass", "it misleads people")
    _agree(server, "ada", *words, now=SATURDAY)
    assert server.refusal("refs/heads/main", commit, pusher="dora", now=SATURDAY) is not None
    _agree(server, "cleo", *words, now=SATURDAY)
    assert _is_open(server.refusal("refs/heads/main", commit, pusher="dora", now=SATURDAY))
    late = "2026-01-10T14:00:00Z"
    assert server.refusal("refs/heads/main", commit, pusher="dora", now=late) is not None


def test_a_revert_is_proved_before_it_passes_a_freeze(server: Server) -> None:
    author = server.clone("dora")
    landed = _proposed(author, HOLIDAYS)
    assert author.push("change:main").code == 0  # no hook stands in the way here

    author.git("switch", "-q", "-C", "change")
    author.edit(HOURS, "3 business days", "5 business days")
    _run(author, "sync")
    author.git("add", "--all")
    author.git("commit", "-q", "-m", f"Back\n\nThis reverts commit {landed}.")
    author.push("+change")
    _agree(server, "ada")
    untrue = server.refusal("refs/heads/main", server.ref("change"), pusher="dora", now=SATURDAY)
    assert _words(untrue) == ("weekend",)

    author.git("reset", "-q", "--hard", landed)
    author.git("revert", "--no-edit", landed)
    author.push("+change")
    _agree(server, "ada")
    true = server.refusal("refs/heads/main", server.ref("change"), pusher="dora", now=SATURDAY)
    assert _is_open(true)


def test_what_never_landed_cannot_be_taken_back(server: Server) -> None:
    author = server.clone("dora")
    author.git("switch", "-q", "-c", "aside")
    author.edit(HOURS, "2 business days", "5 business days")
    author.commit()
    author.edit(HOURS, "5 business days", "2 business days")
    aside = author.commit()
    author.git("switch", "-q", "-c", "change", "main")
    author.edit(HOURS, "2 business days", "5 business days")
    author.git("commit", "-q", "-a", "-m", f"Back\n\nThis reverts commit {aside}.")
    for branch in ("aside", "change"):
        author.push(f"+{branch}")
    refusal = server.refusal("refs/heads/main", server.ref("change"), pusher="dora", now=SATURDAY)
    assert "weekend" in _words(refusal)


def test_what_somebody_said_about_another_branch_is_about_that_branch(server: Server) -> None:
    author = server.clone("dora")
    commit = _proposed(author, HOLIDAYS)
    _agree(server, "ada", "--object")
    author.git("switch", "-q", "-c", "other", "main")
    author.edit(HOURS, "9 hours", "8 hours")
    _run(author, "sync")
    other = author.commit()
    author.push("+other")
    # Robin agrees to the other one; ada's objection to the first neither blocks it nor is gone.
    robin = server.clone("robin")
    robin.git("fetch", "-q", "origin")
    out = _run(robin, "approve", "origin/other", "--base", "origin/main")
    robin.push(f"+{out.strip().rsplit(' ', 1)[-1]}")
    assert _is_open(server.refusal("refs/heads/main", other, pusher="dora"))
    ada = server.clone("ada")
    ada.git("fetch", "-q", "origin")
    out = _run(ada, "approve", "origin/other", "--base", "origin/main", now="2026-01-07T10:00:00Z")
    ada.push(f"+{out.strip().rsplit(' ', 1)[-1]}")
    refusal = server.refusal("refs/heads/main", commit, pusher="dora")
    assert refusal is not None
    assert refusal.plan is not None
    assert refusal.plan.decision.objections == ("ada",)


def test_a_policy_is_judged_by_the_policy_before_it(server: Server) -> None:
    author = server.clone("dora")
    weaker = ("policies/governance.yaml", "from: owners}", "from: owners, count: 0}")
    commit = _proposed(author, weaker)
    refusal = server.refusal("refs/heads/main", commit, pusher="dora")
    assert _words(refusal)[:2] == ("owners desk", "money money")
    assert refusal is not None
    assert refusal.plan is not None
    assert {one.what for one in refusal.plan.change.changes} == {"approval weakened"}


def test_findings_keep_it_closed_whoever_agreed(server: Server) -> None:
    author = server.clone("dora")
    author.git("switch", "-q", "-c", "change")
    author.edit(*HOLIDAYS)
    commit = author.commit()
    author.push("change")
    _agree(server, "ada")
    refusal = server.refusal("refs/heads/main", commit, pusher="dora")
    assert _words(refusal) == ("stale-section",)


def test_history_is_not_taken_away(server: Server) -> None:
    author = server.clone("dora")
    author.git("commit", "-q", "--amend", "-m", "Another beginning")
    author.push("main:refs/heads/change")
    refusal = server.refusal("refs/heads/main", server.ref("change"), pusher="dora")
    assert refusal is not None
    assert "take away commits that landed" in refusal.why
    deleted = server.refusal("refs/heads/main", NONE, pusher="dora")
    assert deleted is not None
    assert "cannot be deleted" in deleted.why


def test_other_branches_and_other_refs_are_let_be(server: Server) -> None:
    commit = server.ref("main")
    for ref in ("refs/heads/elsewhere", "refs/tags/v1", "refs/heads/mainly"):
        assert server.refusal(ref, commit, pusher="dora") is None
    refusal = server.refusal("refs/opsrail/mine", commit, pusher="dora")
    assert refusal is not None
    assert "no refs like this" in refusal.why
    assert server.refusal(f"refs/opsrail/reviews/ada/{'0' * 12}", commit, pusher="ada") is not None


@pytest.mark.parametrize("line", ["", "one two", "a b refs/heads/main", "x" * 100])
def test_what_git_does_not_say_is_refused(line: str) -> None:
    with pytest.raises(CannotWork):
        updates_of([f"{line}\n"])
