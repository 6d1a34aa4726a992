"""Balanced accuracy, precision, recall and false alarms, with intervals clustered by document."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tests.bench.summedits_data import Case

_RESAMPLES = 4_000
_SEED = 20_230_523

Counts = npt.NDArray[np.float64]
"""By document: caught, missed, false alarms, rightly let pass."""
Measure = Callable[[Counts], Counts]
"""From counts in the last axis to a figure in points of 100."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure in points of 100 and its 95 % interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:5.1f} [{self.low:.0f}–{self.high:.0f}]"


def counts(cases: Sequence[Case], flagged: Sequence[bool]) -> Counts:
    """One row for every document."""
    rows = {cluster: number for number, cluster in enumerate({case.cluster: 0 for case in cases})}
    found = np.zeros((len(rows), 4))
    for case, is_flagged in zip(cases, flagged, strict=True):
        column = (0 if is_flagged else 1) if case.is_unfaithful else (2 if is_flagged else 3)
        found[rows[case.cluster], column] += 1
    return found


def balanced(sums: Counts) -> Counts:
    """The mean of the shares found among the unfaithful and let pass among the faithful."""
    return (recall(sums) + 100 - false_alarms(sums)) / 2


def precision(sums: Counts) -> Counts:
    """How many of the flagged are unfaithful."""
    return _share(sums[..., 0], sums[..., 2])


def recall(sums: Counts) -> Counts:
    """How many of the unfaithful are flagged."""
    return _share(sums[..., 0], sums[..., 1])


def false_alarms(sums: Counts) -> Counts:
    """How many of the faithful are flagged."""
    return _share(sums[..., 2], sums[..., 3])


def _share(part: Counts, rest: Counts) -> Counts:
    return 100 * part / np.maximum(part + rest, 1)


def figure(domains: Sequence[Counts], measure: Measure) -> Figure:
    """The mean of a measure over domains; documents are drawn anew within each of them."""
    dice = np.random.default_rng(_SEED)
    value = np.mean([measure(one.sum(axis=0)) for one in domains])
    drawn = np.mean([measure(_drawn(one, dice)) for one in domains], axis=0)
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Figure(float(value), float(low), float(high))


def gain(domains: Sequence[tuple[Counts, Counts]]) -> Figure:
    """How much better in balanced accuracy the first of each pair is: same documents drawn."""
    return figure(
        [np.concatenate(pair, axis=1) for pair in domains],
        lambda sums: balanced(sums[..., :4]) - balanced(sums[..., 4:]),
    )


def _drawn(one: Counts, dice: np.random.Generator) -> Counts:
    times = dice.multinomial(len(one), np.full(len(one), 1 / len(one)), size=_RESAMPLES)
    sums: Counts = times @ one
    return sums


def figures(
    found: Mapping[str, Counts], groups: Sequence[Sequence[str]], measure: Measure
) -> list[Figure]:
    """A figure for each domain, then one for the mean of each group of domains."""
    alone = [[name] for name in found]
    return [figure([found[name] for name in names], measure) for names in [*alone, *groups]]
