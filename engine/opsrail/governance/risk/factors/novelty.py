"""Novelty: values that were never in force before, and things that were not there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from opsrail.governance.formats import RiskLevel, RiskPolicy
from opsrail.governance.kinds import ArtifactKind
from opsrail.governance.risk.evidence import Evidence, Newcomer, Tried, Way
from opsrail.governance.risk.levels import by_file, gravest
from opsrail.governance.risk.registry import Weighed, factor
from opsrail.governance.risk.words import count

ACTING: Final = (ArtifactKind.FLOW, ArtifactKind.PROMPT, ArtifactKind.MODEL)
"""What acts by itself: nobody reads it first and wonders."""

_EXTREME: Final = {Way.RAISED: "the highest was", Way.LOWERED: "the lowest was"}
_LENGTH: Final = {Way.RAISED: "the longest was", Way.LOWERED: "the shortest was"}


@factor("novelty", 3)
def novelty(evidence: Evidence, _policy: RiskPolicy, _now: datetime) -> Weighed:
    """High for a value that lets something loose and was never tried, and for a new automation;
    medium for any other new value or thing.
    """
    files = by_file((*_levels_tried(evidence.tried), *_levels_new(evidence.newcomers)))
    values = sorted({(not one.is_novel, not one.is_grave, _said(one)) for one in evidence.tried})
    things = sorted({_introduced(one) for one in evidence.newcomers})
    sentences = (*(text for _, _, text in values), *things)
    return Weighed(
        gravest(files.values()), sentences or ("nothing that was not there before",), files
    )


def _levels_tried(tried: tuple[Tried, ...]) -> Iterator[tuple[str, RiskLevel]]:
    for one in tried:
        if one.is_novel:
            yield one.path, RiskLevel.HIGH if one.is_grave else RiskLevel.MEDIUM


def _levels_new(newcomers: tuple[Newcomer, ...]) -> Iterator[tuple[str, RiskLevel]]:
    for one in newcomers:
        yield one.path, RiskLevel.HIGH if one.kind in ACTING else RiskLevel.MEDIUM


def _said(tried: Tried) -> str:
    """“USD 80 was never the limit before; the highest was USD 50 (since 2026-03-02)”."""
    name = tried.path.rsplit("/", 1)[-1]
    role = tried.name or f"said in {name}"
    if tried.last is not None:
        return f"{tried.new} was {role} before, last on {tried.last}"
    known = f" ({_reach(tried, name)})" if tried.reaches_back else ""
    if not tried.before:
        return f"{tried.new} was never {role} before{known}"
    since = f" ({_when(tried)})" if tried.since else ""
    than = (_LENGTH if tried.is_length else _EXTREME).get(tried.way, "it was")
    return f"{tried.new} was never {role} before; {than} {tried.before}{since}"


def _when(tried: Tried) -> str:
    if tried.until is None:
        return f"since {tried.since}"
    return f"{tried.since} to {tried.until}"


def _reach(tried: Tried, name: str) -> str:
    versions = count(tried.versions, "version")
    return f"{versions} of {name}, back to {tried.reaches_back}"


def _introduced(one: Newcomer) -> str:
    if one.kind in ACTING:
        return f"{one.name} is new: no ticket has gone through it yet"
    if one.kind is ArtifactKind.RULE:
        return f"{one.name} is new: it has never been live"
    return f"{one.name} is new: nobody has worked by it yet"
