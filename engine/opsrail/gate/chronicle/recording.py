"""The record of a decision: what a plan that is open leaves behind in the commit that lands."""

from __future__ import annotations

from collections.abc import Iterator

from opsrail.gate.plan.model import Plan, Proof
from opsrail.governance.changes import Change
from opsrail.governance.model import Decision, RuleState
from opsrail.governance.record import Agreed, Emergency, Record

MOST_CHANGES = 20
"""Typed changes that a record names; those that lose something come first."""
MOST_PROOFS = 20


def record_of(plan: Plan) -> Record:
    """The record of a plan. Raises `ValueError` if the plan is closed: nothing lands on a no."""
    if not plan.is_open:
        raise ValueError("a closed plan leaves no record")
    decision = plan.decision
    proofs = [_proof(one) for one in plan.proofs if not one.is_advisory]
    return Record(
        plan=plan.change.digest,
        policy=plan.policy,
        tier=decision.tier,
        risk=plan.risk.level if plan.risk else None,
        request=plan.request.number,
        approvals=tuple(_agreed(decision)),
        proofs=_cut(proofs, MOST_PROOFS),
        changes=_cut([_change(one) for one in _gravest_first(plan.change.changes)], MOST_CHANGES),
        glass=_emergency(decision),
        rolls_back=decision.rolls_back,
    )


def _agreed(decision: Decision) -> Iterator[Agreed]:
    for outcome in decision.active:
        for one in outcome.given:
            yield Agreed(one.person, outcome.team or outcome.rule, one.at)


def _emergency(decision: Decision) -> Emergency | None:
    """Break-glass, where it is what opened the gate."""
    glass = decision.glass
    agreed = all(one.state is RuleState.APPROVED for one in decision.active)
    if glass is None or not glass.holds or (agreed and not decision.frozen):
        return None
    return Emergency(glass.people, glass.reason, glass.review_by)


def _gravest_first(changes: tuple[Change, ...]) -> list[Change]:
    return sorted(changes, key=lambda one: (not one.is_destructive, one.weight.rank, one.order))


def _change(change: Change) -> str:
    return f"{change.describe()} ({change.place})"


def _proof(proof: Proof) -> str:
    reported = ", as its own run reports" if proof.is_reported else ""
    # One proof of one says less than its own figures.
    figures = proof.words if proof.words and proof.tried <= 1 else f"{proof.held} of {proof.tried}"
    return f"{proof.name} {figures}{reported}"


def _cut(lines: list[str], most: int) -> tuple[str, ...]:
    if len(lines) <= most:
        return tuple(lines)
    return (*lines[: most - 1], f"and {len(lines) - most + 1} more")
