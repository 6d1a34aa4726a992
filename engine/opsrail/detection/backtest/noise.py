"""Noise: how many alerts a day an owner gets, against what the policy lets an owner get."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from opsrail.detection.policies import Budget
from opsrail.streams.spans import SECOND

DAY: Final = 86_400 * SECOND
DEFAULT: Final = "default"


@dataclass(frozen=True, slots=True)
class RuleNoise:
    """How often one rule raised over the time that its streams were recorded."""

    rule: str
    owner: str
    raised: int
    silenced: int
    length: int

    @property
    def per_day(self) -> float:
        """Alerts a day that somebody got; over less than a day, simply their number."""
        return self.raised / max(self.length / DAY, 1.0)

    @property
    def silenced_per_day(self) -> float:
        """Alerts a day that were kept silent."""
        return self.silenced / max(self.length / DAY, 1.0)


@dataclass(frozen=True, slots=True)
class Noise:
    """What one owner gets from these rules, the loudest first; `budget` in alerts a day."""

    owner: str
    rules: tuple[RuleNoise, ...]
    budget: float | None = None

    @property
    def per_day(self) -> float:
        """Alerts a day over all rules."""
        return sum(rule.per_day for rule in self.rules)

    @property
    def silenced_per_day(self) -> float:
        """Silenced alerts a day over all rules: they bother nobody and are counted apart."""
        return sum(rule.silenced_per_day for rule in self.rules)

    @property
    def is_over(self) -> bool:
        """Whether it is more than the budget."""
        return self.budget is not None and self.per_day > self.budget


def noise(rules: Sequence[RuleNoise], budgets: Mapping[str, Budget]) -> tuple[Noise, ...]:
    """What each owner gets, by owner. An owner that the policy does not name has the default."""
    owners = sorted({rule.owner for rule in rules})
    found = []
    for owner in owners:
        own = [rule for rule in rules if rule.owner == owner]
        own.sort(key=lambda rule: (-rule.per_day, rule.rule))
        budget = budgets.get(owner) or budgets.get(DEFAULT)
        found.append(Noise(owner, tuple(own), budget.alerts_per_day if budget else None))
    return tuple(found)
