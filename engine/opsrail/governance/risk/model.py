"""Risk as a value: factors with their evidence, and what they demand."""

from __future__ import annotations

from dataclasses import dataclass

from opsrail.findings import Location
from opsrail.governance.formats import RiskLevel


@dataclass(frozen=True, slots=True)
class Mitigation:
    """What is done about a factor, and where that is written."""

    what: str
    owner: str
    place: Location


@dataclass(frozen=True, slots=True)
class Factor:
    """One reason why a change may hurt. `evidence` are the facts it is drawn from, in words.

    `paths` are the files that it is about; `mitigation` is what is on file about it, if anything.
    `is_open` if it weighs so much that there must be one, and there is none for some of `paths`
    (`unmitigated`).
    """

    name: str
    level: RiskLevel
    evidence: tuple[str, ...]
    paths: tuple[str, ...] = ()
    mitigations: tuple[Mitigation, ...] = ()
    unmitigated: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether something must be done about it, and nothing is on file."""
        return bool(self.unmitigated)


@dataclass(frozen=True, slots=True)
class Risk:
    """What all factors come to. `needs` are approval rules, `stages` rings, at the least."""

    level: RiskLevel
    score: int
    factors: tuple[Factor, ...]
    needs: tuple[str, ...] = ()
    stages: int = 1
