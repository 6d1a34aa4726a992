"""What runs would do to the repository, and on top of which revision."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from opsrail.findings import CannotWork
from opsrail.flows.model import Outcome, ProposedBranch, Run
from opsrail.repo.proposals import proposal_fault
from opsrail.repo.snapshot import Snapshot, revision_snapshot


@dataclass(frozen=True, slots=True)
class Wanted:
    """An effect that a run asks for. `team`: a person of it has to say yes; empty: nobody has."""

    flow: str
    effect: ProposedBranch
    team: str


def wanted(run: Run) -> tuple[Wanted, ...]:
    """The effects of a run, those of a chain's steps in order. One that failed has none."""
    if run.outcome in (Outcome.FAILED, Outcome.REFUSED_INPUT):
        return ()
    return tuple(_all(run))


def _all(run: Run) -> Iterator[Wanted]:
    if run.effect is not None:
        yield Wanted(run.flow, run.effect, run.approval)
    for step in run.steps:
        yield from _all(step)


def standing(snapshot: Snapshot, effect: ProposedBranch) -> str:
    """The commit on which an effect stands that was made from this snapshot.

    Raises `CannotWork` if it may not be carried out at all, or was made from changes that are
    not committed: they would slip into the proposal.
    """
    if fault := proposal_fault(effect.name, effect.files):
        raise CannotWork(f"the proposal of {effect.name} cannot be made: {fault}")
    if snapshot.revision is not None:
        return snapshot.revision
    head = snapshot.repository.resolve("HEAD")
    committed = revision_snapshot(snapshot.repository, head).entries
    for path in effect.files:
        if snapshot.entries.get(path) != committed.get(path):
            raise CannotWork(
                f"{path} has changes that are not committed, and the proposal would take them"
                " along",
                "commit them first, or put them aside with `git stash`",
            )
    return head
