"""The factors of risk: one file each under `factors/`, found by walking that folder.

A factor is a function from evidence to how much it weighs, and for which files. It reads the
policy for limits, and the time as it is given; it decides nothing else.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from opsrail.governance.formats import RiskLevel, RiskPolicy
from opsrail.governance.risk.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Weighed:
    """How much a factor weighs, and why: sentences for people. `files` has the level of each
    file that it is about; those of level low need not be among them.
    """

    level: RiskLevel
    evidence: tuple[str, ...]
    files: Mapping[str, RiskLevel] = field(default_factory=dict)


Weigh = Callable[[Evidence, RiskPolicy, datetime], Weighed]


@dataclass(frozen=True, slots=True)
class KnownFactor:
    """A factor by its name. Factors are told in the order of `rank`."""

    name: str
    rank: int
    weigh: Weigh


_DECLARED: dict[str, KnownFactor] = {}


def factor(name: str, rank: int) -> Callable[[Weigh], Weigh]:
    """Declare a function as the factor of that name, which mitigations write after `factor:`."""

    def declare(weigh: Weigh) -> Weigh:
        _DECLARED[name] = KnownFactor(name, rank, weigh)
        return weigh

    return declare


@cache
def factors() -> tuple[KnownFactor, ...]:
    """Every factor, in the order in which they are told."""
    folder = importlib.import_module("opsrail.governance.risk.factors")
    for module in pkgutil.iter_modules(folder.__path__):
        importlib.import_module(f"{folder.__name__}.{module.name}")
    return tuple(sorted(_DECLARED.values(), key=lambda one: (one.rank, one.name)))
