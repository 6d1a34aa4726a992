"""A plan for programs: everything there is, in the layout of `document.PlanDocument`."""

from __future__ import annotations

from datetime import datetime

from opsrail.findings import ExitCode, in_order
from opsrail.gate.plan import entries
from opsrail.gate.plan.document import PlanDocument, ShareEntry, TakeBackEntry
from opsrail.gate.plan.model import Plan
from opsrail.gate.plan.told.losses import in_order as change_order
from opsrail.gate.plan.told.losses import losses_of
from opsrail.gate.plan.told.model import State, ToldPlan
from opsrail.report.as_json import as_text


def as_json(plan: Plan, told: ToldPlan, now: datetime) -> str:
    """The whole plan; `told` gives its verdict in words."""
    return as_text(document_of(plan, told, now).model_dump(mode="json"))


def document_of(plan: Plan, told: ToldPlan, now: datetime) -> PlanDocument:
    """The plan as the value that its JSON is written from."""
    decision = plan.decision
    changes = sorted(plan.change.changes, key=change_order)
    index = {change: at for at, change in reversed(list(enumerate(changes)))}
    return PlanDocument(
        verdict=told.state.value,
        is_open=told.state is State.OPEN,
        exit_code=ExitCode.PASS if told.state is State.OPEN else ExitCode.CLOSED,
        words=tuple(line.words for line in told.verdict),
        as_of=entries.time(now),
        digest=plan.change.digest,
        base=plan.change.base,
        head=plan.change.head,
        policy=plan.policy,
        request=entries.request(plan.request, decision.rolls_back),
        tier=decision.tier,
        tier_title=decision.title,
        tiers=entries.tiers(decision, index),
        closed_by=plan.closed_by,
        is_too_large=losses_of(changes).is_too_large,
        problems=decision.problems,
        rules=entries.rules(decision, index),
        waits_for=entries.wanted(decision),
        objections=tuple(sorted(decision.objections)),
        frozen=tuple(entries.frozen(one) for one in sorted(decision.frozen, key=entries.by_end)),
        next_freeze=entries.ahead(decision.ahead) if decision.ahead else None,
        break_glass=entries.glass(decision.glass) if decision.glass else None,
        decides_again=entries.time(decision.decides_again) if decision.decides_again else None,
        unknown=tuple(sorted(decision.unknown)),
        changes=tuple(entries.change(one) for one in changes),
        shares=tuple(
            ShareEntry(path=path, digest=plan.change.shares[path])
            for path in sorted(plan.change.shares)
        ),
        impact=entries.impact(plan.impact),
        proofs=tuple(entries.proof(one) for one in sorted(plan.proofs, key=entries.by_name)),
        findings=tuple(entries.finding(one) for one in in_order(plan.findings)),
        risk=entries.risk(plan.risk) if plan.risk else None,
        take_back=TakeBackEntry(
            is_clean=plan.back.is_clean, words=plan.back.words, final=plan.back.final
        ),
        notes=plan.notes,
    )
