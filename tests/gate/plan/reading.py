"""A told plan taken apart, and plans that strain it, for tests that look at one part."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from opsrail.content.changes import Weight
from opsrail.findings import Finding, Location
from opsrail.gate.plan.model import Plan, Proof
from opsrail.gate.plan.telling import tell
from opsrail.gate.plan.told.model import (
    ToldPart,
    ToldPlan,
)
from opsrail.governance.changes import Change
from opsrail.governance.model import (
    Approval,
    Discounted,
    RuleOutcome,
    RuleState,
)
from opsrail.governance.vocabulary import TERMS
from tests.gate.plan.plans import (
    NOW,
    POLICY,
    RISK,
    changed,
    plan,
    waiting,
)

DESTRUCTIVE = sorted(name for name, term in TERMS.items() if term.danger)


def told(one: Plan) -> ToldPlan:
    return tell(one, NOW)


def verdict(one: Plan) -> str:
    return "\n".join(line.words for line in told(one).verdict)


def part(one: Plan, label: str) -> ToldPart:
    (found,) = [part for part in told(one).parts if part.label == label]
    return found


def words(one: ToldPart) -> str:
    return "\n".join(line.words for line in (one.head, *one.told))


def destructive(count: int, files: int = 1, text: str = "") -> tuple[Change, ...]:
    return tuple(
        Change(
            f"content/sources/s{at % files:04d}.md",
            DESTRUCTIVE[at % 3],
            f"§ Part {at}",
            text,
            f"{text}!",
            at + 1,
            Weight.MUST_REREAD,
        )
        for at in range(count)
    )


HUGE = "x" * 200_000


def huge() -> Plan:
    changes = (
        *destructive(20, 20, HUGE[:3_000]),
        *(
            Change(
                f"content/sources/{at}/{HUGE[:200]}.md",
                "number changed",
                HUGE[:500],
                HUGE[:5_000],
                "y",
            )
            for at in range(5_000)
        ),
    )
    people = tuple(f"person-{at}-{HUGE[:200]}" for at in range(40))
    outcomes = tuple(
        RuleOutcome(
            f"rule-{at}-{HUGE[:200]}",
            Location(POLICY, at + 1),
            (RuleState.PENDING, RuleState.ERROR)[at % 2],
            (f"team-{at}",),
            2,
            (Approval(f"a{at}", NOW - timedelta(seconds=at)),),
            (Discounted(f"d{at}", HUGE[:2_000]),),
            people,
            changes[at * 10 : at * 10 + 10],
            HUGE[:2_000],
        )
        for at in range(400)
    )
    findings = tuple(
        Finding(Location(f"a/{at}.md", 1), f"code-{at % 90}", HUGE[:2_000], hint=HUGE[:2_000])
        for at in range(3_000)
    )
    tiers = {2: changes[:20], 1: changes[20:]}
    decision = replace(waiting().decision, outcomes=outcomes, problems=(HUGE,) * 50, tiers=tiers)
    one = plan(decision)
    return replace(
        one,
        change=changed(*changes),
        findings=findings,
        proofs=tuple(Proof(f"{at}{HUGE[:200]}", 0, 1, HUGE) for at in range(200)),
        risk=replace(RISK, factors=RISK.factors * 100),
        notes=(HUGE,) * 100,
        request=replace(one.request, title=HUGE, number=HUGE),
        back=replace(one.back, words=HUGE, final=(HUGE,) * 100),
        impact=replace(one.impact, edited=people, roles=people, playbooks=people, flows=people),
    )
