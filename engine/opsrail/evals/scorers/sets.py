"""precision, recall, f1: how much of a list is right, in whatever order (Manning et al. 2008, 8.3).

Items are compared as plain text, each counts once. Two empty lists agree (1); where only one is
empty, nothing of it agrees (0).
"""

from __future__ import annotations

from collections.abc import Iterable

from opsrail.evals.model import Score
from opsrail.evals.scorers.registry import Asked, scorer
from opsrail.evals.texts.members import Expected, members
from opsrail.evals.texts.passages import clipped, listed

NO_LIST = "the answer is no list"


@scorer("precision", Expected)
def precision(asked: Asked) -> Score:
    """How much of the answer's list is right: the share of its items that are expected."""
    return _scored(asked, missing_counts=False, extra_counts=True)


@scorer("recall", Expected)
def recall(asked: Asked) -> Score:
    """How much of what is expected is in the answer's list: the share of it that was found."""
    return _scored(asked, missing_counts=True, extra_counts=False)


@scorer("f1", Expected)
def f1(asked: Asked) -> Score:
    """How well two lists agree: the harmonic mean of precision and recall."""
    return _scored(asked, missing_counts=True, extra_counts=True)


def _scored(asked: Asked, *, missing_counts: bool, extra_counts: bool) -> Score:
    answer = members(asked.output)
    if answer is None:
        return Score(0.0, "there is no answer" if asked.output is None else NO_LIST)
    got, wanted = set(answer), set(asked.setting)
    if not got and not wanted:
        return Score(1.0)
    right = len(got & wanted)
    # With both counted this is Dice's form of F1, which is defined where nothing is right.
    of = missing_counts * len(wanted) + extra_counts * len(got)
    value = right * (missing_counts + extra_counts) / of if of else 0.0
    missing = [item for item in asked.setting if item not in got]
    extra = [item for item in answer if item not in wanted]
    return Score(value, _told(missing, extra))


def _told(missing: Iterable[str], extra: Iterable[str]) -> str:
    said = ((word, listed(items)) for word, items in (("missing", missing), ("extra", extra)))
    return clipped("; ".join(f"{word}: {items}" for word, items in said if items))
