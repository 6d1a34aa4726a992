"""Telling a plan: one value in words, which terminal and Markdown only lay out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from opsrail.gate.plan.model import Plan
from opsrail.gate.plan.told.changing import changes_part
from opsrail.gate.plan.told.fitting import fitted
from opsrail.gate.plan.told.losses import Losses, losses_of, losses_part
from opsrail.gate.plan.told.model import MOST_LINES, Stamp, State, ToldPart, ToldPlan
from opsrail.gate.plan.told.proving import findings_part, proofs_part
from opsrail.gate.plan.told.quoting import plural, said, when
from opsrail.gate.plan.told.reaching import impact_part
from opsrail.gate.plan.told.verdict import state_of, verdict_of
from opsrail.gate.plan.told.weighing import notes_part, risk_part, rollback_part, rollout_part

_FRAME: Final = 8
"""Rows for the title (two), stamps (two), blank lines and where to find the rest."""

_REST: Final = "`opsrail plan --format json` tells everything"
_ID: Final = re.compile(r"[0-9a-f]{7,64}")


def tell(plan: Plan, now: datetime) -> ToldPlan:
    """The plan on one screen: the verdict, then what it rests on.

    Destructive changes are never hidden; where they are too many, the verdict says so.
    """
    losses = losses_of(plan.change.changes)
    verdict = verdict_of(plan, losses, now)
    room = MOST_LINES - _FRAME - sum(line.rows for line in verdict)
    parts = fitted([part for part in _parts(plan, losses) if part], room)
    return ToldPlan(
        state_of(plan, losses),
        title_of(plan),
        tuple(stamps_of(plan, now)),
        verdict,
        parts,
        _rest(parts, losses),
    )


def _rest(parts: Iterable[ToldPart], losses: Losses) -> str:
    """What is not shown, and where it is; empty if everything is."""
    hidden = [plural(part.hidden, part.noun) for part in parts if part.hidden]
    hidden = [losses.figures, *hidden] if losses.is_too_large else hidden
    return f"Not shown: {', '.join(hidden)}. {_REST}." if hidden else ""


def is_too_large(plan: Plan) -> bool:
    """Whether it destroys so much that nobody could weigh it on one screen: such a plan is
    closed, whatever anybody says, until it is split.
    """
    return losses_of(plan.change.changes).is_too_large


def verdict_state(plan: Plan) -> State:
    """Open, waiting for people, or closed."""
    return state_of(plan, losses_of(plan.change.changes))


def _parts(plan: Plan, losses: Losses) -> Iterator[ToldPart | None]:
    changes = plan.change.changes
    yield losses_part(losses, are_others=bool(changes))
    yield changes_part(changes, plan.impact)
    if changes:
        yield impact_part(plan.impact)
        yield proofs_part(plan.proofs)
    yield findings_part(plan.findings, plan.request.target)
    if changes:
        yield risk_part(plan.risk)
        yield rollout_part(plan.risk)
        yield rollback_part(plan.back)
    yield notes_part(plan)


def title_of(plan: Plan) -> str:
    """`#482 Refund window 14 days`, as far as there is a number and a title."""
    number = f"#{said(plan.request.number, 20)}" if plan.request.number else ""
    words = [number, said(plan.request.title, 100)]
    return "  ".join(filter(None, words)) or "What this change does"


def stamps_of(plan: Plan, now: datetime) -> Iterator[Stamp]:
    """What it was made of: the gravest tier, what approvals bind to, whose policy judged, when."""
    decision, base = plan.decision, plan.change.base
    if decision.tier is not None:
        title = f" ({said(decision.title, 60)})" if decision.title else ""
        yield Stamp("tier", f"{decision.tier}{title}")
    else:
        yield Stamp("", "no tier")
    yield _id("plan digest", plan.change.digest, 12)
    if base and base == plan.policy:
        yield _id("judged by its base", base, 7)
    else:
        yield _id("base", base, 7)
        yield _id("judged by", plan.policy, 7)
    yield Stamp("as of", when(now, now))


def _id(label: str, value: str, digits: int) -> Stamp:
    """A commit or digest, shortened. What is none is quoted as anything else."""
    if not value:
        return Stamp(label, "the work tree" if label == "judged by" else "none")
    is_id = bool(_ID.fullmatch(value))
    return Stamp(label, value[:digits] if is_id else said(value, 20), is_id)
