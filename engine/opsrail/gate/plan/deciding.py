"""What governance says about one request: its typed changes, its risk, the decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from opsrail.findings import CannotWork
from opsrail.gate.changing import change_set, shares_between
from opsrail.gate.pipeline import Progress
from opsrail.gate.plan.reported import Reported
from opsrail.gate.risk import gather, weighed
from opsrail.gate.subject import Subject
from opsrail.gate.telling import Told, tell
from opsrail.gate.undoing import proved_rollback
from opsrail.governance.changes import ChangeSet
from opsrail.governance.deciding import decide
from opsrail.governance.model import Decision
from opsrail.governance.policy import ReadPolicy, read_policy
from opsrail.governance.request import Request, Review
from opsrail.governance.risk.model import Risk
from opsrail.repo.git import Repository
from opsrail.repo.snapshot import revision_snapshot, worktree_snapshot
from opsrail.tailor.catalog import Catalog


@dataclass(frozen=True)
class Question:
    """What is to be planned. `target` is the commit that the branch stands at on which it would
    land; `head` what would land, None for the work tree. `now` is the instant of the decision.

    Without `runs_programs`, nothing that head brings along is executed; `reported` is what the
    request's own run said about that.
    """

    repository: Repository
    target: str
    head: str | None
    request: Request
    now: datetime
    runs_programs: bool = True
    uses_cache: bool = True
    reported: Reported | None = None
    progress: Progress | None = None
    policy: ReadPolicy | None = None
    """Another policy than the target's, to see what it would say."""

    @property
    def today(self) -> date:
        """The UTC calendar date of the decision."""
        return self.now.astimezone(UTC).date()


@dataclass(frozen=True)
class Answer:
    """The decision with everything that it came of. `told` is the diff in words, `read` the
    policy that judged.
    """

    subject: Subject
    told: Told
    read: ReadPolicy
    change: ChangeSet
    request: Request
    risk: Risk | None
    decision: Decision


def decision_about(question: Question) -> Answer:
    """Decide on what differs from where head branched off, under the target's policy.

    The policy is that of the target as it stands, and not of the commit where head branched off:
    a freeze that was declared meanwhile holds.
    """
    subject, start = _subject(question)
    read = question.policy or read_policy(revision_snapshot(question.repository, question.target))
    claims = read.policy.file.owners if read.policy else ()
    change = change_set(subject, start, question.head or "", claims)
    request = _seen(question, start)
    told = tell(subject)
    risk = None
    if read.policy is not None:
        evidence = gather(subject, change, told.reach, read.policy.file, question.now)
        risk = weighed(subject, evidence, read.policy.file.risk, question.now)
    decision = decide(
        read.policy,
        read.directory,
        change,
        request,
        question.now,
        demanded=risk.needs if risk else (),
    )
    if problem := _crossed(question):
        problems = (*decision.problems, problem)
        decision = replace(decision, is_open=False, problems=problems)
    return Answer(subject, told, read, change, request, risk, decision)


def _crossed(question: Question) -> str:
    """Why what would land cannot be told from one comparison; empty if it can.

    With several merge bases, what head takes back of one of them is not seen from another, and a
    merge takes it back all the same.
    """
    tip = question.head or question.repository.resolve("HEAD")
    if len(question.repository.merge_bases(question.target, tip)) < 2:
        return ""
    return (
        f"it and {question.request.target} were merged crosswise, so that no comparison shows all"
        f" that would land: merge {question.request.target} into it"
    )


def _subject(question: Question) -> tuple[Subject, str]:
    """The subject of the question, and the commit at which head branched off."""
    repository = question.repository
    tip = question.head or repository.resolve("HEAD")
    start = repository.merge_base(question.target, tip)
    after = (
        revision_snapshot(repository, question.head)
        if question.head
        else worktree_snapshot(repository)
    )
    subject = Subject(
        Catalog(after),
        Catalog(revision_snapshot(repository, start)),
        question.today,
        remembers=question.uses_cache,
        runs_programs=question.runs_programs,
        progress=question.progress,
    )
    return subject, start


def _seen(question: Question, start: str) -> Request:
    """The request, with what each reviewer looked at and whether it is a proved rollback."""
    known: dict[str, Mapping[str, str] | None] = {}
    reviews = tuple(_with_shares(question, one, known) for one in question.request.reviews)
    undone = proved_rollback(question.repository, start, question.head) if question.head else ""
    return replace(question.request, reviews=reviews, rolls_back=undone)


def _with_shares(
    question: Question, review: Review, known: dict[str, Mapping[str, str] | None]
) -> Review:
    """A review with the shares of what its giver looked at; unknown if the commit is not here."""
    if review.covers is not None or not review.commit:
        return review
    if review.commit not in known:
        known[review.commit] = _covered(question, review.commit)
    return replace(review, covers=known[review.commit])


def _covered(question: Question, commit: str) -> Mapping[str, str] | None:
    repository = question.repository
    try:
        found = repository.resolve(commit)
    except CannotWork:
        return None
    return shares_between(repository, repository.merge_base(question.target, found), found)
