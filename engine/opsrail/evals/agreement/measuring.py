"""Measuring a judge: how much its labels agree with those of people."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Final

from opsrail.evals.agreement.asking import ask
from opsrail.evals.agreement.model import (
    Agreement,
    Differing,
    Judge,
    Labelled,
    Opinion,
    Question,
    Standing,
    Unheard,
)
from opsrail.evals.statistics.kappa import Kappa, Pair, Weights, measured
from opsrail.llm.asking import Asker

CONFIDENCE: Final = 0.95
LEAST_TWICE: Final = 20
"""Answers with labels of two people, below which nobody knows whether people agree."""
_MOST: Final = 100_000
"""Answers that nobody will ever label."""


def measure(judge: Judge, asker: Asker | None) -> Agreement:
    """Ask the judge about every answer that people labelled, and compare.

    A judge may gate if the lower bound of kappa's interval reaches what it states. Kappa itself
    would not do: of sixty labels it may be off by .2 either way, and a judge that agrees less
    than it states would pass half of the time. Who states less, or labels more, gets there: the
    figure stated is one that was shown, not hoped for.
    """
    questions = [Question(judge.name, one.question, one.answer) for one in judge.labelled]
    opinions = ask(judge, questions, asker)
    both = [(one, opinions[q]) for one, q in zip(judge.labelled, questions, strict=True)]
    heard = [(one, said) for one, said in both if isinstance(said, Opinion)]
    order = {label: at for at, label in enumerate(judge.labels)}
    pairs = [(order[one.settled], order[said.label]) for one, said in heard]
    weights = judge.file.weights
    with_people = _kappa(pairs, len(order), weights, [one.cluster for one, _ in heard])
    among_people, twice = _among_people(judge.labelled, order, weights)
    unheard = [(one, said) for one, said in both if isinstance(said, Unheard)]
    stated = judge.file.agreement
    return Agreement(
        judge,
        _standing(with_people, twice, stated, is_whole=bool(pairs) and not unheard),
        with_people,
        among_people,
        twice,
        _table(pairs, len(order)),
        tuple(Differing(one, said) for one, said in heard if one.settled != said.label),
        tuple(unheard),
        _would_do(with_people, stated),
    )


def _standing(found: Kappa, twice: int, stated: float, *, is_whole: bool) -> Standing:
    # Without the answers that it says nothing about, a judge would look better than it is.
    if not is_whole:
        return Standing.UNMEASURED
    if found.value is None or found.low is None:
        return Standing.ONE_SIDED
    if found.value < stated:
        return Standing.BELOW
    if found.low < stated:
        return Standing.TOO_FEW
    return Standing.MAY_GATE if twice >= LEAST_TWICE else Standing.ONE_VOICE


def _kappa(pairs: Sequence[Pair], labels: int, weights: Weights, clusters: Sequence[str]) -> Kappa:
    numbers = _numbered(clusters)
    return measured(pairs, labels, weights, clusters=numbers, confidence=CONFIDENCE)


def _numbered(clusters: Iterable[str]) -> list[int]:
    """Clusters as numbers; what names none stands alone."""
    known: dict[object, int] = {}
    return [known.setdefault(name or at, len(known)) for at, name in enumerate(clusters)]


def _among_people(
    labelled: Sequence[Labelled], order: Mapping[str, int], weights: Weights
) -> tuple[Kappa, int]:
    """Kappa of two people, and how many answers it comes from.

    Where more than two labelled an answer, every two of them count, so the answer is a cluster.
    """
    pairs: list[Pair] = []
    clusters: list[str] = []
    twice = 0
    for one in labelled:
        given = [order[label] for _, label in sorted(one.given.items())]
        several = list(combinations(given, 2))
        twice += bool(several)
        pairs += several
        clusters += [one.cluster or f"answer {one.id}"] * len(several)
    return _kappa(pairs, len(order), weights, clusters), twice


def _table(pairs: Sequence[Pair], labels: int) -> tuple[tuple[int, ...], ...]:
    counted = Counter(pairs)
    return tuple(tuple(counted[row, column] for column in range(labels)) for row in range(labels))


def _would_do(found: Kappa, stated: float) -> int | None:
    """An interval narrows with the root of the answers, so this many reach what is stated."""
    if found.value is None or found.low is None or not found.low < stated < found.value:
        return None
    wanted = found.cases * ((found.value - found.low) / (found.value - stated)) ** 2
    return math.ceil(wanted) if wanted < _MOST else None
