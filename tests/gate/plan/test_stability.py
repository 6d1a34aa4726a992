from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from opsrail.gate.plan.model import Plan
from opsrail.gate.plan.rendering import FORMATS, render
from tests.gate.plan.plans import NOW, PLANS

ROOT = Path(__file__).resolve().parents[3]
T = TypeVar("T")
DIGESTS = """
import hashlib
from opsrail.gate.plan.rendering import FORMATS, render
from tests.gate.plan.plans import NOW, PLANS
texts = [render(PLANS[name](), form, now=NOW) for name in PLANS for form in FORMATS]
print(hashlib.sha256("".join(texts).encode("utf-8")).hexdigest())
"""


def everything() -> str:
    texts = [render(PLANS[name](), form, now=NOW) for name in PLANS for form in FORMATS]
    return hashlib.sha256("".join(texts).encode("utf-8")).hexdigest()


@pytest.mark.parametrize("seed", ["0", "1", "77"])
def test_the_same_plan_gives_the_same_bytes_in_another_process(seed: str) -> None:
    path = os.pathsep.join([str(ROOT / "engine"), str(ROOT)])
    ran = subprocess.run(
        [sys.executable, "-c", DIGESTS],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path},
    )
    assert ran.stdout.strip() == everything()


def shuffled(plan: Plan, seed: int) -> Plan:
    dice = random.Random(seed)

    def mixed(values: tuple[T, ...]) -> tuple[T, ...]:
        return tuple(dice.sample(values, len(values)))

    decision = plan.decision
    outcomes = tuple(
        replace(
            one,
            given=mixed(one.given),
            discounted=mixed(one.discounted),
            changes=mixed(one.changes),
        )
        for one in mixed(decision.outcomes)
    )
    shares = dict(mixed(tuple(plan.change.shares.items())))
    return replace(
        plan,
        change=replace(plan.change, changes=mixed(plan.change.changes), shares=shares),
        decision=replace(
            decision,
            outcomes=outcomes,
            objections=mixed(decision.objections),
            frozen=mixed(decision.frozen),
            unknown=mixed(decision.unknown),
        ),
        risk=replace(plan.risk, factors=mixed(plan.risk.factors)) if plan.risk else None,
        impact=replace(plan.impact, roles=mixed(plan.impact.roles)),
        proofs=mixed(plan.proofs),
        findings=mixed(plan.findings),
    )


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", PLANS)
def test_the_order_in_which_things_come_changes_nothing(name: str, form: str) -> None:
    plan = PLANS[name]()
    for seed in range(3):
        assert render(shuffled(plan, seed), form, now=NOW) == render(plan, form, now=NOW)
