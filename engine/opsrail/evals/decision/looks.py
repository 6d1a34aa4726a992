"""The second look, and seeds: what is settled before anything is run."""

from __future__ import annotations

import hashlib

from opsrail.evals.decision.model import Decision
from opsrail.evals.model import Verdict
from opsrail.evals.parts import Judging

REPEATS_GROW = 2
"""The second look asks each case so many times as often."""


def is_second_look_due(decision: Decision) -> bool:
    """Whether the whole suite is to be run anew with twice the repeats, and judged alone.

    Only once, only where the first look could not tell, and only where the standard declared it
    beforehand (`can_look_again`): its first look then used half of the error, as the second will.
    """
    return (
        decision.verdict is Verdict.INCONCLUSIVE
        and decision.standard.judging is Judging.SAMPLE
        and decision.standard.can_look_again
        and not decision.evidence.is_second_look
    )


def seed_of(suite: str) -> int:
    """The seed for resampling a suite: the same in every run, another for every suite."""
    return int.from_bytes(hashlib.sha256(suite.encode("utf-8")).digest()[:4], "big")
