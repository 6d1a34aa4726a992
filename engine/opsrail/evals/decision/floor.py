"""The floor: the least score, whatever base did."""

from __future__ import annotations

from opsrail.evals.decision.model import Evidence, FloorJudgement, Standard
from opsrail.evals.model import Verdict
from opsrail.evals.parts import Judging
from opsrail.evals.statistics.paired import numbered
from opsrail.evals.statistics.wilson import wilson

_ROUNDING = 1e-9
"""85 of 100 cases reach a floor of 85."""


def judge_floor(evidence: Evidence, standard: Standard) -> FloorJudgement | None:
    """Head's score beside the floor; None where there is no floor, or nothing to score.

    A sample's score has Wilson's interval for its effective number of cases, and the whole of
    it must reach the floor; promises are all there is, so their score is what it is.
    """
    mean = evidence.head.mean
    if standard.floor is None or mean is None:
        return None
    low = high = mean
    if standard.judging is Judging.SAMPLE:
        low, high = wilson(mean, _effective(evidence), standard.look_confidence)
    if high * 100 < standard.floor - _ROUNDING:
        verdict = Verdict.FAIL
    elif low * 100 < standard.floor - _ROUNDING:
        verdict = Verdict.INCONCLUSIVE
    else:
        verdict = Verdict.PASS
    return FloorJudgement(mean * 100, low * 100, high * 100, standard.floor, verdict)


def _effective(evidence: Evidence) -> float:
    groups = numbered(evidence.head.clusters)
    if len(set(groups)) == len(groups):
        return len(groups)
    # Only clusters need the analysis of variance, and with it numpy.
    from opsrail.evals.statistics.effective import effective_size

    return effective_size(evidence.head.values, groups)
