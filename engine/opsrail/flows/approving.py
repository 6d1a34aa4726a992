"""Effects that wait for a yes, and what happens once somebody says it.

A proposal is carried out once, however often it is approved. Its branch stands on the revision
that the flow saw, so that whatever changed since then shows when the branch is merged; it is
refused only where that revision is no longer part of the history, since nobody could merge it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from opsrail.findings import CannotWork
from opsrail.flows.effects import Wanted, standing, wanted
from opsrail.flows.log import PLACE, AuditLog
from opsrail.flows.model import Run
from opsrail.flows.records import decision_record
from opsrail.flows.waiting import FOLDER, Proposal, State, WaitingRoom, proposal_of
from opsrail.repo.commits import committing_user
from opsrail.repo.git import Repository
from opsrail.repo.proposals import BranchExists, commit_message, is_ancestor, propose
from opsrail.repo.snapshot import Snapshot

_MARK: Final = "Opsrail-Proposal"


@dataclass(frozen=True, slots=True)
class Desk:
    """Where proposals of a repository wait, and the log that says what became of them."""

    repository: Repository
    room: WaitingRoom
    log: AuditLog


def open_desk(repository: Repository, log: AuditLog | None = None) -> Desk:
    """The desk of a repository, with its own log unless another is given."""
    folder = repository.git_dir
    return Desk(repository, WaitingRoom(folder / FOLDER), log or AuditLog(folder / PLACE))


def put_aside(
    desk: Desk, snapshot: Snapshot, run: Run, by: str, at: datetime
) -> tuple[Proposal, ...]:
    """Keep the effects of a run that wait for somebody. `by` had it run, empty if not known.

    A proposal that was made before is not made again: what was decided about it stands. Raises
    `CannotWork` where an effect stands on changes that are not committed.
    """
    kept = [
        proposal_of(one, standing(snapshot, one.effect), by, _spelled(at))
        for one in wanted(run)
        if one.team
    ]
    return tuple(desk.room.keep(one) for one in kept)


def do_now(desk: Desk, snapshot: Snapshot, want: Wanted, by: str, at: datetime) -> Proposal:
    """Carry out an effect that needs nobody's yes. Raises `CannotWork` where it cannot be."""
    if want.team:
        raise CannotWork(f"{want.effect.name} waits for a yes of {want.team}")
    proposal = proposal_of(want, standing(snapshot, want.effect), by, _spelled(at))
    commit = _carried_out(desk.repository, proposal, {"Opsrail-Flow": proposal.flow})
    done = proposal.decided(State.APPROVED, by, _spelled(at), "", commit)
    desk.log.append(decision_record("done", done.told, by, "", at))
    return done


def approve(desk: Desk, name: str, by: str, reason: str, at: datetime) -> Proposal:
    """Say yes to the proposal of this id, and carry it out. A second yes changes nothing.

    Raises `CannotWork` where it was rejected, where the one who says yes had it run, and where
    the branch cannot be made.
    """
    with desk.room.held():
        proposal = desk.room.get(name)
        if proposal.state is State.APPROVED:
            return proposal
        _refuse_decided(proposal)
        if _is_same(proposal.by, by):
            raise CannotWork(
                f"{by} had the flow run and cannot say yes to it as well",
                f"ask somebody else of {proposal.team}",
            )
        signed = {
            "Opsrail-Flow": proposal.flow,
            "Approved-by": f"{_plain(by)} ({_plain(reason)})",
        }
        commit = _carried_out(desk.repository, proposal, signed)
        done = proposal.decided(State.APPROVED, by, _spelled(at), reason, commit)
        desk.log.append(decision_record("approved", done.told, by, reason, at))
        desk.room.put(done)
        return done


def reject(desk: Desk, name: str, by: str, reason: str, at: datetime) -> Proposal:
    """Say no to the proposal of this id. Whoever had it run may say so, too."""
    with desk.room.held():
        proposal = desk.room.get(name)
        if proposal.state is State.REJECTED:
            return proposal
        if proposal.state is State.APPROVED:
            raise CannotWork(
                f"{proposal.decided_by} approved {name} already",
                f"delete its branch if it is not wanted: git branch -D {proposal.branch}",
            )
        done = proposal.decided(State.REJECTED, by, _spelled(at), reason)
        desk.log.append(decision_record("rejected", done.told, by, reason, at))
        desk.room.put(done)
        return done


def _refuse_decided(proposal: Proposal) -> None:
    if proposal.state is State.REJECTED:
        raise CannotWork(
            f"{proposal.decided_by} rejected {proposal.id}: {proposal.reason}",
            "change what it is made from, and run the flow again",
        )


def _carried_out(repository: Repository, proposal: Proposal, signed: Mapping[str, str]) -> str:
    """The commit of the proposal's branch; the one it has already, where an earlier yes was cut
    off between making the branch and writing that down.
    """
    head = repository.resolve("HEAD")
    if not is_ancestor(repository, proposal.revision, head):
        raise CannotWork(
            f"{proposal.revision[:10]}, on which it stands, is not in the history any more",
            "run the flow again: it proposes the change on what there is now",
        )
    trailers = {**signed, _MARK: proposal.id}
    ends = "\n".join(f"{key}: {value}" for key, value in trailers.items())
    message = f"{proposal.message.strip()}\n\n{ends}\n"
    author = committing_user(repository)
    effect = proposal.effect
    try:
        return propose(repository, proposal.revision, effect.name, message, effect.files, author)
    except BranchExists as there:
        lines = commit_message(repository, there.commit).splitlines()
        if f"{_MARK}: {proposal.id}" in lines:
            return there.commit
        raise


def _is_same(one: str, other: str) -> bool:
    return bool(one) and " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def _plain(text: str) -> str:
    """On one line, so that it can be no other trailer."""
    return " ".join(text.split())


def _spelled(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
