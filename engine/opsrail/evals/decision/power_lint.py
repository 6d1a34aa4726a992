"""Whether a sample can see a drop as large as its own margin: told when it is written."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from opsrail.evals.statistics.power import cases_needed, power, smallest_drop

ASSUMED_CORRELATION = 0.3
"""Between cases of one cluster, as long as no results tell."""


@dataclass(frozen=True, slots=True)
class PowerLint:
    """What a sample can see; drops in points of 100.

    `smallest_drop` is None where the suite cannot see any. `cases_needed` (and, where cases come
    in clusters, `clusters_needed` of the size they have) see a drop as large as the margin.
    """

    power: float
    wanted: float
    margin: float
    smallest_drop: float | None
    cases: int
    clusters: int
    effective_cases: float
    cases_needed: int
    clusters_needed: int | None

    @property
    def is_enough(self) -> bool:
        """Whether the suite sees its own margin as surely as asked for."""
        return self.power >= self.wanted


def lint_power(
    clusters: Sequence[str],
    margin: float,
    *,
    confidence: float = 0.95,
    wanted: float = 0.8,
    correlation: float | None = None,
    spread: float = 0.0,
) -> PowerLint:
    """What a suite with cases in these clusters ("": its own) can see.

    The best case for the suite: nothing but the drop changes, unless `spread`, the standard
    deviation of differences where nothing changed, is known. `correlation` between cases of a
    cluster is assumed where results of base do not tell it. `confidence` is that of one look.
    """
    alike = ASSUMED_CORRELATION if correlation is None else correlation
    sizes = [*Counter(name for name in clusters if name).values(), *(1 for c in clusters if not c)]
    cases = len(clusters)
    reach = sum(size**2 for size in sizes) / cases if cases else 1.0
    effect = 1 + (reach - 1) * alike
    drop = margin / 100
    needed = math.ceil(cases_needed(drop, confidence, wanted, spread) * effect)
    seen = smallest_drop(cases / effect, confidence, wanted, spread) if cases else None
    return PowerLint(
        power=power(drop, cases / effect, confidence, spread) if cases else 0.0,
        wanted=wanted,
        margin=margin,
        smallest_drop=None if seen is None else seen * 100,
        cases=cases,
        clusters=len(sizes),
        effective_cases=cases / effect,
        cases_needed=needed,
        clusters_needed=math.ceil(needed * len(sizes) / cases) if reach > 1 else None,
    )
