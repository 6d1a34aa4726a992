"""mrr: how far up the first right item stands in a ranked list."""

from __future__ import annotations

from opsrail.evals.model import Score
from opsrail.evals.scorers.registry import Asked, scorer
from opsrail.evals.texts.members import Expected, members
from opsrail.evals.texts.passages import clipped, listed, quoted


@scorer("mrr", Expected)
def mrr(asked: Asked) -> Score:
    """How far up the first right item stands: 1 for the first place, 1/2 for the second, and so on.

    The mean over a suite's cases is the mean reciprocal rank (Voorhees 1999). The setting lists
    the right items in any order; an item that is repeated in the answer counts where it first
    stands.
    """
    answer = members(asked.output)
    if answer is None:
        said = "there is no answer" if asked.output is None else "the answer is no list"
        return Score(0.0, said)
    if not answer and not asked.setting:
        return Score(1.0)
    right = set(asked.setting)
    for rank, item in enumerate(answer, 1):
        if item in right:
            told = f"{quoted(item)} stands in place {rank}, behind {quoted(answer[0])}"
            return Score(1 / rank, clipped(told) if rank > 1 else "")
    if not asked.setting:
        return Score(0.0, clipped(f"expects an empty list, the answer has {listed(answer)}"))
    return Score(0.0, clipped(f"none of {listed(asked.setting)} is in the answer's list"))
