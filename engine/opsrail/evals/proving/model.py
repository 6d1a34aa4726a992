"""What a proof says: rates that were measured beside those that were promised."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from opsrail.evals.statistics.wilson import wilson

TOLD = 0.95
"""The confidence of the intervals in the table."""
DOUBT = 0.05
"""How often a whole proof may reproach a sound gate: shared by all of its rates (Bonferroni)."""


class Claim(StrEnum):
    """What is counted."""

    FALSE_CLOSURE = "closes, nothing changed"
    FALSE_PASS = "passes, worse by the margin"  # noqa: S105 - a claim, no password
    CLOSED = "closes, worse by twice the margin"
    PASSED = "passes, nothing changed"


@dataclass(frozen=True, slots=True)
class Rate:
    """How often something happened; `most` is what was promised, None where nothing was."""

    setting: str
    claim: Claim
    hits: int
    runs: int
    most: float | None = None

    @property
    def share(self) -> float:
        """The rate measured."""
        return self.hits / self.runs if self.runs else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's interval of the rate."""
        return wilson(self.share, self.runs, TOLD)

    def holds(self, rates: int) -> bool:
        """Whether the rate is not credibly above its promise, as one of so many rates."""
        if self.most is None:
            return True
        low, _ = wilson(self.share, self.runs, 1 - 2 * DOUBT / rates)
        return low <= self.most


@dataclass(frozen=True, slots=True)
class Always:
    """A rule without chance: how many of the cases tried came out as it says."""

    rule: str
    right: int
    tried: int

    @property
    def holds(self) -> bool:
        """Whether there was no exception."""
        return self.right == self.tried


@dataclass(frozen=True, slots=True)
class Proof:
    """All that was simulated."""

    rates: tuple[Rate, ...]
    always: tuple[Always, ...]
    runs: int
    seed: int
    confidence: float

    @property
    def promised(self) -> int:
        """How many rates have a promise to keep."""
        return sum(rate.most is not None for rate in self.rates)

    @property
    def is_kept(self) -> bool:
        """Whether every promise is kept, as far as this many runs can tell."""
        return all(rate.holds(self.promised) for rate in self.rates) and all(
            one.holds for one in self.always
        )
