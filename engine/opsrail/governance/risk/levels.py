"""Levels of risk: where a figure lies, and which of several is the gravest."""

from __future__ import annotations

from collections.abc import Iterable

from opsrail.governance.formats import Limits, RiskLevel


def level_of(figure: float, limits: Limits) -> RiskLevel:
    """Where a figure lies: a limit belongs to the level that begins there."""
    if figure >= limits.high:
        return RiskLevel.HIGH
    return RiskLevel.MEDIUM if figure >= limits.medium else RiskLevel.LOW


def gravest(levels: Iterable[RiskLevel]) -> RiskLevel:
    """The highest of these levels; low if there are none."""
    return max(levels, key=lambda level: level.rank, default=RiskLevel.LOW)


def by_file(levels: Iterable[tuple[str, RiskLevel]]) -> dict[str, RiskLevel]:
    """The gravest level of each file."""
    found: dict[str, RiskLevel] = {}
    for path, level in levels:
        found[path] = gravest((found.get(path, level), level))
    return found
