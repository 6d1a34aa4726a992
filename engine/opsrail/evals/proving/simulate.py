"""Rates by simulation: many invented suites of a kind, judged as real ones are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from opsrail.evals.decision.model import Standard
from opsrail.evals.parts import Judging
from opsrail.evals.proving.drawing import Scoring, Setting, draw
from opsrail.evals.proving.model import Claim, Rate
from opsrail.evals.statistics.compare import Bounds, compare_many
from opsrail.evals.statistics.holm import holm

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]

AT_ONCE = 500
"""Suites drawn at a time, to bound memory."""
DATA_STREAM = 1
SUITES = 5
"""In one run, for Holm's rule."""


def _uneven(count: int) -> tuple[int, ...]:
    """Cluster sizes as customers have them: many with few cases, a few with many."""
    shares = (np.arange(count) + 0.5) / count
    return tuple(int(size) for size in np.ceil(-7 * np.log1p(-shares)))


def _settings() -> Iterator[Setting]:
    binary = ((8, 40), (30, 20), (100, 10), (400, 5))
    graded = ((8, 40), (30, 15), (200, 5))
    for scoring, shapes in ((Scoring.BINARY, binary), (Scoring.GRADED, graded)):
        for count, margin in shapes:
            yield Setting(scoring, (1,) * count, 0.0, margin)
        for correlation in (0.2, 0.7):
            yield Setting(scoring, (8,) * 8, correlation, 30)
            yield Setting(scoring, (10,) * 30, correlation, 10)
            yield Setting(scoring, (7,) * 84, correlation, 5)
            yield Setting(scoring, _uneven(84), correlation, 5)
            yield Setting(scoring, _uneven(150), correlation, 3)


SETTINGS = tuple(_settings())


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Of many suites: which pass and which fail; the others are inconclusive."""

    passed: Flags
    failed: Flags


def verdicts(bounds: Bounds, standard: Standard) -> Verdicts:
    """The decision rule for a difference, for many suites at once."""
    passed = bounds.low > -standard.margin / 100
    return Verdicts(passed, ~passed & (bounds.high < 0) & (bounds.p_worse <= standard.error))


def rates_of(setting: Setting, confidence: float, runs: int, seed: int) -> list[Rate]:
    """The four rates of one kind of suite."""
    standard = Standard(Judging.SAMPLE, confidence, setting.margin)
    margin, most = setting.margin / 100, standard.error
    same = judged(setting, standard, 0.0, runs, seed)
    edge = judged(setting, standard, margin, runs, seed + 1)
    twice = judged(setting, standard, min(2 * margin, 0.4), runs, seed + 2)

    def rate(claim: Claim, flags: Flags, promise: float | None = None) -> Rate:
        return Rate(setting.words, claim, int(flags.sum()), runs, promise)

    return [
        rate(Claim.FALSE_CLOSURE, same.failed, most),
        rate(Claim.FALSE_PASS, edge.passed, most),
        rate(Claim.CLOSED, twice.failed),
        rate(Claim.PASSED, same.passed),
    ]


def judged(setting: Setting, standard: Standard, drop: float, runs: int, seed: int) -> Verdicts:
    """Verdicts on suites with a true drop."""
    bounds = compared(setting, standard.look_confidence, drop, runs, seed)
    return verdicts(bounds, standard)


def compared(setting: Setting, confidence: float, drop: float, runs: int, seed: int) -> Bounds:
    """The bounds of suites with a true drop."""
    # Another stream than resampling's: data and draws must know nothing of each other.
    generator = np.random.default_rng([seed, DATA_STREAM])
    parts = []
    for start in range(0, runs, AT_ONCE):
        base, head = draw(setting, drop, min(AT_ONCE, runs - start), generator)
        parts.append(compare_many(base, head, setting.grouping, setting.method, confidence, seed))
    return Bounds(
        np.concatenate([part.low for part in parts]),
        np.concatenate([part.high for part in parts]),
        np.concatenate([part.p_worse for part in parts]),
    )


def several_suites(confidence: float, runs: int, seed: int) -> list[Rate]:
    """How often any of five suites in one run closes by chance, with Holm's rule."""
    setting = Setting(Scoring.GRADED, (1,) * 60, 0.0, 2.0)
    standard = Standard(Judging.SAMPLE, confidence, setting.margin)
    bounds = compared(setting, standard.look_confidence, 0.0, runs * SUITES, seed)
    adjusted = np.concatenate(
        [_adjusted(values) for values in bounds.p_worse.reshape(runs, SUITES)]
    )
    closed = verdicts(replace(bounds, p_worse=adjusted), standard).failed
    hits = int(closed.reshape(runs, SUITES).any(axis=1).sum())
    words = f"any of {SUITES} suites in one run (Holm)"
    return [Rate(words, Claim.FALSE_CLOSURE, hits, runs, standard.error)]


def _adjusted(p_values: NDArray[np.float64]) -> NDArray[np.float64]:
    named = {str(place): float(value) for place, value in enumerate(p_values)}
    return np.asarray([*holm(named).values()])


def two_looks(confidence: float, runs: int, seed: int) -> list[Rate]:
    """How often two looks, the second where the first cannot tell, close or pass by chance."""
    setting = Setting(Scoring.GRADED, (1,) * 60, 0.0, 6.0)
    standard = Standard(Judging.SAMPLE, confidence, setting.margin, can_look_again=True)
    words = "two looks, graded, 60 cases"

    def either(drop: float, name: str, start: int) -> int:
        first = judged(setting, standard, drop, runs, start)
        second = judged(setting, standard, drop, runs, start + 1)
        told = first.passed | first.failed
        flags: Flags = np.where(told, getattr(first, name), getattr(second, name))
        return int(flags.sum())

    closed, passed = either(0.0, "failed", seed), either(setting.margin / 100, "passed", seed + 2)
    return [
        Rate(words, Claim.FALSE_CLOSURE, closed, runs, standard.error * 2),
        Rate(words, Claim.FALSE_PASS, passed, runs, standard.error * 2),
    ]


def all_rates(
    confidence: float, runs: int, seed: int, settings: Sequence[Setting] = SETTINGS
) -> Iterator[tuple[str, list[Rate]]]:
    """Every rate, setting by setting."""
    for place, setting in enumerate(settings):
        yield setting.words, rates_of(setting, confidence, runs, seed + 10 * place)
    start = seed + 10 * len(settings)
    yield "several suites", several_suites(confidence, runs, start)
    yield "two looks", two_looks(confidence, runs, start + 10)
