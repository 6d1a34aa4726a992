"""Plans for tests, one for each way in which a plan can stand.

`python -m tests.gate.plan.plans` writes what each is expected to look like anew. Look at the
difference before it is committed: the expected files are the product.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from opsrail.content.changes import Weight
from opsrail.findings import Finding, Location, Severity
from opsrail.gate.plan.model import Impact, Plan, Proof, TakeBack
from opsrail.gate.plan.rendering import render
from opsrail.governance.changes import Change, ChangeSet
from opsrail.governance.formats import RiskLevel
from opsrail.governance.model import (
    Ahead,
    Approval,
    Decision,
    Discounted,
    Frozen,
    GlassBroken,
    RuleOutcome,
    RuleState,
)
from opsrail.governance.request import Request
from opsrail.governance.risk.model import Factor, Mitigation, Risk

FOLDER: Final = Path(__file__).resolve().parents[2] / "cases" / "plan"
EXPECTED: Final = {"text": "plan.txt", "markdown": "plan.md", "json": "plan.json"}
NOW: Final = datetime(2026, 12, 2, 9, 30, tzinfo=UTC)
"""A Wednesday."""

BASE: Final = "a1b2c3d" + "0" * 33
HEAD: Final = "0f1e2d3" + "1" * 33
POLICY: Final = "policies/governance.yaml"
REFUNDS: Final = "content/sources/refunds.md"

CHANGES: Final = (
    Change(
        REFUNDS,
        "money raised",
        "§ Refund a charge",
        "charges over USD 50",
        "charges over USD 80",
        17,
        Weight.MUST_REREAD,
        ("billing-support",),
        ("vendor-agent", "tier-1"),
    ),
    Change(
        REFUNDS,
        "duration lowered",
        "§ Refund a charge",
        "within 30 days of the charge",
        "within 14 days of the charge",
        12,
        Weight.MUST_REREAD,
        ("billing-support",),
        ("vendor-agent", "tier-1"),
    ),
    Change(
        REFUNDS,
        "section moved",
        "§ Partial refunds",
        "billing.md § Exceptions",
        "here",
        40,
        owners=("billing-support",),
    ),
    Change(REFUNDS, "section reworded", "§ Say sorry", line=52, weight=Weight.WORDING),
    *(
        Change(f"playbooks/refunds/{role}.md", "page regenerated", weight=Weight.WORDING)
        for role in ("tier-1", "vendor-agent", "team-lead")
    ),
)
IMPACT: Final = Impact(
    pages=9,
    all_pages=47,
    roles=("escalation", "new-hire", "tier-1", "vendor-agent"),
    all_roles=7,
    must_reread=142,
    people=180,
    staff=310,
    playbooks=("chargebacks", "refunds"),
    all_playbooks=14,
    rules=("refund-abuse",),
    all_rules=12,
    flows=("reply-draft",),
    all_flows=3,
    suites=("refund-suite",),
    all_suites=6,
    regenerated=9,
    edited=("playbooks/refunds/tier-1.md",),
)
PROOFS: Final = (
    Proof("pages say what their sources say", 27, 27, "sections"),
    Proof("suite refund-suite", 1, 1, "118 → 118 of 120, pass", is_reported=True),
    Proof("timed tests of rules", 4, 4),
    Proof("rule refund-abuse on its incidents", 9, 9, "3 → 2 alerts in 90 days"),
    Proof("checks", 24, 24),
)
RISK: Final = Risk(
    RiskLevel.MEDIUM,
    4,
    (
        Factor("people", RiskLevel.HIGH, ("142 people must read it again", "61 of them at vendors"),
               (REFUNDS,),
               (Mitigation("leads go through it in the morning shift, before it holds",
                           "support-leads", Location("policies/mitigations.yaml", 12)),)),
        Factor("novelty", RiskLevel.MEDIUM, ("a limit of USD 80 was never used before",),
               (REFUNDS,)),
        Factor("reversibility", RiskLevel.LOW, ("a revert gives base again",)),
        Factor("freshness", RiskLevel.LOW, ("looked at 12 days ago",)),
    ),
    needs=("risk",),
    stages=3,
)  # fmt: skip
CLEAN: Final = TakeBack(is_clean=True, words="clean today: nothing depends on it")


def shares_of(changes: tuple[Change, ...]) -> dict[str, str]:
    return {one.path: hashlib.sha256(repr(one.path).encode()).hexdigest() for one in changes}


def changed(*changes: Change) -> ChangeSet:
    return ChangeSet(BASE, HEAD, changes, shares_of(changes))


def owners(state: RuleState = RuleState.APPROVED) -> RuleOutcome:
    given = (Approval("maya", NOW - timedelta(hours=2)),) if state is RuleState.APPROVED else ()
    return RuleOutcome(
        "owners",
        Location(POLICY, 31, 3),
        state,
        ("billing-support",),
        1,
        given,
        (Discounted("bao", "wrote part of it"),),
        () if given else ("maya", "nico"),
        CHANGES[:3],
    )


def risk_owners(state: RuleState = RuleState.PENDING) -> RuleOutcome:
    given = (Approval("ana", NOW - timedelta(hours=1)),) if state is RuleState.APPROVED else ()
    return RuleOutcome(
        "risk",
        Location(POLICY, 32, 3),
        state,
        ("risk-owners",),
        1,
        given,
        (Discounted("jon", "agreed before refunds.md changed"),) if not given else (),
        () if given else ("ana", "jon", "lena"),
        CHANGES[:1],
    )


SKIPPED: Final = RuleOutcome("systems", Location(POLICY, 34, 3), RuleState.SKIPPED)
WAITING: Final = Decision(
    is_open=False,
    tier=2,
    title="Money, duties and proofs",
    tiers={2: CHANGES[:1], 1: CHANGES[1:3], 0: CHANGES[3:]},
    outcomes=(owners(), risk_owners(), SKIPPED),
    ahead=Ahead("weekend", datetime(2026, 12, 4, 17, 0, tzinfo=UTC)),
)
AGREED: Final = replace(
    WAITING, is_open=True, outcomes=(owners(), risk_owners(RuleState.APPROVED), SKIPPED)
)


def plan(decision: Decision = WAITING, change: ChangeSet | None = None) -> Plan:
    return Plan(
        Request("482", "Refund window 14 days, limit USD 80", "bao-larkspindle", "bao-larkspindle",
                head=HEAD),
        change or changed(*CHANGES),
        decision,
        RISK,
        IMPACT,
        PROOFS,
        (),
        CLEAN,
        BASE,
    )  # fmt: skip


def waiting() -> Plan:
    return plan()


def opened() -> Plan:
    return plan(AGREED)


FOUND: Final = (
    Finding(
        Location("playbooks/refunds/vendor-agent.md", 14),
        "stale-section",
        "“Refund a charge” still says 30 days, its source says 14",
        hint="run `opsrail sync`",
    ),
    Finding(
        Location("rules/abuse/refund-abuse.yaml", 9, 14),
        "source-fact",
        "threshold 50 quotes refunds.md § Refund a charge, which now says 80",
    ),
    Finding(
        Location("policies/evals/refunds.yaml", 22, 5),
        "must-pass",
        "“What is the refund window?” expects 30 days, page gives 14",
        hint="mend the page, or say in the case why it changed",
    ),
    Finding(Location(REFUNDS, 3), "freshness", "to be looked at in 6 days", Severity.WARNING),
)


def closed() -> Plan:
    proofs = (*PROOFS, Proof("suite promises", 110, 120, "118 → 110 of 120, fail"))
    return replace(
        plan(),
        findings=FOUND,
        proofs=proofs,
        notes=("the detection backtest was not run here: no recorded history",),
    )


def frozen() -> Plan:
    until = datetime(2026, 12, 7, 8, 0, tzinfo=UTC)
    freeze = Frozen(
        "weekend", "Nobody is here to see what a change does", until, Location(POLICY, 84, 5)
    )
    decision = replace(AGREED, is_open=False, frozen=(freeze,), ahead=None, decides_again=until)
    return plan(decision)


def glass() -> Plan:
    broken = GlassBroken(
        ("grace", "jon"),
        2,
        "refunds are paid twice since 09:02",
        NOW + timedelta(hours=4),
        NOW + timedelta(days=7),
        holds=True,
    )
    decision = replace(frozen().decision, glass=broken, is_open=True)
    return plan(
        replace(
            decision,
            outcomes=(owners(), risk_owners()),
            decides_again=broken.expires,
        )
    )


def without_policy() -> Plan:
    problem = (
        "there is no sound policies/governance.yaml on the branch that this would land on,"
        " so nobody can say who must agree"
    )
    return replace(plan(Decision(is_open=False, problems=(problem,))), risk=None, policy="")


def too_large() -> Plan:
    changes = tuple(
        Change(
            f"content/sources/area-{number % 37:02d}.md",
            ("money raised", "deontic removed", "section removed")[number % 3],
            f"§ Part {number}",
            line=number + 1,
            weight=Weight.MUST_REREAD,
        )
        for number in range(412)
    )
    outcomes = (replace(owners(), changes=changes), replace(risk_owners(), changes=changes))
    return plan(replace(WAITING, outcomes=outcomes, tiers={2: changes}), changed(*changes))


def packed() -> Plan:
    """More destructive changes than rows, and still one by one on a screen."""
    changes = tuple(
        Change(
            f"content/sources/area-{number % 4}.md",
            ("money raised", "deontic removed")[number % 2],
            f"§ Part {number}",
            f"USD {number}" if not number % 2 else "must",
            f"USD {number + 5}" if not number % 2 else "",
            line=number + 1,
            weight=Weight.MUST_REREAD,
        )
        for number in range(38)
    )
    outcomes = (replace(owners(), changes=changes), replace(risk_owners(), changes=changes))
    return plan(replace(WAITING, outcomes=outcomes, tiers={2: changes}), changed(*changes))


NASTY: Final = (
    "<!-- opsrail-plan -->",
    "`<!-- opsrail-plan -->`",
    "@larkspindle/leads and @ana",
    "#12, GH-12, larkspindle/desk#1",
    "0123456789abcdef0123456789abcdef01234567 a1b2c3d ana@0123456789abcdef0123456789abcdef01234567",
    "https://evil.example www.evil.example mailto:a@evil.example a@evil.example <https://e.example>",
    "[here](https://evil.example) ![x](https://evil.example/x.png)",
    "[x]: https://evil.example",
    "[^1] [^1]: note",
    "<img src=x onerror=alert(1)><script>alert(1)</script></details><details open>",
    "\n\n# OPEN: all 2 approvals given\n\n",
    "| a | b |\n|---|---|\n| c | d |",
    "$\\color{green}{OPEN}$ and $`x`$ and $$y$$",
    ":tada: :+1: :100:",
    "- [x] done\n1. one",
    "```\nfence\n~~~",
    "**bold** __bold__ ~~gone~~ `tick ``ticks``",
    "\x1b[2J\x1b[31mred\x07\x9b1m",
    "\u202edesrever\u202c \u2066x\u2069 \u200b\ufeff\u00ad",
    "::error file=a::b ##[error]c ##vso[task.setvariable]d",
    "Z" + "\u0310" * 60 + "algo",
    "a\udcff\ud800\ufffe",
    "word{: onclick=alert(1) .x }",
    "שלום",
    "&lt;b&gt; &#64;ana &#x40;ana",
    "x" * 5_000,
)
"""What somebody might write so that a reviewer sees something else."""


def hostile() -> Plan:
    def nasty(at: int) -> str:
        return NASTY[at % len(NASTY)]

    changes = tuple(
        Change(
            f"content/{nasty(at)}.md",
            ("money raised", "deontic removed", "number changed")[at % 3],
            nasty(at + 1),
            nasty(at + 2),
            nasty(at + 3),
            weight=Weight.MUST_REREAD,
        )
        for at in range(0, len(NASTY), 3)
    )
    outcome = RuleOutcome(
        nasty(2),
        Location(nasty(3), 7),
        RuleState.PENDING,
        (nasty(2), nasty(9)),
        2,
        (Approval(nasty(12), NOW),),
        (Discounted(nasty(18), nasty(4)),),
        tuple(NASTY),
        changes,
    )
    freeze = Frozen(nasty(10), nasty(11), NOW + timedelta(days=1), Location(nasty(6), 3))
    broken = GlassBroken((nasty(2),), 2, nasty(0), NOW, NOW, holds=False)
    findings = tuple(
        Finding(Location(f"p/{text}", 1), text, text, hint=text, related=((Location(text), text),))
        for text in NASTY
    )
    factor = Factor(nasty(13), RiskLevel.HIGH, NASTY[:3], (nasty(5),), (), (nasty(5),))
    decision = Decision(
        is_open=False,
        tier=3,
        title=nasty(9),
        tiers={3: changes},
        outcomes=(outcome,),
        objections=(nasty(2), nasty(14)),
        frozen=(freeze,),
        glass=broken,
        problems=(nasty(10), nasty(17)),
        unknown=NASTY,
    )
    return Plan(
        Request(nasty(1), NASTY[10] + NASTY[0] + NASTY[12]),
        replace(changed(*changes), base="<b>", head="@ana"),
        decision,
        Risk(RiskLevel.HIGH, 9, (factor,), (nasty(2),), 2),
        Impact(3, 4, NASTY[:2], 4, 5, 6, 7, NASTY[4:6], 9, edited=NASTY[2:4]),
        tuple(Proof(text, 1, 2, text, is_reported=True) for text in NASTY[:6]),
        findings,
        TakeBack(is_clean=False, words=nasty(10), final=NASTY[:3]),
        "::set-output",
        NASTY,
    )


def nothing() -> Plan:
    """A request that changes nothing."""
    decision = Decision(is_open=True)
    empty = replace(plan(decision, changed()), impact=Impact(), proofs=(), risk=None)
    return replace(empty, back=TakeBack(is_clean=True, words="nothing to take back"))


def rollback() -> Plan:
    landed = "9c8b7a6" + "2" * 33
    change = replace(
        CHANGES[0], what="money lowered", old="charges over USD 80", new="charges over USD 50"
    )
    one_lead = RuleOutcome(
        "one-lead",
        Location(POLICY, 35, 3),
        RuleState.PENDING,
        ("support-leads",),
        1,
        candidates=("grace", "jon", "maya", "olu"),
        changes=(change,),
    )
    decision = replace(WAITING, outcomes=(one_lead,), rolls_back=landed, tiers={2: (change,)})
    return replace(
        plan(decision, changed(change)),
        request=Request("490", "Take back the limit of USD 80", rolls_back=landed),
        risk=Risk(RiskLevel.LOW, 0, RISK.factors[2:]),
        back=TakeBack(
            is_clean=True,
            words="clean today: nothing depends on it",
            final=("clearance widened: what was read stays read (refunds.md § Fraud checks)",),
        ),
    )  # fmt: skip


def crowded() -> Plan:
    """Several teams missing, an objection, and a rule that nobody can meet."""
    teams = ("billing-support", "identity-support", "trust-desk")
    asked = tuple(
        RuleOutcome(
            rule,
            Location(POLICY, 31 + at, 3),
            RuleState.PENDING,
            (team,),
            1,
            candidates=tuple(f"{team[:2]}{number}" for number in range(8)),
            changes=CHANGES[:2],
        )
        for at, rule in enumerate(("owners", "second-look"))
        for team in teams
    )
    return plan(replace(WAITING, outcomes=asked, objections=("olu",)))


def unmeetable() -> Plan:
    error = replace(
        risk_owners(),
        state=RuleState.ERROR,
        problem="of the 3 people in risk-owners only 0 had no part in it, and 1 must agree",
        candidates=(),
    )
    return plan(replace(WAITING, outcomes=(owners(), error, SKIPPED)))


PLANS: Final[dict[str, Callable[[], Plan]]] = {
    "break-glass": glass,
    "closed": closed,
    "crowded": crowded,
    "empty": nothing,
    "frozen": frozen,
    "hostile": hostile,
    "missing-policy": without_policy,
    "open": opened,
    "packed": packed,
    "rollback": rollback,
    "too-large": too_large,
    "unmeetable": unmeetable,
    "waiting": waiting,
}


def rewrite() -> None:
    for name, build in PLANS.items():
        folder = FOLDER / name
        folder.mkdir(parents=True, exist_ok=True)
        for form, file in EXPECTED.items():
            (folder / file).write_bytes(render(build(), form, now=NOW).encode("utf-8"))


if __name__ == "__main__":
    rewrite()
