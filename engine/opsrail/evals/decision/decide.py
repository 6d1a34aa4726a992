"""The decision rule: each rule says what it has to say, and the weakest link wins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsrail.evals.decision.floor import judge_floor
from opsrail.evals.decision.model import Decision, Evidence, Rule, Standard
from opsrail.evals.model import Verdict
from opsrail.evals.parts import Judging

if TYPE_CHECKING:
    from opsrail.evals.statistics.compare import Comparison

WEAKEST_FIRST = (Verdict.NOT_COMPARABLE, Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.PASS)


@dataclass(frozen=True, slots=True)
class _Ruling:
    verdict: Verdict
    rule: Rule
    cases: tuple[str, ...] = ()


def decide(
    evidence: Evidence, standard: Standard, *, seed: int = 0, p_adjusted: float | None = None
) -> Decision:
    """Hold evidence against a standard.

    A comparison that cannot be made outweighs a failure, which outweighs a doubt; only where
    nothing speaks against it, a suite passes. `seed` is for resampling (`seed_of` the suite's
    name); `p_adjusted` replaces the comparison's own p-value where several suites ran.
    """
    comparison = compared(evidence, standard, seed)
    floor = None if evidence.reasons else judge_floor(evidence, standard)
    p_value = None
    if comparison is not None:
        p_value = comparison.p_worse if p_adjusted is None else p_adjusted
    rulings = [
        *_comparable(evidence),
        *_must_pass(evidence),
        *_promises(evidence, standard),
        *_difference(evidence, standard, comparison, p_value),
    ]
    if floor is not None:
        rulings.append(_Ruling(floor.verdict, Rule.FLOOR, evidence.failing))
    usual = Rule.REGRESSION if standard.judging is Judging.EACH else Rule.DIFFERENCE
    rulings.append(_Ruling(Verdict.PASS, usual))
    # Of rulings that weigh the same, `min` takes the first.
    found = min(rulings, key=lambda ruling: WEAKEST_FIRST.index(ruling.verdict))
    return Decision(
        found.verdict, found.rule, found.cases, evidence, standard, comparison, floor, p_value
    )


def compared(evidence: Evidence, standard: Standard, seed: int) -> Comparison | None:
    """The comparison of a sample's two versions, where they can be compared."""
    is_sample = standard.judging is Judging.SAMPLE
    if not is_sample or evidence.reasons or not evidence.paired:
        return None
    from opsrail.evals.statistics.compare import compare

    return compare(evidence.paired, standard.look_confidence, seed)


def _comparable(evidence: Evidence) -> list[_Ruling]:
    return [_Ruling(Verdict.NOT_COMPARABLE, Rule.COMPARABLE)] if evidence.reasons else []


def _must_pass(evidence: Evidence) -> list[_Ruling]:
    if not evidence.must_pass:
        return []
    return [_Ruling(Verdict.FAIL, Rule.MUST_PASS, evidence.must_pass)]


def _promises(evidence: Evidence, standard: Standard) -> list[_Ruling]:
    """One by one: what passed must pass, and so must what is new."""
    if standard.judging is not Judging.EACH:
        return []
    found = ((Rule.REGRESSION, evidence.regressions), (Rule.NEW_CASE, evidence.fresh))
    return [_Ruling(Verdict.FAIL, rule, cases) for rule, cases in found if cases]


def _difference(
    evidence: Evidence, standard: Standard, comparison: Comparison | None, p_value: float | None
) -> list[_Ruling]:
    """All together: no worse than the margin, surely worse, or neither can be said."""
    if comparison is None or p_value is None:
        return []
    if comparison.low > -standard.margin / 100:
        return [_Ruling(Verdict.PASS, Rule.DIFFERENCE)]
    is_worse = comparison.high < 0 and p_value <= standard.error
    verdict = Verdict.FAIL if is_worse else Verdict.INCONCLUSIVE
    return [_Ruling(verdict, Rule.DIFFERENCE, evidence.worse)]
