"""The verdict enforced on a plain Git server: what a push may do to the refs of a repository.

A push to a guarded branch lands if its plan is open. Reviews come as pushes, too: a person may
push records of their own and nobody else's. Nothing that is pushed is executed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from opsrail.findings import CannotWork
from opsrail.gate.agreeing import MOST_BYTES, MOST_OF_ONE, REFS, Place, kept_by, read_review
from opsrail.gate.chronicle.recording import record_of
from opsrail.gate.plan.deciding import Question
from opsrail.gate.plan.making import make_plan
from opsrail.gate.plan.model import Plan
from opsrail.gate.plan.telling import is_too_large
from opsrail.gate.requesting import local_request
from opsrail.governance.policy import read_policy
from opsrail.governance.trailers import read_record
from opsrail.repo.git import Repository
from opsrail.repo.log import landed
from opsrail.repo.proposals import commit_message, is_ancestor
from opsrail.repo.snapshot import revision_snapshot

NONE: Final = "0" * 40
OURS: Final = "refs/opsrail/"
_FETCH: Final = "`git fetch origin '+refs/opsrail/*:refs/opsrail/*'`"


@dataclass(frozen=True, slots=True)
class Update:
    """A ref that a push would move, from one object to another; forty noughts for none."""

    old: str
    new: str
    ref: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a ref may not move. `plan` is there if the change was judged."""

    ref: str
    why: str
    hint: str = ""
    plan: Plan | None = None


@dataclass(frozen=True, slots=True)
class Guard:
    """A repository on a server, its guarded branches, who pushes (as the server knows them,
    empty if it does not) and when.
    """

    repository: Repository
    branches: Sequence[str]
    pusher: str
    now: datetime

    def judge(self, updates: Sequence[Update]) -> tuple[Refusal, ...]:
        """A refusal for each update that may not be."""
        return tuple(
            refusal for update in updates if (refusal := self._refusal(update)) is not None
        )

    def _refusal(self, update: Update) -> Refusal | None:
        branch = update.ref.removeprefix("refs/heads/")
        if update.ref.startswith(OURS):
            return self._review(update)
        if update.ref.startswith("refs/heads/") and branch in self.branches:
            return self._landing(update, branch)
        return None

    def _landing(self, update: Update, branch: str) -> Refusal | None:
        if update.old == NONE:
            return None  # the first commit of all: there is nothing to judge it by
        if update.new == NONE:
            return Refusal(update.ref, f"{branch} is guarded and cannot be deleted")
        if not is_ancestor(self.repository, update.old, update.new):
            return Refusal(
                update.ref,
                f"{branch} is guarded, and this push would take away commits that landed",
                "bring your branch up to date, and push without --force",
            )
        request = local_request(self.repository, update.old, update.new, branch, pusher=self.pusher)
        plan = make_plan(
            Question(
                self.repository,
                update.old,
                update.new,
                request,
                self.now,
                runs_programs=False,
            )
        )
        if plan.is_open and not is_too_large(plan):
            message = commit_message(self.repository, update.new)
            why = self._history_fault(update) or _record_fault(message, plan)
            hint = f"{_FETCH}, merge with `opsrail land BRANCH --onto {branch}`, and push {branch}"
            return Refusal(update.ref, why, hint) if why else None
        hint = (
            f"reviewers agree with `opsrail approve` and push what it writes; then {_FETCH}, merge"
            f" with `opsrail land BRANCH --onto {branch}`, and push {branch}"
        )
        return Refusal(update.ref, f"{branch} is guarded, and the plan is not open", hint, plan)

    def _history_fault(self, update: Update) -> str:
        """Why the branch's own history, by first parents, would not say what landed: each push is
        one landing, a commit or a merge on top of what stood there.
        """
        steps = landed(self.repository, update.new, beyond=update.old)
        if len(steps) == 1 and steps[0].before == update.old:
            return ""
        return "a push lands one commit, or one merge, on top of what stood there"

    def _review(self, update: Update) -> Refusal | None:
        try:
            self._accept(update)
        except CannotWork as error:
            return Refusal(update.ref, str(error), error.hint)
        return None

    def _accept(self, update: Update) -> None:
        place = Place.of(update.ref)
        if place is None:
            raise CannotWork(f"there are no refs like this below {OURS}", f"reviews are {REFS}…")
        if self._pushing() != place.person:
            who = self.pusher or "somebody whom the server did not name"
            raise CannotWork(f"{who} cannot speak for {place.person}")
        if update.new == NONE:
            return
        status, kind, _ = self.repository.attempt("cat-file", "-t", update.new)
        if status or kind.strip() != b"blob":
            raise CannotWork("a review is a record, and this is none")
        if self.repository.blob_size(update.new) > MOST_BYTES:
            raise CannotWork("this is too large for a review")
        if update.old == NONE and kept_by(self.repository, place.person) >= MOST_OF_ONE:
            raise CannotWork(
                f"{place.person} has {MOST_OF_ONE} reviews here already",
                "delete those of what landed: `git push --delete origin REF …`",
            )
        review = read_review(place, self.repository.blob(update.new))
        if review.at > self.now:
            raise CannotWork(
                f"it is dated {review.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC, which is"
                " still to come",
                "set the clock of your machine",
            )

    def _pushing(self) -> str | None:
        """The person who pushes, by the directory of the first guarded branch there is."""
        for branch in self.branches:
            status, out, _ = self.repository.attempt(
                "rev-parse", "--verify", "--quiet", f"refs/heads/{branch}^{{commit}}"
            )
            if not status:
                snapshot = revision_snapshot(self.repository, out.decode().strip())
                return read_policy(snapshot).directory.person(self.pusher)
        return None


def _record_fault(message: str, plan: Plan) -> str:
    """What is untrue about the record that a commit lands with, or that it has none; empty if it is
    that of its plan. A record may name fewer approvals than there are, and no other.
    """
    record, fault = read_record(message)
    due = record_of(plan)
    if fault:
        return f"its record cannot be believed: {fault}"
    if record is None:
        return "it bears no record of who agreed"
    given = tuple(one for one in due.approvals if one in record.approvals)
    told = replace(due, approvals=given, request=record.request, proofs=record.proofs)
    return "" if record == told else "its record is not that of its plan"


def updates_of(lines: Iterator[str] | Sequence[str]) -> tuple[Update, ...]:
    """The lines that Git gives a hook, `OLD NEW REF`. Raises `CannotWork` for anything else."""
    found = []
    for line in lines:
        parts = line.rstrip("\n").split(" ", 2)
        if len(parts) != 3 or not all(len(part) == len(NONE) for part in parts[:2]):
            raise CannotWork("this is not what Git tells a pre-receive hook", "run it as one")
        found.append(Update(*parts))
    return tuple(found)
